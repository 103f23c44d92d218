"""From tables to readings: one for each row, with the items that belong to it in other tables."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.alliance.model import Alliance
from pipeline.gather.number_text import fold
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal, refuse
from pipeline.gather.responses.members import member_names, member_of
from pipeline.gather.responses.moments import moment_of
from pipeline.gather.responses.said import Notation, Response, put_together
from pipeline.gather.responses.table_rows import RowReader, row_reader
from pipeline.gather.responses.tables import Record, System, Table, system_of
from pipeline.gather.values import raw_text
from pipeline.questionnaire import layout
from pipeline.text import clean_text

_NOTATIONS: Mapping[System, Notation] = {"odk_central": "canonical", "kobotoolbox": "canonical"}
_NO_TIME = 1980
_REJECTED = frozenset({"rejected", "not approved", "validation_status_not_approved"})

Linked = Mapping[str, Sequence[Record]]
"""Records of a table of items by the key of the response that they belong to."""


@dataclass(frozen=True)
class _Export:
    """The tables of one file.

    Attributes:
        rows: Reads the table with a row per response.
        items: Each reads a table with a row per item, beside its rows by response.
        member: Place of the column that names the member.
        names: See ``members.member_names``.
        parts: Name of each response by the number of its row.
    """

    rows: RowReader
    items: Sequence[tuple[RowReader, Linked]]
    member: int
    names: Mapping[str, str]
    parts: Mapping[int, str]


def read_tables(tables: Sequence[Table], alliance: Alliance) -> tuple[Reading, ...] | Refusal:
    """Read the responses of an export.

    Args:
        tables: Its tables; the one whose rows belong to no other's has a row per response.
        alliance: The alliance, with its questionnaire and the heading of the column that names the member.

    Returns:
        A reading per row, in the order of arrival where every row has a time, else in that of the table; or the
        refusal: no_codes, no_responses, unlinked_tables, no_member_column, same_heading_twice.
    """
    main = [table for table in tables if not table.is_of_items]
    if len(main) != 1:
        return refuse("unlinked_tables") if tables else refuse("no_codes")
    member = _member_column(main[0], alliance.ways_in.member_column)
    if isinstance(member, Refusal):
        return member
    system = system_of(main[0])
    items: list[tuple[RowReader, Linked]] = []
    for table in tables:
        linked = _linked(main[0], table) if table.is_of_items else None
        if isinstance(linked, Refusal):
            return linked
        if linked is not None:
            items.append((row_reader(table, system, alliance.form, {}, None), linked))
    if not main[0].records:
        return refuse("no_responses")
    rows = row_reader(main[0], system, alliance.form, _row_keys(main[0], alliance), member)
    export = _Export(rows, items, member, member_names(alliance), _parts(main[0]))
    readings = [_reading(record, export) for record in main[0].records]
    if all(reading.received for reading in readings):
        readings.sort(key=lambda reading: str(reading.received))
    return tuple(readings)


def _member_column(table: Table, heading: str) -> int | Refusal:
    wanted = fold(heading)
    places = [place for place, column in enumerate(table.columns) if wanted in _names(column.heading)]
    if not places:
        return refuse("no_member_column", _NO_MEMBER.format(heading=heading))
    if len(places) > 1:
        return refuse("same_heading_twice", f"More than one column has the heading “{heading}” of the member.")
    return places[0]


_NO_MEMBER = (
    "No column of the table has the heading “{heading}”, which names the member whose answers a row holds. Please export "
    "it too, or correct member_column in ways_in.yaml."
)


def _names(heading: str) -> set[str]:
    """What a heading may be called: in full, without the groups before it, and by its code in brackets."""
    names = {heading, heading.rpartition("/")[2], heading.rpartition("-")[2]}
    if match := re.fullmatch(r".*\(([^()]+)\)\s*", heading, re.DOTALL):
        names.add(match[1])
    return {fold(name) for name in names}


def _linked(main: Table, table: Table) -> Linked | Refusal:
    """The records of a table of items by the key of their response."""
    repeats = {column.meaning.question.repeat for column in table.columns if column.meaning}
    keys = {_link(main, record) for record in main.records}
    found: dict[str, list[Record]] = {}
    for record in table.records:
        parent = table.text(record, "parent")
        if parent not in keys:
            return refuse("unlinked_tables", _ORPHAN.format(row=record.number + 1, table=clean_text(table.name)))
        found.setdefault(parent, []).append(record)
    ambiguous = len(keys) < len(main.records) or "" in keys
    return refuse("unlinked_tables") if len(repeats) != 1 or None in repeats or ambiguous else found


_ORPHAN = (
    "Row {row} of the table “{table}” belongs to no response in the file, so that what it says would be lost. Please put "
    "in the export as the server made it."
)


def _link(table: Table, record: Record) -> str:
    # KoboToolbox numbers the rows of its tables; ODK Central repeats the id of the submission.
    return table.text(record, "index") or table.text(record, "id")


def _row_keys(table: Table, alliance: Alliance) -> Mapping[str, str]:
    """The key for each label of an item: what could be an id stays, anything else is counted as new."""
    codes = tuple(membership.member for membership in alliance.memberships)
    keys: dict[str, str] = {}
    for label in (column.meaning.row for column in table.columns if column.meaning and column.meaning.row):
        if label not in keys:
            is_id = label.startswith(codes) and any(sign.isdigit() for sign in label)
            new = sum(key.startswith("NEW-") for key in keys.values()) + 1
            keys[label] = clean_text(label)[:40] if is_id else layout.new_row_key(new)
    return keys


def _parts(table: Table) -> Mapping[int, str]:
    """The ids of the responses, where every one has its own; else the numbers of their rows."""
    ids = {r.number: re.sub(r"[^\w.:\-]", "_", clean_text(table.text(r, "id")))[:60] for r in table.records}
    if table.kept("id") is not None and "" not in ids.values() and max(Counter(ids.values()).values(), default=1) == 1:
        return ids
    return {record.number: str(record.number + 1) for record in table.records}


def _reading(record: Record, export: _Export) -> Reading:
    rows, table = export.rows, export.rows.table
    said, notes = list(rows.said(record)), list(rows.notes(record))
    for items, linked in export.items:
        new = 0
        for item in linked.get(_link(table, record), ()):
            of_item = list(items.said(item, layout.new_row_key(new + 1)))
            new += bool(of_item)
            said += of_item
            notes += items.notes(item)
    notation, language = _NOTATIONS.get(rows.system, "typed"), table.text(record, "language")[:2].lower()
    cell = record.cells.get(export.member)
    return replace(
        put_together(Response(said, notes, rows.places(record)), rows.form, notation, language),
        member=None if cell is None else member_of(raw_text(cell), export.names),
        part=export.parts[record.number],
        form_version=table.text(record, "version") or None,
        received=_received(record, table),
        held_back=_held_back(record, rows),
    )


def _received(record: Record, table: Table) -> dt.datetime | None:
    for what in ("received", "made"):
        place = table.kept(what)
        cell = record.cells.get(place) if place is not None else None
        moment = None if cell is None else moment_of(cell)
        # LimeSurvey writes 1980-01-01 for what was sent to a survey that keeps no times.
        if moment and moment.year > _NO_TIME:
            return moment
    return None


def _held_back(record: Record, rows: RowReader) -> str:
    table = rows.table
    if fold(table.text(record, "review")) in _REJECTED:
        return "rejected_there"
    # LimeSurvey also exports what was saved and never sent: without a day of submission.
    unsent = table.kept("received") is not None and not table.text(record, "received")
    return "unfinished" if rows.system == "limesurvey" and unsent else ""
