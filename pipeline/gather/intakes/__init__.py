"""The ways in by which submissions arrive, one module each."""
