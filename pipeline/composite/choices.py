"""Reading the choices of a composite from texts, where the same is said on the command line and in alliance.yaml."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from pipeline.composite.number import read_number
from pipeline.composite.settings import ALL_LEVELS, MEANS, MOST_DRAWN, MOST_DRAWS, NORMALISATIONS, CompositeSettings
from pipeline.composite.structure import Structure
from pipeline.text import one_line

T = TypeVar("T")


class ChoiceError(Exception):
    """A choice cannot be used; ``seen`` and ``mend`` are a sentence each."""

    def __init__(self, seen: str, mend: str):
        self.seen, self.mend = seen, mend
        super().__init__(f"{seen} {mend}")


def read_by_level(items: Iterable[str], read: Callable[[str], T]) -> dict[int, T]:
    """Read what holds for all levels (``geometric``) or for one (``2=geometric``).

    Args:
        items: The texts.
        read: Reads what stands behind the level.

    Returns:
        By level; :data:`ALL_LEVELS` is the key of what holds for all others.

    Raises:
        ChoiceError: A level is no number of 2 or more, or stands twice, or ``read`` refuses what is behind it.
    """
    found: dict[int, T] = {}
    for item in items:
        before, sign, after = item.partition("=")
        level = _level(before.strip()) if sign else ALL_LEVELS
        if level in found:
            which = f"level {level}" if level else "all levels"
            raise ChoiceError(f"There are two entries for {which}.", "Keep one of them.")
        found[level] = read((after if sign else before).strip())
    return found


def _level(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) >= 2):
        seen = f"'{one_line(text)}' is not the level of an aggregate."
        raise ChoiceError(seen, "Write a level of 2 or more, e.g. 2=geometric.")
    return int(text)


def read_normalisation(text: str) -> str:
    """Read the name of a normalisation.

    Raises:
        ChoiceError: There is no such normalisation.
    """
    return _one_of(text, NORMALISATIONS, "a normalisation")


def read_mean(text: str) -> str:
    """Read the name of a mean.

    Raises:
        ChoiceError: There is no such mean.
    """
    return _one_of(text, MEANS, "a mean")


def _one_of(text: str, known: Collection[str], what: str) -> str:
    if text not in known:
        raise ChoiceError(f"'{one_line(text)}' is not {what}.", f"Use one of: {', '.join(known)}.")
    return text


def read_share(text: str) -> float:
    """Read a share from 0 to 1.

    Raises:
        ChoiceError: It is none.
    """
    share = read_number(text)
    if share is None or not 0 <= share <= 1:
        raise ChoiceError(f"'{one_line(text)}' is not a share.", "Write a share from 0 to 1, e.g. 0.6.")
    return share


def read_range(texts: Collection[str]) -> tuple[float, float]:
    """Read the two ends of the normalised scale.

    Raises:
        ChoiceError: They are not two numbers, the lower one first.
    """
    ends = [read_number(text) for text in texts]
    low, high = ends if len(ends) == 2 else (None, None)
    if low is None or high is None or not low < high or max(abs(low), abs(high)) > 1e9:
        seen = f"'{one_line(' '.join(texts))}' is no range."
        raise ChoiceError(seen, "Write two numbers, the lower one first, e.g. 0 100, within a thousand millions.")
    return low, high


def read_count(text: str, most: int = MOST_DRAWS) -> int:
    """Read a whole number from 0 on.

    Raises:
        ChoiceError: It is none, or more than ``most``.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= most):
        raise ChoiceError(f"'{one_line(text)}' is not a whole number up to {most:,}.", "Write digits and nothing else.")
    return int(text)


def check_settings(settings: CompositeSettings, structure: Structure) -> list[tuple[str, ChoiceError]]:
    """Check that settings fit a structure.

    Returns:
        What does not fit: the setting (mean, threshold, normalise or draws) and what is wrong with it.
    """
    checks = {
        "mean": lambda: _check_levels(settings.means, structure),
        "threshold": lambda: _check_levels(settings.thresholds, structure),
        "normalise": lambda: _check_method(settings.normalise, structure),
        "draws": lambda: _check_draws(settings.draws, structure),
    }
    found: list[tuple[str, ChoiceError]] = []
    for name, check in checks.items():
        try:
            check()
        except ChoiceError as error:
            found.append((name, error))
    return found


def _check_levels(levels: Collection[int], structure: Structure) -> None:
    """Every level that is named has aggregates."""
    known = sorted({node.level for node in structure.aggregates})
    for level in levels:
        if level != ALL_LEVELS and level not in known:
            there = f"Use one of: {', '.join(map(str, known))}." if known else "There are indicators only."
            raise ChoiceError(f"Nothing is of level {level}.", there)


def _check_draws(draws: int, structure: Structure) -> None:
    """So many draws of so many codes can be held at a time."""
    codes = len(structure.nodes)
    if draws * codes > MOST_DRAWN:
        most = f"Take at most {MOST_DRAWN // codes:,} draws."
        raise ChoiceError(f"{draws:,} draws of {codes:,} codes are too many.", most)


def _check_method(normalise: str, structure: Structure) -> None:
    """Every indicator has what a normalisation that was asked for needs."""
    if normalise not in ("goalposts", "target"):
        return
    lacking = [
        node.code
        for node in structure.indicators
        if (node.target is None if normalise == "target" else not node.has_goalposts)
    ]
    if lacking:
        what = "target" if normalise == "target" else "pair of goalposts"
        more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
        seen = f"There is no {what} for {one_line(', '.join(lacking[:5]))}{more}."
        raise ChoiceError(seen, f"Give every indicator a {what}, or choose another normalisation.")
