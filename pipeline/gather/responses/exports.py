"""Exports of survey systems, and any table with the codes of the questions as headings: CSV, zips of CSV, workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.alliance.model import Alliance
from pipeline.gather.anchors import text_of
from pipeline.gather.cells import CellReader, Sheet
from pipeline.gather.guard import inspect, unpack
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal, refuse
from pipeline.gather.responses.grids import HEADER_ROWS, Grid, csv_grid, sheet_grid
from pipeline.gather.responses.headings import Vocabulary, vocabulary
from pipeline.gather.responses.table_responses import read_tables
from pipeline.gather.responses.tables import Table, make_table, recognised, side_by_side
from pipeline.questionnaire import layout

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_export(content: bytes, alliance: Alliance) -> tuple[Reading, ...] | Refusal:
    """Read the responses of an export.

    Args:
        content: All bytes of the file.
        alliance: The alliance, with its questionnaire and the heading of the column that names the member.

    Returns:
        A reading per response, or the refusal of the file.
    """
    words = vocabulary(alliance.form)
    if content.startswith((_ZIP, _OLE)):
        grids = _grids_of_file(content, words)
    elif content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"", b"<", b"{", b"["):
        return refuse("not_a_response")
    else:
        grids = _listed(csv_grid(content, "", lambda headings: recognised(headings, words)))
    tables = grids if isinstance(grids, Refusal) else _tables(grids, words)
    return tables if isinstance(tables, Refusal) else read_tables(side_by_side(tables), alliance)


def _listed(grid: Grid | Refusal) -> Sequence[Grid] | Refusal:
    return grid if isinstance(grid, Refusal) else [grid]


def _grids_of_file(content: bytes, words: Vocabulary) -> Sequence[Grid] | Refusal:
    """The sheets of a workbook, or the CSV files of a zip."""
    format = inspect(content)
    if isinstance(format, Refusal):
        is_other_zip = content.startswith(_ZIP) and format.reason == "not_a_workbook"
        return _grids_of_zip(content, words) if is_other_zip else format
    with CellReader() as reader:
        sheets = reader.read(content, format)
    if isinstance(sheets, Refusal):
        return sheets
    if any(map(_is_ours, sheets)):
        return refuse("not_a_response", _OURS)
    return [sheet_grid(sheet) for sheet in sheets]


_OURS = (
    "The file is a member's own workbook, not an export of a survey system. Please put it into the folder of the cycle "
    "itself, beside the folder of exports."
)


def _is_ours(sheet: Sheet) -> bool:
    """Whether a sheet is one of ours. A respondent may type a marker, but neither hide a sheet nor fill a first row."""
    firsts = ({text_of(cell) for cell in sheet.rows[row].values()} for row in list(sheet.rows)[:HEADER_ROWS])
    return any(
        (sheet.hidden and layout.TOKEN_MARKER in texts) or texts >= {layout.CODE, layout.QUESTION, layout.ANSWER}
        for texts in firsts
    )


def _grids_of_zip(content: bytes, words: Vocabulary) -> Sequence[Grid] | Refusal:
    parts = unpack(content)
    if isinstance(parts, Refusal):
        return parts
    # ODK Central adds attachments in a folder, and what its clients recorded about the filling in.
    names = [n for n in parts if n.lower().endswith(".csv") and "/" not in n and not n.endswith(" - audit.csv")]
    grids: list[Grid] = []
    for name in names:
        grid = csv_grid(parts[name], name.removesuffix(".csv"), lambda headings: recognised(headings, words))
        if isinstance(grid, Refusal):
            return grid
        grids.append(grid)
    return grids or refuse("not_a_response")


def _tables(grids: Iterable[Grid], words: Vocabulary) -> list[Table] | Refusal:
    tables: list[Table] = []
    for grid in grids:
        table = make_table(grid, words)
        if isinstance(table, Refusal):
            return table
        tables += [] if table is None else [table]
    return tables
