"""Too few of a goal's questions are answered or excused for a score of it to be shown.

Counted as in the table ``completeness``: the questions about the goal that the form asks of the member, those in the rows
of its commitments included. What is enough, the alliance decides (``scoring.threshold``). The finding stands at the first
of these questions outside of tables of repeats.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_ASKED, Rule, Where, Words

RULE = Rule(
    name="too_few_accounted",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_ASKED, Where("row", "==", "")),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "enough", "value_set": [True]},
    words=Words(
        "So few of the questions about the goal that this question belongs to have an answer, or a reason for its absence, that we cannot rate your progress towards it.",
        "Please answer the open questions about this goal or, where you cannot, choose a reason in the column for reasons.",
    ),
)
