"""Which rows of a table of repeats the form itself wrote: titles, headings, hints and remarks.

They are told by what stands in them. Their place alone says little, and a key that somebody deleted must not make a row
of answers look like one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.gather.anchors import Block, text_of
from pipeline.gather.cells import Cell
from pipeline.gather.no_value_text import no_value_word
from pipeline.gather.number_text import fold
from pipeline.gather.values import raw_text
from pipeline.gather.vocabulary import vocabulary_of
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.marks import has_mark


@dataclass(frozen=True)
class OwnRows:
    """The rows of a table that the form itself wrote, asked for those without the key of an item.

    Attributes:
        block: The block of a repeat.
        questions: Those questions of the repeat that have a column in it.
        form: The questionnaire.
        first_item: The first row with the key of an item; None where there is none.
    """

    block: Block
    questions: Sequence[Question]
    form: Form
    first_item: int | None

    def __contains__(self, row: int) -> bool:
        # Where neither a marker nor a key says where the keys stood, their column may be gone, and all others are guessed.
        is_guessed = self.block.markers is None and self.first_item is None
        return is_guessed or self._is_heading(row) or self._is_hint(row) or (row < self._top and self._is_title(row))

    def has_remarks(self, row: int) -> bool:
        """Whether a remark of a returned workbook stands in a row."""
        return any(has_mark(raw_text(cell)) for cell in self.block.rows[row].values())

    @cached_property
    def _headings(self) -> frozenset[int]:
        return frozenset(row for row in self.block.rows if self._is_heading(row))

    @cached_property
    def _top(self) -> int:
        """The row above which only titles are expected: that of the headings, or else of the hints or the first item."""
        above = [row for row in self.block.rows if self.first_item is None or row < self.first_item]
        # Where nothing at all is known, answers are rather shown with titles among them than lost.
        default = 0 if self.first_item is None else self.first_item
        return next((row for row in above if row in self._headings or self._is_hint(row)), default)

    def _is_title(self, row: int) -> bool:
        """Whether a row above the headings is a title; if these were not found, they stand among the titles."""
        return not self._headings or len({question.code for question, _ in self._said(row)}) < 2

    def _is_heading(self, row: int) -> bool:
        labels, said = vocabulary_of(self.form).labels, self._said(row)
        same = [1 for question, cell in said if fold(text_of(cell)).rstrip(" *") in labels[question.code]]
        return len(same) >= min(2, max(len(self.questions), 1)) and 2 * len(same) >= len(said)

    def _is_hint(self, row: int) -> bool:
        """Whether a row holds the hints of the form, or is where they belong and says what no answer says."""
        said, hints = self._said(row), vocabulary_of(self.form).hints
        if any(not isinstance(cell, str) for _, cell in said):
            return False
        hinted = [(fold(text_of(cell)), hints[question.code]) for question, cell in said if hints[question.code]]
        same = [1 for text, of in hinted if any(text.startswith(hint) for hint in of)]
        return (bool(same) and 2 * len(same) >= len(hinted)) or self._is_below_headings(row)

    def _is_below_headings(self, row: int) -> bool:
        """Whether a row is that of the hints even if the form words them otherwise by now.

        The hint of the reasons and that of the comments are the same words. Where these columns are gone, the row right
        below the headings must be taken for the hints.
        """
        above = self._above.get(row, -1)
        reasons, comments = (self.block.texts_at(row, marker) for marker in layout.ROW_TRAILING_COLUMNS)
        if reasons and reasons == comments and not no_value_word(reasons[0], self.form)[0]:
            return all(self.block.at(above, marker) for marker in layout.ROW_TRAILING_COLUMNS)
        is_cut = not any(marker in self.block.columns for marker in layout.ROW_TRAILING_COLUMNS)
        return is_cut and above in self._headings

    @cached_property
    def _above(self) -> Mapping[int, int]:
        """Row -> the one above it; rows in which nothing stands in our columns have been inserted."""
        markers = [question.code for question in self.questions] + list(layout.ROW_TRAILING_COLUMNS)
        rows = [row for row in self.block.rows if any(self.block.at(row, marker) for marker in markers)]
        return dict(zip(rows[1:], rows, strict=False))

    def _said(self, row: int) -> list[tuple[Question, Cell]]:
        return [(question, cell) for question in self.questions for _, cell in self.block.at(row, question.code)]
