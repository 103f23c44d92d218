"""The sheet of a repeat in a member's workbook: a row per item (see ``layout`` for what a reader relies on)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, shown_text, write_text, write_value
from pipeline.questionnaire.form import Question, Section
from pipeline.questionnaire.formats import height
from pipeline.questionnaire.frame import begin_sheet, finish_sheet
from pipeline.questionnaire.question_sheet import WIDTHS, Counted, is_always_required, unit_words
from pipeline.questionnaire.validations import Validations

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_A3: Final = 8
_TYPE_WIDTHS: Final = {"text": 30, "select_one": 20, "select_multiple": 28, "integer": 13, "decimal": 13, "date": 13}


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
    validations = Validations(book)
    for key, known in items.items():
        _write_item(sheet, row, book, questions, key, known, validations)
        row += 1
        if any(book.previous.get((key, question.code)) for question in questions):
            _write_last_time(sheet, row, book, questions, key)
            row += 1
    for number in range(1, layout.NEW_ROWS + 1):
        _write_item(sheet, row, book, questions, layout.new_row_key(number), {}, validations)
        row += 1
    validations.write(sheet)
    finish_sheet(sheet, book, paper=_A3, heading=heading, wide=2)
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
        sheet.set_column(column, column, WIDTHS[marker])
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
    sheet: Worksheet,
    row: int,
    book: Book,
    questions: Sequence[Question],
    key: str,
    known: Mapping[str, str],
    validations: Validations,
) -> None:
    write_text(sheet, row, 0, key, book.formats("key"))
    for column, question in enumerate(questions, start=1):
        write_value(sheet, row, column, book, question, known.get(question.code, ""), "answer")
        validations.add_answer(row, column, question)
    sheet.write_blank(row, len(questions) + 1, None, book.formats("reason"))
    validations.add_reason(row, len(questions) + 1)
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
