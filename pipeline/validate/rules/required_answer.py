"""A question that the form requires is left empty, and no reason is given for that.

Not assessed where the form does not ask the question or does not require it, given the other answers; nor where
something stands in the answer cell, since rule ``unreadable_answer`` speaks of that; nor
where the whole row of a commitment is gone, since rule ``vanished_commitment`` does.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="required_answer",
    version=2,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION, Where("needed", "==", True), Where("filled", "==", False), Where("present", "!=", False)),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "accounted", "value_set": [True]},
    form_text="required_message",
    form_text_says="mend",
    words=Words(
        "This question has no answer yet.",
        "Please answer it or, if you cannot, please choose a reason in the column for reasons.",
    ),
)
