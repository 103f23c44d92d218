"""How high a row must be to show its texts: XlsxWriter does not measure, and LibreOffice fits no rows when it opens.

Widths are those of Calibri (and of Carlito, its twin in LibreOffice), in digits, which is how columns are measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from unicodedata import category, east_asian_width

MOST_HEIGHT: Final = 400.0
"""Points; Excel allows 409."""

_LINE_HEIGHT: Final = 13.2
_TALL_LINE_HEIGHT: Final = 18.0
_PADDING: Final = 4.0
_FULL_SIZE: Final = 11.0  # columns are as wide as that many digits of 11 points
_WIDTHS: Final = {
    sign: width
    for signs, width in (
        ("ijl.,;:!|'’", 0.52),
        (" ", 0.46),
        ('frtI()[]{}-–/\\"“”«»', 0.7),
        ("mwMWOQ@%—…", 1.75),
        ("ABCDEFGHJKLNPRSTUVXYZ&", 1.2),
        ("abcdeghknopqsuvxyz0123456789", 1.02),
    )
    for sign in signs
}
_TALL: Final = re.compile("[\u0590-\u10ff\u1200-\u1cff\U0001f000-\U0001faff]")
"""Scripts with marks above and below their letters (Arabic, Hebrew, Thai, Khmer, Georgian ...), and emoji."""


def height(texts: Iterable[tuple[str, float]], least_lines: int = 1, *, size: float = 10.0) -> float:
    """Height of a row in points that shows all its texts, as far as that can be told without drawing them.

    Args:
        texts: Each text with the width of its column in characters.
        least_lines: Lines that the row has room for at least.
        size: Size of the type in points.
    """
    needed = [least_lines * _LINE_HEIGHT]
    for text, width in texts:
        line = _TALL_LINE_HEIGHT if _TALL.search(text) else _LINE_HEIGHT * size / 10
        needed.append(lines(text, width, size) * line)
    return min(max(needed) + _PADDING, MOST_HEIGHT)


@lru_cache(maxsize=16_384)
def lines(text: str, width: float, size: float = 10.0) -> int:
    """Lines that a wrapped text takes.

    Args:
        text: The text; its own line ends count.
        width: Width of the column in characters.
        size: Size of the type in points.
    """
    room = max(width * _FULL_SIZE / size - 1, 1.0)
    return sum(_wrapped(line, room) for line in text.split("\n"))


def _wrapped(line: str, room: float) -> int:
    count, used = 1, 0.0
    for word in line.split(" "):
        wide = _wide(word)
        if used and used + wide > room:
            count, used = count + 1, 0.0
        broken = int(wide // room)  # a word that is wider than the column goes on in the next line
        count, used = count + broken, used + wide - broken * room + _WIDTHS[" "]
    return count


def _wide(word: str) -> float:
    return sum(_WIDTHS.get(sign) or _wide_sign(sign) for sign in word)


def _wide_sign(sign: str) -> float:
    if category(sign) in ("Mn", "Me", "Cf"):
        return 0.0
    return 2.0 if east_asian_width(sign) in "WF" else 1.25
