"""A commitment is said to be complete, and nothing is given that shows it.

Evidence is the title or the link of a document in the commitment's own row (roles ``evidence_title``, ``evidence_link``), or
a row of documents that names the commitment (role ``evidence_of``). Assessed for the question with the role ``status`` in a
table of repeats, where it is answered with ``complete``; not where the form asks for no evidence in that row and the member
has no row of documents.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="complete_without_evidence",
    version=1,
    description=__doc__,
    severity="error",
    where=(*IS_SOUND, Where("role", "==", "status"), Where("value", "==", "complete"), Where("row", "!=", "")),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "has_evidence", "value_set": [True]},
    words=Words(
        "The commitment is reported as complete, and no document is given that shows it.",
        "Please give at least the title of a document that shows it, or correct the status.",
    ),
)
