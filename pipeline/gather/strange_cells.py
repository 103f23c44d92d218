"""What people do to the cells around answers, each named: merged cells, columns of their own, formulas without results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.gather.anchors import Block, cell_name, is_blank, text_of
from pipeline.gather.cells import Cell
from pipeline.gather.error_text import is_error
from pipeline.gather.found import Note
from pipeline.gather.number_text import fold
from pipeline.gather.values import CELL_LIMIT, raw_text
from pipeline.gather.vocabulary import vocabulary_of
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.marks import without_marks

# So many texts of a foreign column are shown that its member recognises it.
_SHOWN = 3


def merged_cells(block: Block, rows: Mapping[int, str], markers: Iterable[str]) -> Mapping[int, list[Note]]:
    """Where cells of answers were merged with others, so that it cannot be told what belongs to which.

    Args:
        block: The block.
        rows: Its rows that are answered, with the code of the question of each; '' for items of a repeat.
        markers: Markers of the columns that are answered.

    Returns:
        Row -> notes.
    """
    columns = sorted({(column, marker) for marker in markers for column in block.columns.get(marker, ())})
    notes: dict[int, list[Note]] = {}
    for top, left, bottom, right in block.sheet.merged:
        touched = next(((column, marker) for column, marker in columns if left <= column <= right), None)
        if touched is None:
            continue
        column, marker = touched
        seen = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
        for row, code in rows.items():
            if top <= row <= bottom:
                question = code or (None if marker.startswith("#") else marker)
                note = Note("merged_cells", block.name, cell_name(row, column), question=question, seen=seen)
                notes.setdefault(row, []).append(note)
    return notes


def unset_remarks(block: Block, row: int, *, question: str | None = None, item: str = "") -> Iterator[Note]:
    """Reasons and comments that are formulas without a result, or with an error, of which no text is left.

    Args:
        block: The block.
        row: Row of a question or an item.
        question: Code of the question.
        item: Key of the item.

    Yields:
        A note per cell.
    """
    for marker in (layout.REASON, layout.COMMENT):
        for column in block.columns.get(marker, ()):
            error = text_of(block.rows[row].get(column))
            if (row, column) in block.unset or (marker == layout.COMMENT and is_error(error)):
                name = cell_name(row, column)
                yield Note("formula_without_value", block.name, name, item, question, seen=error or "=")


def words_among_remarks(block: Block, row: int) -> Iterator[Note]:
    """What somebody wrote into the locked row in which a returned workbook has our remarks.

    Args:
        block: The block.
        row: A row of remarks.

    Yields:
        A note per cell; none for our own words.
    """
    keys = block.columns.get(layout.CODE if block.repeat is None else layout.ROW, ())
    for column, cell in block.rows[row].items():
        if column not in keys and (words := without_marks(raw_text(cell)).strip()):
            yield Note("uncoded_row", block.name, cell_name(row, column), seen=words[:CELL_LIMIT])


def answers_beside(block: Block, row: int, question: Question, form: Form) -> Iterator[Note]:
    """What stands in place of the unit or of the wording of a question that is not answered.

    Args:
        block: The block.
        row: Row of the question.
        question: The question.
        form: The questionnaire.

    Yields:
        A note per cell. A wording in other words is none: members translate it for themselves.
    """
    if block.markers is None or block.at(row, layout.ANSWER) or block.is_unset(row, layout.ANSWER):
        return
    units = {fold(unit) for unit in vocabulary_of(form).units[question.code]}
    beside = [(column, cell) for column, cell in block.at(row, layout.UNIT) if fold(raw_text(cell)) not in units]
    beside += [(column, cell) for column, cell in block.at(row, layout.QUESTION) if not isinstance(cell, str)]
    for column, cell in beside:
        seen = raw_text(cell).strip()[:CELL_LIMIT]
        yield Note("answer_beside", block.name, cell_name(row, column), question=question.code, seen=seen)


def foreign_columns(block: Block, rows: Collection[int], form: Form) -> Iterator[Note]:
    """What stands beside answers in columns that are not ours.

    Args:
        block: The block.
        rows: Its rows of questions or items.
        form: The questionnaire.

    Yields:
        A note per column, at its first cell.
    """
    if block.markers is None:
        return
    ours = {
        column
        for marker, columns in block.columns.items()
        if marker.startswith("#") or marker in form.by_code
        for column in columns
    }
    found: dict[int, list[tuple[int, Cell]]] = {}
    for row in rows:
        for column, cell in block.rows[row].items():
            if column not in ours and not is_blank(cell):
                found.setdefault(column, []).append((row, cell))
    for column, cells in sorted(found.items()):
        texts = dict.fromkeys(raw_text(cell).strip() for _, cell in cells)
        seen = " | ".join([*texts][:_SHOWN])[:CELL_LIMIT]
        yield Note("foreign_column", block.name, cell_name(cells[0][0], column), seen=seen)


def misplaced_columns(block: Block, rows: Collection[int], form: Form) -> Iterator[Note]:
    """Columns of a repeat that carry the code of a question from elsewhere, and something in a row.

    Args:
        block: The block of a repeat.
        rows: Its rows of items.
        form: The questionnaire.

    Yields:
        A note per column.
    """
    asked = {question.code for question in form.in_repeat(block.repeat)}
    for code in block.columns:
        if code in form.by_code and code not in asked and any(block.at(row, code) for row in rows):
            yield Note("misplaced_code", block.name, cell_name(block.markers or 0, block.columns[code][0]), seen=code)
