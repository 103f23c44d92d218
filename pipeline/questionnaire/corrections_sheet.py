"""The sheet of corrections in a returned workbook: every finding on a line of its own, with a link to its cell.

No cell of it holds a code, a key or an answer alone, so that no reader can take it for a part of the questionnaire.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire.book import Book, cut, quoted, sheet_name, write_text
from pipeline.questionnaire.filling import Filling
from pipeline.questionnaire.frame import begin_sheet, finish_sheet
from pipeline.questionnaire.marks import MarkedFinding, gravity, severity_words
from pipeline.questionnaire.measures import fitted_row
from pipeline.questionnaire.question_sheet import A4, section_title
from pipeline.text import clean_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = (14, 9, 28, 10, 31, 22, 48, 13)
_LINK: Final = 4
_LONGEST_SEEN: Final = 300
_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Returned:
    """What a member sent, and what is remarked about it.

    Attributes:
        filling: What stands in the cells.
        findings: What is remarked.
        file: Name of the file that the member sent.
        received: When it arrived, in words of the member's language and in its time zone.
        due: Until when corrections are wanted, in words; '' where it is too late.
    """

    filling: Filling
    findings: Sequence[MarkedFinding]
    file: str = ""
    received: str = ""
    due: str = ""


def add_corrections(book: Book) -> Worksheet:
    """Add the sheet in front of all others, which keep the names that they have in a blank workbook."""
    taken = set(book.names)
    for title in (book.catalogue.text("Instructions"), *(section_title(book, part) for part in book.form.sections)):
        taken.add(sheet_name(title, taken).lower())
    return book.add_sheet(sheet_name(book.catalogue.text("Corrections"), taken))


def write_corrections(sheet: Worksheet, book: Book, returned: Returned, sheets: Mapping[str, str]) -> None:
    """Write the sheet, after the cells that it links to were written.

    Args:
        sheet: The sheet.
        book: The workbook.
        returned: What the member sent, and what is remarked about it.
        sheets: Name of the sheet of each section.
    """
    text = book.catalogue.text
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = begin_sheet(sheet, book, {}, text("Corrections"))
    for line in _lines(book, returned):
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", book.formats("paragraph"))
        write_text(sheet, row, 0, line, book.formats("paragraph"))
        sheet.set_row(row, fitted_row([(line, sum(_WIDTHS))]))
        row += 1
    heading = row + 1
    headings = (
        text("What we ask"),
        text("Status"),
        text("Question"),
        text("Row"),
        text("Where"),
        text("What we read"),
        text("Remark and what to do"),
        text("Reference"),
    )
    for column, words in enumerate(headings):
        write_text(sheet, heading, column, words, book.formats("heading"))
    sheet.set_row(heading, fitted_row(zip(headings, (0.9 * width for width in _WIDTHS), strict=True)) + 4)
    found = sorted(returned.findings, key=lambda finding: (gravity(finding), _position(book, finding), finding.row))
    for row, finding in enumerate(found, start=heading + 1):
        _write_finding(sheet, row, book, finding, _target(book, finding, sheets))
    sheet.freeze_panes(heading + 1, 0)
    sheet.autofilter(heading, 0, max(heading + len(found), heading + 1), len(_WIDTHS) - 1)
    finish_sheet(sheet, book, paper=A4, heading=heading, filters=True)


def _lines(book: Book, returned: Returned) -> list[str]:
    """What stands above the list: for which file it is, by when corrections are wanted, and how to make them."""
    text, file = book.catalogue.text, cut(clean_text(returned.file).replace("\n", " "), _LONGEST_NAME)
    lines = [
        text("Your file %(file)s, received on %(received)s.", file=file, received=returned.received) if file else "",
        text("Please send your corrections by %(day)s.", day=returned.due) if returned.due else "",
        text(
            "The cells are marked on their sheets, and below each stands what is listed here. Please correct the answers "
            "there, or explain them in the comment, and send us this file. This list is for reading only."
        ),
    ]
    return [line for line in lines if line]


def _write_finding(
    sheet: Worksheet, row: int, book: Book, finding: MarkedFinding, target: tuple[str, int, int]
) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    name, at, column = target
    cell = xl_rowcol_to_cell(at, column)
    text = book.catalogue.text
    concerned, seen = _concerned(book, finding)
    seen = cut(" ".join(clean_text(seen).split()), _LONGEST_SEEN)
    shown = (
        severity_words(finding.severity, book.catalogue),
        text("still open") if finding.status == "still_open" else text("new"),
        concerned,
        finding.row,
        f"{name}!{cell}",
        f"“{seen}”" if seen else "",
        finding.message,
        f"[{finding.finding}]",
    )
    for place, words in enumerate(shown):
        style = f"remark_{finding.severity}" if place == 0 else "cell"
        if place == _LINK:
            sheet.write_url(row, place, f"internal:{quoted(name)}!{cell}", book.formats("link"), words)
        else:
            write_text(sheet, row, place, words, book.formats(style))
    sheet.set_row(row, fitted_row(zip(shown, (float(width) for width in _WIDTHS), strict=True)))


def _position(book: Book, finding: MarkedFinding) -> int:
    question = book.form.by_code.get(finding.question)
    return question.position if question else 0


def _concerned(book: Book, finding: MarkedFinding) -> tuple[str, str]:
    """What a finding is about, and what was read there; a sheet that is missing is told by its title."""
    question = book.form.by_code.get(finding.question)
    if question:
        return f"{question.code}: {question.short_label(book.language)}", finding.seen
    section = next((one for one in book.form.sections if one.code == finding.seen and not finding.row), None)
    return (section_title(book, section), "") if section else ("", finding.seen)


def _target(book: Book, finding: MarkedFinding, sheets: Mapping[str, str]) -> tuple[str, int, int]:
    """The cell that is marked for a finding; for one about no cell, the beginning of its sheet or of the first."""
    if finding.finding in book.spots:
        return book.spots[finding.finding]
    question = book.form.by_code.get(finding.question)
    section = question.section if question else finding.seen
    named = {name.casefold(): name for name in sheets.values()}
    name = sheets.get(section) or named.get(finding.sheet.casefold()) or next(iter(sheets.values()))
    return name, 1, 0
