"""A number differs from the one given in the last cycle by more than the question's tolerance.

The change is relative to the earlier number; any change from zero is beyond every tolerance. Assessed where both
numbers are known, the form states a tolerance (column ``tolerance``) and the number does not break the form's own rule.
The number may well be right: it is a query. Not assessed for baselines, targets and totals that fell, of which the rules
``baseline_changed``, ``target_moved`` and ``stock_fell`` speak.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="jump_since_last_cycle",
    version=2,
    description=__doc__,
    severity="query",
    where=(IS_QUESTION, Where("answered", "==", True), Where("relevant", "==", True)),
    expectation="ExpectColumnPairValuesAToBeGreaterThanB",
    arguments={
        "column_A": "tolerance",
        "column_B": "change",
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    },
    words=Words(
        "Your answer is “%(seen)s”; in the last questionnaire that you returned it was %(previous)s.",
        "Please confirm the number and say in the comment what changed, or correct it.",
    ),
)
