"""The archive of everything received: files byte for byte under their SHA-256, arrivals, and decisions about them.

Nothing is ever changed or removed. The content is stored before its receipt, and both take their place in one step, so
that a kill at any moment leaves at worst a content that nobody has a receipt for yet; receiving again completes it.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.files import open_regular, write_atomically, write_pieces_atomically

_PIECE = 1 << 20


class ArchiveError(Exception):
    """The archive was changed from outside: a file is missing or is not what its name says."""


@dataclass(frozen=True)
class Receipt:
    """The arrival of one file.

    Attributes:
        cycle: Cycle for which it was handed in.
        file: Name of the file as it arrived.
        way: How it arrived.
        sender: From whom; None where that is not known.
        received: When, in UTC.
        sha256: SHA-256 of the content.
        size: Size of the content in bytes.
        reference: What the other side calls it, e.g. a Message-ID; '' where it has no name of its own.
    """

    cycle: str
    file: str
    way: str
    sender: str | None
    received: dt.datetime
    sha256: str
    size: int
    reference: str = ""

    @property
    def id(self) -> str:
        """The submission's id: the same arrival has the same id, however often it is received."""
        key = "|".join((self.cycle, self.way, self.file, self.sha256, *filter(None, [self.reference])))
        return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:12]


class Archive:
    """An archive in a folder.

    ``objects/<first two digits>/<SHA-256>``, ``receipts/<cycle>/<id>.json``, ``decisions/<cycle>/<number>.csv`` and
    ``waivers/<cycle>/<number>.csv``.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def store(self, content: bytes) -> str:
        """Keep a content; nothing happens where it is kept already.

        Args:
            content: All bytes of a file.

        Returns:
            Its SHA-256 in hexadecimal digits, by which it is read.

        Raises:
            ArchiveError: Another content stands under that name.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._object(sha256)
        if not path.is_file():
            write_atomically(path, content)
        elif path.stat().st_size != len(content) or path.read_bytes() != content:
            raise ArchiveError(f"{path} is not the file it was stored as. Restore it from a backup.")
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return the content of that SHA-256, checked against it.

        Raises:
            ArchiveError: It is missing or was changed.
        """
        path = self._object(sha256)
        if not path.is_file():
            raise ArchiveError(f"{path} is missing from the archive. Restore it from a backup.")
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveError(f"{path} is not the file it was stored as. Restore it from a backup.")
        return content

    def store_file(self, source: Path) -> tuple[str, int]:
        """Keep the content of a file that is too large to be held in memory; else like :meth:`store`.

        Args:
            source: A regular file.

        Returns:
            Its SHA-256, and its size in bytes.

        Raises:
            ArchiveError: Another content stands under that name.
            OSError: It cannot be opened, it changed while it was read, or the disk is full.
        """
        digest = hashlib.sha256()
        size = 0
        for piece in _pieces(source):
            digest.update(piece)
            size += len(piece)
        sha256 = digest.hexdigest()
        path = self._object(sha256)
        if not path.is_file():
            write_pieces_atomically(path, _unchanged(source, sha256))
        elif path.stat().st_size != size:
            raise ArchiveError(f"{path} is not the file it was stored as. Restore it from a backup.")
        return sha256, size

    def check_size(self, receipt: Receipt) -> None:
        """Check a content that is too large to be read by what can be seen from outside.

        Args:
            receipt: Of the content.

        Raises:
            ArchiveError: It is missing or its size was changed.
        """
        path = self._object(receipt.sha256)
        if not path.is_file() or path.stat().st_size != receipt.size:
            raise ArchiveError(f"{path} is missing or not the file it was stored as. Restore it from a backup.")

    def record(self, receipt: Receipt) -> Receipt:
        """Keep a receipt, after its content; one that is kept already under the same id stays as it was.

        Args:
            receipt: The receipt of a content that is stored.

        Returns:
            The receipt that the archive holds.

        Raises:
            ArchiveError: The content is not stored.
        """
        if not self._object(receipt.sha256).is_file():
            raise ArchiveError(f"There is no content {receipt.sha256} in the archive that a receipt could be for.")
        path = self._receipts(receipt.cycle) / f"{receipt.id}.json"
        if path.is_file():
            return _read_receipt(path)
        text = json.dumps(
            {**asdict(receipt), "received": receipt.received.astimezone(dt.UTC).isoformat()}, indent=1, sort_keys=True
        )
        write_atomically(path, f"{text}\n".encode("ascii"))
        return _read_receipt(path)

    def receipts(self, cycle: str) -> list[Receipt]:
        """All receipts of a cycle, in the order of arrival (then of the file's name and id)."""
        folder = self._receipts(cycle)
        if not folder.is_dir():
            return []
        read = [_read_receipt(path) for path in sorted(folder.glob("[0-9a-f]*.json"))]
        return sorted(read, key=lambda receipt: (receipt.received, receipt.file, receipt.id))

    def keep_decisions(self, cycle: str, content: bytes) -> None:
        """Keep what staff decided for a cycle, as a further copy where it is not that of the last time.

        Args:
            cycle: Name of the cycle.
            content: The file of decisions, all of it.
        """
        self._keep("decisions", cycle, content)

    def decisions(self, cycle: str) -> bytes | None:
        """The latest copy of what staff decided for a cycle; None where they did not have to decide anything."""
        return self._latest("decisions", cycle)

    def keep_waivers(self, cycle: str, content: bytes) -> None:
        """Keep what staff decided about findings, like :meth:`keep_decisions`."""
        self._keep("waivers", cycle, content)

    def waivers(self, cycle: str) -> bytes | None:
        """The latest copy of what staff decided about the findings of a cycle; None where they decided nothing."""
        return self._latest("waivers", cycle)

    def files(self, cycles: Iterable[str]) -> dict[str, Path]:
        """Every file that the archive holds for some cycles: receipts, what they are for, and what staff decided.

        Args:
            cycles: Names of the cycles.

        Returns:
            Where each is, by its name within the archive.

        Raises:
            ArchiveError: A receipt is none, or its content is missing.
        """
        paths: list[Path] = []
        for cycle in cycles:
            paths += [self._receipts(cycle) / f"{receipt.id}.json" for receipt in self.receipts(cycle)]
            for receipt in self.receipts(cycle):
                self.check_size(receipt)
                paths.append(self._object(receipt.sha256))
            paths += [path for kind in ("decisions", "waivers") for path in self._copies(kind, cycle)]
        return {path.relative_to(self._folder).as_posix(): path for path in sorted(set(paths))}

    def _keep(self, kind: str, cycle: str, content: bytes) -> None:
        if content != self._latest(kind, cycle):
            copies = self._copies(kind, cycle)
            number = int(copies[-1].stem) + 1 if copies else 1
            write_atomically(self._folder_of(kind, cycle) / f"{number:06}.csv", content)

    def _latest(self, kind: str, cycle: str) -> bytes | None:
        copies = self._copies(kind, cycle)
        return copies[-1].read_bytes() if copies else None

    def _copies(self, kind: str, cycle: str) -> list[Path]:
        folder = self._folder_of(kind, cycle)
        return sorted(path for path in folder.glob("*.csv") if re.fullmatch("[0-9]{6}", path.stem))

    def _object(self, sha256: str) -> Path:
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise ArchiveError(f"{sha256!r} is no SHA-256.")
        return self._folder / "objects" / sha256[:2] / sha256

    def _receipts(self, cycle: str) -> Path:
        return self._folder_of("receipts", cycle)

    def _folder_of(self, kind: str, cycle: str) -> Path:
        if not re.fullmatch(r"[\w][\w.\- ]*", cycle):
            raise ValueError(f"{cycle!r} cannot be the name of a folder.")
        return self._folder / kind / cycle


def _pieces(source: Path) -> Iterator[bytes]:
    with os.fdopen(open_regular(source), "rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _unchanged(source: Path, sha256: str) -> Iterator[bytes]:
    """The pieces of a file once more, held to the SHA-256 that they had the first time."""
    digest = hashlib.sha256()
    for piece in _pieces(source):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise OSError(errno.EBUSY, "it changed while it was read")


def _read_receipt(path: Path) -> Receipt:
    try:
        content = json.loads(path.read_text("utf-8"))
        received = dt.datetime.fromisoformat(content.pop("received"))
        receipt = Receipt(received=received.astimezone(dt.UTC), **content)
        if receipt.id != path.stem:
            raise ValueError(f"it is that of {receipt.id}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveError(f"{path} is no receipt as stocktake writes them ({error}). Restore it.") from error
    return receipt
