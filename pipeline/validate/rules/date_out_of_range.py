"""A date is not between 1900 and 2100: a slip of the pen, or a spreadsheet's date for an empty cell.

Assessed for the dates for which the form has no rule of its own.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

# Days as the table has them: midnight without a time zone.
FIRST, LAST = datetime(1900, 1, 1), datetime(2100, 12, 31)  # noqa: DTZ001

RULE = Rule(
    name="date_out_of_range",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION, Where("type", "==", "date"), Where("holds", "missing")),
    expectation="ExpectColumnValuesToBeBetween",
    arguments={"column": "date", "min_value": FIRST, "max_value": LAST},
    words=Words(
        "We read “%(seen)s”, which is not a date between 1900 and 2100.",
        "Please write the date as year, month and day, for example 2014-06-30.",
    ),
)
