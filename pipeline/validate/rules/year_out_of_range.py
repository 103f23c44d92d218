"""A year is not between 1900 and 2100: a year of two digits, or a slip of the pen.

Assessed for the years of values and baselines for which the form has no rule of its own.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="year_out_of_range",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION, Where("role", "in", ("year", "baseline_year", "value_year")), Where("holds", "missing")),
    expectation="ExpectColumnValuesToBeBetween",
    arguments={"column": "number", "min_value": 1900, "max_value": 2100},
    words=Words(
        "We read “%(seen)s”, which is not a year between 1900 and 2100.", "Please write the year with four digits."
    ),
)
