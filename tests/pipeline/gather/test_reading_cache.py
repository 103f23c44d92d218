"""A file that has not changed is not parsed again, whatever became of the cache, and the tables are the same."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import hostile
import pandas as pd
import pytest
from books import FORM, KEY, TOKEN, Filled, book, saved
from gather_alliances import alliance
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alliance.model import Alliance
from pipeline.gather import cache as cache_module
from pipeline.gather import contents as contents_module
from pipeline.gather.archive import Archive, ArchiveError, Receipt
from pipeline.gather.cache import ReadingCache, fingerprint, forget_others
from pipeline.gather.cells import CellReader
from pipeline.gather.found import Note
from pipeline.gather.gather import Gathered, gather, gather_earlier
from pipeline.gather.guard import FILE_LIMIT
from pipeline.gather.outcome import read_heading, read_outcome, write_outcome
from pipeline.gather.reading import Answer, Reading
from pipeline.gather.refusal import Refusal
from pipeline.questionnaire.form import Form

ALLIANCE = alliance()
MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)
TABLES = ("submissions", "answers", "intake_notes", "places")


class Room:
    """An archive with workbooks of three members and a broken file, and a cache."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.archive, self.cache = Archive(folder / "archive"), folder / "cache"
        self.objects = folder / "archive" / "objects"
        self.read: list[int] = []
        whole = contents_module.read_content

        def counted(content: bytes, form: Form, cells: CellReader) -> object:
            self.read.append(len(content))
            return whole(content, form, cells)

        monkeypatch.setattr(contents_module, "read_content", counted)
        for number, member in enumerate(("ALB", "USA", "NZL")):
            self.hand_in(f"{member}.xlsx", saved(book(Filled({"victims": number}), replace(TOKEN, member=member))))
        self.hand_in("broken.xlsx", hostile.far_corner_cell())

    def hand_in(self, file: str, content: bytes, cycle: str = "2014", received: dt.datetime = MAY) -> Receipt:
        sha256 = self.archive.store(content)
        return self.archive.record(Receipt(cycle, file, "folder", None, received, sha256, len(content)))

    def gather(self, alliance: Alliance = ALLIANCE) -> tuple[Gathered, int]:
        """What was gathered, and how many files were parsed for it."""
        before = len(self.read)
        gathered = gather(alliance, alliance.cycle("2014"), self.archive, KEY, self.cache)
        return gathered, len(self.read) - before

    def entries(self) -> list[Path]:
        return sorted(path for path in self.cache.rglob("*") if path.is_file())


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, monkeypatch)


def assert_same(left: Gathered, right: Gathered) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name))


def test_unchanged_files_are_not_parsed_again(room: Room) -> None:
    first, parsed = room.gather()
    assert (parsed, first.parsed, first.known) == (4, 4, 0)
    assert first.submissions["status"].tolist().count("accepted") == 3
    again, parsed = room.gather()
    assert (parsed, again.parsed, again.known) == (0, 0, 4)
    assert_same(first, again)
    room.hand_in("more.xlsx", b"no workbook")
    more, parsed = room.gather()
    assert (parsed, more.parsed, more.known) == (1, 1, 4)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes().replace(b'"', b"'")),
        lambda path: path.write_bytes(bytes(2000)),
        lambda path: path.write_bytes(path.read_bytes()[:-3] + b"\x00\x00\x00"),
        lambda path: path.write_bytes(b"\x80\x04\x95" + path.read_bytes()),
    ],
)
def test_a_damaged_cache_is_made_again(room: Room, damage: Callable[[Path], object]) -> None:
    first, _ = room.gather()
    whole = {path: path.read_bytes() for path in room.entries()}
    for path in whole:
        damage(path)
    again, parsed = room.gather()
    assert parsed >= 4
    assert_same(first, again)
    assert {path: path.read_bytes() for path in room.entries()} == whole
    assert room.gather()[1] == 0


@pytest.mark.parametrize(
    "content", [b"{\n", b'{"parts": [{}]}\nrest', b'{"parts": 7}\n', b'{"refused": {"code": 1}}\n']
)
def test_a_sealed_entry_of_another_layout_is_made_again(room: Room, content: bytes) -> None:
    first, _ = room.gather()
    for path in room.entries():
        path.write_bytes(cache_module._seal(path.name, content) + b"\n" + content)
    again, parsed = room.gather()
    assert parsed == 4
    assert_same(first, again)


def test_an_entry_of_another_content_is_not_taken_for_it(room: Room) -> None:
    first, _ = room.gather()
    one, other = [path for path in room.entries() if path.stat().st_size > 500][:2]
    one.write_bytes(other.read_bytes())
    again, parsed = room.gather()
    assert parsed == 1
    assert_same(first, again)


def test_another_form_reads_everything_again_and_what_was_kept_is_cleaned_up(room: Room) -> None:
    room.gather()
    old = {path.name for path in room.cache.iterdir()}
    asked = tuple(replace(q, type="text") if q.code == "victims" else q for q in FORM.questions)
    gathered, parsed = room.gather(replace(ALLIANCE, form=replace(FORM, questions=asked)))
    assert parsed == 4
    assert gathered.answers.query("question == 'victims'")["number"].isna().all()
    assert old.isdisjoint(path.name for path in room.cache.iterdir())


def test_another_code_reads_everything_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.gather()
    monkeypatch.setattr(cache_module, "_code_version", lambda: "another version")
    assert room.gather()[1] == 4


def test_the_code_that_reads_is_in_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2):
        (tmp_path / str(number) / "pipeline" / "gather").mkdir(parents=True)
        for name in ("questionnaire", "alliance"):
            (tmp_path / str(number) / "pipeline" / name).mkdir()
        (tmp_path / str(number) / "pipeline" / "text.py").write_text("same")
        (tmp_path / str(number) / "pipeline" / "gather" / "values.py").write_text(f"LIMIT = {number}")
    prints: list[str] = []
    for number in (1, 2, 1):
        monkeypatch.setattr(cache_module, "_PROJECT", tmp_path / str(number))
        cache_module._code_version.cache_clear()
        prints.append(fingerprint("form"))
    cache_module._code_version.cache_clear()
    assert prints[0] == prints[2] != prints[1]


def test_the_libraries_that_read_are_in_the_fingerprint() -> None:
    """Babel among them: its names of the months decide what a date in words means."""
    gather_folder = Path(cache_module.__file__).parent
    collecting = {"intakes", "mail", "form_servers"}
    imported: set[str] = set()
    for path in gather_folder.rglob("*.py"):
        if path.parent.name not in collecting:
            found = re.findall(r"^ *(?:from|import) ([a-z]\w+)[\w.]*(?: import .*)?$", path.read_text(), re.MULTILINE)
            imported |= {name for name in found if name not in sys.stdlib_module_names}
    # Tables are made of what was read, and the cache keeps none of them.
    assert imported - {"pipeline", "pandas"} <= {name.replace("-", "_") for name in cache_module._LIBRARIES}


def test_other_members_or_dates_read_nothing_again(room: Room) -> None:
    room.gather()
    assert room.gather(replace(ALLIANCE, focal_points=(), memberships=ALLIANCE.memberships[1:]))[1] == 0


def test_earlier_cycles_profit_too(room: Room) -> None:
    then = saved(book(Filled({"victims": 5}), replace(TOKEN, cycle="2013")))
    room.hand_in("then.xlsx", then, "2013", MAY.replace(year=2013))

    def earlier() -> pd.DataFrame:
        return gather_earlier(ALLIANCE, ALLIANCE.cycle("2014"), room.archive, lambda _: KEY, room.cache).answers

    first = earlier()
    assert len(room.read) == 1
    pd.testing.assert_frame_equal(earlier(), first)
    assert len(room.read) == 1
    assert first["value"].tolist() == ["5"]


def test_a_changed_archive_is_noticed_although_its_content_was_read_before(room: Room) -> None:
    room.gather()
    path = next(path for path in sorted(room.objects.rglob("*")) if path.is_file())
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArchiveError, match="Restore"):
        room.gather()


def test_a_file_that_is_far_too_large_is_refused_without_being_read(room: Room) -> None:
    sha256 = "0" * 64
    (room.objects / "00").mkdir(parents=True, exist_ok=True)
    with (room.objects / "00" / sha256).open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    room.archive.record(Receipt("2014", "film.mp4", "folder", None, MAY, sha256, FILE_LIMIT + 1))
    gathered, _ = room.gather()
    (film,) = gathered.submissions.query("file == 'film.mp4'").to_dict("records")
    assert (film["status"], film["reason"], film["size"]) == ("rejected", "too_large", FILE_LIMIT + 1)
    assert FILE_LIMIT + 1 not in room.read
    with (room.objects / "00" / sha256).open("wb") as file:
        file.truncate(FILE_LIMIT + 2)
    with pytest.raises(ArchiveError, match="Restore"):
        room.gather()


def test_only_folders_of_caches_are_cleaned_up(tmp_path: Path) -> None:
    kept, old, strange = "a" * 16, "b" * 16, "notes of staff"
    for name in (kept, old, strange):
        (tmp_path / "cache" / name).mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_bytes(b"")
    (tmp_path / "cache" / ("c" * 16)).symlink_to(tmp_path / "elsewhere")
    forget_others(tmp_path / "cache", [kept])
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == [kept, "c" * 16, strange]
    assert (tmp_path / "elsewhere" / "file").exists()
    forget_others(tmp_path / "missing", [kept])


TEXT = st.text(st.characters(), max_size=20)  # surrogates and control characters among them
MAYBE = st.none() | TEXT
ANSWERS = st.builds(
    Answer,
    row=TEXT,
    question=TEXT,
    raw=MAYBE,
    value=MAYBE,
    number=st.none() | st.floats(allow_nan=False),
    date=st.none() | st.dates(),
    read_as=MAYBE,
    problem=MAYBE,
    missing_reason=MAYBE,
    comment=MAYBE,
    sheet=TEXT,
    cell=TEXT,
)
NOTES = st.builds(Note, TEXT, TEXT, TEXT, TEXT, MAYBE, MAYBE)
PLACE = st.tuples(TEXT, TEXT)
READINGS = st.builds(
    Reading,
    token=MAYBE,
    signature=MAYBE,
    answers=st.lists(ANSWERS, max_size=4).map(tuple),
    notes=st.lists(NOTES, max_size=3).map(tuple),
    cells=st.integers(0, 10**6),
    items=st.dictionaries(TEXT, st.dictionaries(TEXT, PLACE, max_size=2), max_size=2),
    places=st.dictionaries(PLACE, PLACE, max_size=3),
    language=MAYBE,
    member=MAYBE,
    part=TEXT,
    form_version=MAYBE,
    received=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    held_back=TEXT,
)


@given(st.lists(READINGS, max_size=3).map(tuple) | st.builds(Refusal, TEXT, TEXT))
def test_what_is_kept_comes_back_as_it_was(outcome: tuple[Reading, ...] | Refusal) -> None:
    heading, rest = write_outcome(outcome)
    assert b"\n" not in heading
    assert read_outcome(heading, rest) == outcome
    expected = outcome
    if not isinstance(outcome, Refusal):
        expected = tuple(replace(part, answers=(), notes=(), items={}, places={}) for part in outcome)
    assert read_heading(heading) == expected


def test_every_field_of_a_reading_is_among_those_that_are_tried() -> None:
    """A new field must be added above: what cannot be kept would be lost the second time."""
    tried = {"token", "signature", "answers", "notes", "cells", "items", "places", "language", "member", "part"}
    assert {field.name for field in fields(Reading)} == tried | {"form_version", "received", "held_back"}


def test_the_kept_bytes_are_the_same_for_the_same_reading(tmp_path: Path) -> None:
    reading = Reading("t", "s", (Answer("", "q", "1", "1", 1.0, None, "as_is", None, None, None, "S", "C1"),))
    for number in ("1" * 16, "2" * 16):
        ReadingCache(tmp_path, number).keep("a" * 64, (reading,))
    one, two = sorted(path for path in tmp_path.rglob("a*") if path.is_file())
    assert one.read_bytes() == two.read_bytes()
    assert json.loads(one.read_bytes().split(b"\n")[1])["parts"][0]["token"] == "t"
