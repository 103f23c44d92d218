"""Every place of a workbook where a question is asked: what stands in its cells, whichever kind of sheet it is on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.gather.anchors import Block, cell_name, is_blank, text_of
from pipeline.gather.cells import Cell
from pipeline.gather.found import Note, Occurrence, RowRemark
from pipeline.gather.number_text import fold
from pipeline.gather.values import raw_text
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text

Found = Occurrence | RowRemark | Note


def occurrences(block: Block, form: Form, taken: Iterable[str] = ()) -> Iterator[Found]:
    """Everything that a block says.

    Args:
        block: The block.
        form: The questionnaire.
        taken: Keys of items that stand in other blocks of the repeat, so that a new key is not one of them.

    Yields:
        An occurrence per row and question that the block has a place for, a remark per item, and notes.
    """
    return _of_questions(block, form) if block.repeat is None else _of_items(block, form, set(taken))


def _of_questions(block: Block, form: Form) -> Iterator[Found]:
    for marker in (layout.ANSWER, layout.REASON, layout.COMMENT):
        if marker not in block.columns:
            yield Note("missing_column", _name(block), seen=marker)
    asked = {question.code: question for question in form.in_repeat(None)}
    known_rows = [row for row in block.rows if _code(block, row) in asked]
    for row in block.rows:
        code = _code(block, row)
        if code in asked:
            yield _of_question(block, row, asked[code])
            yield from _merged(block, row, asked[code])
        elif known_rows and row > known_rows[0] and _is_unknown_code(block, row, code, form):
            cell = cell_name(row, block.columns[layout.CODE][0])
            yield Note("unknown_code", _name(block), cell, seen=clean_text(code))


def _name(block: Block) -> str:
    return clean_text(block.sheet.name)


def _code(block: Block, row: int) -> str:
    return next((text for _, cell in block.at(row, layout.CODE) if (text := text_of(cell))), "")


def _is_unknown_code(block: Block, row: int, code: str, form: Form) -> bool:
    """Whether a row looks like a question that the form does not have, and somebody answered it."""
    if not re.fullmatch(r"[A-Za-z_][\w.\-]{0,63}", code) or code in form.by_code:
        return False
    return any(block.at(row, marker) for marker in (layout.ANSWER, layout.REASON, layout.COMMENT))


def _of_question(block: Block, row: int, question: Question) -> Occurrence:
    columns = block.columns.get(layout.ANSWER, ())
    filled = block.at(row, layout.ANSWER)
    column = filled[0][0] if filled else next(iter(columns), None)
    return Occurrence(
        row="",
        question=question,
        sheet=_name(block),
        cell="" if column is None else cell_name(row, column),
        answers=tuple(cell for _, cell in filled),
        reasons=tuple(cell for _, cell in block.at(row, layout.REASON)),
        comments=tuple(cell for _, cell in block.at(row, layout.COMMENT)),
        is_unset=not filled and any((row, column) in block.sheet.unset for column in columns),
        key_cell=cell_name(row, block.columns[layout.CODE][0]),
    )


def _merged(block: Block, row: int, question: Question) -> Iterator[Note]:
    """A note where the answer cell was merged with others, so that it cannot be told what belongs to which."""
    for column in block.columns.get(layout.ANSWER, ()):
        for top, left, bottom, right in block.sheet.merged:
            if top <= row <= bottom and left <= column <= right:
                seen = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
                yield Note("merged_cells", _name(block), cell_name(row, column), question=question.code, seen=seen)


def _of_items(block: Block, form: Form, taken: set[str]) -> Iterator[Found]:
    questions = [question for question in form.in_repeat(block.repeat) if question.code in block.columns]
    for question in form.in_repeat(block.repeat):
        if question.code not in block.columns:
            yield Note("missing_column", _name(block), question=question.code, seen=question.code)
    keys = {row: _key(block, row) for row in block.rows}
    taken |= {key for key in keys.values() if _is_item(key)}
    first = next((row for row, key in keys.items() if _is_item(key)), None)
    for row, typed in keys.items():
        # Above the first item are the title, the headings and the hints.
        if first is None or row < first or typed.startswith("#"):
            continue
        # A row with the key of an item is that item, even if its answers happen to read like the headings.
        if not _is_item(typed) and _is_heading(block, row, questions, form):
            continue
        key = typed
        if not _is_item(typed):
            if not any(block.at(row, question.code) for question in questions):
                continue
            key = _free_key(taken)
            cell = cell_name(row, block.columns[layout.ROW][0])
            yield Note("unkeyed_row", _name(block), cell, row=key, seen=clean_text(typed) or None)
        if not is_new_key(key) or any(block.at(row, marker) for marker in (*_codes(questions), layout.COMMENT)):
            yield from _of_item(block, row, key, questions)


def _codes(questions: Iterable[Question]) -> list[str]:
    return [question.code for question in questions]


def _key(block: Block, row: int) -> str:
    return next((raw_text(cell).strip() for _, cell in block.at(row, layout.ROW)), "")


def _is_item(key: str) -> bool:
    # Ids are numbered, headings are not.
    return layout.is_item_key(key) and re.fullmatch(r"\S{0,39}\d\S{0,39}", key) is not None


def is_new_key(key: str) -> bool:
    """Whether a key is one of the empty rows for new items."""
    return re.fullmatch(r"NEW-\d+", key) is not None


def _free_key(taken: set[str]) -> str:
    number = 1
    while layout.new_row_key(number) in taken:
        number += 1
    taken.add(layout.new_row_key(number))
    return layout.new_row_key(number)


def _is_heading(block: Block, row: int, questions: list[Question], form: Form) -> bool:
    """Whether a row below the first item is a copy of the headings."""
    said = [(question, cell) for question in questions for _, cell in block.at(row, question.code)]
    same = [
        question
        for question, cell in said
        if fold(text_of(cell)).rstrip(" *")
        in {fold(question.texts.get("label", language)) for language in form.languages}
    ]
    return len(same) >= 2 and 2 * len(same) >= len(said)


def _of_item(block: Block, row: int, key: str, questions: list[Question]) -> Iterator[Found]:
    key_cell = cell_name(row, block.columns[layout.ROW][0])
    for question in questions:
        filled, columns = block.at(row, question.code), block.columns[question.code]
        yield Occurrence(
            row=clean_text(key),
            question=question,
            sheet=_name(block),
            cell=cell_name(row, filled[0][0] if filled else columns[0]),
            answers=tuple(cell for _, cell in filled),
            reasons=(),
            comments=(),
            is_unset=not filled and any((row, column) in block.sheet.unset for column in columns),
            key_cell=key_cell,
        )
    reasons, comments = block.at(row, layout.REASON), block.at(row, layout.COMMENT)
    if reasons or comments:
        cell = cell_name(row, (reasons or comments)[0][0])
        said = tuple(cell for _, cell in reasons), tuple(cell for _, cell in comments)
        yield RowRemark(clean_text(key), block.repeat or "", _name(block), cell, *said)


def distinct(cells: Iterable[Cell]) -> list[Cell]:
    """The cells that hold something, each text once."""
    kept: dict[str, Cell] = {}
    for cell in cells:
        if not is_blank(cell):
            kept.setdefault(raw_text(cell).strip(), cell)
    return list(kept.values())
