"""A stream of an old Office file (a compound file), with nothing but the standard library.

Source: [MS-CFB] 2.2 (header), 2.3 (allocation table), 2.4 (small streams), 2.6 (directory).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence

_FREE = 0xFFFFFFFA
_HEADER_SECTORS = 109


def read_stream(content: bytes, names: Sequence[str]) -> bytes:
    """Read the first stream that has one of the names.

    Args:
        content: All bytes of the file.
        names: Names of streams, the one that is wanted most first.

    Returns:
        The bytes of the stream; b"" where there is none.

    Raises:
        struct.error: The file is cut off.
        ValueError: Its tables make no sense.
    """
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or small_shift != 6:
        raise ValueError("not a compound file")
    first_directory, _, small_limit, first_small, _, first_more, _ = struct.unpack_from("<7I", content, 48)
    table = _table(content, shift, first_more)
    directory = _chain(content, 1 << shift, 1, table, first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    for name in names:
        for entry in entries:
            if _name(entry) == name and entry[66] == 2:
                start, size = struct.unpack_from("<II", entry, 116)
                if size >= small_limit:
                    return _chain(content, 1 << shift, 1, table, start)[:size]
                root = struct.unpack_from("<I", entries[0], 116)[0]
                small = _chain(content, 1 << shift, 1, table, root)
                small_table = array("I", _chain(content, 1 << shift, 1, table, first_small))
                return _chain(small, 64, 0, small_table, start)[:size]
    return b""


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")


def _table(content: bytes, shift: int, first_more: int) -> array[int]:
    """The allocation table: for each sector the one that follows."""
    size = 1 << shift
    sectors = list(struct.unpack_from(f"<{_HEADER_SECTORS}I", content, 76))
    more = first_more
    for _ in range(len(content) // size):
        if more >= _FREE:
            break
        listed = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors += listed[:-1]
        more = listed[-1]
    used = [sector for sector in sectors if sector < _FREE]
    if len(used) > len(content) // size:
        raise ValueError("the allocation table is larger than the file")
    return array("I", b"".join(content[(sector + 1) * size : (sector + 2) * size] for sector in used))


def _chain(content: bytes, size: int, header: int, table: array[int], start: int) -> bytes:
    """The sectors of a chain, one after the other; a chain that comes back to itself is an error."""
    found: list[bytes] = []
    sector = start
    while sector < _FREE:
        if sector >= len(table) or len(found) > len(content) // size:
            raise ValueError("a chain of sectors leaves the file or has no end")
        found.append(content[(sector + header) * size : (sector + header + 1) * size])
        sector = table[sector]
    return b"".join(found)
