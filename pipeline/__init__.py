"""How each stage of a reporting cycle is done: plain Python on tables and files that knows nothing of Dagster.

What belongs here: the work itself, as functions that take tables, texts and bytes and return them.
What does not: anything that only the Dagster UI needs (that is in ``assets/``) and anything that the secretariat
decides (that is in ``alliance/`` and ``report_templates/``).
"""
