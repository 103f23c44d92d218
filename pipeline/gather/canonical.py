"""Answers of web forms, which come in the form's own notation: "1.234" is a number there, and nothing is ambiguous.

ODK Central and KoboToolbox give what the form engine stored: numbers with a decimal point, dates in ISO 8601, codes of
choices separated by blanks, the names of attachments. Whatever is written otherwise did not come from the form, and is a
problem like any other, never a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from pipeline.gather.link_text import is_link
from pipeline.gather.no_value_text import no_value_word
from pipeline.gather.number_text import LARGEST, plain
from pipeline.gather.parsed import Parsed
from pipeline.gather.values import CELL_LIMIT
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text

# Form engines that run on Java store decimals as "1.0E7".
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
# Attachments have a name without a folder; a backslash, a colon or a control character would make it something else.
_FILE_NAME = re.compile(r"[^/\\:*?\"<>|\x00-\x1f\x7f]{1,255}")


def parse_canonical(text: str, question: Question, form: Form) -> Parsed | None:
    """Read an answer that a web form stored.

    Args:
        text: What was stored.
        question: The question, of a type that a member answers.
        form: The questionnaire.

    Returns:
        The answer, read as ``canonical`` (``text`` for texts, ``attachment`` for names of attached files, ``link`` for
        web addresses), or its problem: not_a_number, not_an_integer, out_of_range, not_a_date, not_a_choice,
        not_a_link, no_value_word, too_long. None where it is blank.
    """
    raw = clean_text(text)
    stripped = raw.strip(" \t\n\u00a0\u200b\ufeff")
    if not stripped:
        return None
    if len(raw) > CELL_LIMIT:
        return Parsed(raw[:CELL_LIMIT], problem="too_long")
    if question.is_numeric:
        return _number(raw, stripped, question)
    match question.type:
        case "date":
            return _date(raw, stripped)
        case "select_one" | "select_multiple":
            return _choices(raw, stripped, question, form)
        case "file":
            return _file(raw, stripped)
        case _:
            says_none, hint = no_value_word(stripped, form)
            if says_none:
                return Parsed(raw, problem="no_value_word", missing_hint=hint)
            return Parsed(raw, value=stripped, read_as="text")


def _number(raw: str, stripped: str, question: Question) -> Parsed:
    if not _NUMBER.fullmatch(stripped):
        return Parsed(raw, problem="not_a_number")
    number = Decimal(stripped)
    if abs(number) >= LARGEST:
        return Parsed(raw, problem="out_of_range")
    if number and number.adjusted() < -40:  # which would be written out below, nought by nought
        return Parsed(raw, problem="not_a_number")
    if question.type == "integer" and number != number.to_integral_value():
        return Parsed(raw, problem="not_an_integer")
    return Parsed(raw, value=plain(number), number=float(number), read_as="canonical")


def _date(raw: str, stripped: str) -> Parsed:
    match = _DATE.fullmatch(stripped)
    try:
        day = dt.date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    if day is None or match is None:
        return Parsed(raw, problem="not_a_date")
    # A day with an offset is the day at the sender's place; a moment in UTC may be another day there.
    if match[3] == "Z" and match[2].strip("0:."):
        return Parsed(raw, problem="not_a_date")
    return Parsed(raw, value=day.isoformat(), date=day, read_as="canonical")


def _choices(raw: str, stripped: str, question: Question, form: Form) -> Parsed:
    codes = stripped.split() if question.type == "select_multiple" else [stripped]
    known = [choice.code for choice in form.choices.get(question.choices or "", ())]
    if not set(codes) <= set(known):
        return Parsed(raw, problem="not_a_choice")
    return Parsed(raw, value=" ".join(code for code in known if code in codes), read_as="canonical")


def _file(raw: str, stripped: str) -> Parsed:
    if is_link(stripped):
        return Parsed(raw, value=stripped, read_as="link")
    if _FILE_NAME.fullmatch(stripped) and stripped.strip(". "):
        return Parsed(raw, value=stripped, read_as="attachment")
    return Parsed(raw, problem="not_a_link")
