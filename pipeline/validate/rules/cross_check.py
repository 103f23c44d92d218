"""Answers contradict each other, by one of the checks that the form lists (sheet ``checks``).

Findings carry the name of the check as their rule. Not assessed where the check does not apply, or where an answer that
it needs is missing.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_CHECK, Rule, Where, Words

RULE = Rule(
    name="cross_check",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_CHECK, Where("relevant", "==", True)),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "holds", "value_set": [True]},
    words=Words(
        "This answer does not agree with your other answers.",
        "Please look at the answers again and correct what is not right, or explain it in the comment.",
    ),
)
