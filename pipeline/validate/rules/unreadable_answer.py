"""Something stands in the answer cell, and no value of the question's type can be read from it with certainty.

What may mean two things (1.234, 03/04/2014) is asked, never guessed. Assessed for every question that has something in
its answer cell, asked or not; a word for "no answer" beside a chosen reason is no problem.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where
from pipeline.validate.unreadable import WORDS, WORDS_BY_PROBLEM

RULE = Rule(
    name="unreadable_answer",
    version=1,
    description=__doc__,
    severity=None,
    where=(IS_QUESTION, Where("filled", "==", True)),
    expectation="ExpectColumnValuesToBeNull",
    arguments={"column": "problem"},
    words=WORDS,
    words_by_problem=WORDS_BY_PROBLEM,
)
