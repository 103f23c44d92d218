"""A text in the member's own words is that of the last cycle, word for word.

It may well hold again: it is a query. Case and blanks do not count. Assessed for questions of type text without a role or
with the role ``change``, ``achievements``, ``obstacles`` or ``priorities``, where the text has 40 characters or more.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="same_text_as_before",
    version=1,
    description=__doc__,
    severity="query",
    where=(*IS_SOUND, Where("type", "==", "text")),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "repeats_text", "value_set": [False]},
    words=Words(
        "This text is the one of the last questionnaire that you returned, word for word.",
        "Please say what is new, or confirm in the comment that it all still holds.",
    ),
)
