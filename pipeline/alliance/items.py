"""The items of a file, each with the row that it was read from, for checks of rows against each other and across files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.alliance.rows import Row

T = TypeVar("T")


@dataclass(frozen=True)
class Placed(Generic[T]):
    """An item with the row that it was read from, at which checks across files note what they find."""

    item: T
    row: Row


@dataclass(frozen=True)
class Read(Generic[T]):
    """What was read from a file.

    Attributes:
        placed: The items of all rows in which nothing was wrong, in order.
        mentioned: Keys of all rows, also of those with a problem, so that a reference to such a row is no second one.
        readable: Whether the file has rows and its key column; if not, references to it cannot be judged.
    """

    placed: tuple[Placed[T], ...]
    mentioned: frozenset[str]
    readable: bool

    @property
    def items(self) -> tuple[T, ...]:
        """The items alone."""
        return tuple(placed.item for placed in self.placed)

    def lacks(self, key: str) -> bool:
        """Whether ``key`` is in no row, as far as that can be judged."""
        return self.readable and key not in self.mentioned


def read_items(rows: Sequence[Row] | None, key: str, make: Callable[[Row], T]) -> Read[T]:
    """Make an item of each row.

    Args:
        rows: The rows of a file, or None where it could not be read.
        key: Column by which other files refer to the rows.
        make: Reads the cells of a row and notes its problems; its result counts only if the row is still sound.

    Returns:
        The items with their rows, and the keys that the file mentions.
    """
    placed: list[Placed[T]] = []
    for row in rows or ():
        item = make(row)
        if row.sound:
            placed.append(Placed(item, row))
    readable = bool(rows) and all(key in row.cells for row in rows)
    return Read(tuple(placed), frozenset(row.shown(key) for row in rows or ()), readable)


def note_repeated(read: Read[T], key: Callable[[T], str], column: str, what: str) -> None:
    """Note every item whose key an earlier row has already.

    Args:
        read: The items.
        key: Gives the key of an item.
        column: Column of the key.
        what: What the key is, e.g. "commitment".
    """
    first: dict[str, int] = {}
    for placed in read.placed:
        code = key(placed.item)
        if code in first:
            placed.row.note(column, f"The {what} {code} is in row {first[code]} already.", "Keep one of the two.")
        first.setdefault(code, placed.row.number)
