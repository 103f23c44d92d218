"""A whole number that counts something is below zero.

Assessed for the integer values, totals, baselines and targets of indicators for which the form has no rule of its own.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="negative_count",
    version=1,
    description=__doc__,
    severity="warning",
    where=(
        IS_QUESTION,
        Where("type", "==", "integer"),
        Where("role", "in", ("value", "previous_value", "stock", "baseline_value", "target_value")),
        Where("holds", "missing"),
    ),
    expectation="ExpectColumnValuesToBeBetween",
    arguments={"column": "number", "min_value": 0},
    words=Words(
        "We read “%(seen)s”, which is below zero although the question asks for a count.",
        "Please correct the number, or explain it in the comment.",
    ),
)
