"""The locked row of remarks below a question or an item of a returned workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, write_text
from pipeline.questionnaire.marks import SYMBOLS, MarkedFinding, gravity, mark_text
from pipeline.questionnaire.measures import Fitted, row_height

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDE_ENOUGH: Final = 60


def write_remarks(
    sheet: Worksheet,
    row: int,
    book: Book,
    found: Mapping[int, Sequence[MarkedFinding]],
    widths: Mapping[int, int],
    wide_enough: int = _WIDE_ENOUGH,
) -> None:
    """Write a row of remarks.

    Args:
        sheet: The sheet.
        row: Zero-based row.
        book: The workbook.
        found: The findings by the zero-based column of the cell above; the gravest of a cell first.
        widths: Width in characters of each column that remarks may stand in, in order.
        wide_enough: Characters; a remark in narrower columns goes on over the columns beside it that have none.
    """
    worst = min((some[0] for some in found.values()), key=gravity).severity
    # The key shows as its symbol by means of its number format, like that of the row of last time.
    sheet.write_string(row, 0, layout.FINDING_ROW, book.formats(f"remark_{worst}", f';;;"{SYMBOLS[worst]}"'))
    heights: list[Fitted] = []
    for column, some in found.items():
        last, style = _last_column(column, found, widths, wide_enough), book.formats(f"remark_{some[0].severity}")
        if last > column:
            sheet.merge_range(row, column, row, last, "", style)
        words = mark_text(some, book.catalogue)
        write_text(sheet, row, column, words, style)
        heights.append(Fitted(words, sum(widths[at] for at in range(column, last + 1)), size=9))
    sheet.set_row(row, row_height([height] for height in heights))


def _last_column(column: int, found: Mapping[int, object], widths: Mapping[int, int], wide_enough: int) -> int:
    last, width = column, widths[column]
    while width < wide_enough and last + 1 in widths and last + 1 not in found:
        last += 1
        width += widths[last]
    return last
