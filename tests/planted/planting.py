"""Choosing where errors go: seeded, spread over all members, each in a place of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.planted.bench import UNREADABLE, Bench

Plant = Callable[[Bench, Random], bool]
"""Puts an error into a workbook and writes down what must be found; False where the workbook has no room for it."""


@dataclass(frozen=True)
class Kind:
    """A kind of error, and how many of it are planted."""

    name: str
    times: int
    plant: Plant


KINDS: Final[list[Kind]] = []


def plant(times: int, name: str = "") -> Callable[[Plant], Plant]:
    """Register a kind of error."""

    def register(function: Plant) -> Plant:
        KINDS.append(Kind(name or function.__name__, times, function))
        return function

    return register


def plant_all(benches: Sequence[Bench], seed: int) -> None:
    """Put every kind of error as often as it asks for into the workbooks that have the fewest.

    Raises:
        LookupError: No workbook has room for an error: then less would be tested than it seems.
    """
    chance = Random(seed)
    for kind in KINDS:
        for _ in range(kind.times):
            order = sorted(benches, key=lambda bench: (len(bench.expected), chance.random()))
            if not any(kind.plant(bench, chance) for bench in order):
                raise LookupError(f"No workbook has room for {kind.name}.")


def pick(bench: Bench, chance: Random, codes: Iterable[str]) -> str | None:
    """One of the questions outside of repeats that is answered and that no plant was about; it is taken."""
    fit = [code for code in codes if bench.is_free(code) and bench.answers.get(("", code), UNREADABLE) != UNREADABLE]
    if not fit:
        return None
    code = chance.choice(fit)
    bench.take(code)
    return code


def pick_row(bench: Bench, chance: Random, *answered: str, if_: Callable[[str], bool] = lambda _: True) -> str | None:
    """One of the commitments, or of the documents, in which these questions are answered; it is taken."""
    codes = answered or ("c_status",)
    rows = dict.fromkeys(row for row, code in bench.answers if code == codes[0] and row)
    fit = [
        row
        for row in rows
        if all(bench.answers.get((row, code), UNREADABLE) != UNREADABLE for code in codes)
        and bench.is_free(codes[0], row)
        and if_(row)
    ]
    if not fit:
        return None
    row = chance.choice(fit)
    bench.take(codes[0], row)
    return row
