"""From the readings that count to the tables ``answers``, ``intake_notes`` and ``places``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from pipeline.alliance.frames import commitments_table
from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import frame
from pipeline.gather.found import Note
from pipeline.gather.occurrences import is_new_key
from pipeline.gather.reading import Reading
from pipeline.questionnaire.form import Form


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
    """Set aside what is said of commitments that are not the member's, and note those that are not there any more.

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
        row: cell for row, cell in reading.items.get(repeat, {}).items() if row not in known and not is_new_key(row)
    }
    missing = [row for row in keys if row not in reading.items.get(repeat, {})]
    notes = [
        *reading.notes,
        *(Note("foreign_row", sheet, cell, row, seen=row) for row, (sheet, cell) in foreign.items()),
        *(Note("missing_row", row=row, seen=row) for row in missing),
    ]
    answers = tuple(answer for answer in reading.answers if answer.row not in foreign)
    return replace(reading, answers=answers, notes=tuple(notes))


def answers_table(accepted: Sequence[Accepted], form: Form) -> pd.DataFrame:
    """The table ``answers``: per submission by row, then in the form's order of questions."""

    def rows() -> Iterator[Mapping[str, Any]]:
        for one in accepted:
            ordered = sorted(
                one.reading.answers, key=lambda answer: (answer.row, form.by_code[answer.question].position)
            )
            for answer in ordered:
                yield {"member": one.member, "submission": one.submission, **vars(answer)}

    return frame("answers", rows())


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
    return frame(
        "places",
        (
            {"member": one.member, "row": row, "question": question, "sheet": sheet, "cell": cell}
            for one in accepted
            for (row, question), (sheet, cell) in sorted(one.reading.places.items())
        ),
    )


def _note_key(note: Note) -> tuple[str, ...]:
    return note.note, note.sheet, note.cell, note.row, note.question or ""
