"""The sources of a cycle: exactly what belongs to it and to those before, and nothing else that lies there."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from pipeline.alliance.load import load_alliance
from pipeline.gather.archive import Archive, ArchiveError, Receipt
from pipeline.handover.sources import source_files
from pipeline.settings import PROJECT, Settings

NOON = dt.datetime(2014, 7, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copytree(PROJECT / "alliance", tmp_path / "alliance")
    shutil.copytree(PROJECT / "report_templates", tmp_path / "templates")
    return Settings(tmp_path / "alliance", tmp_path / "inbox", tmp_path / "templates", tmp_path / "data")


def receive(settings: Settings, cycle: str, content: bytes) -> str:
    archive = Archive(settings.archive)
    sha256 = archive.store(content)
    archive.record(Receipt(cycle, "a.xlsx", "folder", None, NOON, sha256, len(content)))
    return f"archive/objects/{sha256[:2]}/{sha256}"


def names(settings: Settings, cycle: str) -> set[str]:
    alliance = load_alliance(settings.alliance)
    return set(source_files(alliance, alliance.cycle(cycle), settings))


def test_what_else_lies_in_the_folders_stays_there(settings: Settings) -> None:
    before = names(settings, "2014")
    assert {"alliance/questionnaire.xlsx", "alliance/focal_points.csv", "templates/letters/wording.j2"} <= before
    for name in ("passwords.txt", ".env", "~$questionnaire.xlsx", "Copy of cycles.yaml", "notes/cycles.yaml"):
        path = settings.alliance / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("hunter2", encoding="utf-8")
    (settings.templates / ".report.docx").write_text("hunter2", encoding="utf-8")
    (settings.templates / "draft.txt").write_text("hunter2", encoding="utf-8")
    assert names(settings, "2014") == before


def test_a_package_covers_its_cycle_and_those_before(settings: Settings) -> None:
    first, second, both = b"of 2013", b"of 2014", b"of both"
    objects = {content: receive(settings, "2013", content) for content in (first, both)}
    objects |= {content: receive(settings, "2014", content) for content in (second, both)}
    Archive(settings.archive).keep_waivers("2014", b"one")
    Archive(settings.archive).keep_waivers("2014", b"two")
    archived = {name for name in names(settings, "2013") if name.startswith("archive/objects")}
    assert archived == {objects[first], objects[both]}
    of_2014 = {name for name in names(settings, "2014") if name.startswith("archive/")}
    assert {name for name in of_2014 if "objects" in name} == set(objects.values())
    assert sum("receipts" in name for name in of_2014) == 4
    assert {name for name in of_2014 if "waivers" in name} == {
        "archive/waivers/2014/000001.csv",
        "archive/waivers/2014/000002.csv",
    }


def test_an_archive_that_is_not_whole_is_not_handed_over(settings: Settings) -> None:
    name = receive(settings, "2014", b"an answer")
    (settings.data / name).unlink()
    with pytest.raises(ArchiveError, match="Restore it from a backup"):
        names(settings, "2014")
