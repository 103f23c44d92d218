"""The reason for a missing answer is none of those that the questionnaire offers, so that it cannot be accepted."""

from __future__ import annotations

from pipeline.questionnaire.form import MISSING_REASONS
from pipeline.validate.rule import IS_QUESTION, Rule, Words

RULE = Rule(
    name="unknown_reason",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION,),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "missing_reason", "value_set": list(MISSING_REASONS)},
    words=Words(
        "The reason given for the missing answer is none of those in the list.",
        "Please choose one of these reasons: %(reasons)s.",
    ),
)
