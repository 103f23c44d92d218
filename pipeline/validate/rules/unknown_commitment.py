"""A document is said to belong to a commitment that the member does not have.

A member's commitments are those in force in the register and the new ones that it adds. Assessed for questions with the
role ``evidence_of``; not where the form's own rule says already that the answer is no number of a commitment.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where, Words

RULE = Rule(
    name="unknown_commitment",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION, Where("role", "==", "evidence_of"), Where("answered", "==", True)),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "names_commitment", "value_set": [True]},
    words=Words(
        "You have no commitment with the number “%(seen)s”.",
        "Please give the number of the commitment that the document belongs to, as it stands in the table of commitments.",
    ),
)
