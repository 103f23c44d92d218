"""What a response says, one piece at a time, and the reading that the pieces make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.gather.canonical import parse_canonical
from pipeline.gather.cells import Cell
from pipeline.gather.found import Note
from pipeline.gather.occurrences import distinct
from pipeline.gather.parsed import Parsed
from pipeline.gather.reading import Answer, Reading
from pipeline.gather.values import CELL_LIMIT, parse_reason, parse_value, raw_text
from pipeline.questionnaire.form import Form, Question

Subject = Literal["answer", "reason", "comment"]
"""What a piece is: the answer, why there is none, or a remark beside it."""

Notation = Literal["canonical", "typed"]
"""How answers are written: in the form's own notation, which form engines store, or as people type."""

NOTES_LIMIT = 100


@dataclass(frozen=True)
class Said:
    """One piece of a response.

    Attributes:
        row: Key of the item in a repeat; '' outside.
        question: The question that it is about.
        cell: What stands there.
        subject: What it is.
        sheet, place: Sheet or file, and cell, where the response is a table; '' else.
        meant: What the cell means in the form's notation, where a survey system writes it in a way of its own.
    """

    row: str
    question: Question
    cell: Cell
    subject: Subject = "answer"
    sheet: str = ""
    place: str = ""
    meant: str | None = None


@dataclass(frozen=True)
class Response:
    """Everything that one response says, in its own order.

    Attributes:
        said: Its pieces.
        notes: What is peculiar about it.
        places: Where each question stands or would stand, where the response is a table.
    """

    said: Sequence[Said]
    notes: Sequence[Note] = ()
    places: Mapping[tuple[str, str], tuple[str, str]] | None = None


def put_together(response: Response, form: Form, notation: Notation, language: str | None = None) -> Reading:
    """Make the reading of a response.

    Args:
        response: What it says. Two different answers to the same question give none.
        form: The questionnaire.
        notation: How its answers are written.
        language: Language that it is in, where it says so.

    Returns:
        Its answers, the rows in the order of the response and the questions in that of the form; without a token.
    """
    pieces: dict[tuple[str, str], list[Said]] = {}
    for said in response.said:
        pieces.setdefault((said.row, said.question.code), []).append(said)
    spoken = language if language in form.languages else form.languages[0]
    notes = _bounded(response.notes)
    answers = [_answer(piece, form, notation, spoken, notes) for piece in pieces.values()]
    kept = [answer for answer in answers if answer]
    items = _items(pieces.values())
    rows = {row: number for number, row in enumerate(dict.fromkeys(row for row, _ in pieces))}
    return Reading(
        token=None,
        signature=None,
        answers=tuple(sorted(kept, key=lambda a: (a.row != "", rows[a.row], form.by_code[a.question].position))),
        notes=tuple(dict.fromkeys(notes)),
        cells=sum(bool(part) for answer in kept for part in (answer.raw, answer.missing_reason, answer.comment)),
        items=items,
        places=dict(response.places or {}),
        language=language if language in form.languages else None,
    )


def _bounded(notes: Sequence[Note]) -> list[Note]:
    """The notes, so many of one kind that a person can read them; the last one says how many there are beyond."""
    kept = list(dict.fromkeys(notes))
    if len(kept) <= NOTES_LIMIT:
        return kept
    return [*kept[:NOTES_LIMIT], Note(kept[NOTES_LIMIT].note, seen=f"… (+ {len(kept) - NOTES_LIMIT})")]


def _items(pieces: Iterable[Sequence[Said]]) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    items: dict[str, dict[str, tuple[str, str]]] = {}
    for said, *_ in pieces:
        if said.question.repeat:
            items.setdefault(said.question.repeat, {}).setdefault(said.row, (said.sheet, said.place))
    return items


def _answer(pieces: Sequence[Said], form: Form, notation: Notation, language: str, notes: list[Note]) -> Answer | None:
    reasons, comments = (_of(pieces, subject) for subject in ("reason", "comment"))
    given = [said for said in pieces if said.subject == "answer"]
    first = (given or pieces)[0]
    parsed = _parsed(given, form, notation, language) or Parsed("")
    if parsed.problem == "conflicting_rows":
        notes.append(Note("conflicting_rows", first.sheet, first.place, first.row, first.question.code, parsed.raw))
    reason = _reason(reasons, first, form, language, notes) or parsed.missing_hint
    comment = "\n".join(raw_text(cell).strip() for cell in comments)[:CELL_LIMIT] or None
    if not (parsed.raw or reason or comment):
        return None
    explained = parsed.problem == "no_value_word" and reason is not None
    return Answer(
        row=first.row,
        question=first.question.code,
        raw=parsed.raw or None,
        value=parsed.value,
        number=parsed.number,
        date=parsed.date,
        read_as="no_value_word" if explained else parsed.read_as,
        problem=None if explained else parsed.problem,
        missing_reason=reason,
        comment=comment,
        sheet=first.sheet,
        cell=first.place,
    )


def _of(pieces: Iterable[Said], subject: str) -> list[Cell]:
    return distinct(said.cell for said in pieces if said.subject == subject)


def _parsed(given: Sequence[Said], form: Form, notation: Notation, language: str) -> Parsed | None:
    cells = distinct(said.cell for said in given)
    if not cells:
        return None
    if len(cells) > 1:
        return Parsed(" | ".join(raw_text(cell) for cell in cells)[:CELL_LIMIT], problem="conflicting_rows")
    said = given[0]
    if said.meant is not None:
        parsed = parse_value(said.meant, said.question, form, language)
        return replace(parsed, raw=raw_text(said.cell)[:CELL_LIMIT]) if parsed else None
    if notation == "canonical":
        return parse_canonical(raw_text(said.cell), said.question, form)
    return parse_value(said.cell, said.question, form, language)


def _reason(cells: Sequence[Cell], place: Said, form: Form, language: str, notes: list[Note]) -> str | None:
    """The missing-reason that was given; a note where it is none, or where two differ."""
    read = {parsed.value for cell in cells if (parsed := parse_reason(cell, form, language)) and parsed.value}
    if len(read) == 1:
        return read.pop()
    if cells:
        seen = " | ".join(raw_text(cell) for cell in cells)[:CELL_LIMIT]
        notes.append(Note("unknown_reason", place.sheet, place.place, place.row, place.question.code, seen))
    return None
