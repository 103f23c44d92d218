"""A document is given as evidence without its date.

Assessed for the question with the role ``evidence_date`` where its row answers the title or the link of a document, and
where neither a date nor a reason is given; not where the form requires the date, since rule ``required_answer`` speaks then.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_ASKED, Rule, Where, Words

RULE = Rule(
    name="evidence_undated",
    version=1,
    description=__doc__,
    severity="warning",
    where=(
        *IS_ASKED,
        Where("role", "==", "evidence_date"),
        Where("beside_evidence", "==", True),
        Where("filled", "==", False),
        Where("needed", "==", False),
    ),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "accounted", "value_set": [True]},
    words=Words(
        "A document is given as evidence, and not its date.",
        "Please give the date of the document or, if you cannot, choose a reason in the column for reasons.",
    ),
)
