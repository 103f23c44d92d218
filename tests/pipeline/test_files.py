"""Published files are there in full or not at all, whatever happens to the writer."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.files import write_atomically, write_folder, write_pieces_atomically

WRITER = """
import sys
from pathlib import Path
from pipeline.files import write_atomically
while True:
    for letter in "ab":
        write_atomically(Path(sys.argv[1]), letter.encode() * 3_000_000)
"""


def names(folder: Path) -> list[str]:
    """What a folder holds, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_is_made_and_the_file_holds_the_bytes(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "file", b"content")
    assert (tmp_path / "new" / "file").read_bytes() == b"content"
    assert names(tmp_path / "new") == ["file"]


def test_a_file_with_the_same_bytes_keeps_its_time(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"same")
    os.utime(path, (1, 1))
    write_atomically(path, b"same")
    assert path.stat().st_mtime == 1
    write_atomically(path, b"diff")
    assert path.stat().st_mtime > 1


def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_writer_killed_at_any_moment_leaves_a_whole_file_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for attempt in range(5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
        while not path.exists():
            time.sleep(0.01)
        time.sleep(0.02 + attempt * 0.013)
        process.send_signal(signal.SIGKILL)
        process.wait()
        content = path.read_bytes()
        assert len(content) == 3_000_000
        assert len(set(content)) == 1
    (tmp_path / ".file.killed.part").write_bytes(b"half")
    write_atomically(path, b"after")
    assert names(tmp_path) == ["file"]


def test_the_temporary_file_of_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / ".file.alive.part").open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        write_atomically(tmp_path / "file", b"content")
        assert (tmp_path / ".file.alive.part").exists()


def test_a_temporary_file_that_is_taken_for_abandoned_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, lock, others = tmp_path / "file", fcntl.flock, iter([1])

    def locked(file: int, operation: int) -> None:
        if operation == fcntl.LOCK_EX and next(others, None):
            # Another writer of the same file begins just now.
            for temporary in tmp_path.glob(".file.*.part"):
                temporary.unlink()
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", locked)
    write_atomically(path, b"content")
    assert path.read_bytes() == b"content"
    assert names(tmp_path) == ["file"]


def test_many_writers_of_the_same_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def write(number: int) -> None:
        for turn in range(100):
            write_atomically(path, b"%d" % ((number + turn) % 3) * 1000, durable=False)

    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(write, range(4))] == [None] * 4
    assert names(tmp_path) == ["file"]


def test_a_folder_holds_exactly_the_files_given_and_keeps_its_subfolders(tmp_path: Path) -> None:
    write_folder(tmp_path / "letters", {"a.eml": b"1", "b.eml": b"2"})
    (tmp_path / "letters" / "kept").mkdir()
    write_folder(tmp_path / "letters", {"b.eml": b"3"})
    assert names(tmp_path / "letters") == ["b.eml", "kept"]
    assert (tmp_path / "letters" / "b.eml").read_bytes() == b"3"


def test_a_folder_keeps_what_another_run_is_writing_and_loses_what_a_killed_one_left(tmp_path: Path) -> None:
    living, left = tmp_path / ".letter.abc.part", tmp_path / ".letter.def.part"
    left.touch()
    with living.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write_folder(tmp_path, {"letter": b"content"})
    assert names(tmp_path) == [".letter.abc.part", "letter"]


def test_a_folder_for_no_files_need_not_exist(tmp_path: Path) -> None:
    write_folder(tmp_path / "none", {})
    assert not (tmp_path / "none").exists()


def test_pieces_make_one_file_or_none(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_pieces_atomically(path, iter([b"one ", b"two"]))
    assert path.read_bytes() == b"one two"

    def breaking() -> Iterator[bytes]:
        yield b"half"
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        write_pieces_atomically(path, breaking())
    assert path.read_bytes() == b"one two"
    assert names(tmp_path) == ["file"]
