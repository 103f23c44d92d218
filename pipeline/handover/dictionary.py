"""The data dictionary: every column of every table in words, for programs (CSV) and for people (Markdown)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.handover.data_csv import quoted, write_csv
from pipeline.handover.data_package import CSV_NOTE, TYPES
from pipeline.tables import CODES, REFERENCES, TABLES, Column

HEADINGS: Final = ("table", "column", "type", "unit", "key", "required", "codes", "refers_to", "meaning")


def dictionary_csv(columns: Mapping[str, Sequence[str]]) -> bytes:
    """The dictionary as a CSV file, a row per column of a table.

    Args:
        columns: The columns of each table in the package, in their order.
    """
    return write_csv(HEADINGS, ([quoted(cell) for cell in row] for row in _rows(columns)))


def dictionary_markdown(columns: Mapping[str, Sequence[str]]) -> bytes:
    """The same as a text to read."""
    parts = ["# Data dictionary", CSV_NOTE]
    rows = _rows(columns)
    for table in columns:
        lines = ["| column | type | unit | meaning |", "|---|---|---|---|"]
        for row in rows:
            if row[0] == table:
                lines.append(
                    "| " + " | ".join(_marked(cell) for cell in (row[1], row[2], row[3], _meaning(row))) + " |"
                )
        parts += [f"## {table}", f"{TABLES[table].grain[0].upper()}{TABLES[table].grain[1:]}.", "\n".join(lines)]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def _rows(columns: Mapping[str, Sequence[str]]) -> list[list[str]]:
    return [
        _row(table, column, columns)
        for table, names in columns.items()
        for column in TABLES[table].columns
        if column.name in names
    ]


def _row(table: str, column: Column, columns: Mapping[str, Sequence[str]]) -> list[str]:
    other = REFERENCES.get(table, {}).get(column.name, "")
    return [
        table,
        column.name,
        TYPES[column.kind],
        column.unit,
        "yes" if column.name in TABLES[table].key else "",
        "yes" if column.required else "",
        " ".join(CODES.get((table, column.name), ())),
        other if other in columns else "",
        column.meaning,
    ]


def _meaning(row: Sequence[str]) -> str:
    key = " Part of the key." if row[4] else ""
    needed = " Never missing." if row[5] else ""
    refers = f" Refers to {row[7]}." if row[7] else ""
    return f"{row[8]}{key}{needed}{refers}"


def _marked(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")
