"""From the readings that count to the tables ``answers``, ``intake_notes`` and ``places``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from operator import attrgetter
from typing import Any

import pandas as pd

from pipeline.alliance.frames import commitments_table
from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import frame, frame_of_columns
from pipeline.gather.archive import Receipt
from pipeline.gather.contents import Contents
from pipeline.gather.found import Note
from pipeline.gather.reading import Answer, Reading
from pipeline.gather.responses.items import name_items
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form

_ANSWER = tuple(field.name for field in fields(Answer))


@dataclass(frozen=True)
class Accepted:
    """What a member said in the submission of it that counts, held to the register."""

    member: str
    submission: str
    reading: Reading


def register_titles(alliance: Alliance, cycle: Cycle) -> Mapping[str, Mapping[str, str]]:
    """The titles of the commitments in force by member and id, in the register's order."""
    titles: dict[str, dict[str, str]] = {}
    for commitment in commitments_table(alliance, cycle).to_dict("records"):
        of_member = titles.setdefault(str(commitment["member"]), {})
        of_member[str(commitment["commitment"])] = str(commitment["title"])
    return titles


def hold_to_register(reading: Reading, keys: Sequence[str], repeat: str | None) -> Reading:
    """Set aside what is said of commitments that are not the member's.

    Args:
        reading: What a workbook says.
        keys: Ids of the member's commitments in force.
        repeat: Name of the repeat that holds the commitments; None where the form has none.

    Returns:
        The same reading with fewer answers and more notes.
    """
    if repeat is None:
        return reading
    known = set(keys)
    foreign = {
        row: cell
        for row, cell in reading.items.get(repeat, {}).items()
        if row not in known and not layout.is_new_row_key(row)
    }
    notes = [
        *reading.notes,
        *(Note("foreign_row", sheet, cell, row, seen=row) for row, (sheet, cell) in foreign.items()),
    ]
    answers = tuple(answer for answer in reading.answers if answer.row not in foreign)
    return replace(reading, answers=answers, notes=tuple(notes))


def said_in(contents: Contents, receipt: Receipt, part: str, titles: Mapping[str, str]) -> Reading:
    """What a member said in one submission, held to the register.

    Args:
        contents: Reads the archive.
        receipt: Of the file.
        part: Which part of the file is the member's; '' where all of it is.
        titles: Titles of the member's commitments in force by their ids.

    Raises:
        ArchiveError: The content is missing or was changed.
        KeyError: There is no such part.
    """
    reading, form = contents.reading(receipt, part), contents.alliance.form
    if contents.reader_of(receipt.way) != "workbook":
        # In other forms than our workbooks, rows have no keys.
        reading = name_items(reading, titles, form)
    return hold_to_register(reading, list(titles), form.commitments_repeat)


def answers_table(accepted: Sequence[Accepted], form: Form) -> pd.DataFrame:
    """The table ``answers``: per submission by row, then in the form's order of questions."""
    # By column: there may be millions of answers, and a mapping for each would take most of the time and memory.
    positions = {question.code: question.position for question in form.questions}
    said = [
        sorted(one.reading.answers, key=lambda answer: (answer.row, positions[answer.question])) for one in accepted
    ]
    answers = [*chain.from_iterable(said)]
    return frame_of_columns(
        "answers",
        {
            "member": _of_each([one.member for one in accepted], said),
            "submission": _of_each([one.submission for one in accepted], said),
            **{name: [*map(attrgetter(name), answers)] for name in _ANSWER},
        },
    )


def _of_each(values: Sequence[str], said: Sequence[Sequence[object]]) -> list[str]:
    """The value of each submission as often as it says something."""
    return [*chain.from_iterable([value] * len(some) for value, some in zip(values, said, strict=True))]


def notes_table(accepted: Sequence[Accepted]) -> pd.DataFrame:
    """The table ``intake_notes``: per submission, each note once, sorted."""

    def rows() -> Iterator[Mapping[str, Any]]:
        for one in accepted:
            keys = {_note_key(note): note for note in reversed(one.reading.notes)}
            for _, note in sorted(keys.items()):
                yield {"member": one.member, "submission": one.submission, **vars(note)}

    return frame("intake_notes", rows())


def places_table(accepted: Sequence[Accepted]) -> pd.DataFrame:
    """The table ``places``: per submission every place of an answer, by row and question."""
    places = [sorted(one.reading.places.items()) for one in accepted]
    keys = [key for some in places for key, _ in some]
    cells = [cell for some in places for _, cell in some]
    return frame_of_columns(
        "places",
        {
            "member": _of_each([one.member for one in accepted], places),
            "row": [row for row, _ in keys],
            "question": [question for _, question in keys],
            "sheet": [sheet for sheet, _ in cells],
            "cell": [cell for _, cell in cells],
        },
    )


def _note_key(note: Note) -> tuple[str, ...]:
    return note.note, note.sheet, note.cell, note.row, note.question or ""
