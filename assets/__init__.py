"""What the Dagster UI shows: one thin module per stage.

What belongs here: names, descriptions, partitions, what depends on what, and what staff see in the UI. What does not:
how anything is done; an asset loads its inputs, calls ``pipeline`` and hands on the result.

The stage modules and ``storage`` do without ``from __future__ import annotations``: Dagster reads the annotations of
contexts and resources as classes.
"""
