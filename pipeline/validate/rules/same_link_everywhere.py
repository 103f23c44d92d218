"""The same link stands as evidence in three rows or more.

A link to a home page shows nothing about any one commitment. The rows of commitments and of documents count together, and
every one of them is named. Assessed for questions with the role ``evidence_link``.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="same_link_everywhere",
    version=1,
    description=__doc__,
    severity="query",
    where=(*IS_SOUND, Where("role", "==", "evidence_link")),
    expectation="ExpectColumnValuesToBeBetween",
    arguments={"column": "rows_with_link", "max_value": 2},
    words=Words(
        "The link “%(seen)s” stands as evidence in three rows or more.",
        "Please give for each commitment the address of the page or document that is about it.",
    ),
)
