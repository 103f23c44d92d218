"""A total up to now is smaller than it was in the last cycle that has one.

What was counted once stays counted, so that either number is wrong, or the way of counting has changed. Assessed for
questions with the role ``stock`` where both numbers are known and the form's own rule is not broken.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="stock_fell",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_SOUND, Where("role", "==", "stock")),
    expectation="ExpectColumnPairValuesAToBeGreaterThanB",
    arguments={
        "column_A": "number",
        "column_B": "previous",
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    },
    words=Words(
        "The total is “%(seen)s”; in the last questionnaire that you returned it was %(previous)s, and a total does not fall.",
        "Please correct the total or, if the way of counting has changed, say so in the comment.",
    ),
)
