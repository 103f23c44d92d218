"""The sheets of questions and of repeats in a member's workbook (see ``layout`` for what a reader relies on)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import (
    Book,
    add_reason,
    add_validation,
    begin_sheet,
    finish_sheet,
    number_format,
    shown_text,
    write_text,
    write_value,
)
from pipeline.questionnaire.form import Question, Section
from pipeline.questionnaire.formats import height

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

A4: Final = 9
A3: Final = 8

_WIDTHS: Final = {
    layout.CODE: 18,
    layout.QUESTION: 58,
    layout.ANSWER: 36,
    layout.UNIT: 12,
    layout.REASON: 20,
    layout.COMMENT: 34,
    layout.PREVIOUS: 26,
}
_LEAST_LINES: Final = {"text": 3, "select_multiple": 2}
"""Room for answers: a row of fixed height does not grow while somebody types."""
_TYPE_WIDTHS: Final = {"text": 30, "select_one": 20, "select_multiple": 28, "integer": 13, "decimal": 13, "date": 13}


@dataclass(frozen=True)
class Counted:
    """Where the answers of a section stand, for the completeness on the first sheet.

    Attributes:
        section: The section.
        sheet: Name of its sheet.
        first, last: Zero-based rows of the first and last answer.
        columns: Zero-based columns of answers that are counted.
        cells: How many cells are counted.
        filled: How many of them are filled from the start.
    """

    section: Section
    sheet: str
    first: int
    last: int
    columns: tuple[int, ...]
    cells: int
    filled: int


def write_question_sheet(book: Book, section: Section) -> Counted:
    """Write a section without a repeat: a row per question.

    Args:
        book: The workbook.
        section: The section.

    Returns:
        Where its answers stand.
    """
    title = section.texts.get("label", book.language) or section.code
    sheet = book.add_sheet(title)
    heading = begin_sheet(sheet, book, layout.QUESTION_COLUMNS, title)
    for column, (marker, words) in enumerate(_headings(book).items()):
        sheet.set_column(column, column, _WIDTHS[marker])
        write_text(sheet, heading, column, words, book.formats("heading"))
    sheet.freeze_panes(heading + 1, 2)
    row = heading
    for question in book.form.in_section(section.code):
        if question.type == "calculate":
            continue
        row += 1
        if question.type == "note":
            _write_note(sheet, row, book, question)
        else:
            _write_question(sheet, row, book, question)
    finish_sheet(sheet, book, paper=A4, heading=heading)
    asked = [question for question in book.form.asked if question.section == section.code]
    answer = layout.QUESTION_COLUMNS.index(layout.ANSWER)
    return Counted(section, str(sheet.get_name()), heading + 1, max(row, heading + 1), (answer,), len(asked), 0)


def _headings(book: Book) -> Mapping[str, str]:
    text = book.catalogue.text
    return {
        layout.CODE: text("Code"),
        layout.QUESTION: text("Question"),
        layout.ANSWER: text("Your answer"),
        layout.UNIT: text("Unit"),
        layout.REASON: text("No answer? Reason"),
        layout.COMMENT: text("Comment"),
        layout.PREVIOUS: text("Your last answer"),
    }


def _write_note(sheet: Worksheet, row: int, book: Book, note: Question) -> None:
    style = book.formats("note")
    for column in range(len(layout.QUESTION_COLUMNS)):
        sheet.write_blank(row, column, None, style)
    last = len(layout.QUESTION_COLUMNS) - 1
    sheet.merge_range(row, 1, row, last, "", style)
    words = note.texts.get("label", book.language)
    write_text(sheet, row, 1, words, style)
    sheet.set_row(row, height([(words, sum(_WIDTHS.values()) - _WIDTHS[layout.CODE])]))


def _write_question(sheet: Worksheet, row: int, book: Book, question: Question) -> None:
    formats = book.formats
    columns = {marker: column for column, marker in enumerate(layout.QUESTION_COLUMNS)}
    sheet.write_string(row, columns[layout.CODE], question.code, formats("code"))
    wording = _write_wording(sheet, row, columns[layout.QUESTION], book, question)
    sheet.write_blank(row, columns[layout.ANSWER], None, formats("answer", number_format(question)))
    add_validation(sheet, row, columns[layout.ANSWER], book, question)
    write_text(sheet, row, columns[layout.UNIT], unit_words(book, question), formats("unit"))
    add_reason(sheet, row, columns[layout.REASON], book)
    sheet.write_blank(row, columns[layout.COMMENT], None, formats("comment"))
    said = book.previous.get(("", question.code), "")
    write_value(sheet, row, columns[layout.PREVIOUS], book, question, said, "previous")
    texts = [
        (wording, _WIDTHS[layout.QUESTION]),
        (question.code, 1.3 * _WIDTHS[layout.CODE]),
        (shown_text(book, question, said), _WIDTHS[layout.PREVIOUS]),
    ]
    sheet.set_row(row, height(texts, _LEAST_LINES.get(question.type, 1)))


def _write_wording(sheet: Worksheet, row: int, column: int, book: Book, question: Question) -> str:
    """The question, an asterisk where an answer is always wanted, and below it the hint and the choices."""
    formats = book.formats
    label = question.texts.get("label", book.language) or question.code
    hints = [question.texts.get("hint", book.language)]
    if question.type == "select_multiple" and question.choices:
        choices = layout.CHOICE_SEPARATOR.join(book.labels(question.choices))
        hints.append(book.catalogue.text("One or more, with a semicolon between them: %(choices)s", choices=choices))
    soft = "".join(f"\n{hint}" for hint in hints if hint)
    wording = f"{label} *{soft}"
    pieces = [(formats("strong"), label)]
    pieces += [(formats("required"), " *")] if is_always_required(question) else []
    pieces += [(formats("soft"), soft)] if soft else []
    if len(pieces) == 1:
        write_text(sheet, row, column, label, formats("label"))
        return wording
    fragments = [part for piece in pieces for part in piece]
    sheet.write_rich_string(row, column, *fragments, formats("question"))
    return wording


def is_always_required(question: Question) -> bool:
    """Whether an answer is wanted whatever the other answers are."""
    return question.required == "true()" and not question.relevant


def unit_words(book: Book, question: Question) -> str:
    """The unit in the workbook's language; a unit that the form has in one language only is shown as it is."""
    if question.unit == "year":
        return ""
    return question.texts.get("unit", book.language) or {"percent": "%"}.get(question.unit, question.unit)


def write_repeat_sheet(book: Book, section: Section, items: Mapping[str, Mapping[str, str]]) -> Counted:
    """Write a section that consists of a repeat: a row per item, and empty rows for new ones.

    Args:
        book: The workbook.
        section: The section.
        items: Per item key, in order, the values known beforehand by question code.

    Returns:
        Where its answers stand.
    """
    title = section.texts.get("label", book.language) or section.code
    sheet = book.add_sheet(title)
    questions = book.form.in_repeat(section.repeat)
    markers = [layout.ROW, *(question.code for question in questions), *layout.ROW_TRAILING_COLUMNS]
    heading = _write_repeat_top(sheet, book, section, title, questions, markers)
    row = first = heading + 2
    for key, known in items.items():
        _write_item(sheet, row, book, questions, key, known)
        row += 1
        if any(book.previous.get((key, question.code)) for question in questions):
            _write_last_time(sheet, row, book, questions, key)
            row += 1
    for number in range(1, layout.NEW_ROWS + 1):
        _write_item(sheet, row, book, questions, layout.new_row_key(number), {})
        row += 1
    finish_sheet(sheet, book, paper=A3, heading=heading, wide=2)
    wanted = [(column, question) for column, question in enumerate(questions, 1) if is_always_required(question)]
    filled = sum(bool(known.get(question.code)) for known in items.values() for _, question in wanted)
    columns = tuple(column for column, _ in wanted)
    return Counted(section, str(sheet.get_name()), first, row - 1, columns, len(items) * len(wanted), filled)


def _write_repeat_top(
    sheet: Worksheet, book: Book, section: Section, title: str, questions: Sequence[Question], markers: Sequence[str]
) -> int:
    """Markers, title, notes, headings and the row of hints; gives the row of the headings."""
    heading = begin_sheet(sheet, book, markers, title)
    for note in book.form.in_section(section.code):
        if note.type == "note":
            write_text(sheet, heading, 0, note.texts.get("label", book.language), book.formats("subtitle"))
            heading += 1
    text = book.catalogue.text
    sheet.set_column(0, 0, 13)
    write_text(sheet, heading, 0, text("Number"), book.formats("heading"))
    write_text(sheet, heading + 1, 0, "", book.formats("hint"))
    for column, question in enumerate(questions, start=1):
        sheet.set_column(column, column, _TYPE_WIDTHS[question.type])
        star = " *" if is_always_required(question) else ""
        label = question.texts.get("label", book.language) or question.code
        write_text(sheet, heading, column, f"{label}{star}", book.formats("heading"))
        write_text(sheet, heading + 1, column, _column_hint(book, question), book.formats("hint"))
    words = {layout.REASON: text("No answer? Reason"), layout.COMMENT: text("Comment")}
    for column, marker in enumerate(layout.ROW_TRAILING_COLUMNS, start=len(questions) + 1):
        sheet.set_column(column, column, _WIDTHS[marker])
        write_text(sheet, heading, column, words[marker], book.formats("heading"))
        write_text(sheet, heading + 1, column, text("About the row as a whole"), book.formats("hint"))
    widths = [_TYPE_WIDTHS[question.type] for question in questions]
    labels = [question.texts.get("label", book.language) for question in questions]
    sheet.set_row(heading, height(zip(labels, (0.85 * width for width in widths), strict=True)))
    hints = [_column_hint(book, question) for question in questions]
    sheet.set_row(heading + 1, height(zip(hints, (1.1 * width for width in widths), strict=True)))
    sheet.freeze_panes(heading + 2, 2)
    return heading


def _column_hint(book: Book, question: Question) -> str:
    hints = [question.texts.get("hint", book.language), unit_words(book, question)]
    if question.type == "select_multiple" and question.choices:
        choices = layout.CHOICE_SEPARATOR.join(book.labels(question.choices))
        hints.append(book.catalogue.text("One or more, with a semicolon between them: %(choices)s", choices=choices))
    return "\n".join(hint for hint in hints if hint)


def _write_item(
    sheet: Worksheet, row: int, book: Book, questions: Sequence[Question], key: str, known: Mapping[str, str]
) -> None:
    write_text(sheet, row, 0, key, book.formats("key"))
    for column, question in enumerate(questions, start=1):
        write_value(sheet, row, column, book, question, known.get(question.code, ""), "answer")
        add_validation(sheet, row, column, book, question)
    add_reason(sheet, row, len(questions) + 1, book)
    sheet.write_blank(row, len(questions) + 2, None, book.formats("comment"))
    _fit_item(sheet, row, book, questions, known)


def _fit_item(sheet: Worksheet, row: int, book: Book, questions: Sequence[Question], known: Mapping[str, str]) -> None:
    texts = [(shown_text(book, q, known.get(q.code, "")), float(_TYPE_WIDTHS[q.type])) for q in questions]
    sheet.set_row(row, height(texts, 3))


def _write_last_time(sheet: Worksheet, row: int, book: Book, questions: Sequence[Question], key: str) -> None:
    """A locked row with what was said in the last cycle; its key shows as words by means of its number format."""
    words = book.catalogue.text("last time").replace('"', "'")
    sheet.write_string(row, 0, layout.PREVIOUS_ROW, book.formats("previous", f';;;"{words}"'))
    for column, question in enumerate(questions, start=1):
        write_value(sheet, row, column, book, question, book.previous.get((key, question.code), ""), "previous")
    _fit_item(sheet, row, book, questions, {q.code: book.previous.get((key, q.code), "") for q in questions})
    for column in range(len(questions) + 1, len(questions) + 1 + len(layout.ROW_TRAILING_COLUMNS)):
        sheet.write_blank(row, column, None, book.formats("previous"))
