"""A choice is made that the form does not offer, given the other answers (column ``choice_filter``).

Of several choices, one that is not offered is enough. Not assessed where the form does not ask the question, where it
offers every choice of the list, or where what it offers depends on an answer that is missing.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="choice_not_offered",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION, Where("answered", "==", True), Where("relevant", "==", True)),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "offered", "value_set": [True]},
    words=Words(
        "“%(seen)s” is not among the answers that this question offers, given your other answers.",
        "Please choose another answer, or correct the answer that the list depends on.",
    ),
)
