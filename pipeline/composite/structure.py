"""The structure of a composite: which indicators make which aggregates, with which weights, bounds and targets.

A table with a row for each indicator and aggregate: ``code, parent, weight, direction, level, goalpost_low,
goalpost_high, target``. Indicators are level 1; every parent is of a higher level than its children, so that there can
be no circle. What has no parent is a top; there may be several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.alliance.csv_table import read_csv_bytes
from pipeline.alliance.items import Read, note_repeated, read_items
from pipeline.alliance.rows import Row, nearest
from pipeline.composite.number import MEND, MISSING, read_number
from pipeline.errors import Problem
from pipeline.text import one_line

UNIT: Final = "unit"
"""Heading of the column of the data that names the units; no code may be the same."""
MOST_ROWS: Final = 10_000

_REQUIRED: Final = ("code", "parent", "level")
_OPTIONAL: Final = ("weight", "direction", "goalpost_low", "goalpost_high", "target", "name")
_DIRECTIONS: Final = {"": 1, "1": 1, "+1": 1, "-1": -1}


@dataclass(frozen=True)
class Node:
    """An indicator (level 1) or an aggregate of the structure.

    Attributes:
        code: Its code, for an indicator the heading of its column in the data.
        parent: The aggregate that it is part of; '' for a top.
        level: 1 for an indicator.
        weight: Its weight among the children of its parent, relative to theirs.
        direction: 1 where more is better, -1 where less is better.
        goalpost_low: One goalpost, in the unit of the indicator; None where there are none.
        goalpost_high: The other one.
        target: What is to be reached; None where there is none.
    """

    code: str
    parent: str
    level: int
    weight: float = 1.0
    direction: int = 1
    goalpost_low: float | None = None
    goalpost_high: float | None = None
    target: float | None = None

    @property
    def has_goalposts(self) -> bool:
        """Whether there are both goalposts."""
        return self.goalpost_low is not None and self.goalpost_high is not None


@dataclass(frozen=True)
class Structure:
    """A checked structure.

    Attributes:
        nodes: By code, in the order of the file.
        children: Codes of the children of each aggregate, in that order.
    """

    nodes: Mapping[str, Node]
    children: Mapping[str, tuple[str, ...]]

    @property
    def indicators(self) -> tuple[Node, ...]:
        """The indicators in the order of the file."""
        return tuple(node for node in self.nodes.values() if node.level == 1)

    @property
    def aggregates(self) -> tuple[Node, ...]:
        """The aggregates from the lowest level up, so that each comes after its children."""
        return tuple(sorted((node for node in self.nodes.values() if node.level > 1), key=lambda node: node.level))

    @property
    def shown(self) -> tuple[Node, ...]:
        """All nodes as results show them: from the top level down, within a level in the order of the file."""
        return tuple(sorted(self.nodes.values(), key=lambda node: -node.level))


def read_structure(content: bytes, file: str, problems: list[Problem]) -> Structure | None:
    """Read the structure of a composite from the bytes of a CSV file.

    Args:
        content: The file.
        file: Its name, for the problems.
        problems: Where problems are noted.

    Returns:
        The structure; None where anything is wrong with it.
    """
    before = len(problems)
    read = read_nodes(content, file, problems)
    return structure_of(read.items) if len(problems) == before else None


def read_nodes(content: bytes, file: str, problems: list[Problem]) -> Read[Node]:
    """Read the rows of a structure like :func:`read_structure`, each with its place for further checks."""
    before = len(problems)
    rows = read_csv_bytes(content, file, _REQUIRED, problems, _OPTIONAL)
    if rows is not None and len(rows) > MOST_ROWS:
        problems.append(Problem(file, f"Has {len(rows):,} rows.", f"Write at most {MOST_ROWS:,}."))
        rows = None
    read = read_items(rows, "code", _node)
    note_repeated(read, lambda node: node.code, "code", "code")
    _check_family(read)
    if not read.placed and len(problems) == before:
        problems.append(Problem(file, "There are no rows.", "Add the indicators and what they are part of."))
    return read


def structure_of(nodes: tuple[Node, ...]) -> Structure:
    """Make the structure of nodes that fit together."""
    children: dict[str, list[str]] = {}
    for node in nodes:
        if node.parent:
            children.setdefault(node.parent, []).append(node.code)
    return Structure({node.code: node for node in nodes}, {code: tuple(own) for code, own in children.items()})


def _node(row: Row) -> Node:
    code = row.text("code")
    if code.lower() == UNIT:
        row.note("code", f"{code} is the heading of the column that names the units.", "Give it another code.")
    level = _level(row)
    low, high, target = (_number(row, column) for column in ("goalpost_low", "goalpost_high", "target"))
    if (low is None) != (high is None):
        empty = "goalpost_low" if low is None else "goalpost_high"
        if row.shown(empty) in MISSING:
            row.note(empty, "Only one of the two goalposts is there.", "Fill in both, or neither.")
    parent = row.optional("parent")
    return Node(
        code=code,
        parent="" if parent in MISSING else parent,
        level=level,
        weight=_weight(row),
        direction=_direction(row),
        goalpost_low=low,
        goalpost_high=high,
        target=target,
    )


def _level(row: Row) -> int:
    text = row.text("level")
    number = read_number(text)
    if text and (number is None or number < 1 or not number.is_integer()):
        seen = f"'{one_line(text)}' is not a level."
        row.note("level", seen, "Write 1 for an indicator, and 2 or more for what is made of others.")
        return 0
    return int(number or 0)


def _weight(row: Row) -> float:
    weight = _number(row, "weight")
    if weight is not None and weight < 0:
        row.note("weight", f"{weight:g} is below 0.", "Write 0 or more; turn an indicator around by its direction.")
    return 1.0 if weight is None else weight


def _direction(row: Row) -> int:
    text = row.shown("direction")
    number = read_number(text)
    if text in MISSING:
        return 1
    if number not in (1, -1):
        seen = f"'{one_line(text)}' is not a direction."
        row.note("direction", seen, "Write 1 if more is better, -1 if less is better.")
    return -1 if number == -1 else 1


def _number(row: Row, column: str) -> float | None:
    text = row.shown(column)
    number = read_number(text)
    if text not in MISSING and number is None:
        row.note(column, f"'{one_line(text)}' is not a number that can be used.", MEND)
    return number


def _check_family(read: Read[Node]) -> None:
    """Note parents that are unknown or no higher, aggregates of nothing, and weights that add up to nothing."""
    nodes = {placed.item.code: placed.item for placed in read.placed}
    weights: dict[str, float] = {}
    for placed in read.placed:
        node, row = placed.item, placed.row
        parent = nodes.get(node.parent)
        weights[node.parent] = weights.get(node.parent, 0.0) + node.weight
        if node.parent and read.lacks(node.parent):
            mend = f"Add a row for it, or correct the code.{nearest(node.parent, [one_line(code) for code in nodes])}"
            row.note("parent", f"There is no code {one_line(node.parent)}.", mend)
        elif parent is not None and parent.level <= node.level:
            seen = f"{one_line(node.parent)} is of level {parent.level}, its child {one_line(node.code)} of level {node.level}."
            row.note(
                "parent", seen, "A parent is of a higher level than its children; correct the level or the parent."
            )
    # Parents of rows with a problem of their own count: those rows are mended, not their parents.
    parents = {node.parent for node in nodes.values()}
    unsound = read.mentioned - set(nodes)
    for placed in read.placed:
        node, row = placed.item, placed.row
        if node.level > 1 and node.code not in parents and not unsound:
            mend = "Name it as parent of something, make it level 1 if it is an indicator, or delete the row."
            row.note("code", f"Nothing has {one_line(node.code)} as parent.", mend)
        elif node.level > 1 and weights.get(node.code) == 0.0 and not unsound:
            row.note(
                "code", f"The weights of all children of {one_line(node.code)} are 0.", "Give one of them a weight."
            )
