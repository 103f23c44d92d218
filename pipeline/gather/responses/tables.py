"""Tables of responses: a row for each, found below their headings, and tables of the items that belong to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from pipeline.gather.anchors import cell_name
from pipeline.gather.cells import Cell
from pipeline.gather.refusal import Refusal, refuse
from pipeline.gather.responses.grids import HEADER_ROWS, Grid
from pipeline.gather.responses.headings import Meaning, Vocabulary, meanings, system_meaning
from pipeline.gather.values import raw_text
from pipeline.text import clean_text

System = Literal["odk_central", "kobotoolbox", "limesurvey", "eusurvey", "plain"]
"""Who wrote a table; ``plain`` where it cannot be told, and answers are then read as people type them."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        sheet: Sheet or file that it stands on.
        position: Its place there, from 0.
        heading: Its heading; '' where it has none.
        meaning: The question that it means, or None.
        kept: What a survey system keeps in it, or None; see ``headings.system_meaning``.
    """

    sheet: str
    position: int
    heading: str
    meaning: Meaning | None
    kept: str | None

    @property
    def name(self) -> str:
        """What to call it in a message."""
        letters = re.sub(r"\d", "", cell_name(0, self.position))
        return clean_text(self.heading)[:200] or f"column {letters}"


@dataclass(frozen=True)
class Record:
    """A row of a table: its number from 0, and its filled cells by the place of the column in the table."""

    number: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True)
class Table:
    """A table with headings.

    Attributes:
        name: Name of its sheet or file; '' for a single file.
        header: Number of the row of headings, from 0.
        columns: Its columns; records refer to them by their place here.
        records: The rows below the headings.
    """

    name: str
    header: int
    columns: tuple[Column, ...]
    records: tuple[Record, ...]

    def kept(self, what: str) -> int | None:
        """The place of the first column in which a system keeps something, or None."""
        return self._kept.get(what)

    @cached_property
    def _kept(self) -> Mapping[str, int]:
        return {column.kept: place for place, column in reversed([*enumerate(self.columns)]) if column.kept}

    def text(self, record: Record, what: str) -> str:
        """What a system keeps of a record, as text; '' where it keeps nothing."""
        cell = record.cells.get(place) if (place := self.kept(what)) is not None else None
        return "" if cell is None else raw_text(cell).strip()

    def place(self, record: Record, place: int) -> tuple[str, str]:
        """Sheet and cell of a record's column."""
        column = self.columns[place]
        return clean_text(column.sheet), cell_name(record.number, column.position)

    @property
    def is_of_items(self) -> bool:
        """Whether its rows belong to the rows of another table."""
        return self.kept("parent") is not None


def recognised(headings: Sequence[str], words: Vocabulary) -> int:
    """How many of some headings mean a question or are those of a survey system's own."""
    return sum(
        bool(heading and (meaning or system_meaning(heading, words)))
        for heading, meaning in zip(headings, meanings(headings, words), strict=True)
    )


def make_table(grid: Grid, words: Vocabulary) -> Table | Refusal | None:
    """Find the headings of a grid, and what its columns mean.

    Args:
        grid: The cells.
        words: The names of the questions.

    Returns:
        The table; None where no heading is the code of a question; or the refusal: same_heading_twice, uneven_rows.
    """
    firsts = list(grid.rows)[:HEADER_ROWS]
    texts = {row: _headings(grid.rows[row]) for row in firsts}
    header = max(firsts, key=lambda row: (recognised(texts[row], words), -row), default=None)
    if header is None or not any(meanings(texts[header], words)):
        return None
    columns = _columns(grid.name, texts[header], words)
    twice = _twice(columns)
    if twice:
        return refuse("same_heading_twice", _TWICE.format(first=twice[0].name, second=twice[1].name))
    records: list[Record] = []
    for number, cells in grid.rows.items():
        if number <= header:
            continue
        if max(cells) >= len(columns):
            return refuse("uneven_rows", _UNEVEN.format(row=number + 1, cell=cell_name(number, max(cells))))
        records.append(Record(number, cells))
    return Table(grid.name, header, columns, tuple(records))


_TWICE = (
    "The columns “{first}” and “{second}” are for the same answers, so that it cannot be told which of them counts. "
    "Please delete the one that is wrong."
)
_UNEVEN = (
    "Row {row} has more cells than there are headings (up to {cell}), so that answers would stand under wrong headings. "
    "Please export the table again; do not edit it by hand."
)


def _headings(cells: Mapping[int, Cell]) -> list[str]:
    return [raw_text(cells[place]).strip() if place in cells else "" for place in range(max(cells) + 1)]


def _columns(sheet: str, headings: Sequence[str], words: Vocabulary) -> tuple[Column, ...]:
    return tuple(
        Column(sheet, place, heading, meaning, None if meaning else system_meaning(heading, words))
        for place, (heading, meaning) in enumerate(zip(headings, meanings(headings, words), strict=True))
    )


def _twice(columns: Sequence[Column]) -> tuple[Column, Column] | None:
    seen: dict[tuple[str, str, str, str | None], Column] = {}
    for column in columns:
        if meaning := column.meaning:
            key = (meaning.question.code, meaning.subject, meaning.row, meaning.choice)
            if meaning.subject == "answer" and key in seen:
                return seen[key], column
            seen[key] = column
    return None


def side_by_side(tables: Sequence[Table]) -> list[Table]:
    """Put tables together that go on to the right of each other, as EUSurvey splits them after 254 columns.

    Args:
        tables: The tables of a workbook, in its order.

    Returns:
        The tables, with ``Content1``, ``Content2``, ... made part of ``Content``.
    """
    joined: list[Table] = []
    for table in tables:
        before = next((t for t in joined if re.fullmatch(rf"{re.escape(t.name)}\d{{1,2}}", table.name)), None)
        if before is None or before.header != table.header or table.is_of_items:
            joined.append(table)
            continue
        joined[joined.index(before)] = _joined(before, table)
    return joined


def _joined(left: Table, right: Table) -> Table:
    offset = len(left.columns)
    cells = {record.number: dict(record.cells) for record in left.records}
    for record in right.records:
        beside = {offset + place: cell for place, cell in record.cells.items()}
        cells[record.number] = {**cells.get(record.number, {}), **beside}
    records = tuple(Record(number, cells[number]) for number in sorted(cells))
    return replace(left, columns=(*left.columns, *right.columns), records=records)


def system_of(table: Table) -> System:
    """Which survey system wrote a table, by what it keeps beside the answers."""
    names = {column.heading.strip() for column in table.columns}
    if {"SubmissionDate", "KEY"} <= names or {"PARENT_KEY", "KEY"} <= names or "__id" in names:
        return "odk_central"
    if names & {"_uuid", "_submission_time", "_parent_index", "_xform_id_string"}:
        return "kobotoolbox"
    if names & {"submitdate", "Date submitted", "lastpage", "Last page"}:
        return "limesurvey"
    assigned = [column for column in table.columns if column.meaning and column.heading.strip().endswith(")")]
    return "eusurvey" if len(assigned) * 2 > sum(column.meaning is not None for column in table.columns) else "plain"
