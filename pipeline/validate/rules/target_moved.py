"""A target is not the one given in the last cycle that has one.

Assessed for questions with the role ``target_value`` where both numbers are known and the form's own rule is not broken.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="target_moved",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_SOUND, Where("role", "==", "target_value")),
    expectation="ExpectColumnPairValuesToBeEqual",
    arguments={"column_A": "number", "column_B": "previous", "ignore_row_if": "either_value_is_missing"},
    words=Words(
        "Your answer is “%(seen)s”; in the last questionnaire that you returned the target was %(previous)s.",
        "Please give the target that you gave before or, if it was changed, say in the comment who decided so and when.",
    ),
)
