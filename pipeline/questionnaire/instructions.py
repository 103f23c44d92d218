"""The first sheet of a member's workbook: how to fill it in, by when, and how far it is filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, write_text
from pipeline.questionnaire.formats import height
from pipeline.questionnaire.frame import begin_sheet, finish_sheet
from pipeline.questionnaire.question_sheet import A4, Counted

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = (34, 18, 18, 18, 18)


def write_instructions(sheet: Worksheet, book: Book, counted: Sequence[Counted]) -> None:
    """Write the first sheet.

    Args:
        sheet: The sheet, which was added before all others.
        book: The workbook.
        counted: Where the answers of each section stand.
    """
    text = book.catalogue.text
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = begin_sheet(sheet, book, (), book.form.title.get(book.language) or book.form.title[book.form.languages[0]])
    facts = {
        text("Alliance"): book.alliance_name,
        text("Member"): book.member_name,
        text("Reporting cycle"): book.cycle_title,
        text("Reporting period"): text(
            "%(first)s to %(last)s",
            first=book.catalogue.day(book.cycle.period_start),
            last=book.catalogue.day(book.cycle.period_end),
        ),
        text("Please return it by"): book.catalogue.day(book.cycle.deadline),
    }
    row += 1
    for field, fact in facts.items():
        write_text(sheet, row, 0, field, book.formats("field"))
        _write_wide(sheet, row, 1, fact, book, "fact")
        row += 1
    row = _write_steps(sheet, book, row + 1)
    row = _write_legend(sheet, book, row + 1)
    _write_completeness(sheet, book, row + 1, counted)
    finish_sheet(sheet, book, paper=A4)
    sheet.set_portrait()
    sheet.activate()
    sheet.set_first_sheet()


def _write_wide(sheet: Worksheet, row: int, first: int, words: str, book: Book, style: str) -> None:
    """A text over the columns from ``first`` to E, in a row high enough for it (merged cells have no fitted height)."""
    sheet.merge_range(row, first, row, 4, "", book.formats(style))
    write_text(sheet, row, first, words, book.formats(style))
    sheet.set_row(row, height([(words, sum(_WIDTHS[first:]))]))


def _write_steps(sheet: Worksheet, book: Book, row: int) -> int:
    text = book.catalogue.text
    steps = (
        text("There is a sheet for each part of the questionnaire. Write into the coloured cells only."),
        text("An asterisk (*) marks what we need from every member."),
        text("Where you have no answer, choose a reason. An empty row tells us nothing: it counts as missing."),
        text("Comments are welcome in any row, in your own words."),
        text("Your last answers stand beside the questions, and your commitments are filled in already. Correct what has changed; use the rows %(first)s to %(last)s for new commitments.", first=layout.new_row_key(1), last=layout.new_row_key(layout.NEW_ROWS)),
        text("Please do not report on single cases or persons. We need laws, measures and counts only."),
        text("Save the file as .xlsx, .ods or .xls and send it back by e-mail. You may send a corrected file at any time before the deadline: the last one counts."),
    )  # fmt: skip
    write_text(sheet, row, 0, text("How to fill in this workbook"), book.formats("title"))
    for number, step in enumerate(steps, start=1):
        _write_wide(sheet, row + number, 0, f"{number}. {step}", book, "paragraph")
    return row + 1 + len(steps)


def _write_legend(sheet: Worksheet, book: Book, row: int) -> int:
    text = book.catalogue.text
    legend = {
        "answer": text("Your answer"),
        "reason": text("Reason for a missing answer, and comments"),
        "previous": text("Filled in by us, locked"),
    }
    write_text(sheet, row, 0, text("Colours"), book.formats("title"))
    for number, (style, words) in enumerate(legend.items(), start=1):
        # The samples are locked, whatever the cells of that colour are.
        sheet.write_blank(row + number, 0, None, book.formats(f"{style}_sample"))
        _write_wide(sheet, row + number, 1, words, book, "legend")
    return row + 1 + len(legend)


def _write_completeness(sheet: Worksheet, book: Book, row: int, counted: Sequence[Counted]) -> None:
    text = book.catalogue.text
    write_text(sheet, row, 0, text("How far you are"), book.formats("title"))
    headings = (text("Part"), text("Questions"), text("Answered"), text("Reason given"), text("Still empty"))
    for column, words in enumerate(headings):
        write_text(sheet, row + 1, column, words, book.formats("heading"))
    first = row + 2
    for number, part in enumerate(counted):
        _write_part(sheet, first + number, book, part)
    total, cells, filled = first + len(counted), sum(p.cells for p in counted), sum(p.filled for p in counted)
    write_text(sheet, total, 0, text("All parts"), book.formats("key"))
    for column, value in enumerate((cells, filled, 0, cells - filled), start=1):
        letter = "ABCDE"[column]
        formula = f"=SUM({letter}{first + 1}:{letter}{total})"
        sheet.write_formula(total, column, formula, book.formats("count"), value)


def _write_part(sheet: Worksheet, row: int, book: Book, part: Counted) -> None:
    quoted = "'" + part.sheet.replace("'", "''") + "'"
    title = part.section.texts.get("label", book.language) or part.section.code
    sheet.write_url(row, 0, f"internal:{quoted}!A1", book.formats("link"), title[:255])
    count = book.formats("count")
    sheet.write_number(row, 1, part.cells, count)
    is_repeat = part.section.repeat is not None
    answered = _answered_items(quoted, part) if is_repeat else _answered_questions(quoted, part)
    reasons = "=0" if is_repeat else _reasons_only(quoted, part)
    sheet.write_formula(row, 2, answered, count, part.filled)
    sheet.write_formula(row, 3, reasons, count, 0)
    sheet.write_formula(row, 4, f"=MAX(0,B{row + 1}-C{row + 1}-D{row + 1})", count, part.cells - part.filled)


def _column(quoted: str, part: Counted, column: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return f"{quoted}!{xl_range_abs(part.first, column, part.last, column)}"


def _answered_questions(quoted: str, part: Counted) -> str:
    codes = _column(quoted, part, layout.QUESTION_COLUMNS.index(layout.CODE))
    return f'=SUMPRODUCT(({codes}<>"")*({_column(quoted, part, part.columns[0])}<>""))'


def _reasons_only(quoted: str, part: Counted) -> str:
    codes = _column(quoted, part, layout.QUESTION_COLUMNS.index(layout.CODE))
    reasons = _column(quoted, part, layout.QUESTION_COLUMNS.index(layout.REASON))
    return f'=SUMPRODUCT(({codes}<>"")*({_column(quoted, part, part.columns[0])}="")*({reasons}<>""))'


def _answered_items(quoted: str, part: Counted) -> str:
    """The wanted cells of the items that were there from the start; new rows and last time's do not count."""
    keys = _column(quoted, part, 0)
    known = f'({keys}<>"")*(LEFT({keys},1)<>"#")*(LEFT({keys},4)<>"NEW-")'
    terms = [f'SUMPRODUCT({known}*({_column(quoted, part, column)}<>""))' for column in part.columns]
    return "=" + ("+".join(terms) or "0")
