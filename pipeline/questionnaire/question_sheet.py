"""The sheets of questions and of repeats in a member's workbook (see ``layout`` for what a reader relies on)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import (
    Book,
    number_format,
    shown_text,
    write_text,
    write_value,
)
from pipeline.questionnaire.form import Question, Section
from pipeline.questionnaire.formats import height
from pipeline.questionnaire.frame import begin_sheet, finish_sheet
from pipeline.questionnaire.validations import Validations

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

A4: Final = 9

WIDTHS: Final = {
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
        sheet.set_column(column, column, WIDTHS[marker])
        write_text(sheet, heading, column, words, book.formats("heading"))
    sheet.freeze_panes(heading + 1, 2)
    row, validations = heading, Validations(book)
    for question in book.form.in_section(section.code):
        if question.type == "calculate":
            continue
        row += 1
        if question.type == "note":
            _write_note(sheet, row, book, question)
        else:
            _write_question(sheet, row, book, question, validations)
    validations.write(sheet)
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
    sheet.set_row(row, height([(words, sum(WIDTHS.values()) - WIDTHS[layout.CODE])]))


def _write_question(sheet: Worksheet, row: int, book: Book, question: Question, validations: Validations) -> None:
    formats = book.formats
    columns = {marker: column for column, marker in enumerate(layout.QUESTION_COLUMNS)}
    sheet.write_string(row, columns[layout.CODE], question.code, formats("code"))
    wording = _write_wording(sheet, row, columns[layout.QUESTION], book, question)
    sheet.write_blank(row, columns[layout.ANSWER], None, formats("answer", number_format(question)))
    validations.add_answer(row, columns[layout.ANSWER], question)
    write_text(sheet, row, columns[layout.UNIT], unit_words(book, question), formats("unit"))
    sheet.write_blank(row, columns[layout.REASON], None, formats("reason"))
    validations.add_reason(row, columns[layout.REASON])
    sheet.write_blank(row, columns[layout.COMMENT], None, formats("comment"))
    said = book.previous.get(("", question.code), "")
    write_value(sheet, row, columns[layout.PREVIOUS], book, question, said, "previous")
    texts = [
        (wording, WIDTHS[layout.QUESTION]),
        (question.code, 1.3 * WIDTHS[layout.CODE]),
        (shown_text(book, question, said), WIDTHS[layout.PREVIOUS]),
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
