"""What validation looks at of the largest tables, so that nobody has to hold the rest of them in memory for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LOOKED_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "answers": ("raw", "value", "number", "date", "problem", "missing_reason", "sheet", "cell", "submission"),
    "earlier_answers": ("value", "number"),
}
"""Columns by table, beside those of its key; every other table is looked at as a whole."""
