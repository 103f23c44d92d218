"""Reading the alliance's YAML files with the line of every entry.

All values are taken as the text that stands there, so that YAML's own guesses (``no`` is false, 013 is eleven) play no
part; the reader of each file says what a value shall be.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import yaml

from pipeline.alliance.rows import Cell, Row, nearest
from pipeline.errors import Problem

_DEPTH = 4
_NULL = "tag:yaml.org,2002:null"


def read_entries(path: Path, problems: list[Problem], *, optional: bool = False) -> list[Row] | None:
    """Read a YAML file that holds one mapping, or a list of mappings.

    Mappings within become columns with dots: ``name: {en: ...}`` is the column ``name.en``. A list of single values
    becomes one text, its items separated by blanks.

    Args:
        path: The file.
        problems: Where problems are noted.
        optional: The file may be missing, or hold nothing but comments; there are no rows then.

    Returns:
        A row for each mapping; None where the file cannot be read at all.
    """
    if optional and not path.exists():
        return []
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        problems.append(Problem(path.name, "The file is missing.", "Put it there."))
        return None
    except UnicodeDecodeError:
        problems.append(Problem(path.name, "Is not in UTF-8.", "Save it in the encoding UTF-8."))
        return None
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        seen = f"Is not YAML from here on ({error.problem if isinstance(error, yaml.MarkedYAMLError) else error})."
        mend = "Compare indentation, colons and quotation marks with the lines around it."
        problems.append(Problem(path.name, seen, mend, row=None if mark is None else mark.line + 1))
        return None
    if optional and (root is None or root.tag == _NULL):
        return []
    nodes = root.value if isinstance(root, yaml.SequenceNode) else [root]
    return [_row(path.name, node, problems) for node in nodes]


def check_keys(row: Row, required: Collection[str], optional: Collection[str], free: Collection[str] = ()) -> None:
    """Note entries that are missing or unknown.

    Args:
        row: A row of a YAML file.
        required: Columns that must be there.
        optional: Columns that may be there.
        free: Beginnings of columns whose ends are free, e.g. ``scoring.goal_weights.``.
    """
    known = [*required, *optional]
    for column in required:
        if column not in row.cells:
            row.note(column, "The entry is missing.", "Add it.")
    for column in row.cells:
        if column not in known and not column.startswith(tuple(free)):
            row.note(column, "No such entry is known.", f"Remove or correct it.{nearest(column, known)}")


def _row(file: str, node: yaml.Node | None, problems: list[Problem]) -> Row:
    cells: dict[str, Cell] = {}
    lines: dict[str, int] = {}
    row = Row(file, 1 if node is None else node.start_mark.line + 1, cells, problems, lines=lines)
    if isinstance(node, yaml.MappingNode):
        _flatten(row, node, "", cells, lines)
    else:
        row.note("", "There are no entries here.", "Write entries as 'key: value', one on each line.")
    return row


def _flatten(row: Row, node: yaml.MappingNode, prefix: str, cells: dict[str, Cell], lines: dict[str, int]) -> None:
    """Put the entries of a mapping into ``cells`` and their lines into ``lines``, under columns with dots."""
    for key, value in node.value:
        column = f"{prefix}{key.value}"
        lines.setdefault(column, key.start_mark.line + 1)
        if column in cells:
            row.note(column, "The entry is there twice.", "Keep one of them.")
        if isinstance(value, yaml.MappingNode) and value.value and column.count(".") < _DEPTH:
            _flatten(row, value, f"{column}.", cells, lines)
        elif isinstance(value, yaml.MappingNode):
            cells[column] = None
        elif isinstance(value, yaml.SequenceNode):
            cells[column] = " ".join(str(item.value) for item in value.value)
        else:
            cells[column] = "" if value.tag == _NULL else str(value.value)
