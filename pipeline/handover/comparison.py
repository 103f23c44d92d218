"""What differs between a package and the package as it was made again: down to table, row, column and both values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.gather.guard import unpack
from pipeline.gather.refusal import Refusal
from pipeline.handover.data_csv import read_csv
from pipeline.tables import TABLES
from pipeline.text import one_line

PACKED, REMADE = "in the package", "made again"
MOST: Final = 1_000
"""So many differences of a file are told at most."""


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    Attributes:
        file: Name within the package.
        place: Where in it: key of the row, part, or line; '' for the file as a whole.
        column: Column of a table; '' elsewhere.
        packed: What the package has.
        remade: What making it again gave.
    """

    file: str
    place: str
    column: str
    packed: str
    remade: str

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.file, self.place, self.column and f"column {self.column}")))
        return f"{where}: {self.packed} {PACKED}, {self.remade} {REMADE}"


def read_manifest(content: bytes) -> dict[str, str]:
    """SHA-256 by name.

    Args:
        content: The bytes of a manifest.

    Raises:
        ValueError: It is none.
    """
    listed: dict[str, str] = {}
    for line in content.decode("utf-8").splitlines():
        digest, mark, name = line.partition("  ")
        if not mark or len(digest) != 64 or not set(digest) <= set("0123456789abcdef") or name in listed:
            raise ValueError(f"the line {one_line(line)!r} is none of a manifest")
        listed[name] = digest
    return listed


def compare(
    packed: Mapping[str, str], remade: Mapping[str, str], packed_folder: Path, remade_folder: Path
) -> Iterator[Difference]:
    """Compare file by file.

    Args:
        packed: SHA-256 by name of what is in the package.
        remade: The same of the package as it was made again.
        packed_folder: Where the files of the package are.
        remade_folder: Where those made again are.
    """
    for name in sorted({*packed, *remade}):
        if name not in remade:
            yield Difference(name, "", "", "there", "not")
        elif name not in packed:
            yield Difference(name, "", "", "not there", "there")
        elif packed[name] != remade[name]:
            found = list(_within(name, _read(packed_folder / name), _read(remade_folder / name)))
            yield from found[:MOST]
            if not found:
                yield Difference(name, "", "", f"SHA-256 {packed[name]}", f"SHA-256 {remade[name]}")
            if len(found) > MOST:
                yield Difference(name, f"and {len(found) - MOST:,} more", "", "", "")


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _within(name: str, packed: bytes, remade: bytes) -> Iterator[Difference]:
    table = name.removeprefix("data/").removesuffix(".csv")
    try:
        if name.startswith("data/") and table in TABLES:
            yield from _rows(name, TABLES[table].key, read_csv(packed), read_csv(remade))
            return
        if name.endswith(".docx"):
            yield from _parts(name, _unzipped(packed), _unzipped(remade))
            return
    except (ValueError, IndexError):
        yield Difference(name, "", "", "something that cannot be read", "another content")
        return
    yield from _lines(name, packed, remade)


def _rows(
    file: str, key: Sequence[str], packed: Sequence[Sequence[str]], remade: Sequence[Sequence[str]]
) -> Iterator[Difference]:
    """Rows are matched by their key, columns by their name."""
    columns, others = list(packed[0]), list(remade[0])
    for column in [*columns, *(other for other in others if other not in columns)]:
        if column not in others or column not in columns:
            yield Difference(file, "", column, _there(column in columns), _there(column in others))
    rows, again = _by_key(key, columns, packed[1:]), _by_key(key, others, remade[1:])
    for place in [*rows, *(other for other in again if other not in rows)]:
        shown = ", ".join(f"{name} {one_line(cell) or 'none'}" for name, cell in zip(key, place, strict=True))
        if place not in rows or place not in again:
            yield Difference(file, shown, "", _there(place in rows), _there(place in again))
            continue
        one, other = rows[place], again[place]
        for column in columns:
            if column in others and one[column] != other[column]:
                yield Difference(file, shown, column, _quote(one[column]), _quote(other[column]))
    if list(rows) != list(again) and set(rows) == set(again):
        yield Difference(file, "order of the rows", "", "one", "another")


def _there(is_there: bool) -> str:
    return "there" if is_there else "not there"


def _by_key(
    key: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[tuple[str, ...], dict[str, str]]:
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        place = tuple(cells.get(name, "") for name in key)
        if place in found:
            raise ValueError("a key stands twice")
        found[place] = cells
    return found


def _unzipped(content: bytes) -> Mapping[str, bytes]:
    """The parts of a Word file, within the limits that workbooks of strangers have."""
    parts = unpack(content)
    if isinstance(parts, Refusal):
        raise ValueError(parts.detail)
    return parts


def _parts(file: str, packed: Mapping[str, bytes], remade: Mapping[str, bytes]) -> Iterator[Difference]:
    if packed == remade:
        yield Difference(file, "its compression", "", "one", "another; every part is the same")
    for part in sorted({*packed, *remade}):
        if part not in packed or part not in remade:
            yield Difference(file, one_line(part), "", _there(part in packed), _there(part in remade))
        elif packed[part] != remade[part]:
            at = _first(packed[part], remade[part])
            yield Difference(file, one_line(part), "", _around(packed[part], at), _around(remade[part], at))


def _first(one: bytes, other: bytes) -> int:
    """Where two contents begin to differ."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    low, high = 0, shorter
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle)
    return low


def _around(content: bytes, at: int) -> str:
    return _quote(content[max(0, at - 30) : at + 40].decode("utf-8", "replace"))


def _lines(file: str, packed: bytes, remade: bytes) -> Iterator[Difference]:
    lines, others = (content.decode("utf-8", "replace").splitlines() for content in (packed, remade))
    for number in range(max(len(lines), len(others))):
        one = lines[number] if number < len(lines) else ""
        other = others[number] if number < len(others) else ""
        if one != other:
            at = max(0, _first(one.encode(), other.encode()) - 30)
            cut = (text.encode()[at:].decode("utf-8", "replace") for text in (one, other))
            yield Difference(file, f"line {number + 1}", "", *(_quote(text) for text in cut))


def _quote(text: str) -> str:
    shown = one_line(text)
    return f"'{shown}'" if shown else "nothing"
