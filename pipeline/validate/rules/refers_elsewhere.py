"""The whole answer refers to another document instead of answering, such as "see last report" or "no change".

The phrases are those of the alliance (``phrases.csv``, kind ``elsewhere``), compared without case, accents, punctuation and
blanks; a year or a number may follow. Assessed for questions of type text.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="refers_elsewhere",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_SOUND, Where("type", "==", "text")),
    expectation="ExpectColumnValuesToNotBeInSet",
    arguments={"column": "phrase", "value_set": ["elsewhere"]},
    words=Words(
        "The answer “%(seen)s” refers to something that the reader of the report does not have.",
        "Please write here what is the case now, even if it has not changed.",
    ),
)
