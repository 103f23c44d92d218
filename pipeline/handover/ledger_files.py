"""The ledger of letters as files of a package: one CSV file per table, with every fact that was written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from pipeline.feedback.ledger_copy import COPIED, Rows
from pipeline.handover.data_csv import quoted, read_csv, unquoted, write_csv

FOLDER: Final = "ledger"


def ledger_files(rows: Rows) -> dict[str, bytes]:
    """The files by name.

    Args:
        rows: See :func:`pipeline.feedback.ledger_copy.copy_ledger`.
    """
    files: dict[str, bytes] = {}
    for name, table in COPIED.items():
        columns = list(table.c)
        cells = ([_cell(column, row[column.name]) for column in columns] for row in rows[name])
        files[f"{FOLDER}/{name}.csv"] = write_csv([column.name for column in columns], cells)
    return files


def ledger_rows(files: Mapping[str, bytes]) -> Rows:
    """The rows that the files hold.

    Args:
        files: The files by name.

    Raises:
        ValueError: A file is missing, or is not as :func:`ledger_files` writes it.
    """
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for name, table in COPIED.items():
        if (content := files.get(f"{FOLDER}/{name}.csv")) is None:
            raise ValueError(f"{FOLDER}/{name}.csv is missing.")
        columns = list(table.c)
        grid = read_csv(content)
        if not grid or grid[0] != [column.name for column in columns] or any(len(r) != len(columns) for r in grid):
            raise ValueError(f"{FOLDER}/{name}.csv has other columns than the ledger.")
        rows[name] = [{c.name: _value(c, cell) for c, cell in zip(columns, row, strict=True)} for row in grid[1:]]
    return rows


def _cell(column: sa.Column[Any], value: Any) -> str:
    if value is None:
        return ""
    return quoted(str(value)) or ("'" if column.nullable else "")


def _value(column: sa.Column[Any], cell: str) -> Any:
    if not cell and column.nullable:
        return None
    return int(cell) if isinstance(column.type, sa.Integer) else unquoted(cell)
