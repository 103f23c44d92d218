"""Everything that is found in all sheets of a workbook, before it is put together to answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.gather.anchors import cell_name, find_blocks
from pipeline.gather.cells import CellNote, Sheets
from pipeline.gather.found import Note, Occurrence, RowRemark
from pipeline.gather.occurrences import occurrences
from pipeline.gather.values import CELL_LIMIT
from pipeline.questionnaire.form import Form
from pipeline.text import clean_text


@dataclass
class Collected:
    """Everything found in all sheets.

    Attributes:
        asked: (row, question) -> every place where it is asked.
        remarks: (repeat, row) -> what was said of the item as a whole.
        notes: What is peculiar.
        repeats: The repeats that have a block, and None where there is one of questions.
    """

    asked: dict[tuple[str, str], list[Occurrence]] = field(default_factory=dict[tuple[str, str], list[Occurrence]])
    remarks: dict[tuple[str, str], list[RowRemark]] = field(default_factory=dict[tuple[str, str], list[RowRemark]])
    notes: list[Note] = field(default_factory=list[Note])
    repeats: set[str | None] = field(default_factory=set[str | None])


def places_of(found: Collected) -> Mapping[tuple[str, str], tuple[str, str]]:
    """(row, question) -> sheet and cell where the answer stands or would stand."""
    firsts = {key: next((p for p in places if p.is_filled), places[0]) for key, places in found.asked.items()}
    return {key: (first.sheet, first.cell) for key, first in firsts.items()}


def items_of(found: Collected) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Per repeat, the keys of its items in the order of the workbook, each with the sheet and cell of the key."""
    items: dict[str, dict[str, tuple[str, str]]] = {}
    for (row, _), places in found.asked.items():
        if repeat := places[0].question.repeat:
            items.setdefault(repeat, {}).setdefault(row, (places[0].sheet, places[0].key_cell))
    return items


def collect(sheets: Sheets, form: Form) -> Collected:
    """Find everything that the sheets of a workbook say.

    Args:
        sheets: The sheets.
        form: The questionnaire.

    Returns:
        What was found, with a note for each peculiarity; what is missing is noted by :func:`note_missing`.
    """
    found = Collected()
    blocks = [block for sheet in sheets for block in find_blocks(sheet, form)]
    for block in blocks:
        found.repeats.add(block.repeat)
        taken = {row for (row, _), places in found.asked.items() if places[0].question.repeat == block.repeat}
        for item in occurrences(block, form, taken):
            match item:
                case Occurrence():
                    found.asked.setdefault((item.row, item.question.code), []).append(item)
                case RowRemark():
                    found.remarks.setdefault((item.repeat, item.row), []).append(item)
                case Note():
                    found.notes.append(item)
    _note_strays(sheets, found)
    return found


def _note_strays(sheets: Sheets, found: Collected) -> None:
    """Keep the notes at cells that are part of no answer, so that nothing which somebody wrote is lost."""
    taken: set[tuple[str, CellNote]] = set()
    for said in (*found.asked.values(), *found.remarks.values()):
        taken |= {(place.sheet, note) for place in said for note in place.notes}
    for sheet in sheets:
        strays: dict[tuple[int, int], list[CellNote]] = {}
        for note in sheet.notes:
            if (clean_text(sheet.name), note) not in taken:
                strays.setdefault((note.row, note.column), []).append(note)
        for place, notes in strays.items():
            seen = "\n".join(said_in(note) for note in notes)[:CELL_LIMIT]
            found.notes.append(Note("stray_note", clean_text(sheet.name), cell_name(*place), seen=seen))
    if any(sheet.has_unread_notes for sheet in sheets):
        found.notes.append(Note("notes_not_read"))


def said_in(note: CellNote) -> str:
    """The words of a note behind the name of its author."""
    text = clean_text(note.text).strip()
    return f"{clean_text(note.author)}: {text}" if note.author else text


def note_missing(found: Collected, form: Form) -> None:
    """Note what of the form is nowhere: a section of which nothing is left, or single questions."""
    for section in form.sections:
        asked = [question for question in form.asked if question.section == section.code]
        present = {code for _, code in found.asked}
        missing = [question for question in asked if question.code not in present]
        if asked and len(missing) == len(asked) and not (section.repeat and section.repeat in found.repeats):
            found.notes.append(Note("missing_section", seen=section.code))
        else:
            found.notes += [
                Note("missing_row", question=question.code) for question in missing if question.repeat is None
            ]
