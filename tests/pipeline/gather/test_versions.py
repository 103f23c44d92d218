"""Rounds are counted as files arrive, and versions that no longer count are read again, each apart from all others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from books import KEY, TOKEN, Filled, book, saved
from gather_alliances import alliance

import pipeline.gather.contents as contents
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.gather import gather
from pipeline.gather.versions import Superseded, read_superseded

ALLIANCE = alliance()
CYCLE = ALLIANCE.cycle("2014")
MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)


class Inbox:
    """An archive to which files of Albania are handed in, one an hour."""

    def __init__(self, folder: Path):
        self.archive, self.cache, self.hours = Archive(folder / "archive"), folder / "cache", 0

    def hand_in(self, file: str, content: bytes, sender: str | None = "focal@alb.example") -> None:
        self.hours += 1
        received = MAY + dt.timedelta(hours=self.hours)
        sha256 = self.archive.store(content)
        self.archive.record(Receipt("2014", file, "folder", sender, received, sha256, len(content)))

    def submissions(self) -> pd.DataFrame:
        return gather(ALLIANCE, CYCLE, self.archive, KEY, self.cache).submissions

    def superseded(self) -> Superseded:
        return read_superseded(ALLIANCE, CYCLE, self.archive, self.cache, self.submissions())


def workbook(victims: int, **items: dict[str, object]) -> bytes:
    return saved(book(Filled({"victims": victims}, {"ALB-01": {"c_title": "Join"}, **items}), TOKEN))


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def test_every_arrival_opens_a_round_but_duplicates_and_what_is_nobodys(inbox: Inbox) -> None:
    inbox.hand_in("1.xlsx", workbook(1))
    inbox.hand_in("2 broken.xlsx", b"PK\x03\x04")
    inbox.hand_in("3 again.xlsx", workbook(1))
    inbox.hand_in("4 of nobody.xlsx", b"hello", sender=None)
    inbox.hand_in("5.xlsx", workbook(2))
    shown = inbox.submissions()[["file", "status", "version", "round"]]
    assert [tuple(row) for row in shown.astype(object).where(shown.notna(), None).to_numpy()] == [
        ("1.xlsx", "superseded", 1, 1),
        ("2 broken.xlsx", "rejected", None, 2),
        ("3 again.xlsx", "duplicate", None, None),
        ("4 of nobody.xlsx", "rejected", None, None),
        ("5.xlsx", "accepted", 2, 3),
    ]


def test_each_superseded_version_has_its_own_answers_places_and_notes(inbox: Inbox) -> None:
    for victims in (1, 2, 3):
        inbox.hand_in(f"{victims}.xlsx", workbook(victims, **{"FRA-01": {"c_title": "Leave"}}))
    old = inbox.superseded()
    assert old.editions.to_numpy().tolist() == [["ALB", 1, "ALB@1"], ["ALB", 2, "ALB@2"]]
    victims = old.answers.loc[old.answers["question"] == "victims"]
    assert dict(zip(victims["member"], victims["value"], strict=True)) == {"ALB@1": "1", "ALB@2": "2"}
    assert old.submissions["status"].tolist() == ["accepted", "accepted"]
    # FRA-01 is no commitment of Albania.
    foreign = old.intake_notes.loc[old.intake_notes["note"] == "foreign_row", ["member", "row"]].to_numpy().tolist()
    assert foreign == [["ALB@1", "FRA-01"], ["ALB@2", "FRA-01"]]
    assert set(old.places["member"]) == {"ALB@1", "ALB@2"}


def test_where_nothing_was_superseded_nothing_is_read(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.hand_in("1.xlsx", workbook(1))
    submissions = inbox.submissions()
    monkeypatch.setattr(Archive, "receipts", lambda *_: pytest.fail("the archive was looked at"))
    assert read_superseded(ALLIANCE, CYCLE, inbox.archive, inbox.cache, submissions).answers.empty


def test_superseded_versions_are_not_parsed_again(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.hand_in("1.xlsx", workbook(1))
    inbox.hand_in("2.xlsx", workbook(2))
    submissions = inbox.submissions()
    monkeypatch.setattr(contents, "read_content", lambda *_: pytest.fail("it was parsed again"))
    assert len(read_superseded(ALLIANCE, CYCLE, inbox.archive, inbox.cache, submissions).editions) == 1
