"""The data of a package held to the schemas in its own descriptor: types, required values, codes, keys, references."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.handover.data_csv import read_csv
from pipeline.text import one_line

MOST: Final = 100
"""So many problems are told at most."""
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)
_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)


def _day(cell: str) -> bool:
    return len(cell) == 10 and _reads(dt.date.fromisoformat, cell)


def _moment(cell: str) -> bool:
    return bool(_MOMENT.fullmatch(cell)) and _reads(dt.datetime.fromisoformat, cell)


def _reads(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except ValueError:
        return False
    return True


_TYPES: Final[Mapping[str, Callable[[str], bool]]] = {
    "string": lambda _: True,
    "integer": lambda cell: bool(_INTEGER.fullmatch(cell)),
    "number": lambda cell: bool(_NUMBER.fullmatch(cell)),
    "boolean": lambda cell: cell in ("true", "false"),
    "date": _day,
    "datetime": _moment,
}


@dataclass(frozen=True)
class _Field:
    name: str
    type: str
    required: bool
    codes: frozenset[str]


@dataclass(frozen=True)
class _Resource:
    name: str
    fields: tuple[_Field, ...]
    key: tuple[str, ...]
    references: tuple[tuple[str, str, str], ...]


def schema_problems(folder: Path, files: Sequence[str]) -> tuple[list[str], int]:
    """Hold the CSV files of a package to its ``datapackage.json``.

    Args:
        folder: The folder ``data`` of the package.
        files: Names of the files in it.

    Returns:
        What is wrong, a sentence each, and how many tables were checked.
    """
    try:
        resources = [_resource(told) for told in json.loads((folder / "datapackage.json").read_bytes())["resources"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ["data/datapackage.json does not describe tables as stocktake does."], 0
    described = {f"{resource.name}.csv" for resource in resources} | {"dictionary.csv"}
    problems = [f"data/{name} is not described in datapackage.json." for name in files if _is_loose(name, described)]
    columns: dict[tuple[str, str], set[str]] = {}
    for resource in resources:
        for column, other, key in resource.references:
            columns |= {(resource.name, column): set(), (other, key): set()}
    for resource in resources:
        problems += _of_table(folder, resource, columns)
    for resource in resources:
        for column, other, key in resource.references:
            unknown = columns[resource.name, column] - columns[other, key] - {""}
            if unknown:
                shown = one_line(sorted(unknown)[0])
                problems.append(f"data/{resource.name}.csv: {column} has {shown}, which {other} does not have.")
    return problems[:MOST], len(resources)


def _is_loose(name: str, described: set[str]) -> bool:
    return name.endswith(".csv") and name not in described


def _resource(told: Mapping[str, Any]) -> _Resource:
    schema = told["schema"]
    name = str(told["name"])
    if not re.fullmatch("[a-z_]{1,60}", name) or told["path"] != f"{name}.csv":
        raise ValueError("a resource lies elsewhere")
    fields = tuple(_field(field) for field in schema["fields"])
    references = tuple(
        (str(each["fields"][0]), str(each["reference"]["resource"]), str(each["reference"]["fields"][0]))
        for each in schema.get("foreignKeys", ())
    )
    return _Resource(name, fields, tuple(map(str, schema["primaryKey"])), references)


def _field(told: Mapping[str, Any]) -> _Field:
    constraints = told.get("constraints", {})
    # A text that is never missing may be empty.
    required = bool(constraints.get("required")) and told.get("missingValues") != []
    if told["type"] not in _TYPES:
        raise ValueError("there is no such type")
    return _Field(str(told["name"]), told["type"], required, frozenset(map(str, constraints.get("enum", ()))))


def _of_table(folder: Path, resource: _Resource, columns: dict[tuple[str, str], set[str]]) -> Iterator[str]:
    file = f"data/{resource.name}.csv"
    try:
        grid = read_csv((folder / f"{resource.name}.csv").read_bytes())
    except FileNotFoundError:
        yield f"{file} is described in datapackage.json and is not there."
        return
    except ValueError as error:
        yield f"{file} is no CSV file ({error})."
        return
    names = [field.name for field in resource.fields]
    if not grid or grid[0] != names or not set(resource.key) <= set(names):
        yield f"{file} has other columns than datapackage.json says."
        return
    ragged = next((place for place, row in enumerate(grid, 1) if len(row) != len(names)), None)
    if ragged:
        yield f"{file}, row {ragged}: it has more or fewer cells than columns."
        return
    for place, field in enumerate(resource.fields):
        cells = [row[place] for row in grid[1:]]
        if (resource.name, field.name) in columns:
            columns[resource.name, field.name] = set(cells)
        yield from _of_column(file, field, cells)
    places = [names.index(name) for name in resource.key]
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(grid[1:], 2):
        key = tuple(row[place] for place in places)
        if key in seen:
            yield f"{file}, row {number}: {one_line(' '.join(key))} stands more than once."
            return
        seen.add(key)


def _of_column(file: str, field: _Field, cells: Sequence[str]) -> Iterator[str]:
    """The first cell of a column that is not as its field says."""
    holds = _TYPES[field.type]
    for number, cell in enumerate(cells, 2):
        if not cell:
            if field.required:
                yield f"{file}, row {number}: {field.name} is missing."
                return
        elif not holds(cell) or (field.codes and cell not in field.codes):
            yield f"{file}, row {number}: {field.name} is {one_line(cell)!r}, which is no {field.type} or code of it."
            return
