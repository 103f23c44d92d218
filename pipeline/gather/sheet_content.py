"""A workbook as what JSON can carry: the parser's values, and what the file says of its cells beyond them.

Only the standard library and the parser are used, and only in the worker process.
"""

from __future__ import annotations

import datetime
import io
import math
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
from typing import Any
from xml.parsers import expat

import python_calamine

from pipeline.gather.ods_extras import read_ods_extras
from pipeline.gather.sheet_extras import BookExtras, SheetExtras
from pipeline.gather.xls_extras import read_xls_extras
from pipeline.gather.xlsx_extras import read_xlsx_extras

# A filled questionnaire has about a thousand cells, and a cell of Excel holds 32,767 characters.
CELLS_LIMIT = 250_000
TEXT_LIMIT = 15_000_000
MERGES_LIMIT = 5_000

_PROGRAMS = (python_calamine.SheetTypeEnum.MacroSheet, python_calamine.SheetTypeEnum.Vba)


def parse(content: bytes, kind: str) -> dict[str, Any]:
    """Parse a workbook into what JSON can carry.

    Args:
        content: The file.
        kind: xlsx, xls or ods.

    Returns:
        ``{"sheets": [{"name", "hidden", "rows": [[row, [column, value, column, value, ...]]], "merged": [[row, column,
        row, column]], "unset": [[row, column]], "notes": [[row, column, author, text]], "from_1904",
        "has_unread_notes"}]}`` with positions from 0 and only cells that hold something, or ``{"refused": code}``.
    """
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        if any(meta.typ in _PROGRAMS for meta in workbook.sheets_metadata):
            return {"refused": "macros"}
        extras = _extras(content, kind)
        if extras.has_external_links:
            return {"refused": "external_links"}
        sheets = [
            _sheet(meta, workbook.get_sheet_by_name(meta.name), extras)
            for meta in workbook.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError:
        return {"refused": "password_protected"}
    except (python_calamine.CalamineError, zipfile.BadZipFile, ValueError, OSError):
        return {"refused": "unreadable"}
    if sum(len(values) for sheet in sheets for _, values in sheet["rows"]) > 2 * CELLS_LIMIT:
        return {"refused": "too_large"}
    texts = (value for sheet in sheets for _, values in sheet["rows"] for value in values if type(value) is str)
    if sum(map(len, texts)) > TEXT_LIMIT:
        return {"refused": "too_large"}
    return {"sheets": sheets}


def _extras(content: bytes, kind: str) -> BookExtras:
    """The extras; where they make no sense to us but the parser can read the file, its notes count as unread."""
    try:
        match kind:
            case "xlsx":
                return read_xlsx_extras(content)
            case "ods":
                return read_ods_extras(content)
            case _:
                return read_xls_extras(content)
    except (ElementTree.ParseError, expat.ExpatError, KeyError, IndexError, struct.error, ValueError):
        book = BookExtras()
        book.has_unread_notes = True
        return book


def _sheet(
    meta: python_calamine.SheetMetadata, parsed: python_calamine.CalamineSheet, extras: BookExtras
) -> dict[str, Any]:
    extra = extras.sheets.get(meta.name) or SheetExtras()
    merged = [(*begin, *end) for begin, end in (parsed.merged_cell_ranges or [])[:MERGES_LIMIT]]
    return {
        "name": meta.name,
        "hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible,
        "rows": _rows(parsed, extra),
        "merged": merged or extra.merged,
        "unset": extra.unset,
        "notes": extra.notes,
        "from_1904": extras.from_1904,
        "has_unread_notes": extras.has_unread_notes,
    }


def _rows(parsed: python_calamine.CalamineSheet, extra: SheetExtras) -> list[tuple[int, list[Any]]]:
    top, left = parsed.start or (0, 0)
    rows: dict[int, list[Any]] = {}
    for row, values in enumerate(parsed.to_python(), top):
        kept: list[Any] = []
        for column, value in enumerate(values, left):
            if value != "" and (row, column) not in extra.errors:
                kept.append(column)
                kept.append(_plain(value, is_percent=bool(extra.percents) and (row, column) in extra.percents))
        if kept:
            rows[row] = kept
    for (row, column), error in extra.errors.items():
        rows.setdefault(row, []).extend((column, error))
    return sorted(rows.items(), key=lambda item: item[0])


def _plain(value: object, *, is_percent: bool) -> object:
    # Types that JSON lacks become an object with one key that names the type.
    if type(value) in (str, bool):
        return value
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return str(value)
        return {"percent": value} if is_percent else value
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"time": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"seconds": value.total_seconds()}
    return value
