"""From the cells of a returned workbook to its answers and to what is peculiar about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.gather.anchors import text_of
from pipeline.gather.cells import Cell, Sheets
from pipeline.gather.collected import Collected, collect, items_of, note_missing, places_of, said_in
from pipeline.gather.found import Note, Occurrence, RowRemark
from pipeline.gather.occurrences import distinct
from pipeline.gather.parsed import Parsed
from pipeline.gather.values import CELL_LIMIT, parse_reason, parse_value, raw_text
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.identity import read_token


@dataclass(frozen=True)
class Answer:
    """One answer, or the reason for its absence; the columns of the table ``answers`` without member and submission."""

    row: str
    question: str
    raw: str | None
    value: str | None
    number: float | None
    date: dt.date | None
    read_as: str | None
    problem: str | None
    missing_reason: str | None
    comment: str | None
    sheet: str
    cell: str


@dataclass(frozen=True)
class Reading:
    """What a workbook says.

    Attributes:
        token: Text of its token; None where there is none, or several that differ.
        signature: Text of the token's signature.
        answers: Ordered by the form's order of questions within each row key, rows in the order of the workbook.
        notes: What its member should hear of.
        cells: Cells with an answer, a reason or a comment that were read.
        items: Per repeat, the keys of its items in the order of the workbook, each with the sheet and cell of the key.
        places: (row, question) -> sheet and cell where the answer stands or would stand, blank ones included.
        language: Language that it is in, where it says so.
        member: Member that an answer without a token names as its own, e.g. in a column of an export.
        part: Which part of the file it is, where a file holds the answers of several members; '' else.
        form_version: Version of the questionnaire that it names itself, where no token does: of a web form, e.g.
            ``2014-1``, or ``<form id> <version>`` of one that is another form altogether; None where it says nothing.
        received: When this part arrived, where the file says so of each part.
        held_back: Why it must not count, where the other side says so: ``unfinished`` where its member saved it on the
            server and never sent it, ``rejected_there`` where those who review it on the server rejected it; '' else.
    """

    token: str | None
    signature: str | None
    answers: tuple[Answer, ...] = ()
    notes: tuple[Note, ...] = ()
    cells: int = 0
    items: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict[str, Mapping[str, tuple[str, str]]])
    places: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict[tuple[str, str], tuple[str, str]])
    language: str | None = None
    member: str | None = None
    part: str = ""
    form_version: str | None = None
    received: dt.datetime | None = None
    held_back: str = ""


def read_workbook(sheets: Sheets, form: Form) -> Reading:
    """Read every answer of a returned workbook.

    Args:
        sheets: Its sheets, as ``read_cells`` gives them.
        form: The questionnaire that it was made from.

    Returns:
        Token, answers and notes. A row that stands twice with different answers gives no value; nothing that cannot be
        told for certain does.
    """
    token, signature = _read_token(sheets)
    genuine = read_token(token or "")
    language = genuine.language if genuine and genuine.language in form.languages else form.languages[0]
    found = collect(sheets, form)
    answers = [_answer(places, found, form, language) for places in found.asked.values()]
    note_missing(found, form)
    kept = _with_remarks([answer for answer in answers if answer], found, form, language)
    cells = sum(
        bool(part) for answer in answers if answer for part in (answer.raw, answer.missing_reason, answer.comment)
    )
    return Reading(
        token,
        signature,
        tuple(kept),
        tuple(dict.fromkeys(found.notes)),
        cells,
        items_of(found),
        places_of(found),
        genuine.language if genuine else None,
    )


def _read_token(sheets: Sheets) -> tuple[str | None, str | None]:
    tokens = _right_of(sheets, layout.TOKEN_MARKER)
    signatures = _right_of(sheets, layout.SIGNATURE_MARKER)
    if len(tokens) != 1 or len(signatures) != 1:
        return None, None
    return tokens.pop(), signatures.pop()


def _right_of(sheets: Sheets, marker: str) -> set[str]:
    """The texts that stand next to a marker, wherever it is."""
    places = [(sheet, *place) for sheet in sheets for place, cell in sheet.cells.items() if cell == marker]
    following = [
        next((text_of(cell) for at, cell in sheet.rows[row].items() if at > column), "")
        for sheet, row, column in places
    ]
    return set(following) - {""}


def _answer(places: Sequence[Occurrence], found: Collected, form: Form, language: str) -> Answer | None:
    """Put together what stands in all the places of one question."""
    filled = [place for place in places if place.is_filled]
    first = (filled or places)[0]
    given = distinct(cell for place in places for cell in place.answers)
    if len(places) > 1:
        _note_duplicate(places, given, found)
    parsed = _parsed(first, given, form, language)
    reason = _reason(first, distinct(cell for place in places for cell in place.reasons), found, form, language)
    comment = _comment(places)
    if parsed is None and reason is None and comment is None:
        return None
    return _resolved(first, parsed or Parsed(""), reason, comment)


def _note_duplicate(places: Sequence[Occurrence], given: Sequence[Cell], found: Collected) -> None:
    note = "conflicting_rows" if len(given) > 1 else "duplicate_row"
    for place in places[1:]:
        # One note for a repeated item, not one for each of its questions, unless they differ.
        question = place.question.code if not place.row or len(given) > 1 else None
        seen = " | ".join(raw_text(cell) for cell in given)[:CELL_LIMIT] if len(given) > 1 else None
        cell = place.cell if len(given) > 1 else place.key_cell
        found.notes.append(Note(note, place.sheet, cell, place.row, question, seen))


def _parsed(place: Occurrence, given: Sequence[Cell], form: Form, language: str) -> Parsed | None:
    if not given:
        return Parsed("=", problem="formula_without_value") if place.is_unset else None
    if len(given) > 1:
        return Parsed(" | ".join(raw_text(cell) for cell in given)[:CELL_LIMIT], problem="conflicting_rows")
    return parse_value(given[0], place.question, form, language, from_1904=place.from_1904)


def _reason(
    place: Occurrence | RowRemark, given: Sequence[Cell], found: Collected, form: Form, language: str
) -> str | None:
    """The missing-reason that was given; a note where it is none, or where two differ."""
    read = {parsed.value for cell in given if (parsed := parse_reason(cell, form, language)) and parsed.value}
    if len(read) == 1:
        return read.pop()
    if given:
        question = place.question.code if isinstance(place, Occurrence) else None
        seen = " | ".join(raw_text(cell) for cell in given)[:CELL_LIMIT]
        found.notes.append(Note("unknown_reason", place.sheet, place.cell, place.row, question, seen))
    return None


def _comment(places: Iterable[Occurrence | RowRemark]) -> str | None:
    """What stands in the cells for comments, then the notes at the cells of the row, each once."""
    places = list(places)
    said = [cell for place in places for cell in place.comments]
    said += [said_in(note) for place in places for note in place.notes]
    return "\n".join(raw_text(cell).strip() for cell in distinct(said))[:CELL_LIMIT] or None


def _resolved(place: Occurrence, parsed: Parsed, reason: str | None, comment: str | None) -> Answer:
    """Bring together the answer cell and the reason beside it: "n/a" with a reason, or "sans objet", is no problem."""
    problem, read_as = parsed.problem, parsed.read_as
    reason = reason or parsed.missing_hint
    # "#N/A" is what a formula gives that found nothing: with a reason beside it, it says no more than the reason.
    if reason and (problem == "no_value_word" or parsed.raw == "#N/A"):
        problem, read_as = None, "no_value_word"
    return Answer(
        row=place.row,
        question=place.question.code,
        raw=parsed.raw or None,
        value=parsed.value,
        number=parsed.number,
        date=parsed.date,
        read_as=read_as,
        problem=problem,
        missing_reason=reason,
        comment=comment,
        sheet=place.sheet,
        cell=place.cell,
    )


def _with_remarks(answers: Sequence[Answer], found: Collected, form: Form, language: str) -> list[Answer]:
    """Add what was said of items as a whole: the reason to their unanswered questions, the comment to the first."""
    by_place = {(answer.row, answer.question): answer for answer in answers}
    for (repeat, row), remarks in found.remarks.items():
        reasons = distinct(cell for remark in remarks for cell in remark.reasons)
        reason = _reason(remarks[0], reasons, found, form, language)
        comment = _comment(remarks)
        for position, question in enumerate(form.in_repeat(repeat)):
            places = found.asked.get((row, question.code))
            if places is None:
                continue
            said = by_place.get((row, question.code)) or _resolved(places[0], Parsed(""), None, None)
            if reason and said.value is None and said.missing_reason is None:
                problem = None if said.problem == "no_value_word" else said.problem
                said = replace(said, missing_reason=reason, problem=problem)
            if comment and position == 0:
                said = replace(said, comment="\n".join(filter(None, (comment, said.comment)))[:CELL_LIMIT])
            if said.raw or said.missing_reason or said.comment:
                by_place[(row, question.code)] = said
    return _ordered(by_place, found, form)


def _ordered(by_place: Mapping[tuple[str, str], Answer], found: Collected, form: Form) -> list[Answer]:
    rows = {row: number for number, row in enumerate(dict.fromkeys(row for row, _ in found.asked))}
    return sorted(by_place.values(), key=lambda answer: (rows[answer.row], form.by_code[answer.question].position))
