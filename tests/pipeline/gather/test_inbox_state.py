"""The inbox is looked at without being read: a change counts once, and not before copying has ended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.gather.inbox_state import NOTHING, Watched, inbox_state, look, read_watched, write_watched


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "2014" / "exports").mkdir(parents=True)
    (tmp_path / "2014" / "a.xlsx").write_bytes(b"first")
    return tmp_path


def test_an_inbox_that_nobody_touched_looks_the_same(inbox: Path) -> None:
    assert inbox_state(inbox, "2014") == inbox_state(inbox, "2014") != NOTHING


@pytest.mark.parametrize(
    "name", ["b.xlsx", "received.csv", "decisions.csv", "waivers.csv", "exports/survey.csv", ".hidden"]
)
def test_every_new_file_is_a_change(inbox: Path, name: str) -> None:
    before = inbox_state(inbox, "2014")
    (inbox / "2014" / name).write_bytes(b"x")
    assert inbox_state(inbox, "2014") != before


def test_a_corrected_file_under_the_same_name_of_the_same_size_and_time_is_a_change(inbox: Path) -> None:
    path = inbox / "2014" / "a.xlsx"
    before, times = inbox_state(inbox, "2014"), path.stat()
    (inbox / "new").write_bytes(b"other")
    os.utime(inbox / "new", ns=(times.st_atime_ns, times.st_mtime_ns))
    (inbox / "new").replace(path)
    assert path.stat().st_size == times.st_size
    assert inbox_state(inbox, "2014") != before


def test_a_file_that_is_taken_away_is_a_change(inbox: Path) -> None:
    (inbox / "2014" / "b.xlsx").write_bytes(b"x")
    before = inbox_state(inbox, "2014")
    (inbox / "2014" / "b.xlsx").unlink()
    assert inbox_state(inbox, "2014") != before


def test_what_programs_leave_there_is_no_change(inbox: Path) -> None:
    before = inbox_state(inbox, "2014")
    for name in ("~$a.xlsx", ".~lock.a.xlsx#", "Thumbs.db", ".DS_Store"):
        (inbox / "2014" / name).write_bytes(b"x")
    assert inbox_state(inbox, "2014") == before


def test_the_folder_of_another_cycle_is_another_matter(inbox: Path) -> None:
    before = inbox_state(inbox, "2014")
    (inbox / "2013").mkdir()
    (inbox / "2013" / "a.xlsx").write_bytes(b"x")
    assert inbox_state(inbox, "2014") == before


@pytest.mark.parametrize("cycle", ["2012", "empty", "file"])
def test_a_folder_that_is_not_there_or_empty_has_nothing(inbox: Path, cycle: str) -> None:
    (inbox / "empty").mkdir()
    (inbox / "file").write_bytes(b"x")
    assert inbox_state(inbox, cycle) == NOTHING


def test_a_link_is_not_followed(inbox: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"x")
    (inbox / "2014" / "link").symlink_to(outside)
    before = inbox_state(inbox, "2014")
    outside.write_bytes(b"longer than before")
    assert inbox_state(inbox, "2014") == before


def looks(*states: str, waiting: tuple[int, ...] = ()) -> list[int]:
    """The numbers of the looks (from 0) at which gathering starts."""
    watched: dict[str, Watched] = {}
    started = []
    for number, state in enumerate(states):
        after = look(watched, {"2014": state}, ["2014"] if number in waiting else [])
        after = read_watched(write_watched(after))
        if after["2014"].gathered != watched.get("2014", Watched()).gathered:
            started.append(number)
        watched = after
    return started


def test_a_change_counts_when_it_is_seen_twice_and_then_once() -> None:
    assert looks("a", "a", "a", "b", "b", "b") == [1, 4]


def test_nothing_starts_while_somebody_copies() -> None:
    assert looks("a", "b", "c", "d", "d", "d") == [4]


def test_what_changes_back_is_a_change_as_well() -> None:
    assert looks("a", "a", "b", "b", "a", "a") == [1, 3, 5]


def test_an_empty_inbox_starts_nothing() -> None:
    assert looks(NOTHING, NOTHING, "a", "a") == [3]


def test_a_change_waits_while_a_run_waits_and_is_not_forgotten() -> None:
    assert looks("a", "a", "b", "b", "b", "b", waiting=(3, 4)) == [1, 5]


@pytest.mark.parametrize("cursor", [None, "", "no json", "[]", '{"2014": 3}', '{"2014": ["a"]}'])
def test_a_cursor_that_cannot_be_read_is_as_none(cursor: str | None) -> None:
    assert read_watched(cursor) == {}
