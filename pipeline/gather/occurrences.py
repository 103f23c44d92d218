"""Every place of a workbook where a question is asked: what stands in its cells, whichever kind of sheet it is on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.gather.anchors import Block, cell_name, is_blank, text_of
from pipeline.gather.cells import Cell
from pipeline.gather.error_text import is_error
from pipeline.gather.found import Note, Occurrence, RowRemark
from pipeline.gather.item_rows import item_rows
from pipeline.gather.strange_cells import (
    answers_beside,
    foreign_columns,
    merged_cells,
    misplaced_columns,
    unset_remarks,
    words_among_remarks,
)
from pipeline.gather.values import CELL_LIMIT, raw_text
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text

Found = Occurrence | RowRemark | Note
_ANSWERED = (layout.ANSWER, layout.REASON, layout.COMMENT)


def occurrences(block: Block, form: Form, taken: Iterable[str] = ()) -> Iterator[Found]:
    """Everything that a block says.

    Args:
        block: The block.
        form: The questionnaire.
        taken: Keys of items that stand in other blocks of the repeat, so that a new key is not one of them.

    Yields:
        An occurrence per row and question that the block has a place for, a remark per item, and notes.
    """
    if block.rivals and block.markers is not None:
        seen = ", ".join(str(row + 1) for row in (*block.rivals, block.markers))
        yield Note("conflicting_markers", block.name, cell_name(block.markers, 0), seen=seen)
        return
    if block.markers is None:
        yield Note("lost_markers", block.name)
    yield from _of_questions(block, form) if block.repeat is None else _of_items(block, form, set(taken))


def _of_questions(block: Block, form: Form) -> Iterator[Found]:
    for marker in _ANSWERED:
        if marker not in block.columns:
            yield Note("missing_column", block.name, seen=marker)
    asked = {question.code: question for question in form.in_repeat(None)}
    codes = {row: block.texts_at(row, layout.CODE) for row in block.rows}
    known = {row: asked[typed[0]] for row, typed in codes.items() if len(typed) == 1 and typed[0] in asked}
    first = min((row for row, typed in codes.items() if asked.keys() & typed), default=None)
    merged = merged_cells(block, {row: question.code for row, question in known.items()}, _ANSWERED)
    for row, typed in codes.items():
        if row in known:
            yield _of_question(block, row, known[row])
            yield from merged.get(row, ())
            yield from answers_beside(block, row, known[row], form)
            yield from unset_remarks(block, row, question=known[row].code)
        elif layout.FINDING_ROW in typed:
            yield from words_among_remarks(block, row)
        elif first is not None and row >= first:
            yield from _of_unknown_row(block, row, typed, form)
    yield from foreign_columns(block, known, form)


def _of_unknown_row(block: Block, row: int, typed: Sequence[str], form: Form) -> Iterator[Note]:
    """A note where something was answered in a row that is none of a question."""
    said = [cell for marker in _ANSWERED for _, cell in block.at(row, marker)]
    if not said:
        return
    cell = cell_name(row, block.columns[layout.CODE][0])
    if not typed:
        seen = " | ".join(raw_text(cell).strip() for cell in said)[:CELL_LIMIT]
        yield Note("uncoded_row", block.name, cell_name(row, _first_column(block, row)), seen=seen)
    elif len(typed) > 1:
        yield Note("conflicting_codes", block.name, cell, seen=clean_text(" | ".join(typed)))
    elif typed[0] in form.by_code:
        yield Note("misplaced_code", block.name, cell, seen=typed[0])
    elif re.fullmatch(r"[A-Za-z_][\w.\-]{0,63}", typed[0]):
        yield Note("unknown_code", block.name, cell, seen=clean_text(typed[0]))


def _first_column(block: Block, row: int) -> int:
    return min(column for marker in _ANSWERED for column, _ in block.at(row, marker))


def _of_question(block: Block, row: int, question: Question) -> Occurrence:
    columns = block.columns.get(layout.ANSWER, ())
    filled = block.at(row, layout.ANSWER)
    column = filled[0][0] if filled else next(iter(columns), None)
    return Occurrence(
        row="",
        question=question,
        sheet=block.name,
        cell="" if column is None else cell_name(row, column),
        answers=tuple(cell for _, cell in filled),
        reasons=tuple(cell for _, cell in block.at(row, layout.REASON)),
        comments=_comments(block, row),
        is_unset=not filled and block.is_unset(row, layout.ANSWER),
        key_cell=cell_name(row, block.columns[layout.CODE][0]),
        notes=block.notes_at(row, layout.QUESTION_COLUMNS),
        from_1904=block.sheet.from_1904,
    )


def _comments(block: Block, row: int) -> tuple[Cell, ...]:
    return tuple(cell for _, cell in block.at(row, layout.COMMENT) if not is_error(text_of(cell)))


def _of_items(block: Block, form: Form, taken: set[str]) -> Iterator[Found]:
    questions = [question for question in form.in_repeat(block.repeat) if question.code in block.columns]
    for question in form.in_repeat(block.repeat):
        if question.code not in block.columns:
            yield Note("missing_column", block.name, question=question.code, seen=question.code)
    for marker in layout.ROW_TRAILING_COLUMNS:
        if marker not in block.columns:
            yield Note("missing_column", block.name, seen=marker)
    items: dict[int, str] = {}
    for row, key, note in item_rows(block, questions, form, taken):
        if note:
            yield note
        if key:
            items[row] = ""
            yield from _of_item(block, row, key, questions)
    codes = [question.code for question in questions]
    for notes in merged_cells(block, items, (*codes, *layout.ROW_TRAILING_COLUMNS)).values():
        yield from notes
    yield from foreign_columns(block, items, form)
    yield from misplaced_columns(block, items, form)


def _of_item(block: Block, row: int, key: str, questions: list[Question]) -> Iterator[Found]:
    key_cell = cell_name(row, block.columns[layout.ROW][0])
    for question in questions:
        filled, columns = block.at(row, question.code), block.columns[question.code]
        yield Occurrence(
            row=clean_text(key),
            question=question,
            sheet=block.name,
            cell=cell_name(row, filled[0][0] if filled else columns[0]),
            answers=tuple(cell for _, cell in filled),
            reasons=(),
            comments=(),
            is_unset=not filled and block.is_unset(row, question.code),
            key_cell=key_cell,
            notes=block.notes_at(row, (question.code,)),
            from_1904=block.sheet.from_1904,
        )
    yield from unset_remarks(block, row, item=clean_text(key))
    reasons, comments = block.at(row, layout.REASON), block.at(row, layout.COMMENT)
    notes = block.notes_at(row, (layout.ROW, *layout.ROW_TRAILING_COLUMNS))
    if reasons or comments or notes:
        cell = cell_name(row, (reasons or comments)[0][0]) if reasons or comments else key_cell
        said = tuple(cell for _, cell in reasons), _comments(block, row)
        yield RowRemark(clean_text(key), block.repeat or "", block.name, cell, *said, notes)


def distinct(cells: Iterable[Cell]) -> list[Cell]:
    """The cells that hold something, each text once."""
    kept: dict[str, Cell] = {}
    for cell in cells:
        if not is_blank(cell):
            kept.setdefault(raw_text(cell).strip(), cell)
    return list(kept.values())
