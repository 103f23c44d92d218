"""What every sheet of a member's workbook begins and ends with: markers, title, protection and page set-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, cut, write_text
from pipeline.text import clean_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


def begin_sheet(sheet: Worksheet, book: Book, markers: Sequence[str], title: str) -> int:
    """Write the hidden markers, the title and the lines below it.

    Args:
        sheet: The sheet.
        book: The workbook.
        markers: The markers of the columns, from A; none on a sheet without answers.
        title: Title of the sheet.

    Returns:
        The next free row.
    """
    for column, marker in enumerate(markers):
        sheet.write_string(layout.MARKER_ROW, column, marker, book.formats("marker"))
    sheet.set_row(layout.MARKER_ROW, None, None, {"hidden": True})
    write_text(sheet, 1, 0, title, book.formats("title"))
    sheet.set_row(1, 24)
    write_text(sheet, 2, 0, f"{book.member_name} · {book.cycle_title}", book.formats("subtitle"))
    if not book.mark:
        return 3
    write_text(sheet, 3, 0, book.mark, book.formats("mark"))
    return 4


def finish_sheet(sheet: Worksheet, book: Book, *, paper: int, heading: int | None = None, wide: int = 1) -> None:
    """Protect a sheet without a password and set up its printing.

    Args:
        sheet: The sheet.
        book: The workbook.
        paper: Excel's number of the paper size (9: A4, 8: A3).
        heading: Zero-based row of the headings, which every page repeats.
        wide: Pages beside each other; from two on, each repeats the first column.
    """
    allowed = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}
    sheet.protect("", allowed)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(wide, 0)
    if wide > 1:
        sheet.repeat_columns("A:A")
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    if heading is not None:
        sheet.repeat_rows(heading)
    sheet.set_header(_band(book.alliance_name, "", f"{book.member_name} · {book.cycle.name}"))
    sheet.set_footer(_band(book.mark, "", "&P / &N", plain_right=False))


def _band(left: str, centre: str, right: str, *, plain_right: bool = True) -> str:
    """A page header or footer; Excel allows 255 signs and takes & for a command."""
    parts = [cut(clean_text(text).replace("\n", " "), 70).replace("&", "&&") for text in (left, centre)]
    last = cut(clean_text(right), 70).replace("&", "&&") if plain_right else right
    return f"&L{parts[0]}&C{parts[1]}&R{last}"
