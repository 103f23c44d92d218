"""From answers to findings and completeness."""
