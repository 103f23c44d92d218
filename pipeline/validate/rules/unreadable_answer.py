"""Something stands in the answer cell, and no value of the question's type can be read from it with certainty.

What may mean two things (1.234, 03/04/2014) is asked, never guessed. Not assessed where the form does not ask the
question, nor where the question stands in the workbook twice with different answers: the note ``conflicting_rows``
speaks of that.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_QUESTION, Rule, Where
from pipeline.validate.unreadable import WORDS, WORDS_BY_PROBLEM

RULE = Rule(
    name="unreadable_answer",
    version=1,
    description=__doc__,
    severity=None,
    where=(
        IS_QUESTION,
        Where("relevant", "==", True),
        Where("filled", "==", True),
        Where("problem", "!=", "conflicting_rows"),
    ),
    expectation="ExpectColumnValuesToBeNull",
    arguments={"column": "problem"},
    words=WORDS,
    words_by_problem=WORDS_BY_PROBLEM,
)
