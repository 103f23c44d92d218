"""What every sheet of a member's workbook begins and ends with: markers, title, protection and page set-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, cut, write_text
from pipeline.text import clean_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


def heading_row(book: Book) -> int:
    """Zero-based row below markers, title and mark."""
    return 4 if book.mark else 3


def begin_sheet(sheet: Worksheet, book: Book, markers: Mapping[int, str], title: str, column: int = 0) -> int:
    """Write the hidden markers, the title and the lines below it.

    Args:
        sheet: The sheet.
        book: The workbook.
        markers: The markers by zero-based column; none on a sheet without answers.
        title: Title of the sheet.
        column: Zero-based column of the title; a column that every page repeats would repeat the beginning of it.

    Returns:
        The next free row.
    """
    for at, marker in markers.items():
        sheet.write_string(layout.MARKER_ROW, at, marker, book.formats("marker"))
    sheet.set_row(layout.MARKER_ROW, None, None, {"hidden": True})
    write_text(sheet, 1, column, title, book.formats("title"))
    sheet.set_row(1, 24)
    write_text(sheet, 2, column, f"{book.member_name} · {book.cycle_title}", book.formats("subtitle"))
    if book.mark:
        write_text(sheet, 3, column, book.mark, book.formats("mark"))
    return heading_row(book)


def finish_sheet(
    sheet: Worksheet, book: Book, *, paper: int, heading: int | None = None, wide: int = 1, filters: bool = False
) -> None:
    """Protect a sheet without a password and set up its printing.

    Args:
        sheet: The sheet.
        book: The workbook.
        paper: Excel's number of the paper size (9: A4, 8: A3).
        heading: Zero-based row of the headings, which every page repeats.
        wide: Pages beside each other; from two on, each repeats the first column.
        filters: Whether the filters of the sheet may be used.
    """
    allowed = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}
    allowed |= {"autofilter": filters, "sort": filters}
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
    sheet.set_header(_band(book.alliance_name, f"{book.member_name} · {book.cycle.name}"))
    sheet.set_footer(_band(book.mark, "&P / &N", plain_right=False))


def _band(left: str, right: str, *, plain_right: bool = True) -> str:
    """A page header or footer; Excel allows 255 signs and takes & for a command."""
    return f"&L&8 {_harmless(left, 80)}&R&8 {_harmless(right, 60) if plain_right else right}"


def _harmless(text: str, limit: int) -> str:
    """A text without line ends and commands, shortened until it fits with every & written twice."""
    plain = cut(clean_text(text).replace("\n", " "), limit)
    while len(plain.replace("&", "&&").encode("utf-16-le")) // 2 > limit:
        plain = cut(plain, len(plain.encode("utf-16-le")) // 2 - 1, ending="")
    return plain.replace("&", "&&")
