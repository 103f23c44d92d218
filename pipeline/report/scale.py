"""How ratings look: always a symbol and a word beside the colour.

The colours themselves are the shading and the font colour of the paragraph styles "Rating ..." of the report's shell,
so that staff change them in Word, in one place for tables and charts.
"""

from __future__ import annotations

from dataclasses import dataclass

WITHHELD = "withheld"
NOTHING = "–"


@dataclass(frozen=True)
class Mark:
    """A rating as the report shows it.

    Attributes:
        code: Code in the tables.
        word: Word that always goes with it.
        symbol: Symbol that always goes with it.
        meaning: What it says, for legends and the methodology.
    """

    code: str
    word: str
    symbol: str
    meaning: str

    @property
    def style(self) -> str:
        """Id of the paragraph style of the shell that has its colours, e.g. ``RatingOnTrack``."""
        return "Rating" + self.code.title().replace("_", "")

    @property
    def label(self) -> str:
        """Symbol and word."""
        return f"{self.symbol}\u00a0{self.word}"


@dataclass(frozen=True)
class Look:
    """The two colours of a rating, as six hexadecimal digits."""

    fill: str
    ink: str


MARKS = (
    Mark("achieved", "achieved", "★", "the target is reached or the commitment is complete"),
    Mark("on_track", "on track", "▲", "at the present pace the target will be met on time"),
    Mark("acceleration_needed", "acceleration needed", "►", "moving the right way, but too slowly to be on time"),
    Mark("limited", "limited", "▬", "little movement towards the target"),
    Mark("deterioration", "deterioration", "▼", "moving away from the target"),
    Mark("not_available", "not available", "○", "the data do not suffice for a rating; the reason is given"),
)
BY_CODE = {mark.code: mark for mark in MARKS}
WITHHELD_MARK = Mark(WITHHELD, "withheld", "◇", "the member has not agreed to the publication of its own results")
WITHHELD_NUMBER = WITHHELD_MARK.label


def contrast(fill: str, ink: str) -> float:
    """Contrast ratio of text on its ground, from 1 to 21 (WCAG 2.1, relative luminance of sRGB).

    Args:
        fill: Ground, six hexadecimal digits.
        ink: Text, six hexadecimal digits.
    """
    lighter, darker = sorted((_luminance(fill), _luminance(ink)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
