"""The values of questions in cells, as their reader would type them, and what a value looked like in earlier cycles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from pipeline.questionnaire import formats as look
from pipeline.questionnaire import layout
from pipeline.questionnaire.book import CELL_LIMIT, Book, cut, write_text
from pipeline.questionnaire.filling import Beside, Entry
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def write_value(
    sheet: Worksheet,
    row: int,
    column: int,
    book: Book,
    question: Question,
    value: str,
    style: str,
    num_format: str | None = None,
) -> None:
    """Write a value of a question as its reader would type it: a number, a date, the labels of choices, or text.

    Args:
        sheet: The sheet.
        row: Zero-based row.
        column: Zero-based column.
        book: The workbook.
        question: The question.
        value: The value in the form's own notation; '' leaves the cell empty.
        style: Name of the style.
        num_format: Number format in place of the question's own.
    """
    cell_format = book.formats(style, number_format(question) if num_format is None else num_format)
    written = written_value(book.form, book.language, question, value)
    if isinstance(written, datetime):
        sheet.write_datetime(row, column, written, cell_format)
    elif isinstance(written, float | int):
        sheet.write_number(row, column, written, cell_format)
    else:
        write_text(sheet, row, column, written, cell_format)


def written_value(form: Form, language: str, question: Question, value: str) -> float | datetime | str:
    """What is written into a cell for a value.

    Args:
        form: The questionnaire.
        language: Language of the workbook.
        question: The question.
        value: The value in the form's own notation.
    """
    number, day = _number(question, value), _day(question, value)
    if number is not None:
        return number
    return shown_text(form, language, question, value) if day is None else day


def write_entry(
    sheet: Worksheet, row: int, column: int, book: Book, question: Question, entry: Entry, style: str
) -> str:
    """Write what stands in an answer cell.

    Args:
        sheet: The sheet.
        row: Zero-based row.
        column: Zero-based column.
        book: The workbook.
        question: The question.
        entry: What stands there.
        style: Name of the style.

    Returns:
        What the cell shows, as far as it is text.
    """
    if entry.is_unset:
        # The one formula without a result that can do no harm; what the member's own was is not known.
        nothing: Any = ""  # XlsxWriter declares results as numbers
        sheet.write_formula(row, column, '=""', book.formats(style, number_format(question)), nothing)
    elif entry.typed:
        write_text(sheet, row, column, entry.typed, book.formats(style, number_format(question)))
    else:
        write_value(sheet, row, column, book, question, entry.value, style)
    if entry.note:
        sheet.write_comment(row, column, cut(clean_text(entry.note), CELL_LIMIT), {"x_scale": 2})
    return entry.typed or shown_text(book.form, book.language, question, entry.value)


def write_beside(sheet: Worksheet, row: int, column: int, book: Book, beside: Beside) -> None:
    """Write the reason for a missing answer, as its drop-down has it, and the comment into the column behind it."""
    write_text(sheet, row, column, reason_words(book, beside.reason), book.formats("reason"))
    write_text(sheet, row, column + 1, beside.comment, book.formats("comment"))


def reason_words(book: Book, reason: str) -> str:
    """A reason for a missing answer in the workbook's language; '' for none."""
    return book.form.choice_label(layout.MISSING_REASON_LIST, reason, book.language) or reason if reason else ""


def write_earlier(sheet: Worksheet, row: int, column: int, book: Book, question: Question, key: str) -> str:
    """Write what was said of a question in the latest earlier cycle, with that cycle's name if it is not the last one.

    The name is part of the number format, so that who copies the cell copies the value alone; only before texts that
    were typed it is a part of them.

    Args:
        sheet: The sheet.
        row: Zero-based row.
        column: Zero-based column.
        book: The workbook.
        question: The question.
        key: Key of the row in the question's repeat; '' outside.

    Returns:
        What the cell shows.
    """
    value, cycle = book.previous.get((key, question.code), ""), book.older.get((key, question.code), "")
    if not (value and cycle):
        write_value(sheet, row, column, book, question, value, "previous")
        return shown_text(book.form, book.language, question, value)
    shown = f"{cycle}: {shown_text(book.form, book.language, question, value)}"
    if question.type in ("text", "file"):
        write_text(sheet, row, column, shown, book.formats("previous", look.TEXT_FORMAT))
    else:
        write_value(sheet, row, column, book, question, value, "previous", _dated(question, value, cycle))
    return shown


def _dated(question: Question, value: str, cycle: str) -> str:
    """The number format of a value with the name of its cycle before it."""
    # Some programs end a section of a format at a semicolon even between quotation marks.
    before = '"' + cut(clean_text(cycle), 40).replace('"', "'").replace(";", ",") + ': "'
    if _number(question, value) is not None:
        usual = number_format(question) or "General"
        return f"{before}{usual};{before}-{usual}"
    return before + (look.DATE_FORMAT if _day(question, value) else look.TEXT_FORMAT)


def number_format(question: Question) -> str:
    """The number format of a question's answer cell; text and choices stay what was typed, and dates are ISO dates."""
    if question.is_numeric:
        is_year = question.unit == "year" or (question.role or "").endswith("year")
        whole = look.YEAR_FORMAT if is_year else look.INTEGER_FORMAT
        return whole if is_whole(question) else ""
    return look.DATE_FORMAT if question.type == "date" else look.TEXT_FORMAT


def is_whole(question: Question) -> bool:
    """Whether only whole numbers answer a question."""
    limits = question.number_range
    if limits is not None:
        return all(float(part).is_integer() for part in (limits.start, limits.end, limits.step))
    return question.type == "integer"


def _number(question: Question, value: str) -> float | None:
    # Beyond 15 digits Excel would change the number: then it stays text.
    if not question.is_numeric or not _NUMBER.fullmatch(value) or len(value.strip("-").replace(".", "")) > 15:
        return None
    return float(value)


def _day(question: Question, value: str) -> datetime | None:
    if question.type != "date":
        return None
    try:
        day = datetime.combine(date.fromisoformat(value), time())
    except ValueError:
        return None
    return day if day >= datetime(1900, 3, 1) else None  # noqa: DTZ001 - cells have no time zone; Excel takes 1900 for a leap year, and has nothing before it


def shown_text(form: Form, language: str, question: Question, value: str) -> str:
    """A value as text for a reader: the labels of choices in a language, all else as it is.

    Args:
        form: The questionnaire.
        language: Language of the reader.
        question: The question.
        value: The value in the form's own notation.
    """
    if not question.choices:
        return value
    codes: Sequence[str] = value.split(" ") if question.type == "select_multiple" else [value]
    labels = [form.choice_label(question.choices, code, language) for code in codes if code]
    return layout.CHOICE_SEPARATOR.join(labels)
