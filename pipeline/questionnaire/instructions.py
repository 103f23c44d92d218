"""The sheet of instructions of a member's workbook: how to fill it in, by when, whom to send it to, and how far it is filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, cut, quoted, write_text
from pipeline.questionnaire.frame import begin_sheet, finish_sheet
from pipeline.questionnaire.measures import fitted_row
from pipeline.questionnaire.question_sheet import A4, Counted, section_title
from pipeline.text import clean_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = (38, 18, 18, 18, 18)
_LINK_LIMIT: Final = 255


def write_instructions(sheet: Worksheet, book: Book, counted: Sequence[Counted]) -> None:
    """Write the sheet of instructions.

    Args:
        sheet: The sheet.
        book: The workbook.
        counted: Where the answers of each section stand.
    """
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = begin_sheet(sheet, book, {}, book.form.title.get(book.language) or book.form.title[book.form.languages[0]])
    row += 1
    for field, fact in _facts(book).items():
        write_text(sheet, row, 0, field, book.formats("field"))
        _write_wide(sheet, row, 1, fact, book, "fact")
        row += 1
    row = _write_steps(sheet, book, row + 1)
    row = _write_legend(sheet, book, row + 1)
    _write_completeness(sheet, book, row + 1, counted)
    finish_sheet(sheet, book, paper=A4)
    sheet.set_portrait()


def _facts(book: Book) -> Mapping[str, str]:
    text = book.catalogue.text
    cycle = book.cycle
    first, last = book.catalogue.day(cycle.period_start), book.catalogue.day(cycle.period_end)
    facts = {
        text("Alliance"): book.alliance_name,
        text("Member"): book.member_name,
        text("Reporting cycle"): book.cycle_title,
        text("Reporting period"): text("%(first)s to %(last)s", first=first, last=last),
        text("Please return it by"): text(
            "%(day)s, until the end of the day in your country", day=book.catalogue.day(cycle.deadline)
        ),
        text("Please send it to"): book.contact,
        text("Questions and help"): "\n".join(part for part in (book.office, book.contact) if part),
    }
    return {field: fact for field, fact in facts.items() if fact}


def _write_wide(sheet: Worksheet, row: int, first: int, words: str, book: Book, style: str) -> None:
    """A text over the columns from ``first`` to E, in a row high enough for it (merged cells have no fitted height)."""
    sheet.merge_range(row, first, row, 4, "", book.formats(style))
    write_text(sheet, row, first, words, book.formats(style))
    sheet.set_row(row, fitted_row([(words, sum(_WIDTHS[first:]))]))


def _steps(book: Book) -> Sequence[str]:
    text = book.catalogue.text
    reasons = "; ".join(book.labels(layout.MISSING_REASON_LIST))
    first, last = layout.new_row_key(1), layout.new_row_key(layout.NEW_ROWS)
    earlier = [
        text("Your last answers stand beside the questions. An answer that is not from the last cycle has the name of its cycle before it."),
    ] if book.previous else []  # fmt: skip
    repeats = [
        text("Your commitments are filled in already: correct what has changed.") if book.form.commitments_repeat else "",
        text("Where a sheet is a list, the rows %(first)s to %(last)s are for what is new. If they are not enough, take the protection off the sheet (it has no password) and go on in the rows below.", first=first, last=last),
    ] if any(section.repeat for section in book.form.sections) else []  # fmt: skip
    steps = [
        text("There is a sheet for each part of the questionnaire. Write into the coloured cells only."),
        text("An asterisk (*) marks what we need from every member. A grey question does not concern you, given your other answers so far: leave it empty."),
        text("Some cells have a list to choose from: a small arrow shows it when you enter the cell. Write numbers without words or units, and dates as year-month-day."),
        text("If you have no data, leave the answer empty and choose a reason beside it (%(reasons)s). Zero means none, and not that you do not know. An empty row tells us nothing: it counts as missing.", reasons=reasons),
        text("Comments are welcome in any row, in your own words."),
        *earlier,
        *repeats,
        text("Please do not report on single cases or persons. We need laws, measures and counts only."),
        text("The workbook has no macros and needs none. It is protected against slips only, without a password."),
        text("Save the file as .xlsx, .ods or .xls and send it back by e-mail. You may send a corrected file at any time before the deadline: the last one counts."),
    ]  # fmt: skip
    return [step for step in steps if step]


def _write_steps(sheet: Worksheet, book: Book, row: int) -> int:
    steps = _steps(book)
    write_text(sheet, row, 0, book.catalogue.text("How to fill in this workbook"), book.formats("title"))
    sheet.set_row(row, 24)
    for number, step in enumerate(steps, start=1):
        _write_wide(sheet, row + number, 0, f"{number}. {step}", book, "paragraph")
    return row + 1 + len(steps)


def _write_legend(sheet: Worksheet, book: Book, row: int) -> int:
    text = book.catalogue.text
    legend = {
        "answer": text("Your answer"),
        "reason": text("Reason for a missing answer, and comments"),
        "previous": text("Filled in by us, locked"),
        "unasked": text("Does not concern you, given your other answers"),
    }
    write_text(sheet, row, 0, text("Colours"), book.formats("title"))
    sheet.set_row(row, 24)
    for number, (style, words) in enumerate(legend.items(), start=1):
        # The samples are locked, whatever the cells of that colour are.
        write_text(sheet, row + number, 0, words, book.formats(f"{style}_sample"))
        sheet.set_row(row + number, fitted_row([(words, _WIDTHS[0])]))
    return row + 1 + len(legend)


# ---- completeness


def _write_completeness(sheet: Worksheet, book: Book, row: int, counted: Sequence[Counted]) -> None:
    text = book.catalogue.text
    write_text(sheet, row, 0, text("How far you are"), book.formats("title"))
    sheet.set_row(row, 24)
    headings = (text("Part"), text("Questions"), text("Answered"), text("Reason given"), text("Still empty"))
    for column, words in enumerate(headings):
        write_text(sheet, row + 1, column, words, book.formats("heading"))
    sheet.set_row(row + 1, fitted_row(zip(headings, (0.97 * width for width in _WIDTHS), strict=True)) + 4)
    first = row + 2
    for number, part in enumerate(counted):
        _write_part(sheet, first + number, book, part)
    total = first + len(counted)
    cells, filled, excused = (
        sum(part) for part in zip(*((p.cells, p.filled, p.excused) for p in counted), strict=True)
    )
    write_text(sheet, total, 0, text("All parts"), book.formats("key"))
    for column, value in enumerate((cells, filled, excused, cells - filled - excused), start=1):
        letter = "ABCDE"[column]
        formula = f"=SUM({letter}{first + 1}:{letter}{total})"
        sheet.write_formula(total, column, formula, book.formats("empty_total" if column == 4 else "total"), value)


def _write_part(sheet: Worksheet, row: int, book: Book, part: Counted) -> None:
    title = cut(clean_text(section_title(book, part.section)), _LINK_LIMIT)
    sheet.write_url(row, 0, f"internal:{quoted(part.sheet)}!A1", book.formats("link"), title)
    sheet.set_row(row, fitted_row([(title, _WIDTHS[0])]))
    first, last = part.columns
    count, answers, reasons = book.formats("count"), _cells(part, first, last), _cells(part, part.reason)
    # The columns of rows and of reasons are repeated over those of the answers.
    asked = f"({_cells(part, part.rows_counted)}=1)"
    questions = f"=SUMPRODUCT({asked}*1)*{last - first + 1}"
    if part.asked is not None:
        asked += f"*({_cells(part, part.asked, part.asked + last - first)}=1)"
        questions = f"=SUMPRODUCT({asked})"
    sheet.write_formula(row, 1, questions, count, part.cells)
    sheet.write_formula(row, 2, f'=SUMPRODUCT({asked}*({answers}<>""))', count, part.filled)
    sheet.write_formula(row, 3, f'=SUMPRODUCT({asked}*({answers}="")*({reasons}<>""))', count, part.excused)
    empty = f"=MAX(0,B{row + 1}-C{row + 1}-D{row + 1})"
    sheet.write_formula(row, 4, empty, book.formats("empty_count"), part.cells - part.filled - part.excused)


def _cells(part: Counted, first: int, last: int | None = None) -> str:
    from xlsxwriter.utility import xl_range_abs

    return f"{quoted(part.sheet)}!{xl_range_abs(part.first, first, part.last, first if last is None else last)}"
