"""The sheets of questions in a member's workbook: a row per question (see ``layout`` for what a reader relies on)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, Place, write_pieces, write_text
from pipeline.questionnaire.filling import Beside, Entry
from pipeline.questionnaire.form import Question, Section
from pipeline.questionnaire.frame import begin_sheet, finish_sheet, heading_row
from pipeline.questionnaire.hidden_formulas import HiddenFormulas
from pipeline.questionnaire.measures import Fitted, fitted_row, row_height
from pipeline.questionnaire.remarks import write_remarks
from pipeline.questionnaire.validations import Validations, type_hint
from pipeline.questionnaire.value_cells import write_beside, write_earlier, write_entry

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

A4: Final = 9

WIDTHS: Final = {
    layout.CODE: 15,
    layout.QUESTION: 56,
    layout.ANSWER: 38,
    layout.UNIT: 12,
    layout.REASON: 19,
    layout.COMMENT: 30,
    layout.PREVIOUS: 30,
}
_LEAST_LINES: Final = {"text": 3, "select_multiple": 2, "file": 2}
"""Room for answers: a row of fixed height does not grow while somebody types."""
_COLUMNS: Final = {marker: column for column, marker in enumerate(layout.QUESTION_COLUMNS)}
_REMARK_WIDTHS: Final = {column: WIDTHS[marker] for marker, column in _COLUMNS.items() if column}
_ASKED: Final = len(_COLUMNS)
_OFFER: Final = len(_COLUMNS) + 1


@dataclass
class Counts:
    """How many answers are asked at the beginning, how many of these are there, and for how many others is a reason."""

    asked: int = 0
    filled: int = 0
    excused: int = 0

    def add(self, is_asked: bool, entry: Entry, beside: Beside) -> None:
        """Count an answer the way the formulas of the first sheet do."""
        self.asked += is_asked
        self.filled += is_asked and bool(entry.stands)
        self.excused += is_asked and not entry.stands and bool(beside.reason)


@dataclass(frozen=True)
class Counted:
    """Where the answers of a section stand, for the completeness on the first sheet.

    Attributes:
        section: The section.
        sheet: Name of its sheet.
        first, last: Zero-based rows of the first and last answer.
        columns: Zero-based first and last column of answers.
        reason: Zero-based column of the reasons.
        rows_counted: Zero-based column that holds 1 in the rows that are counted.
        asked: Zero-based first column of as many as there are of answers, each of which holds 1 where the answer of its
            row is asked; None where all answers of a row that is counted are.
        cells: How many answers are asked at the beginning.
        filled: How many of these are there from the start.
        excused: For how many others there is a reason.
    """

    section: Section
    sheet: str
    first: int
    last: int
    columns: tuple[int, int]
    reason: int
    rows_counted: int
    asked: int | None
    cells: int
    filled: int
    excused: int


def section_title(book: Book, section: Section) -> str:
    """What the sheet of a section is called."""
    return section.texts.get("label", book.language) or section.code


def plan_places(book: Book, section: Section, sheet: str) -> Mapping[str, Place]:
    """Say beforehand where the answers of a section will stand.

    Args:
        book: The workbook.
        section: A section without a repeat.
        sheet: Name of its sheet.
    """
    answer = _COLUMNS[layout.ANSWER]
    return {
        question.code: Place(sheet, row, answer, _ASKED)
        for question, row in _rows(book, section)
        if question.is_answered_by_member
    }


def _rows(book: Book, section: Section) -> Iterator[tuple[Question, int]]:
    """What is shown of a section, each with its row; a question with remarks has them in the row below."""
    row = heading_row(book)
    for question in book.form.in_section(section.code):
        if question.type != "calculate":
            row += 1
            yield question, row
            row += ("", question.code) in book.marks.answers


def write_question_sheet(sheet: Worksheet, book: Book, hidden: HiddenFormulas, section: Section) -> Counted:
    """Write a section without a repeat: a row per question.

    Args:
        sheet: Its sheet.
        book: The workbook.
        hidden: The hidden formulas of the workbook.
        section: The section.

    Returns:
        Where its answers stand.
    """
    markers = {**{column: marker for marker, column in _COLUMNS.items()}, _ASKED: layout.ASKED}
    if any(hidden.lists.offer(question) for question in book.form.in_section(section.code)):
        markers[_OFFER] = layout.OFFER
    heading = begin_sheet(sheet, book, markers, section_title(book, section))
    _write_headings(sheet, book, heading)
    last, validations, counts = heading + 1, Validations(book, hidden.lists), Counts()
    for question, row in _rows(book, section):
        last = row
        if question.type == "note":
            _write_note(sheet, row, book, question)
            continue
        _write_question(sheet, row, book, question)
        is_asked = hidden.write_asked(sheet, row, _ASKED, question)
        beside = book.filling.next_to("", question.code)
        counts.add(is_asked, book.filling.entry("", question.code), beside)
        offer = hidden.write_offer(sheet, row, _OFFER, question)
        validations.add_answer(row, _COLUMNS[layout.ANSWER], question, _OFFER if offer else None)
        validations.add_reason(row, _COLUMNS[layout.REASON])
        if found := book.marks.answers.get(("", question.code)):
            write_remarks(
                sheet, row + 1, book, {_COLUMNS[layout.QUESTION]: found}, _REMARK_WIDTHS, sum(WIDTHS.values())
            )
            book.spots |= {one.finding: (str(sheet.get_name()), row, _COLUMNS[layout.ANSWER]) for one in found}
    validations.write(sheet)
    sheet.set_column(_ASKED, _OFFER, None, None, {"hidden": True})
    if any(question.relevant for question in book.form.in_section(section.code)):
        hidden.dim_unasked(sheet, (heading + 1, 0, last, len(_COLUMNS) - 1), _ASKED)
    _finish(sheet, book, heading)
    columns, reason = (_COLUMNS[layout.ANSWER], _COLUMNS[layout.ANSWER]), _COLUMNS[layout.REASON]
    place = section, str(sheet.get_name()), heading + 1, last
    return Counted(*place, columns, reason, _ASKED, None, counts.asked, counts.filled, counts.excused)


def _finish(sheet: Worksheet, book: Book, heading: int) -> None:
    sheet.freeze_panes(heading + 1, 2)
    sheet.set_selection(heading + 1, _COLUMNS[layout.ANSWER], heading + 1, _COLUMNS[layout.ANSWER])
    finish_sheet(sheet, book, paper=A4, heading=heading)


def last_answer_heading(book: Book) -> str:
    """Heading of what was said earlier; the last cycle is named here, any other beside its answer."""
    words = book.catalogue.text("Your last answer")
    return f"{words} ({book.last_cycle})" if book.last_cycle else words


def _write_headings(sheet: Worksheet, book: Book, heading: int) -> None:
    text = book.catalogue.text
    headings = {
        layout.CODE: text("Code"),
        layout.QUESTION: text("Question"),
        layout.ANSWER: text("Your answer"),
        layout.UNIT: text("Unit"),
        layout.REASON: text("No answer? Reason"),
        layout.COMMENT: text("Comment"),
        layout.PREVIOUS: last_answer_heading(book),
    }
    for column, (marker, words) in enumerate(headings.items()):
        sheet.set_column(column, column, WIDTHS[marker])
        write_text(sheet, heading, column, words, book.formats("heading"))
    sheet.set_row(heading, fitted_row((words, 0.97 * WIDTHS[marker]) for marker, words in headings.items()) + 4)


def _write_note(sheet: Worksheet, row: int, book: Book, note: Question) -> None:
    style = book.formats("note")
    words = note.texts.get("label", book.language)
    sheet.write_blank(row, 0, None, style)
    sheet.merge_range(row, 1, row, len(_COLUMNS) - 1, "", style)
    write_text(sheet, row, 1, words, style)
    sheet.set_row(row, fitted_row([(words, sum(WIDTHS.values()) - WIDTHS[layout.CODE])]))


def _write_question(sheet: Worksheet, row: int, book: Book, question: Question) -> None:
    formats = book.formats
    sheet.write_string(row, _COLUMNS[layout.CODE], question.code, formats("code"))
    label, soft = _write_wording(sheet, row, _COLUMNS[layout.QUESTION], book, question)
    found = book.marks.answers.get(("", question.code))
    style = f"answer_{found[0].severity}" if found else "answer"
    entry, beside = book.filling.entry("", question.code), book.filling.next_to("", question.code)
    answer = write_entry(sheet, row, _COLUMNS[layout.ANSWER], book, question, entry, style)
    unit = unit_words(book, question)
    write_text(sheet, row, _COLUMNS[layout.UNIT], unit, formats("unit"))
    write_beside(sheet, row, _COLUMNS[layout.REASON], book, beside)
    said = write_earlier(sheet, row, _COLUMNS[layout.PREVIOUS], book, question, "")
    wide = WIDTHS[layout.QUESTION]
    cells = [
        [Fitted(question.code, WIDTHS[layout.CODE], size=8)],
        [Fitted(label, wide, is_bold=True), Fitted(soft, wide, size=9)],
        [Fitted(unit, WIDTHS[layout.UNIT])],
        [Fitted(said, WIDTHS[layout.PREVIOUS])],
        [Fitted(answer, WIDTHS[layout.ANSWER])],
        [Fitted(beside.comment, WIDTHS[layout.COMMENT])],
    ]
    sheet.set_row(row, row_height(cells, _LEAST_LINES.get(question.type, 1)))


def _write_wording(sheet: Worksheet, row: int, column: int, book: Book, question: Question) -> tuple[str, str]:
    """The question, an asterisk where an answer is always wanted, and below it the hint and the choices."""
    formats = book.formats
    label = question.texts.get("label", book.language) or question.code
    hints = [question.texts.get("hint", book.language), type_hint(book, question)]
    soft = "\n".join(hint for hint in hints if hint)
    star = " *" if is_always_required(question) else ""
    pieces = [(formats("strong"), label), (formats("required"), star), (formats("soft"), soft and f"\n{soft}")]
    if star or soft:
        write_pieces(sheet, row, column, [(style, words) for style, words in pieces if words], formats("question"))
    else:
        write_text(sheet, row, column, label, formats("label"))
    return label + star, soft


def is_always_required(question: Question) -> bool:
    """Whether an answer is wanted whatever the other answers are."""
    return question.required == "true()" and not question.relevant


def unit_words(book: Book, question: Question) -> str:
    """The unit in the workbook's language; a unit that the form has in one language only is shown as it is."""
    if question.unit == layout.UNWRITTEN_UNIT:
        return ""
    return question.texts.get("unit", book.language) or {"percent": "%"}.get(question.unit, question.unit)
