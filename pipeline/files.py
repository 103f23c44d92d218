"""Files that are either there in full or not there at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import fnmatch
import glob
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write ``content`` to ``path`` so that a reader, or a kill at any moment, sees the old file or the new one.

    A file that holds these bytes already is left as it is, with its time. Else the bytes go to a temporary file in the
    same folder, are flushed to the disk, and take the place of ``path`` by a rename, which POSIX makes atomic within one
    file system. What a killed writer of the same file left behind is removed.

    Args:
        path: Where the file shall be; its folder is made if it is missing.
        content: All bytes of the file.
        durable: Whether they must outlive a power failure; not for what is checked when it is read and can be made again.

    Raises:
        OSError: The folder cannot be written to, or the disk is full; ``path`` is then as it was.
    """
    _remove_abandoned(path)
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return
    _write(path, (content,), durable=durable)


def write_pieces_atomically(path: Path, pieces: Iterable[bytes]) -> None:
    """Like :func:`write_atomically`, for what is too large to be held in memory at once.

    Args:
        path: Where the file shall be; what is there is replaced.
        pieces: The bytes of the file, piece by piece. Where getting the next piece fails, ``path`` stays as it was.

    Raises:
        OSError: The folder cannot be written to, or the disk is full; ``path`` is then as it was.
    """
    _remove_abandoned(path)
    _write(path, pieces, durable=True)


def _write(path: Path, pieces: Iterable[bytes], *, durable: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file, temporary = _temporary(path)
    try:
        with file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            if durable:
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _temporary(path: Path) -> tuple[BinaryIO, Path]:
    """A new temporary file for ``path``, open and locked."""
    while True:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        file = os.fdopen(handle, "wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        # Before it was locked, another writer of the same file may have taken it for abandoned.
        if os.fstat(file.fileno()).st_nlink:
            return file, Path(name)
        file.close()


def _remove_abandoned(path: Path) -> None:
    for temporary in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        _remove_if_abandoned(temporary)


def _remove_if_abandoned(temporary: Path) -> None:
    # A living writer holds a lock on its temporary file; the lock of a killed one is gone with it.
    with contextlib.suppress(BlockingIOError, FileNotFoundError), temporary.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        temporary.unlink()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make ``folder`` hold exactly ``files``: each is written in one step, then all others are removed.

    So nothing of an earlier run is left over, temporary files of a killed run included. Sub-folders are not touched, nor
    are temporary files of another run that is writing just now.

    Args:
        folder: A folder that holds outputs of one kind only; is made if it is missing.
        files: Contents by file name.

    Raises:
        OSError: See :func:`write_atomically`.
    """
    for name, content in files.items():
        write_atomically(folder / name, content)
    for path in folder.iterdir() if folder.is_dir() else ():
        if fnmatch.fnmatchcase(path.name, ".*.part"):
            _remove_if_abandoned(path)
        elif path.is_file() and path.name not in files:
            path.unlink(missing_ok=True)


def open_regular(path: Path) -> int:
    """Open a regular file for reading, whatever takes its place meanwhile: no link is followed, no pipe waited for.

    Args:
        path: The file.

    Returns:
        A file descriptor.

    Raises:
        OSError: It cannot be opened, or is no regular file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return handle
