"""From answers and commitments to ratings of commitments, goals and members."""
