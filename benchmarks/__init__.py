"""What a run costs, and what Dagster and Great Expectations add to it: measured side by side, quoted as ratios."""
