"""Many files are read by all processors; whatever becomes of the workers, every file is read, and as by one alone."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import hostile
import pandas as pd
import pytest
from books import KEY, TOKEN, Filled, book, saved
from gather_alliances import alliance

from pipeline.gather import contents as contents_module
from pipeline.gather import pool
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.gather import Gathered, gather

ROOT = Path(__file__).parents[3]
ALLIANCE = alliance()
MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)
FILES = 24


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    contents = [
        saved(book(Filled({"victims": number}), replace(TOKEN, member="ALB" if number % 2 else "USA")))
        for number in range(FILES - 2)
    ]
    for number, content in enumerate((*contents, hostile.far_corner_cell(), b"no workbook")):
        received = MAY + dt.timedelta(minutes=number)
        sha256 = archive.store(content)
        archive.record(Receipt("2014", f"{number}.xlsx", "folder", None, received, sha256, len(content)))
    return archive


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WORTH_WORKERS", 4)


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The contents that were parsed by this process itself."""
    read: list[bytes] = []
    whole = contents_module.read_content

    def noted(content: bytes, *more: object) -> object:
        read.append(content)
        return whole(content, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(contents_module, "read_content", noted)
    return read


def run(archive: Archive, cache: Path, processes: int = 2) -> Gathered:
    return gather(ALLIANCE, ALLIANCE.cycle("2014"), archive, KEY, cache, processes)


def assert_as_by_one_alone(gathered: Gathered, archive: Archive, cache: Path) -> None:
    alone = run(archive, cache, 1)
    for name in ("submissions", "answers", "intake_notes", "places"):
        pd.testing.assert_frame_equal(getattr(gathered, name), getattr(alone, name))
    assert alone.submissions["status"].value_counts().to_dict() == {
        "superseded": FILES - 4,
        "accepted": 2,
        "rejected": 2,
    }


@pytest.mark.slow
def test_two_processes_read_the_same_as_one(
    archive: Archive, tmp_path: Path, few_are_many: None, read_here: list[bytes]
) -> None:
    gathered = run(archive, tmp_path / "two")
    assert (gathered.parsed, len(read_here)) == (FILES, 0)
    assert_as_by_one_alone(gathered, archive, tmp_path / "one")
    kept = [
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    ]
    assert kept[0] == kept[1]


def test_few_files_are_not_worth_a_worker(archive: Archive, tmp_path: Path, read_here: list[bytes]) -> None:
    run(archive, tmp_path)
    assert len(read_here) == FILES


@pytest.mark.slow
@pytest.mark.parametrize("every", [1, 5])
def test_killed_workers_cost_time_and_nothing_else(
    archive: Archive,
    tmp_path: Path,
    few_are_many: None,
    read_here: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
    every: int,
) -> None:
    whole = pool._Worker.parse
    asked: list[str] = []

    def parse(worker: pool._Worker, receipt: Receipt) -> bool:
        asked.append(receipt.sha256)
        if len(asked) % every == 0:
            os.kill(worker._process.pid, signal.SIGKILL)
        return whole(worker, receipt)

    monkeypatch.setattr(pool._Worker, "parse", parse)
    gathered = run(archive, tmp_path / "two")
    # Each of the two threads starts three workers at most, and what a worker died of is read here.
    assert len(read_here) >= (FILES if every == 1 else 1)
    assert_as_by_one_alone(gathered, archive, tmp_path / "one")


def test_workers_that_cannot_be_started_cost_time_and_nothing_else(
    archive: Archive, tmp_path: Path, few_are_many: None, read_here: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "__file__", str(tmp_path / "nowhere.py"))
    gathered = run(archive, tmp_path / "two")
    assert len(read_here) == FILES
    assert_as_by_one_alone(gathered, archive, tmp_path / "one")


@pytest.mark.slow
def test_workers_end_with_the_program_that_started_them(archive: Archive, tmp_path: Path) -> None:
    code = (
        f"import sys; from pathlib import Path; sys.path.insert(0, {str(Path(__file__).parent)!r}); "
        "from gather_alliances import alliance; from pipeline.gather import pool; "
        "from pipeline.gather.archive import Archive; from pipeline.gather.gather import gather; "
        "pool.WORTH_WORKERS = 4; a = alliance(); "
        "gather(a, a.cycle('2014'), Archive(Path(sys.argv[1])), b'key', Path(sys.argv[2]), 2)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, archive._folder, tmp_path], cwd=ROOT)
    workers = _wait_for(lambda: [pid for pid in _children(process.pid) if "read_worker" in _command(pid)])
    process.send_signal(signal.SIGKILL)
    process.wait()
    _wait_for(lambda: all("read_worker" not in _command(pid) for pid in workers))


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _wait_for(condition):  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found
