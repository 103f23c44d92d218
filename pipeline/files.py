"""Files that are either there in full or not there at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` so that a reader, or a kill at any moment, sees the old file or the new one.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and take the place of ``path`` by a
    rename, which POSIX makes atomic within one file system.

    Args:
        path: Where the file shall be; its folder is made if it is missing.
        content: All bytes of the file.

    Raises:
        OSError: The folder cannot be written to, or the disk is full; ``path`` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def keep_only(folder: Path, names: set[str]) -> None:
    """Remove every file of ``folder`` that is not in ``names``, so that nothing of an earlier run is left over.

    Temporary files that a killed run left behind go as well. Sub-folders are not touched.

    Args:
        folder: A folder that holds outputs of one kind only; may be missing.
        names: File names that stay.
    """
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_file() and path.name not in names:
            path.unlink()
