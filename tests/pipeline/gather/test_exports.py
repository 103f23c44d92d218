"""Exports that staff put beside the workbooks are taken in as they are."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from gather_alliances import alliance, cycle

from pipeline.gather.guard import FILE_LIMIT
from pipeline.gather.intake import Incoming, LeftOut, Round
from pipeline.gather.intakes.exports import collect


def collected(inbox: Path) -> list[Incoming | LeftOut]:
    return list(collect(Round(alliance(), cycle("2014", 2014), inbox)))


def test_files_of_the_folder_of_exports_arrived_when_they_were_last_changed(tmp_path: Path) -> None:
    folder = tmp_path / "2014" / "exports"
    folder.mkdir(parents=True)
    (folder / "b.csv").write_bytes(b"member,victims\n")
    (folder / "a.zip").write_bytes(b"PK")
    os.utime(folder / "b.csv", (1_400_000_000, 1_400_000_000))
    first, second = collected(tmp_path)
    assert isinstance(first, Incoming)
    assert first.file == "a.zip"
    when = dt.datetime(2014, 5, 13, 16, 53, 20, tzinfo=dt.UTC)
    assert second == Incoming("b.csv", b"member,victims\n", when, None, "exports")


def test_what_is_no_plain_file_is_left_out_with_a_word(tmp_path: Path) -> None:
    folder = tmp_path / "2014" / "exports"
    (folder / "inner").mkdir(parents=True)
    (folder / ".hidden.csv").write_bytes(b"x")
    (folder / "~$open.xlsx").write_bytes(b"x")
    (tmp_path / "secret.csv").write_bytes(b"secret")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    left_out = collected(tmp_path)
    assert [item.file for item in left_out] == [
        "2014/exports/.hidden.csv",
        "2014/exports/inner",
        "2014/exports/link.csv",
    ]
    assert all(isinstance(item, LeftOut) for item in left_out)


def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.csv").write_bytes(b"x")
    (tmp_path / "2014").mkdir()
    (tmp_path / "2014" / "exports").symlink_to(tmp_path / "elsewhere")
    (left_out,) = collected(tmp_path)
    assert isinstance(left_out, LeftOut)
    assert left_out.file == "2014/exports"


def test_no_folder_means_no_exports(tmp_path: Path) -> None:
    assert collected(tmp_path) == []
    (tmp_path / "2014").mkdir()
    assert collected(tmp_path) == []


def test_a_file_that_is_too_large_is_handed_on_without_being_read(tmp_path: Path) -> None:
    folder = tmp_path / "2014" / "exports"
    folder.mkdir(parents=True)
    with (folder / "large.csv").open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    (item,) = collected(tmp_path)
    assert isinstance(item, Incoming)
    assert item.content == folder / "large.csv"
