"""What reading one cell gives: a value with the rule that gave it, or the problem that stands in its way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Parsed:
    """One cell as an answer.

    Attributes:
        raw: What stands in the cell, as text.
        value: The value in the form's own notation; None where there is a problem.
        number: The value of integer and decimal questions.
        date: The value of date questions.
        read_as: Rule by which the value was read, e.g. ``decimal_comma``.
        problem: Why no value was read, e.g. ``ambiguous_date``.
        missing_hint: Where the cell says in words why there is no value: the missing-reason that it means, if it can
            mean only one.
    """

    raw: str
    value: str | None = None
    number: float | None = None
    date: dt.date | None = None
    read_as: str | None = None
    problem: str | None = None
    missing_hint: str | None = None
