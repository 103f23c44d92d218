"""A baseline, its value or its year, is not the one given in the last cycle that has one.

Progress is measured from the baseline, so that another one changes every rating since. Assessed for questions with the
role ``baseline_value`` or ``baseline_year`` where both numbers are known and the form's own rule is not broken.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="baseline_changed",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_SOUND, Where("role", "in", ("baseline_value", "baseline_year"))),
    expectation="ExpectColumnPairValuesToBeEqual",
    arguments={"column_A": "number", "column_B": "previous", "ignore_row_if": "either_value_is_missing"},
    words=Words(
        "Your answer is “%(seen)s”; in the last questionnaire that you returned the baseline was %(previous)s.",
        "Please give the baseline that you gave before or, if it was revised, say in the comment why.",
    ),
)
