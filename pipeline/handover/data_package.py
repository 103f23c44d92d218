"""The descriptor of the data: a Frictionless Data Package made from what ``pipeline.tables`` declares."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.alliance.model import Alliance, Cycle
from pipeline.tables import CODES, REFERENCES, TABLES, Column, Table

DESCRIPTOR: Final = "data/datapackage.json"
CSV_NOTE: Final = (
    "An empty cell is a missing value; in a text column that never misses one it is an empty text. A text that begins with "
    "an apostrophe has it so that no spreadsheet program computes it: take the first apostrophe away to get the text as it "
    "was."
)
TYPES: Final[Mapping[str, str]] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "datetime",
}


def data_file(table: str) -> str:
    """Name of the CSV file of a table within the package."""
    return f"data/{table}.csv"


def data_package(alliance: Alliance, cycle: Cycle, edition: str, columns: Mapping[str, Sequence[str]]) -> bytes:
    """Describe the tables of a package.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        edition: Whom the package is for.
        columns: The columns of each table in the package, in their order.

    Returns:
        The bytes of ``datapackage.json``, of the profile ``tabular-data-package``.
    """
    mark = " All answers are made up: this is a demonstration." if cycle.demonstration else ""
    described = {
        "profile": "tabular-data-package",
        "name": f"{alliance.code}-{cycle.name}-{edition}".lower(),
        "title": f"{alliance.name['en']}: {cycle.title['en']}",
        "description": f"The tables of the cycle {cycle.name}, edition {edition}.{mark} {CSV_NOTE}",
        "version": cycle.reference,
        "contributors": [{"title": alliance.office["en"], "role": "publisher", "organization": cycle.secretariat}],
        "resources": [_resource(TABLES[name], names, columns) for name, names in columns.items()],
    }
    return as_json(described)


def as_json(value: object) -> bytes:
    """JSON as all files of a package have it: indented, in the order given, in UTF-8, with a line feed at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _resource(table: Table, names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(table, column) for column in table.columns if column.name in names],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    foreign = [
        {"fields": [column], "reference": {"resource": other, "fields": list(TABLES[other].key)}}
        for column, other in REFERENCES.get(table.name, {}).items()
        if column in names and other in columns
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.grain,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"csvddfVersion": 1.2, "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
        "schema": schema | ({"foreignKeys": foreign} if foreign else {}),
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    codes = CODES.get((table.name, column.name), ())
    constraints = {
        **({"required": True} if column.required else {}),
        **({"unique": True} if table.key == (column.name,) else {}),
        **({"enum": list(codes)} if codes else {}),
    }
    return {
        "name": column.name,
        "type": TYPES[column.kind],
        "description": column.meaning,
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": constraints} if constraints else {}),
        # Here an empty cell is an empty text.
        **({"missingValues": []} if column.required and column.kind == "text" else {}),
    }
