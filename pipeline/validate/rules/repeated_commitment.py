"""Two rows of a member have the same title, so that one commitment may have been reported twice.

All rows concerned are named. Assessed for the question with the role ``title`` in a table of repeats.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="repeated_commitment",
    version=1,
    description=__doc__,
    severity="query",
    where=(
        IS_QUESTION,
        Where("role", "==", "title"),
        Where("row", "!=", ""),
        Where("answered", "==", True),
    ),
    expectation="ExpectCompoundColumnsToBeUnique",
    arguments={"column_list": ["member", "question", "value"]},
    words=Words(
        "The title “%(seen)s” stands in more than one row.",
        "Please report each commitment in one row only, or give the rows titles that differ.",
    ),
)
