"""Reading one cell as the answer to one question: the raw text, the value and the rule used are all kept.

What can be meant in two ways, or not at all, becomes a problem and never a guess.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pipeline.gather.cells import Cell, Percentage
from pipeline.gather.choice_text import read_choice, read_choices
from pipeline.gather.date_text import read_date, read_serial
from pipeline.gather.error_text import is_error
from pipeline.gather.link_text import is_link
from pipeline.gather.no_value_text import no_value_word, says_nothing
from pipeline.gather.number_text import LARGEST, ReadNumber, is_percent, plain, read_number
from pipeline.gather.parsed import Parsed
from pipeline.gather.vocabulary import vocabulary_of
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text

CELL_LIMIT = 32_767
"""Characters that a cell of Excel can hold; a longer text comes from another program and would be cut there."""


def raw_text(cell: Cell) -> str:
    """What stands in a cell, as text: numbers with a decimal point, percentages with their sign, dates in ISO 8601, truth as TRUE and FALSE."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case Percentage():
            return f"{plain(_decimal(cell) * 100)}%"
        case int() | float():
            return plain(_decimal(cell))
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return cell.isoformat()
        case dt.timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
        case _:
            # The parser has decoded the _xHHHH_ escapes already; doing it twice would change what was typed.
            return clean_text(cell)


def _decimal(number: float) -> Decimal:
    # 15 significant digits are what Excel shows and stores reliably: 0.1 + 0.2 is 0.3 there.
    return Decimal(number) if isinstance(number, int) else Decimal(f"{number:.15g}")


def parse_value(
    cell: Cell, question: Question, form: Form, language: str | None = None, *, from_1904: bool = False
) -> Parsed | None:
    """Read a cell as the answer to a question.

    Args:
        cell: What stands in the cell.
        question: The question, of a type that a member answers.
        form: The questionnaire.
        language: Language of the workbook, the form's first by default; it tells ``label`` from
            ``label_other_language``, and nothing else.
        from_1904: Whether the workbook counts its days from 1904, which tells what a bare number means as a date.

    Returns:
        The answer or its problem; None where the cell is blank.
    """
    raw = raw_text(cell)
    if not raw.strip(" \t\n\u00a0\u200b\ufeff"):
        return None
    if len(raw) > CELL_LIMIT:
        return Parsed(raw[:CELL_LIMIT], problem="too_long")
    if isinstance(cell, str) and is_error(raw):
        return Parsed(raw, problem="error_value")
    if question.type == "date":
        parsed = _date(cell, raw, form, from_1904=from_1904)
    elif question.is_numeric:
        parsed = _number(cell, raw, question, form)
    else:
        parsed = _words(cell, raw, question, form, language or form.languages[0])
    if isinstance(cell, str) and (parsed.problem or question.type == "text"):
        says_none, hint = no_value_word(raw, form)
        # "None" is an answer in words, and may be a zero among numbers.
        if says_none or (question.type in ("date", "select_one", "select_multiple", "file") and says_nothing(raw)):
            return Parsed(raw, problem="no_value_word", missing_hint=hint)
    return parsed


def _words(cell: Cell, raw: str, question: Question, form: Form, language: str) -> Parsed:
    if question.type in ("select_one", "select_multiple"):
        read = (read_choice if question.type == "select_one" else read_choices)(
            raw, question.choices or "", form, language
        )
        return Parsed(raw, value=" ".join(read.codes) or None, read_as=read.read_as, problem=read.problem)
    stripped = raw.strip(" \t\n\u00a0\u200b\ufeff")
    if question.type == "file":
        return Parsed(raw, value=stripped, read_as="link") if is_link(stripped) else Parsed(raw, problem="not_a_link")
    return Parsed(raw, value=stripped, read_as="text" if isinstance(cell, str) else "exact")


def _number(cell: Cell, raw: str, question: Question, form: Form) -> Parsed:
    units = vocabulary_of(form).units.get(question.code, (question.unit,))
    if isinstance(cell, bool):
        return Parsed(raw, problem="not_a_number")
    asks_percent = any(map(is_percent, units))
    if isinstance(cell, Percentage):
        # Excel stores what it shows as 50% as 0.5.
        if not asks_percent:
            return Parsed(raw, problem="unexpected_unit")
        return _checked_number(raw, _decimal(cell) * 100, "percent", question)
    if isinstance(cell, int | float):
        read = ReadNumber(_decimal(cell), "exact")
    elif isinstance(cell, str):
        read = read_number(raw, units)
    else:
        # Excel takes "1.5" or "3/4" for a day and "48:00" for a time of day.
        return Parsed(raw, problem="date_instead_of_number")
    if read.number is None or read.read_as is None:
        return Parsed(raw, problem=read.problem)
    # Without the sign, one half may be meant as such or as 50 %.
    if asks_percent and read.read_as != "percent" and 0 < abs(read.number) <= 1:
        return Parsed(raw, problem="ambiguous_percent")
    return _checked_number(raw, read.number, read.read_as, question)


def _checked_number(raw: str, number: Decimal, read_as: str, question: Question) -> Parsed:
    if abs(number) >= LARGEST:
        return Parsed(raw, problem="out_of_range")
    if question.type == "integer" and number != number.to_integral_value():
        return Parsed(raw, problem="not_an_integer")
    # Spreadsheet programs have a zero below zero, and nobody means it.
    return Parsed(raw, value=plain(number), number=float(number) or 0.0, read_as=read_as)


def _date(cell: Cell, raw: str, form: Form, *, from_1904: bool) -> Parsed:
    if isinstance(cell, dt.datetime):
        return _dated(raw, cell.date(), "exact")
    if isinstance(cell, dt.date):
        return _dated(raw, cell, "exact")
    if isinstance(cell, bool | dt.time | dt.timedelta | Percentage):
        return Parsed(raw, problem="not_a_date")
    read = read_date(cell, form.languages) if isinstance(cell, str) else read_serial(cell, from_1904=from_1904)
    if read.date is None or read.read_as is None:
        return Parsed(raw, problem=read.problem)
    return _dated(raw, read.date, read.read_as)


def _dated(raw: str, day: dt.date, read_as: str) -> Parsed:
    return Parsed(raw, value=day.isoformat(), date=day, read_as=read_as)


def parse_reason(cell: Cell, form: Form, language: str) -> Parsed | None:
    """Read a cell of the column of missing-reasons: a label in any language of the form, a code or a usual word.

    Returns:
        The code of the reason as ``value``, or the problem ``not_a_reason``; None where the cell is blank.
    """
    raw = raw_text(cell)
    if not raw.strip():
        return None
    read = read_choice(raw, "missing_reason", form, language)
    if read.codes:
        return Parsed(raw, value=read.codes[0], read_as=read.read_as)
    _, hint = no_value_word(raw, form)
    if hint:
        return Parsed(raw, value=hint, read_as="text")
    return Parsed(raw, problem="not_a_reason")
