"""Which of its commitments a member means in a response, where rows have no keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pipeline.gather.found import Note
from pipeline.gather.number_text import fold
from pipeline.gather.reading import Answer, Reading
from pipeline.gather.responses.headings import bare
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form


def name_items(reading: Reading, titles: Mapping[str, str], form: Form) -> Reading:
    """Give the rows of commitments the ids that their member means.

    In a web form every commitment is a new row. One is taken for a commitment of the register if its title is the id
    (``ALB-03``), begins with it (``ALB-03: Set up ...``) or is the title that the register has, case and accents aside;
    and if no other row is taken for the same. A label that an export gives a row (``ALB03`` in LimeSurvey) is compared
    in the same way. What is left stays new, and the member is asked to confirm it.

    Args:
        reading: What a response says.
        titles: Title by id of the member's commitments in force.
        form: The questionnaire.

    Returns:
        The same reading under other keys.
    """
    repeat = form.commitments_repeat
    rows = tuple(reading.items.get(repeat or "", {}))
    if not rows or not titles:
        return reading
    said = {answer.row: answer.raw or "" for answer in reading.answers if _is_title(answer, form)}
    meant = {row: _meant(row, said.get(row, ""), titles) for row in rows}
    keys = {row: id for row, id in meant.items() if id and list(meant.values()).count(id) == 1}
    return _renamed(reading, keys, repeat or "", form)


def _is_title(answer: Answer, form: Form) -> bool:
    return answer.question in {
        question.code for question in form.in_repeat(form.commitments_repeat) if question.role == "title"
    }


def _meant(row: str, title: str, titles: Mapping[str, str]) -> str | None:
    if row in titles:
        return row
    if not layout.is_new_row_key(row):
        return _only([id for id in titles if bare(id) == bare(row)])
    first = title.split(maxsplit=1)[0].rstrip(":.,;-–") if title.strip() else ""
    named = _only([id for id in titles if id.casefold() == first.casefold()])
    return named or _only([id for id, known in titles.items() if title.strip() and fold(known) == fold(title)])


def _only(ids: Sequence[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None


def _renamed(reading: Reading, keys: Mapping[str, str], repeat: str, form: Form) -> Reading:
    codes = {question.code for question in form.in_repeat(repeat)}
    items = reading.items[repeat]
    unnamed = [Note("unnamed_item", sheet, cell, row) for row, (sheet, cell) in items.items() if _is_left(row, keys)]
    return replace(
        reading,
        answers=tuple(
            replace(answer, row=_key(answer.row, answer.question, keys, codes)) for answer in reading.answers
        ),
        notes=(*(replace(n, row=_key(n.row, n.question, keys, codes)) for n in reading.notes), *unnamed),
        items={**reading.items, repeat: {keys.get(row, row): place for row, place in items.items()}},
        places={(_key(row, code, keys, codes), code): place for (row, code), place in reading.places.items()},
    )


def _is_left(row: str, keys: Mapping[str, str]) -> bool:
    return row not in keys and layout.is_new_row_key(row)


def _key(row: str, question: str | None, keys: Mapping[str, str], codes: Collection[str]) -> str:
    # Rows of another repeat may bear the same key.
    return keys.get(row, row) if question in codes else row
