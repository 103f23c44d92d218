"""The rows of a table of repeats that are items, each with its key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.gather.anchors import Block, cell_name
from pipeline.gather.found import Note
from pipeline.gather.own_rows import OwnRows
from pipeline.gather.strange_cells import words_among_remarks
from pipeline.gather.values import raw_text
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text


def item_rows(
    block: Block, questions: Sequence[Question], form: Form, taken: set[str]
) -> Iterator[tuple[int, str, Note | None]]:
    """The rows of items, and what is peculiar about rows.

    Args:
        block: The block of a repeat.
        questions: Those questions of the repeat that have a column in it.
        form: The questionnaire.
        taken: Keys that a row without one cannot get; the keys of the block and those given here are added.

    Yields:
        The row, the key of its item ('' where it cannot be used), and what is peculiar about it.
    """
    keys = {row: _key(block, row) for row in block.rows}
    items = {row: key for row, key in keys.items() if _is_item(key)}
    taken |= set(items.values())
    own = OwnRows(block, questions, form, next(iter(items), None))
    for row, typed in keys.items():
        said = any(block.at(row, marker) for marker in (*(question.code for question in questions), layout.COMMENT))
        # A row with the key of an item is that item, even if its answers happen to read like the headings.
        if row in items:
            yield from _of_keyed_row(block, row, typed, bool(said))
        elif typed == layout.FINDING_ROW or (not typed and own.has_remarks(row)):
            yield from ((row, "", note) for note in words_among_remarks(block, row))
        elif said and not typed.startswith("#") and row not in own:
            key = _free_key(taken)
            cell = cell_name(row, block.columns[layout.ROW][0])
            yield row, key, Note("unkeyed_row", block.name, cell, row=key, seen=clean_text(typed) or None)


def _of_keyed_row(block: Block, row: int, key: str, said: bool) -> Iterator[tuple[int, str, Note | None]]:
    rivals = list(dict.fromkeys(raw_text(cell).strip() for _, cell in block.at(row, layout.ROW)))
    if len(rivals) > 1 and said:
        cell = cell_name(row, block.columns[layout.ROW][0])
        yield row, "", Note("conflicting_codes", block.name, cell, seen=clean_text(" | ".join(rivals)))
    elif len(rivals) == 1 and (said or not layout.is_new_row_key(key)):
        yield row, key, None


def _key(block: Block, row: int) -> str:
    return next((raw_text(cell).strip() for _, cell in block.at(row, layout.ROW)), "")


def _is_item(key: str) -> bool:
    # Ids are numbered, headings are not.
    return layout.is_item_key(key) and re.fullmatch(r"\S{0,39}\d\S{0,39}", key) is not None


def _free_key(taken: set[str]) -> str:
    number = 1
    while layout.new_row_key(number) in taken:
        number += 1
    taken.add(layout.new_row_key(number))
    return layout.new_row_key(number)
