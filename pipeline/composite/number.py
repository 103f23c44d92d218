"""Numbers in the tables of a composite: decimal point, exponent if need be, and nothing else."""

from __future__ import annotations

import re
from typing import Final

MISSING: Final = frozenset({"", "NA"})
LARGEST: Final = 1e150
"""Numbers beyond this are refused, so that no difference or quotient of two overflows unseen."""
MEND: Final = "Write digits with a decimal point, e.g. 1250.5 or 2e-3, or leave the cell empty where there is no value."

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def read_number(text: str) -> float | None:
    """The number that a text is; None where it is none, or larger than :data:`LARGEST`."""
    number = float(text) if len(text) < 400 and _NUMBER.fullmatch(text) else None
    return number if number is not None and abs(number) <= LARGEST else None
