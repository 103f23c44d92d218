"""How high a row must be to show its texts: XlsxWriter does not measure, and LibreOffice fits no rows when it opens.

Widths are those of Carlito, which has the measures of Calibri, in digits, which is how columns are measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from unicodedata import category, east_asian_width, normalize

MOST_HEIGHT: Final = 400.0
"""Points; Excel allows 409."""

_LINE_HEIGHT: Final = 1.32  # of the size of the type
_TALL_LINE_HEIGHT: Final = 1.8
_PADDING: Final = 4.0
_FULL_SIZE: Final = 11.0  # columns are as wide as that many digits of 11 points
_BOLD: Final = 1.03
_SAFETY: Final = 1.03  # letters are drawn on whole pixels
_WIDTHS: Final = {
    sign: width
    for signs, width in (
        (" ijl'’", 0.47),
        (",.I:;`·", 0.53),
        ("()-[]f{}!¡", 0.62),
        ("Jtr", 0.69),
        ('/\\s"z“”', 0.8),
        ("Lcx?FSZkvy|", 0.9),
        ("ETYag", 0.96),
        ("#$*+0123456789<=>PX^_e~«»–", 1.0),
        ("BCKRbdhnopqu", 1.06),
        ("VADGHNUO", 1.25),
        ("&Q%w…", 1.42),
        ("mMW@—", 1.77),
    )
    for sign in signs
}
_TALL: Final = re.compile("[\u0590-\u10ff\u1200-\u1cff\u3000-\u9fff\uac00-\ud7ff\U0001f000-\U0001faff]")
"""Scripts whose letters stand higher (Arabic, Hebrew, Thai, Khmer, Georgian, Japanese ...), and emoji."""


@dataclass(frozen=True)
class Fitted:
    """A text that shall fit into a cell.

    Attributes:
        text: The text; its own line ends count.
        width: Width of the column in characters.
        size: Size of the type in points.
        is_bold: Whether it is bold.
    """

    text: str
    width: float
    size: float = 10.0
    is_bold: bool = False

    @property
    def height(self) -> float:
        """Its height in points; 0 for an empty text."""
        if not self.text:
            return 0.0
        line = _TALL_LINE_HEIGHT if _TALL.search(self.text) else _LINE_HEIGHT
        width = self.width / (_BOLD if self.is_bold else 1)
        return lines(self.text, width, self.size) * line * self.size


def row_height(cells: Iterable[Iterable[Fitted]], least_lines: int = 1) -> float:
    """Height of a row in points that shows all its cells, as far as that can be told without drawing them.

    Args:
        cells: The texts of each cell, which stand below each other.
        least_lines: Lines that the row has room for at least.
    """
    needed = [sum(text.height for text in cell) for cell in cells]
    return min(max([least_lines * 10 * _LINE_HEIGHT, *needed]) + _PADDING, MOST_HEIGHT)


def fitted_row(texts: Iterable[tuple[str, float]], least_lines: int = 1) -> float:
    """Height of a row whose cells hold one text each, given with the width of its column in characters."""
    return row_height(([Fitted(text, width)] for text, width in texts), least_lines)


@lru_cache(maxsize=16_384)
def lines(text: str, width: float, size: float = 10.0) -> int:
    """Lines that a wrapped text takes.

    Args:
        text: The text; its own line ends count.
        width: Width of the column in characters.
        size: Size of the type in points.
    """
    room = max(width * _FULL_SIZE / size / _SAFETY, 1.0)
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


@lru_cache(maxsize=4_096)
def _wide_sign(sign: str) -> float:
    if category(sign) in ("Mn", "Me", "Cf"):
        return 0.0
    if east_asian_width(sign) in "WF":
        return 2.0
    return _WIDTHS.get(normalize("NFD", sign)[0], 1.3)
