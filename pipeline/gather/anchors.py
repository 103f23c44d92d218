"""Finding where the answers of a workbook stand: by markers and codes, never by names or positions of sheets and rows.

A block is a row of markers and the rows that belong to it. People insert rows and columns, sort, copy and rename sheets;
markers move along. Where the row of markers itself is gone, the codes of the questions are looked for in any column, and
the other columns are taken at their distance as written, if the wording of the questions stands where it should.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipeline.gather.cells import Cell, CellNote, Sheet
from pipeline.gather.number_text import fold
from pipeline.gather.vocabulary import vocabulary_of
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form
from pipeline.text import clean_text

Rows = Mapping[int, Mapping[int, Cell]]
_QUESTION_MARKERS = frozenset(layout.QUESTION_COLUMNS)


@dataclass(frozen=True)
class Block:
    """The rows of a sheet that one row of markers describes.

    Attributes:
        sheet: The sheet.
        repeat: Name of the repeat whose items stand in it, or None for a block of questions.
        rows: Its rows that hold something, without the row of markers, in order: column -> what stands there.
        columns: Columns per marker or code of a question; more than one where a column was copied.
        markers: The row of markers; None where it is gone and the columns were inferred.
        rivals: Rows of markers above it that say otherwise about the same rows; with any, nothing in it can be told.
    """

    sheet: Sheet
    repeat: str | None
    rows: Rows
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    markers: int | None = None
    rivals: tuple[int, ...] = ()

    @cached_property
    def name(self) -> str:
        """Name of the sheet, fit to be shown."""
        return clean_text(self.sheet.name)

    @cached_property
    def notes(self) -> Mapping[int, tuple[CellNote, ...]]:
        """Notes of the sheet by row."""
        notes: dict[int, tuple[CellNote, ...]] = {}
        for note in self.sheet.notes:
            notes[note.row] = (*notes.get(note.row, ()), note)
        return notes

    @cached_property
    def unset(self) -> frozenset[tuple[int, int]]:
        """Cells of the sheet with a formula that has no result."""
        return frozenset(self.sheet.unset)

    def at(self, row: int, marker: str) -> list[tuple[int, Cell]]:
        """What stands in a row in the columns of a marker, blank cells left out: (column, cell)."""
        cells = self.rows.get(row)
        if cells is None:
            return []
        return [
            (column, cells[column])
            for column in self.columns.get(marker, ())
            if column in cells and not is_blank(cells[column])
        ]

    def texts_at(self, row: int, marker: str) -> list[str]:
        """The different texts that stand in a row in the columns of a marker."""
        return list(dict.fromkeys(text for _, cell in self.at(row, marker) if (text := text_of(cell))))

    def is_unset(self, row: int, marker: str) -> bool:
        """Whether a formula without a result stands in a row in a column of a marker."""
        return bool(self.unset) and any((row, column) in self.unset for column in self.columns.get(marker, ()))

    def notes_at(self, row: int, markers: Iterable[str]) -> tuple[CellNote, ...]:
        """The notes at the cells of a row that stand in the columns of markers."""
        if row not in self.notes:
            return ()
        columns = {column for marker in markers for column in self.columns.get(marker, ())}
        return tuple(note for note in self.notes[row] if note.column in columns)


def is_blank(cell: Cell | None) -> bool:
    """Whether nothing that can be seen stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip(" \t\r\n\u00a0\u200b\ufeff"))


def text_of(cell: Cell | None) -> str:
    """The text of a cell without the blanks around it; '' for anything but text."""
    return cell.strip(" \t\r\n\u00a0\u200b\ufeff") if isinstance(cell, str) else ""


def cell_name(row: int, column: int) -> str:
    """The name of a cell by its position from 0: (0, 0) is A1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def find_blocks(sheet: Sheet, form: Form) -> list[Block]:
    """The blocks of a sheet, from top to bottom.

    Args:
        sheet: A sheet of a returned workbook.
        form: The questionnaire.

    Returns:
        One block per row of markers; where there is none, the block that the codes of the questions give, or nothing.
    """
    rows = sheet.rows
    marked = [row for row, cells in rows.items() if _is_marked(cells, form)]
    if not marked:
        return _unmarked(sheet, rows, form)
    found = {row: _markers(rows[row]) for row in marked}
    # Rows above the only row of markers belong to it too: sorting may have moved it.
    starts = [min(rows, default=0), *marked[1:]]
    ends = [*marked[1:], max(rows, default=0) + 1]
    blocks: list[Block] = []
    idle: list[Block] = []
    for row, start, end in zip(marked, starts, ends, strict=True):
        inside = {number: cells for number, cells in rows.items() if start <= number < end and number != row}
        repeat = _repeat(found[row], form) if layout.ROW in found[row] else None
        block = Block(sheet, repeat, inside, found[row], row)
        # A row of markers with nothing below it has been copied, or is what is left where columns were moved.
        if not _holds_anchors(block, form) and row != marked[-1]:
            idle.append(block)
            continue
        rivals = tuple(other.markers for other in idle if other.markers is not None and _disagree(other, block, form))
        blocks.append(replace(block, rivals=rivals))
        idle = []
    return [block for block in blocks if block.repeat or layout.CODE in block.columns]


def _holds_anchors(block: Block, form: Form) -> bool:
    """Whether a block has rows with codes of questions or keys of items."""
    if block.repeat:
        return any(layout.is_item_key(text) for row in block.rows for text in block.texts_at(row, layout.ROW))
    return any(text in form.by_code for row in block.rows for text in block.texts_at(row, layout.CODE))


def _disagree(one: Block, other: Block, form: Form) -> bool:
    """Whether two rows of markers for the same kind of rows put the same thing into different columns."""
    known = [marker for marker in one.columns if marker.startswith("#") or marker in form.by_code]
    return one.repeat == other.repeat and any(
        one.columns[marker] != other.columns[marker] for marker in known if marker in other.columns
    )


def _is_marked(cells: Mapping[int, Cell], form: Form) -> bool:
    """Whether a row holds markers: one alone may be what somebody typed as an answer, and says nothing."""
    if not any(isinstance(cell, str) and "#" in cell for cell in cells.values()):
        return False
    texts = {text_of(cell) for cell in cells.values()}
    if layout.ROW in texts and any(form.by_code[text].repeat for text in texts if text in form.by_code):
        return True
    answers = any(form.by_code[text].repeat is None for text in texts if text in form.by_code)
    return layout.CODE in texts and len(texts & _QUESTION_MARKERS) > 1 and not answers


def _markers(cells: Mapping[int, Cell]) -> dict[str, tuple[int, ...]]:
    columns: dict[str, tuple[int, ...]] = {}
    for column, cell in cells.items():
        if text := text_of(cell):
            columns[text] = (*columns.get(text, ()), column)
    return columns


def _repeat(columns: Mapping[str, tuple[int, ...]], form: Form) -> str | None:
    """The repeat that most of the codes in a row of markers belong to."""
    repeats = Counter(form.by_code[code].repeat for code in columns if code in form.by_code)
    del repeats[None]
    return min(repeats, key=lambda repeat: (-repeats[repeat], repeat or ""), default=None)


def _unmarked(sheet: Sheet, rows: Rows, form: Form) -> list[Block]:
    for row, cells in rows.items():
        columns = _markers(cells)
        repeat = _repeat(columns, form)
        codes = [code for code in columns if code in form.by_code and form.by_code[code].repeat == repeat]
        if repeat and len(codes) >= 2:
            return [_unmarked_repeat(sheet, rows, row, repeat, {code: columns[code] for code in codes})]
    return _unmarked_questions(sheet, rows, form)


def _unmarked_repeat(
    sheet: Sheet, rows: Rows, header: int, repeat: str, columns: Mapping[str, tuple[int, ...]]
) -> Block:
    first = min(min(places) for places in columns.values())
    below = {row: cells for row, cells in rows.items() if row > header}
    # Without its marker the reason or comment of a row cannot be told from a column that somebody inserted.
    return Block(sheet, repeat, below, {**columns, layout.ROW: (max(first - 1, 0),)})


def _unmarked_questions(sheet: Sheet, rows: Rows, form: Form) -> list[Block]:
    codes = {question.code for question in form.in_repeat(None)}
    columns = Counter(column for cells in rows.values() for column, cell in cells.items() if text_of(cell) in codes)
    if not columns:
        return []
    code = min(columns, key=lambda column: (-columns[column], column))
    offset = {marker: code + distance for distance, marker in enumerate(layout.QUESTION_COLUMNS)}
    asked = {row: text_of(cells.get(code)) for row, cells in rows.items() if text_of(cells.get(code)) in codes}
    right = [row for row, of in asked.items() if _is_worded(rows[row].get(offset[layout.QUESTION]), of, form)]
    units = [row for row, of in asked.items() if form.by_code[of].unit not in ("", layout.UNWRITTEN_UNIT)]
    fitting = [row for row in units if _is_unit(rows[row].get(offset[layout.UNIT]), asked[row], form)]
    # The columns to the left and to the right of the answers must be where they were, or a column was inserted.
    if 2 * len(right) < len(asked) or 2 * len(fitting) < len(units):
        return []
    return [Block(sheet, None, rows, {marker: (column,) for marker, column in offset.items()})]


def _is_worded(cell: Cell | None, code: str, form: Form) -> bool:
    return any(fold(text_of(cell)).startswith(label) for label in vocabulary_of(form).labels[code])


def _is_unit(cell: Cell | None, code: str, form: Form) -> bool:
    return fold(text_of(cell)) in {fold(unit) for unit in vocabulary_of(form).units[code]} - {""}
