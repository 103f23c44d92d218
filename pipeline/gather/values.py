"""Reading one cell as the answer to one question: the raw text, the value and the rule used are all kept.

What can be meant in two ways, or not at all, becomes a problem and never a guess.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pipeline.gather.cells import Cell
from pipeline.gather.choice_text import read_choice, read_choices
from pipeline.gather.date_text import read_date, read_serial
from pipeline.gather.no_value_text import no_value_word
from pipeline.gather.number_text import LARGEST, fold, plain, read_number
from pipeline.gather.parsed import Parsed
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text

CELL_LIMIT = 32_767
"""Characters that a cell of Excel can hold; a longer text comes from another program and would be cut there."""


def raw_text(cell: Cell) -> str:
    """What stands in a cell, as text: numbers with a decimal point, dates in ISO 8601, truth as TRUE and FALSE."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
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


def parse_value(cell: Cell, question: Question, form: Form, language: str | None = None) -> Parsed | None:
    """Read a cell as the answer to a question.

    Args:
        cell: What stands in the cell.
        question: The question, of a type that a member answers.
        form: The questionnaire.
        language: Language of the workbook, the form's first by default; it tells ``label`` from
            ``label_other_language``, and nothing else.

    Returns:
        The answer or its problem; None where the cell is blank.
    """
    raw = raw_text(cell)
    if not raw.strip(" \t\n\u00a0\u200b\ufeff"):
        return None
    if len(raw) > CELL_LIMIT:
        return Parsed(raw[:CELL_LIMIT], problem="too_long")
    parsed = _READERS[question.type](cell, raw, question, form, language or form.languages[0])
    if isinstance(cell, str) and (parsed.problem or question.type == "text"):
        says_none, hint = no_value_word(raw, form)
        if says_none:
            return Parsed(raw, problem="no_value_word", missing_hint=hint)
    return parsed


def _text(cell: Cell, raw: str, _question: Question, _form: Form, _language: str) -> Parsed:
    if isinstance(cell, str):
        return Parsed(raw, value=raw.strip(" \t\n\u00a0"), read_as="text")
    return Parsed(raw, value=raw, read_as="exact")


def _number(cell: Cell, raw: str, question: Question, form: Form, _language: str) -> Parsed:
    if isinstance(cell, bool):
        return Parsed(raw, problem="not_a_number")
    if isinstance(cell, int | float):
        return _checked_number(raw, _decimal(cell), "exact", question, typed_in_cell=True)
    if not isinstance(cell, str):
        # Excel takes "1.5" or "3/4" for a day and "48:00" for a time of day.
        return Parsed(raw, problem="date_instead_of_number")
    read = read_number(raw, [question.unit, *(question.texts.get("unit", language) for language in form.languages)])
    if read.number is None or read.read_as is None:
        return Parsed(raw, problem=read.problem)
    return _checked_number(raw, read.number, read.read_as, question, typed_in_cell=False)


def _checked_number(raw: str, number: Decimal, read_as: str, question: Question, *, typed_in_cell: bool) -> Parsed:
    if abs(number) >= LARGEST:
        return Parsed(raw, problem="out_of_range")
    # Excel stores 50 % as 0.5 and keeps the percent sign as a mere format, which does not reach us.
    if typed_in_cell and fold(question.unit) in ("%", "percent") and 0 < abs(number) <= 1:
        return Parsed(raw, problem="ambiguous_percent")
    if question.type == "integer" and number != number.to_integral_value():
        return Parsed(raw, problem="not_an_integer")
    return Parsed(raw, value=plain(number), number=float(number), read_as=read_as)


def _date(cell: Cell, raw: str, _question: Question, form: Form, _language: str) -> Parsed:
    if isinstance(cell, dt.datetime):
        return _dated(raw, cell.date(), "exact")
    if isinstance(cell, dt.date):
        return _dated(raw, cell, "exact")
    if isinstance(cell, bool | dt.time | dt.timedelta):
        return Parsed(raw, problem="not_a_date")
    read = read_date(cell, form.languages) if isinstance(cell, str) else read_serial(cell)
    if read.date is None or read.read_as is None:
        return Parsed(raw, problem=read.problem)
    return _dated(raw, read.date, read.read_as)


def _dated(raw: str, day: dt.date, read_as: str) -> Parsed:
    return Parsed(raw, value=day.isoformat(), date=day, read_as=read_as)


def _select_one(_cell: Cell, raw: str, question: Question, form: Form, language: str) -> Parsed:
    read = read_choice(raw, question.choices or "", form, language)
    return Parsed(raw, value=" ".join(read.codes) or None, read_as=read.read_as, problem=read.problem)


def _select_multiple(_cell: Cell, raw: str, question: Question, form: Form, language: str) -> Parsed:
    read = read_choices(raw, question.choices or "", form, language)
    return Parsed(raw, value=" ".join(read.codes) or None, read_as=read.read_as, problem=read.problem)


_READERS = {
    "text": _text,
    "integer": _number,
    "decimal": _number,
    "date": _date,
    "select_one": _select_one,
    "select_multiple": _select_multiple,
}


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
