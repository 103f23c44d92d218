"""Tables as CSV files that lose nothing and that no spreadsheet program computes.

RFC 4180: UTF-8, commas, CRLF. A missing value is an empty cell. A text that a spreadsheet program would take for a formula
gets an apostrophe in front, and so does one that begins with an apostrophe already, so that taking the first apostrophe
away gives back every text exactly; numbers stay as they are. An empty text, which is not missing, is an empty cell where
the column never misses a value, and a single apostrophe elsewhere.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from pipeline.frames import conform
from pipeline.tables import TABLES, Column

_SIGNS: Final = ("'", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)


def quoted(text: str) -> str:
    """A text as it stands in a cell."""
    return f"'{text}" if text.startswith(_SIGNS) and not _NUMBER.fullmatch(text) else text


def unquoted(cell: str) -> str:
    """The text that a cell stands for."""
    return cell.removeprefix("'")


def data_csv(name: str, data: pd.DataFrame, columns: Sequence[str] | None = None) -> bytes:
    """Write a table.

    Args:
        name: Name of the table.
        data: Its frame.
        columns: The columns to write, among them those of its key; None for all.

    Returns:
        The bytes of the CSV file; same table, same bytes.

    Raises:
        TableError: The frame does not fit the declaration.
    """
    declared = [column for column in TABLES[name].columns if columns is None or column.name in columns]
    typed = conform(name, data, [column.name for column in declared])
    cells = [_cells(typed[column.name], column) for column in declared]
    return write_csv([column.name for column in declared], zip(*cells, strict=True))


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows of cells as a CSV file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")


def read_csv(content: bytes) -> list[list[str]]:
    """Read the cells of such a file, headings first.

    Raises:
        ValueError: It is no CSV file in UTF-8.
    """
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from None


def _cells(values: pd.Series, column: Column) -> list[str]:
    present, plain = values.notna().tolist(), values.astype(object).tolist()
    match column.kind:
        case "text":
            blank = "" if column.required else "'"
            return [(quoted(each) or blank) if there else "" for there, each in zip(present, plain, strict=True)]
        case "boolean":
            return [str(bool(each)).lower() if there else "" for there, each in zip(present, plain, strict=True)]
        case "date":
            return [each.date().isoformat() if there else "" for there, each in zip(present, plain, strict=True)]
        case "time":
            return [moment(each) if there else "" for there, each in zip(present, plain, strict=True)]
        case "integer":
            return [str(int(each)) if there else "" for there, each in zip(present, plain, strict=True)]
        case _:
            return [repr(float(each)) if there else "" for there, each in zip(present, plain, strict=True)]


def moment(at: pd.Timestamp) -> str:
    """A moment as ISO 8601 has it, in UTC, with a fraction where it has one."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if at.microsecond else "%Y-%m-%dT%H:%M:%SZ")
