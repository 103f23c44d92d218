"""A question is answered, and yet a reason is chosen for its not being answered.

The answer is used and the reason is not, unless the member says otherwise.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="reason_beside_answer",
    version=1,
    description=__doc__,
    severity="query",
    where=(IS_QUESTION, Where("answered", "==", True)),
    expectation="ExpectColumnValuesToBeNull",
    arguments={"column": "missing_reason"},
    words=Words(
        "There is an answer, “%(seen)s”, and beside it a reason why there is none. We use the answer.",
        "Please empty the reason if the answer is right, or empty the answer if the reason is.",
    ),
)
