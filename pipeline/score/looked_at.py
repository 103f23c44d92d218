"""What scoring looks at of the largest tables, so that nobody has to hold the rest of them in memory for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ANSWER: Final = ("value", "number", "problem", "missing_reason", "sheet", "cell", "submission")
LOOKED_AT: Final[Mapping[str, tuple[str, ...]]] = {"answers": _ANSWER, "earlier_answers": _ANSWER}
"""Columns by table, beside those of its key; every other table is looked at as a whole."""
