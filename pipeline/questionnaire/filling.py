"""What stands in the cells of a workbook when it is written: what the register knows, or what a member answered.

Blank and returned workbooks are written the same way; they differ in their :class:`Filling` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form

if TYPE_CHECKING:
    import pandas as pd

REGISTER_COLUMNS: Final = {
    "title": "title",
    "goal": "goal",
    "description": "description",
    "kind": "kind",
    "action": "action",
    "lead_body": "lead_body",
    "start": "start_date",
    "due": "due_date",
    "predecessor": "predecessor",
}
"""Role of a question in the repeat of commitments -> column of the register that answers it beforehand."""

_LEAST_EMPTY: Final = 5
"""Empty rows that a member finds whatever it has listed so far."""


@dataclass(frozen=True)
class Entry:
    """What stands in the answer cell of a question.

    Attributes:
        value: The value in the form's own notation; '' where there is none that could be read.
        typed: The text that is written instead of ``value``: what the member typed, exactly; '' for the value as the
            form writes it.
        is_unset: The member's cell held a formula without a result, and nothing else is known of it.
        note: What the member noted at this cell, where no column for comments is about it alone.
    """

    value: str = ""
    typed: str = ""
    is_unset: bool = False
    note: str = ""

    @property
    def stands(self) -> str:
        """What the cell shows, as formulas see it: the value, else what was typed; '' for a cell that looks empty."""
        return self.value or self.typed

    @property
    def is_text(self) -> bool:
        """Whether the cell holds text that is not the form's own notation of a value."""
        return bool(self.typed)


EMPTY: Final = Entry()


@dataclass(frozen=True)
class Beside:
    """What stands beside answers: the code of the reason for there being none, and the comment."""

    reason: str = ""
    comment: str = ""


NOTHING_BESIDE: Final = Beside()


@dataclass(frozen=True)
class Filling:
    """What stands in the cells of a workbook.

    Attributes:
        entries: (row, question) -> what stands in the answer cell; row is '' outside of repeats.
        beside: (repeat, row) -> what stands beside a row of a repeat; ('', question) -> beside a question.
        items: Repeat -> keys of its rows in order; the empty rows for new items are among them.
        listed: The repeats whose items a register keeps.
    """

    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict[tuple[str, str], Entry])
    beside: Mapping[tuple[str, str], Beside] = field(default_factory=dict[tuple[str, str], Beside])
    items: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    listed: frozenset[str] = frozenset()

    def entry(self, row: str, question: str) -> Entry:
        """What stands in the answer cell of a question."""
        return self.entries.get((row, question), EMPTY)

    def next_to(self, repeat: str, key: str) -> Beside:
        """What stands beside a row of a repeat, or with '' for the repeat beside a question."""
        return self.beside.get((repeat, key), NOTHING_BESIDE)


def blank_filling(form: Form, commitments: pd.DataFrame) -> Filling:
    """What stands in a blank workbook: what the register knows of the member's commitments.

    Args:
        form: The questionnaire.
        commitments: The member's rows of the table ``commitments``, in the order in which they shall stand.
    """
    listed = form.commitments_repeat
    keys = [str(key) for key in commitments["commitment"]] if listed else []
    repeats = [section.repeat for section in form.sections if section.repeat]
    items = {repeat: with_new_rows(keys if repeat == listed else []) for repeat in repeats}
    return Filling(register_entries(form, commitments), {}, items, frozenset({listed} if listed else ()))


def register_entries(form: Form, commitments: pd.DataFrame) -> dict[tuple[str, str], Entry]:
    """What the register knows of commitments beforehand, by commitment and question; empty cells are left out."""
    columns = {
        question.code: REGISTER_COLUMNS[question.role]
        for question in form.in_repeat(form.commitments_repeat)
        if question.repeat and question.role in REGISTER_COLUMNS
    }
    return {
        (str(row["commitment"]), code): Entry(value)
        for row in commitments.to_dict("records")
        for code, column in columns.items()
        if column in row and (value := _known(row[column]))
    }


def with_new_rows(keys: Iterable[str]) -> list[str]:
    """Keys of items in order, and behind them those for new items, with empty ones among them where some are taken."""
    taken = dict.fromkeys(keys)
    new = {key for key in taken if layout.is_new_row_key(key)}
    empty = number = 0
    while len(new) < layout.NEW_ROWS or empty < _LEAST_EMPTY:
        number += 1
        empty += layout.new_row_key(number) not in new
        new.add(layout.new_row_key(number))
    return [key for key in taken if key not in new] + sorted(new, key=lambda key: int(key.partition("-")[2]))


def _known(value: Any) -> str:
    """A cell of the register as a value in the form's own notation, '' where it is missing."""
    if value is None or value != value or str(value) in ("NaT", "<NA>"):
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
