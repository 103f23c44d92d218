"""The answer breaks the question's own rule in the form (column ``constraint``).

Not assessed where there is no readable answer, where the form does not ask the question, or where the rule cannot be
evaluated because another answer is missing.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

_CORRECT = "Please correct the answer; we read “%(seen)s”."

RULE = Rule(
    name="constraint",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION, Where("answered", "==", True)),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "holds", "value_set": [True]},
    form_text="constraint_message",
    words=Words(
        "The answer does not fit the rule of the questionnaire for this question.",
        _CORRECT,
    ),
    # A question of type range has its rule in its parameters, so that its form need not put it into words.
    words_by_type={
        "range": Words("The answer must be a number from %(start)s to %(end)s, in steps of %(step)s.", _CORRECT)
    },
)
