"""The alliance as its own files describe it: members, goals, cycles, focal points, register of commitments."""
