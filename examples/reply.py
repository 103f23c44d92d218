"""What a country answers, before anybody has typed it into a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Value = str | int | float | date | tuple[str, ...]
"""A choice is its code, several choices a tuple of codes."""

Place = tuple[str, str]
"""(row, question): the row is '' outside of the tables of commitments and of documents."""

Commitment = Mapping[str, Any]
"""A row of the register."""


@dataclass
class Reply:
    """The answers of one member in one cycle, with reasons for missing ones and comments."""

    values: dict[Place, Value] = field(default_factory=dict[Place, Value])
    reasons: dict[Place, str] = field(default_factory=dict[Place, str])
    comments: dict[Place, str] = field(default_factory=dict[Place, str])

    def answer(self, question: str, value: Value, row: str = "") -> None:
        """Set the answer to a question."""
        self.values[row, question] = value

    def forget(self, question: str, row: str = "") -> None:
        """Leave a question unanswered, without a reason."""
        self.values.pop((row, question), None)

    def excuse(self, question: str, reason: str, row: str = "") -> None:
        """Leave a question unanswered and give a reason."""
        self.forget(question, row)
        self.reasons[row, question] = reason


def canonical(value: Value) -> str:
    """A value in the form's own notation, as the product stores it."""
    match value:
        case tuple():
            return " ".join(value)
        case date():
            return value.isoformat()
        case float():
            return f"{value:.10f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
