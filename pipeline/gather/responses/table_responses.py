"""From tables to readings: one for each row, with the items that belong to it in other tables."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.alliance.model import Alliance
from pipeline.gather.found import Note
from pipeline.gather.number_text import fold
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal, refuse
from pipeline.gather.responses.members import member_names, member_of
from pipeline.gather.responses.moments import moment_of
from pipeline.gather.responses.said import Notation, Response, Said, put_together
from pipeline.gather.responses.table_values import is_picked, meant_by
from pipeline.gather.responses.tables import Record, System, Table, system_of
from pipeline.gather.values import raw_text
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form
from pipeline.text import clean_text

_NOTATIONS: Mapping[System, Notation] = {"odk_central": "canonical", "kobotoolbox": "canonical"}
_REJECTED = frozenset({"rejected", "not approved", "validation_status_not_approved"})

Linked = Mapping[str, Sequence[Record]]
"""Records of a table of items by the key of the response that they belong to."""


@dataclass(frozen=True)
class _Export:
    """The tables of one file.

    Attributes:
        table: A row per response.
        items: Tables with a row per item.
        system: Who wrote it.
        member: Place of the column that names the member.
        names: See ``members.member_names``.
        rows: Key per label that headings give an item.
        parts: Name of each response by the number of its row.
        form: The questionnaire.
    """

    table: Table
    items: Sequence[tuple[Table, Linked]]
    system: System
    member: int
    names: Mapping[str, str]
    rows: Mapping[str, str]
    parts: Mapping[int, str]
    form: Form


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
    items: list[tuple[Table, Linked]] = []
    for table in tables:
        linked = _linked(main[0], table) if table.is_of_items else None
        if isinstance(linked, Refusal):
            return linked
        items += [] if linked is None else [(table, linked)]
    names, rows = member_names(alliance), _row_keys(main[0], alliance)
    export = _Export(main[0], items, system_of(main[0]), member, names, rows, _parts(main[0]), alliance.form)
    if not main[0].records:
        return refuse("no_responses")
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
    table = export.table
    said, notes = list(_said(record, table, export)), list(_unknown(record, table, export))
    for items, linked in export.items:
        new = 0
        for item in linked.get(_link(table, record), ()):
            of_item = list(_said(item, items, export, layout.new_row_key(new + 1)))
            new += bool(of_item)
            said += of_item
            notes += _unknown(item, items, export)
    response = Response(said, notes, _places(record, export))
    notation, language = _NOTATIONS.get(export.system, "typed"), table.text(record, "language")[:2].lower()
    cell = record.cells.get(export.member)
    return replace(
        put_together(response, export.form, notation, language),
        member=None if cell is None else member_of(raw_text(cell), export.names),
        part=export.parts[record.number],
        form_version=table.text(record, "version") or None,
        received=_received(record, table),
        held_back=_held_back(record, export),
    )


def _received(record: Record, table: Table) -> dt.datetime | None:
    for what in ("received", "made"):
        place = table.kept(what)
        cell = record.cells.get(place) if place is not None else None
        if cell is not None and (moment := moment_of(cell)):
            return moment
    return None


def _held_back(record: Record, export: _Export) -> str:
    table = export.table
    if fold(table.text(record, "review")) in _REJECTED:
        return "rejected_there"
    # LimeSurvey also exports what was saved and never sent: without a day of submission.
    unsent = table.kept("received") is not None and not table.text(record, "received")
    return "unfinished" if export.system == "limesurvey" and unsent else ""


def _said(record: Record, table: Table, export: _Export, key: str = "") -> Iterator[Said]:
    """What a row says; ``key`` is that of the item where it is one."""
    picks: dict[str, list[int]] = {}
    for place, cell in record.cells.items():
        meaning = table.columns[place].meaning
        if meaning is None or not _is_placed(table, place):
            continue
        if meaning.choice is not None:
            picks.setdefault(meaning.question.code, []).append(place)
            continue
        row = export.rows[meaning.row] if meaning.row else key
        meant = meant_by(cell, meaning, export.system, export.form)
        yield Said(row, meaning.question, cell, meaning.subject, *table.place(record, place), meant)
    for places in picks.values():
        yield from _picked(record, table, places, key, export.form)


def _is_placed(table: Table, place: int) -> bool:
    """Whether it is known which item a column is about, if it is about one."""
    meaning = table.columns[place].meaning
    return meaning is not None and (not meaning.question.repeat or table.is_of_items or bool(meaning.row))


def _picked(record: Record, table: Table, places: Sequence[int], key: str, form: Form) -> Iterator[Said]:
    """What was picked in columns of single choices, unless the whole answer beside them says the same."""
    codes: list[str] = []
    first: int | None = None
    for place in places:
        meaning = table.columns[place].meaning
        assert meaning is not None  # noqa: S101 - that is why it is among the places
        assert meaning.choice is not None  # noqa: S101
        picked = is_picked(record.cells[place], meaning.choice, meaning.question, form)
        if picked is None:
            yield Said(key, meaning.question, record.cells[place], "answer", *table.place(record, place))
        if picked:
            codes.append(meaning.choice)
            first = place if first is None else first
    if first is None:
        return
    meaning = table.columns[first].meaning
    assert meaning is not None  # noqa: S101
    whole = next(
        (raw_text(cell) for place, cell in record.cells.items() if _is_whole(table, place, meaning.question.code)), ""
    )
    if set(whole.split()) != set(codes):
        yield Said(key, meaning.question, " ".join(codes), "answer", *table.place(record, first))


def _is_whole(table: Table, place: int, code: str) -> bool:
    meaning = table.columns[place].meaning
    return (
        meaning is not None and meaning.choice is None and meaning.subject == "answer" and meaning.question.code == code
    )


def _unknown(record: Record, table: Table, export: _Export) -> Iterator[Note]:
    """A note for each filled column of which nobody knows what it means."""
    for place in record.cells:
        column = table.columns[place]
        if _is_placed(table, place) or column.kept or (table is export.table and place == export.member):
            continue
        # EUSurvey gives every question its code; what has none is its own, in the language of whoever exported it.
        if export.system == "eusurvey" and column.heading and not column.heading.endswith(")"):
            continue
        yield Note("unknown_field", *table.place(record, place), seen=column.name)


def _places(record: Record, export: _Export) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Where each question stands or would stand."""
    places: dict[tuple[str, str], tuple[str, str]] = {}
    for place, column in enumerate(export.table.columns):
        meaning = column.meaning
        if meaning and meaning.subject == "answer" and (not meaning.question.repeat or meaning.row):
            row = export.rows[meaning.row] if meaning.row else ""
            places.setdefault((row, meaning.question.code), export.table.place(record, place))
    return places
