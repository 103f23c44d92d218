"""What a member is told about an answer that cannot be read, by the code of the problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.validate.rule import Words

_NUMBER: Final = (
    "Please write the number with digits only, for example 1250 or 12.5, and put all words into the comment."
)
_DATE: Final = "Please write the date as year, month and day, for example 2014-06-30."
_CHOICE: Final = "Please choose one of these answers: %(choices)s."

WORDS: Final = Words("We cannot read the answer “%(seen)s”.", "Please write it again, as the question asks.")
"""For a problem that has no words of its own."""

WORDS_BY_PROBLEM: Final[Mapping[str, Words]] = {
    "ambiguous_number": Words(
        "The number “%(seen)s” can be read in two ways, so we have not used it.",
        "Please write it without separators of thousands, for example 1234 or 1.25.",
    ),
    "ambiguous_date": Words(
        "The date “%(seen)s” can be read in two ways (day first or month first), so we have not used it.", _DATE
    ),
    "ambiguous_percent": Words(
        "We read “%(seen)s”; in a cell with percentages this can mean two things.",
        "Please write the percentage as a number with the words, for example 50 percent for one half.",
    ),
    "not_a_number": Words("We cannot read “%(seen)s” as a number.", _NUMBER),
    "not_an_integer": Words(
        "We read “%(seen)s”, but the question asks for a whole number.", "Please write a whole number."
    ),
    "unexpected_unit": Words(
        "“%(seen)s” comes with a unit that the question does not ask for.",
        "Please give the number in the unit of the question, without the unit.",
    ),
    "inexact_number": Words(
        "“%(seen)s” does not say one exact number, so we have not used it.",
        "Please write one number with digits only; if it is an estimate, say so in the comment.",
    ),
    "out_of_range": Words("The number “%(seen)s” is too large to be meant.", "Please correct the number."),
    "date_instead_of_number": Words(
        "The cell holds a date or a time (“%(seen)s”), but the question asks for a number.",
        "Please format the cell as a number and write the number again.",
    ),
    "not_a_date": Words("We cannot read “%(seen)s” as a date.", _DATE),
    "incomplete_date": Words("The date “%(seen)s” is not complete.", _DATE),
    "not_a_choice": Words("“%(seen)s” is none of the answers in the list.", _CHOICE),
    "ambiguous_choice": Words("“%(seen)s” can stand for more than one answer in the list.", _CHOICE),
    "no_value_word": Words(
        "“%(seen)s” says that there is no answer, but not why.",
        "Please empty the cell and choose a reason in the column for reasons.",
    ),
    "not_a_link": Words(
        "“%(seen)s” is not a web address.",
        "Please give the address of the document on the web, beginning with https://, or describe the document in the "
        "comment.",
    ),
    "too_long": Words(
        "The text is longer than a cell can hold.",
        "Please shorten it, or send the whole text as a document of its own.",
    ),
    "error_value": Words(
        "There is the error “%(seen)s” in the cell and no answer.", "Please write the answer itself into the cell."
    ),
    "formula_without_value": Words(
        "There is a formula in the cell whose result was not saved.", "Please write the result itself into the cell."
    ),
}
