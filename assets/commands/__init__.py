"""The commands of ``stocktake``, one module each: its arguments (``add``), and what it does with them.

What belongs here: reading the command line, and telling how it went. What does not: how anything is done. Each imports
what it needs when it runs, so that ``stocktake check`` does without Dagster.
"""
