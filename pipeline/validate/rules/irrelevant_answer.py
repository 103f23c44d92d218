"""The question is answered although, given the other answers, the form does not ask it.

One of the two is a slip: this answer, or the one that makes the question superfluous. Not assessed where the cell says
in words that there is no answer, or where a reason for its absence is given.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="irrelevant_answer",
    version=1,
    description=__doc__,
    severity="warning",
    where=(
        IS_QUESTION,
        Where("relevant", "==", False),
        Where("problem", "!=", "no_value_word"),
        Where("missing_reason", "missing"),
    ),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "filled", "value_set": [False]},
    words=Words(
        "This question is not asked of you, because of your other answers, and yet it is answered with “%(seen)s”.",
        "Please empty this answer, or correct the answer that this question depends on.",
    ),
)
