"""The sheet of a repeat in a member's workbook: a row per item (see ``layout`` for what a reader relies on)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, cut, write_text
from pipeline.questionnaire.form import Question, Section
from pipeline.questionnaire.frame import begin_sheet, finish_sheet
from pipeline.questionnaire.hidden_formulas import HiddenFormulas, ItemRow
from pipeline.questionnaire.marks import MarkedFinding, gravity
from pipeline.questionnaire.measures import Fitted, fitted_row, row_height
from pipeline.questionnaire.question_sheet import (
    WIDTHS,
    Counted,
    Counts,
    is_always_required,
    section_title,
    unit_words,
)
from pipeline.questionnaire.remarks import write_remarks
from pipeline.questionnaire.validations import Validations, type_hint
from pipeline.questionnaire.value_cells import write_beside, write_earlier, write_entry

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_A3: Final = 8
_KEY_WIDTH: Final = 14
_NOTE_WIDTH: Final = 130
_TYPE_WIDTHS: Final = {
    "text": 30,
    "select_one": 21,
    "select_multiple": 28,
    "file": 30,
    "integer": 13,
    "decimal": 13,
    "range": 13,
    "date": 13,
}


@dataclass
class _Items:
    """The sheet of one repeat while it is being written.

    Attributes:
        sheet: The sheet.
        book: The workbook.
        hidden: The hidden formulas of the workbook.
        repeat: Name of the repeat.
        questions: Its questions, in order.
        validations: The validations of the sheet.
        columns: Zero-based column of each answer by question.
        reason: Zero-based column of the reasons; that of the comments follows.
        counts: Zero-based column that holds 1 in the rows that are counted.
        asked, offers: Zero-based columns of the hidden formulas by question. If there is any formula that says whether
            a question is asked, every question has a column for it, in the order of the answers.
        totals: How many answers are asked in the rows written so far, and how many of these are there.
    """

    sheet: Worksheet
    book: Book
    hidden: HiddenFormulas
    repeat: str
    questions: Sequence[Question]
    validations: Validations
    columns: dict[str, int] = field(default_factory=dict[str, int])
    reason: int = 0
    counts: int = 0
    asked: dict[str, int] = field(default_factory=dict[str, int])
    offers: dict[str, int] = field(default_factory=dict[str, int])
    totals: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self.columns = {question.code: column for column, question in enumerate(self.questions, start=1)}
        self.reason = len(self.questions) + 1
        self.counts = self.reason + len(layout.ROW_TRAILING_COLUMNS)
        conditional = [question for question in self.questions if question.relevant and self.hidden.is_live(question)]
        self.asked = {question.code: self.counts + self.columns[question.code] for question in conditional}
        filtered = [question for question in self.questions if self.hidden.lists.offer(question)]
        first = self.counts + 1 + (len(self.questions) if conditional else 0)
        self.offers = {question.code: first + at for at, question in enumerate(filtered)}

    @property
    def last_hidden(self) -> int:
        """Zero-based column of the last hidden formula."""
        return self.counts + (len(self.questions) if self.asked else 0) + len(self.offers)

    def markers(self) -> dict[int, str]:
        """The markers by column."""
        trailing = enumerate(layout.ROW_TRAILING_COLUMNS, start=self.reason)
        return {
            0: layout.ROW,
            **{column: code for code, column in self.columns.items()},
            **dict(trailing),
            self.counts: layout.ASKED,
            **{self.counts + column: layout.asked_marker(code) for code, column in self.columns.items() if self.asked},
            **{column: layout.offer_marker(code) for code, column in self.offers.items()},
        }


def write_repeat_sheet(
    sheet: Worksheet,
    book: Book,
    hidden: HiddenFormulas,
    section: Section,
) -> Counted:
    """Write a section that consists of a repeat: a row per item, and empty rows for new ones.

    Args:
        sheet: Its sheet.
        book: The workbook.
        hidden: The hidden formulas of the workbook.
        section: The section. Where no register keeps its items, what was listed last time is shown on top.

    Returns:
        Where its answers stand.
    """
    repeat = section.repeat or ""
    items = _Items(sheet, book, hidden, repeat, book.form.in_repeat(repeat), Validations(book, hidden.lists))
    heading = _write_top(items, section)
    row = first = heading + 2
    is_listed = repeat in book.filling.listed
    if not is_listed:
        for key in _listed_before(items):
            row = _write_last_time(items, row, key)
    for key in book.filling.items[repeat]:
        row = _write_item(items, row, key)
        row = _write_remarks(items, row, key)
        if (
            is_listed
            and not layout.is_new_row_key(key)
            and any(book.previous.get((key, question.code)) for question in items.questions)
        ):
            row = _write_last_time(items, row, key)
    items.validations.write(sheet)
    for code, column in items.asked.items():
        hidden.dim_unasked(sheet, (first, items.columns[code], row - 1, items.columns[code]), column)
    sheet.set_column(items.counts, items.last_hidden, None, None, {"hidden": True})
    sheet.freeze_panes(heading + 2, 2)
    sheet.set_selection(first, 1, first, 1)
    finish_sheet(sheet, book, paper=_A3, heading=heading, wide=2 if len(items.questions) > 8 else 1)
    asked, name = items.counts + 1 if items.asked else None, str(sheet.get_name())
    columns, totals = (1, len(items.questions)), items.totals
    counts = totals.asked, totals.filled, totals.excused
    return Counted(section, name, first, row - 1, columns, items.reason, items.counts, asked, *counts)


def _listed_before(items: _Items) -> list[str]:
    """The keys of what the member listed in this repeat in the latest cycle in which it listed anything."""
    codes = {question.code for question in items.questions}
    return list(dict.fromkeys(row for row, code in items.book.previous if row and code in codes))


# ---- above the items


def _write_top(items: _Items, section: Section) -> int:
    """Markers, title, notes, headings and the row of hints; gives the row of the headings."""
    sheet, book = items.sheet, items.book
    text = book.catalogue.text
    heading = begin_sheet(sheet, book, items.markers(), section_title(book, section), column=1)
    sheet.set_column(0, 0, _KEY_WIDTH)
    for question in items.questions:
        sheet.set_column(items.columns[question.code], items.columns[question.code], _TYPE_WIDTHS[question.type])
    for note in book.form.in_section(section.code):
        if note.type == "note":
            _write_note(items, heading, note.texts.get("label", book.language))
            heading += 1
    write_text(sheet, heading, 0, text("Number"), book.formats("heading"))
    write_text(sheet, heading + 1, 0, "", book.formats("hint"))
    heads = [_write_head(items, heading, question) for question in items.questions]
    words = {layout.REASON: text("No answer? Reason"), layout.COMMENT: text("Comment")}
    for column, marker in enumerate(layout.ROW_TRAILING_COLUMNS, start=items.reason):
        sheet.set_column(column, column, WIDTHS[marker])
        write_text(sheet, heading, column, words[marker], book.formats("heading"))
        write_text(sheet, heading + 1, column, text("About the row as a whole"), book.formats("hint"))
    sheet.set_row(heading, row_height([Fitted(label, width, is_bold=True)] for label, _, width in heads) + 4)
    sheet.set_row(heading + 1, row_height([Fitted(hint, width, size=9)] for _, hint, width in heads))
    return heading


def _write_note(items: _Items, row: int, words: str) -> None:
    """A note over as many columns as it needs to be read without scrolling."""
    style, used, last = items.book.formats("note"), 0, 1
    for question in items.questions:
        if used >= _NOTE_WIDTH:
            break
        used, last = used + _TYPE_WIDTHS[question.type], items.columns[question.code]
    if last > 1:
        items.sheet.merge_range(row, 1, row, last, "", style)
    write_text(items.sheet, row, 1, words, style)
    items.sheet.set_row(row, fitted_row([(words, max(used, _TYPE_WIDTHS["date"]))]))


def _write_head(items: _Items, row: int, question: Question) -> tuple[str, str, int]:
    """The heading of a question and the hint below it; gives both with the width of their column."""
    book, column = items.book, items.columns[question.code]
    star = " *" if is_always_required(question) else ""
    label = (question.texts.get("label", book.language) or question.code) + star
    hints = [question.texts.get("hint", book.language), unit_words(book, question), type_hint(book, question)]
    hint = "\n".join(part for part in hints if part)
    write_text(items.sheet, row, column, label, book.formats("heading"))
    write_text(items.sheet, row + 1, column, hint, book.formats("hint"))
    return label, hint, _TYPE_WIDTHS[question.type]


# ---- items


def _write_item(items: _Items, row: int, key: str) -> int:
    """A row to answer in; gives the next row."""
    sheet, book = items.sheet, items.book
    item = ItemRow(row, items.repeat, items.columns, items.asked, key)
    entries = [book.filling.entry(key, question.code) for question in items.questions]
    beside = book.filling.next_to(items.repeat, key)
    is_counted = not layout.is_new_row_key(key) or any(entry.stands or entry.is_unset for entry in entries)
    write_text(sheet, row, 0, key, book.formats(_style("key", book.marks.rows.get(key))))
    shown: list[str] = []
    for question, entry in zip(items.questions, entries, strict=True):
        column = items.columns[question.code]
        style = _style("answer", book.marks.answers.get((key, question.code)))
        shown.append(write_entry(sheet, row, column, book, question, entry, style))
        is_asked = True
        if question.code in items.asked:
            is_asked = items.hidden.write_asked(sheet, row, items.asked[question.code], question, item)
        elif items.asked:
            sheet.write_number(row, items.counts + column, 1, book.formats("hidden"))
        items.totals.add(is_asked and is_counted, entry, beside)
        offers = items.offers.get(question.code)
        has_offer = offers is not None and items.hidden.write_offer(sheet, row, offers, question, item)
        items.validations.add_answer(row, column, question, offers if has_offer else None)
    write_beside(sheet, row, items.reason, book, beside)
    items.validations.add_reason(row, items.reason)
    _write_count(items, item, is_counted)
    _fit(items, row, shown, 2 if layout.is_new_row_key(key) else 3)
    return row + 1


def _style(style: str, found: Sequence[MarkedFinding] | None) -> str:
    return f"{style}_{found[0].severity}" if found else style


def _write_remarks(items: _Items, row: int, key: str) -> int:
    """What is remarked at the row above, below the cells concerned; gives the next row."""
    marks, name = items.book.marks, str(items.sheet.get_name())
    found: dict[int, Sequence[MarkedFinding]] = {
        items.columns[question.code]: marks.answers[key, question.code]
        for question in items.questions
        if (key, question.code) in marks.answers
    }
    whole = [one for one in marks.rows.get(key, ()) if one.finding not in items.book.spots]
    items.book.spots |= {one.finding: (name, row - 1, column) for column, some in found.items() for one in some}
    items.book.spots |= {one.finding: (name, row - 1, 0) for one in whole}
    if whole:
        found = {1: sorted([*whole, *found.pop(1, ())], key=gravity), **found}
    if not found:
        return row
    widths = {items.columns[question.code]: _TYPE_WIDTHS[question.type] for question in items.questions}
    write_remarks(items.sheet, row, items.book, found, widths)
    return row + 1


def _write_count(items: _Items, item: ItemRow, is_counted: bool) -> None:
    """1 where the row counts: always for an item that is known, and for a new one as soon as anything stands there."""
    style = items.book.formats("hidden")
    if not layout.is_new_row_key(item.key):
        items.sheet.write_number(item.row, items.counts, 1, style)
        return
    cells = f"{item.reference(1)}:{item.reference(len(items.questions))}"
    items.sheet.write_formula(item.row, items.counts, f"=IF(COUNTA({cells})>0,1,0)", style, int(is_counted))


def _write_last_time(items: _Items, row: int, key: str) -> int:
    """A locked row with what was said in an earlier cycle; its key shows as words by means of its number format."""
    sheet, book = items.sheet, items.book
    said = [question.code for question in items.questions if book.previous.get((key, question.code))]
    is_last = any((key, code) not in book.older for code in said)
    words = book.catalogue.text("last time") if is_last else book.catalogue.text("earlier")
    named = f"{words} ({book.last_cycle})" if is_last and book.last_cycle else words
    shown = ';;;"' + cut(named, 60).replace('"', "'") + '"'
    sheet.write_string(row, 0, layout.PREVIOUS_ROW, book.formats("previous", shown))
    texts = [
        write_earlier(sheet, row, items.columns[question.code], book, question, key) for question in items.questions
    ]
    for column in range(items.reason, items.counts):
        sheet.write_blank(row, column, None, book.formats("previous"))
    _fit(items, row, texts, 1)
    return row + 1


def _fit(items: _Items, row: int, texts: Iterable[str], least_lines: int) -> None:
    widths = [float(_TYPE_WIDTHS[question.type]) for question in items.questions]
    items.sheet.set_row(row, fitted_row(zip(texts, widths, strict=True), least_lines))
