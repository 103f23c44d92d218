"""The whole answer is a phrase that says nothing, such as "ok" or "to be completed".

The phrases are those of the alliance (``phrases.csv``, kind ``empty``), compared without case, accents, punctuation and
blanks. Assessed for questions of type text. Words that mean that there is no answer ("n/a") are not read as one, so that
rule ``unreadable_answer`` speaks of them.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="empty_phrase",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_SOUND, Where("type", "==", "text")),
    expectation="ExpectColumnValuesToNotBeInSet",
    arguments={"column": "phrase", "value_set": ["empty"]},
    words=Words(
        "The answer “%(seen)s” says nothing about what the question asks.",
        "Please answer the question or, if you cannot, empty the cell and choose a reason in the column for reasons.",
    ),
)
