"""What was read out of contents, kept so that a content which has not changed is not parsed again.

A cache may vanish at any time: whatever is missing in it, damaged or not of its making is made again from the archive.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipeline.files import write_atomically
from pipeline.gather.outcome import Outcome, read_heading, read_outcome, write_outcome

_PROJECT = Path(__file__).resolve().parents[2]
_CODE = ("pipeline/gather", "pipeline/questionnaire", "pipeline/alliance", "pipeline/text.py")
_LIBRARIES = ("python-calamine", "lxml", "regex", "babel")


def fingerprint(*what_it_depends_on: str) -> str:
    """The fingerprint of everything, beside its bytes, that decides how a content is read.

    Args:
        what_it_depends_on: E.g. the questionnaire, as text.

    Returns:
        16 hexadecimal digits, which change with these texts, with the code that reads, with its libraries and Python.
    """
    digest = hashlib.sha256(_code_version().encode())
    for text in what_it_depends_on:
        digest.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()[:16]


@cache
def _code_version() -> str:
    digest = hashlib.sha256()
    for name in _CODE:
        path = _PROJECT / name
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(hashlib.sha256(source.read_bytes()).digest())
    libraries = (f"{name} {version(name)}" for name in _LIBRARIES)
    return " ".join((digest.hexdigest(), *libraries, sys.version))


class ReadingCache:
    """Outcomes of reading by the SHA-256 of the content, under one fingerprint, in ``<folder>/<fingerprint>/``.

    An entry is three parts: a line with the SHA-256 of the content and that of what follows, the heading, the rest.
    """

    def __init__(self, folder: Path, fingerprint: str):
        self._folder = folder / fingerprint

    def has(self, sha256: str) -> bool:
        """Whether there is an entry; whether it is whole is seen when it is loaded."""
        return self._path(sha256).is_file()

    def keep(self, sha256: str, outcome: Outcome) -> None:
        """Keep what reading a content gave.

        Args:
            sha256: SHA-256 of the content.
            outcome: What reading it gave.

        Raises:
            OSError: The folder cannot be written to, or the disk is full.
        """
        heading, rest = write_outcome(outcome)
        content = heading + b"\n" + rest
        # Checked when it is loaded, so that it need not outlive a power failure.
        write_atomically(self._path(sha256), _seal(sha256, content) + b"\n" + content, durable=False)

    def heading(self, sha256: str) -> Outcome | None:
        """What was kept, its readings without what they say; None where there is nothing that can be used."""
        content = self._content(sha256)
        return None if content is None else _usable(read_heading, content.partition(b"\n")[0])

    def load(self, sha256: str) -> Outcome | None:
        """What was kept; None where there is nothing that can be used."""
        content = self._content(sha256)
        if content is None:
            return None
        heading, _, rest = content.partition(b"\n")
        return _usable(read_outcome, heading, rest)

    def _content(self, sha256: str) -> bytes | None:
        try:
            seal, _, content = self._path(sha256).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        return content if seal == _seal(sha256, content) else None

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _usable(read: Callable[..., Outcome], *parts: bytes) -> Outcome | None:
    """What an entry says; None where it is whole and yet not of the layout that is read here."""
    try:
        return read(*parts)
    except (ValueError, KeyError, TypeError, zlib.error):
        return None


def _seal(sha256: str, content: bytes) -> bytes:
    return f"{sha256} {hashlib.sha256(content).hexdigest()}".encode("ascii")


def forget_others(folder: Path, fingerprints: Iterable[str]) -> None:
    """Remove what was kept under any other fingerprint: of an earlier questionnaire, or of an earlier stocktake.

    Args:
        folder: The folder of all caches.
        fingerprints: Those that are in use.
    """
    kept = set(fingerprints)
    for path in folder.iterdir() if folder.is_dir() else ():
        if re.fullmatch("[0-9a-f]{16}", path.name) and path.name not in kept and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
