"""The zip of a package: its bytes follow from the names and the contents of its files, and from nothing else.

Files stand in the order of their names, one after the other, uncompressed, with one and the same time. So the same files
give the same bytes whatever library or machine wrote them; nothing can grow on unpacking; and whoever reads such a zip
knows what every single byte must be. A zip that any other program wrote is refused.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from pipeline.handover.refusals import ContainerError
from pipeline.text import one_line

FILES_LIMIT: Final = 60_000
NAME_LIMIT: Final = 240
SIZE_LIMIT: Final = 2_000_000_000
"""Bytes of a package; the plain form of a zip holds no more than twice of it."""

_PIECE: Final = 1 << 20
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_MIDNIGHT: Final = 0
_DAY: Final = 0x21  # 1 January 1980, the first day that a zip can name
_UTF8: Final = 0x800
_BY_UNIX: Final = 0x0314
_PLAIN_FILE: Final = 0o100644 << 16
_NAME: Final = re.compile(r"[\w@+=,()'&!#$%~\[\]{}. -]+(/[\w@+=,()'&!#$%~\[\]{}. -]+)*")
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

Content = bytes | Path
"""The bytes of a file, or where they are."""


@dataclass(frozen=True)
class Entry:
    """A file in a package: its name, where its bytes begin, how many they are, and their CRC-32."""

    name: str
    begin: int
    size: int
    crc: int


def wrong_name(name: str) -> str | None:
    """Why a name cannot be that of a file in a package; None where it can.

    Args:
        name: A path with ``/`` between its parts.
    """
    if len(name.encode("utf-8", "surrogatepass")) > NAME_LIMIT:
        return "its name is too long"
    if unicodedata.normalize("NFC", name) != name or not _NAME.fullmatch(name):
        return "its name has signs that no file of a package has"
    for part in name.split("/"):
        if part.strip(". ") == "" or part[-1] in ". " or part[0] == " " or _DEVICES.fullmatch(part):
            return "its name leads out of its folder, or means something else on another system"
    return None


def pack(files: Mapping[str, Content]) -> Iterator[bytes]:
    """Give the bytes of the zip, piece by piece.

    Args:
        files: Contents by name.

    Raises:
        ContainerError: A name cannot be used, or there is too much for one package.
        OSError: A file cannot be read.
    """
    names = sorted(files)
    _check_names(names)
    begin, directory = 0, b""
    for name in names:
        crc, size = _measure(files[name])
        if begin + size > SIZE_LIMIT:
            raise ContainerError(f"A package holds at most {SIZE_LIMIT / 1e9:.0f} GB.", name)
        local = _local(name, crc, size)
        yield local
        yield from _pieces(files[name])
        directory += _central(name, crc, size, begin)
        begin += len(local) + size
    yield directory + _end(len(names), len(directory), begin)


def entries(file: BinaryIO, length: int) -> list[Entry]:
    """Read which files a zip holds, and hold every byte around them to what it must be.

    Args:
        file: The zip, open.
        length: Its size in bytes.

    Returns:
        Its files in the order of their names; their contents are still to be read, by :func:`contents`.

    Raises:
        ContainerError: It is no zip of a package, or was changed; says where.
    """
    count, directory, begin = _directory(file, length)
    found: list[Entry] = []
    place = at = 0
    for _ in range(count):
        head = directory[at : at + _CENTRAL.size]
        if len(head) < _CENTRAL.size:
            raise ContainerError("The list of files at its end is damaged.")
        crc, size, name_length = (int(number) for number in (_CENTRAL.unpack(head)[i] for i in (7, 9, 10)))
        name = _name(directory[at + _CENTRAL.size : at + _CENTRAL.size + name_length], head)
        expected = _central(name, crc, size, place)
        if directory[at : at + len(expected)] != expected:
            raise ContainerError(_why(head), name)
        local = _local(name, crc, size)
        file.seek(place)
        if place + len(local) + size > begin or file.read(len(local)) != local:
            raise ContainerError("what the zip says about it contradicts itself.", name)
        found.append(Entry(name, place + len(local), size, crc))
        place += len(local) + size
        at += len(expected)
    if place != begin or at != len(directory):
        raise ContainerError("There is more in it than the list of files at its end says.")
    _check_names([entry.name for entry in found])
    return found


def contents(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Give the bytes of a file within, piece by piece.

    Args:
        file: The zip, open.
        entry: See :func:`entries`.

    Raises:
        ContainerError: They are not those that the zip was written with; known only after the last piece.
    """
    file.seek(entry.begin)
    left, crc = entry.size, 0
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            break
        left, crc = left - len(piece), zlib.crc32(piece, crc)
        yield piece
    if left or crc != entry.crc:
        raise ContainerError("its bytes are not those that the package was made with.", entry.name)


def _check_names(names: list[str]) -> None:
    if len(names) > FILES_LIMIT:
        raise ContainerError(f"A package holds at most {FILES_LIMIT:,} files.")
    seen: dict[str, str] = {}
    for name in names:
        if wrong := wrong_name(name):
            raise ContainerError(f"{wrong}.", name)
        # Case and look alike make two files one on other systems; a file and a folder cannot share a name.
        if (alike := _alike(name)) in seen:
            raise ContainerError(f"it has the same name as {one_line(seen[alike])}.", name)
        seen[alike] = name
    for name in names:
        for place in [at for at, sign in enumerate(name) if sign == "/"]:
            if _alike(name[:place]) in seen:
                raise ContainerError("one of its folders has the name of a file.", name)
    if names != sorted(names):
        raise ContainerError("Its files are not in the order of their names.")


def _alike(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _directory(file: BinaryIO, length: int) -> tuple[int, bytes, int]:
    """How many files there are, the bytes that list them, and where these begin."""
    if not _END.size <= length <= SIZE_LIMIT + FILES_LIMIT * 1_000:
        raise ContainerError("It is empty, or too large for a package.")
    file.seek(0)
    if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise ContainerError("It is no zip.")
    file.seek(length - _END.size)
    end = file.read(_END.size)
    if len(end) < _END.size or end[:4] != b"PK\x05\x06":
        raise ContainerError("It is cut off, or something was added to its end.")
    count, size, begin = (int(number) for number in (_END.unpack(end)[i] for i in (4, 5, 6)))
    if end != _end(count, size, begin) or begin + size + _END.size != length or count > FILES_LIMIT:
        raise ContainerError("The end of the zip is damaged, or another program wrote it.")
    file.seek(begin)
    return count, file.read(size), begin


def _name(raw: bytes, head: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ContainerError(f"A name of a file in it cannot be read ({_why(head)})") from None


def _why(head: bytes) -> str:
    """What in the listing of a file is not as in a package."""
    signature, _, _, flags, method, *_, attributes, _ = _CENTRAL.unpack(head)
    if signature != b"PK\x01\x02":
        return "the list of files is damaged here."
    if flags & 1:
        return "it is encrypted."
    if method:
        return "it is compressed, so another program wrote this zip. Ask for the package as stocktake made it."
    if attributes >> 16 & 0o170000 == 0o120000:
        return "it is a link."
    return "the zip was changed here, or another program wrote it. Ask for the package as stocktake made it."


def _local(name: str, crc: int, size: int) -> bytes:
    raw = name.encode("utf-8")
    return _LOCAL.pack(b"PK\x03\x04", 20, _UTF8, 0, _MIDNIGHT, _DAY, crc, size, size, len(raw), 0) + raw


def _central(name: str, crc: int, size: int, begin: int) -> bytes:
    raw = name.encode("utf-8")
    fixed = (b"PK\x01\x02", _BY_UNIX, 20, _UTF8, 0, _MIDNIGHT, _DAY)
    return _CENTRAL.pack(*fixed, crc, size, size, len(raw), 0, 0, 0, 0, _PLAIN_FILE, begin) + raw


def _end(count: int, size: int, begin: int) -> bytes:
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, size, begin, 0)


def _measure(content: Content) -> tuple[int, int]:
    crc = size = 0
    for piece in _pieces(content):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
    return crc, size


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
