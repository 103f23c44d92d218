"""Every arrival ends with a status and a reason, and no answer lands with another member."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import hostile
import pandas as pd
import pytest
from books import FORM, KEY, Filled, book, saved
from gather_alliances import alliance

from pipeline.alliance.model import Cycle
from pipeline.frames import write_table
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.gather import Gathered, gather, gather_earlier
from pipeline.questionnaire.identity import Token

ALLIANCE = alliance()
CYCLE = ALLIANCE.cycle("2014")
MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)


def token(member: str = "ALB", **changes: str) -> Token:
    parts = {"alliance": "T-ALL", "cycle": "2014", "member": member, "form_version": FORM.version, "language": "en"}
    return Token(**(parts | changes))


def workbook(member: str = "ALB", victims: object = 10, key: bytes = KEY, **changes: str) -> bytes:
    items = {f"{member}-01": {"c_title": "Join", "c_status": "Limited"}}
    return saved(book(Filled({"victims": victims}, items), token(member, **changes), key))


class Inbox:
    """An archive to which a test hands in files."""

    def __init__(self, folder: Path):
        self.archive, self.cache = Archive(folder / "archive"), folder / "cache"

    def hand_in(
        self, file: str, content: bytes, received: dt.datetime = MAY, sender: str | None = None, cycle: str = "2014"
    ) -> str:
        sha256 = self.archive.store(content)
        return self.archive.record(Receipt(cycle, file, "folder", sender, received, sha256, len(content))).id

    def gather(self) -> Gathered:
        return gather(ALLIANCE, CYCLE, self.archive, KEY, self.cache)

    def earlier(self, cycle: Cycle, key: Callable[[Cycle], bytes] = lambda _: KEY) -> pd.DataFrame:
        return gather_earlier(ALLIANCE, cycle, self.archive, key, self.cache).answers


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def statuses(gathered: Gathered) -> dict[str, tuple[str, str | None]]:
    return {
        row.file: (row.status, None if pd.isna(row.reason) else row.reason) for row in gathered.submissions.itertuples()
    }


def test_an_accepted_workbook_gives_its_answers(inbox: Inbox) -> None:
    submission = inbox.hand_in("Albania.xlsx", workbook(), sender="A. B. <focal@alb.example>")
    gathered = inbox.gather()
    (row,) = gathered.submissions.to_dict("records")
    assert (row["submission"], row["member"], row["status"], row["version"]) == (submission, "ALB", "accepted", 1)
    assert (row["late"], row["language"], row["answers"]) == (False, "en", 3)
    answers = gathered.answers.to_dict("records")
    assert [(a["member"], a["row"], a["question"], a["value"]) for a in answers] == [
        ("ALB", "", "victims", "10"),
        ("ALB", "ALB-01", "c_title", "Join"),
        ("ALB", "ALB-01", "c_status", "limited"),
    ]
    assert {a["submission"] for a in answers} == {submission}
    assert answers[0]["number"] == 10.0
    assert answers[0]["cell"] == "C4"


@pytest.mark.parametrize(
    ("content", "sender", "received", "expected"),
    [
        (hostile.workbook, None, MAY, ("quarantined", "no_token")),
        (lambda: workbook(key=b"another key"), None, MAY, ("quarantined", "forged_token")),
        (lambda: workbook(alliance="OTHER"), None, MAY, ("quarantined", "other_alliance")),
        (lambda: workbook(cycle="2013"), None, MAY, ("quarantined", "other_cycle")),
        (lambda: workbook(form_version="1999"), None, MAY, ("quarantined", "other_form_version")),
        (lambda: workbook("VNM"), None, MAY, ("quarantined", "not_a_member")),
        (lambda: workbook("XXX"), None, MAY, ("quarantined", "not_a_member")),
        (workbook, "focal@usa.example", MAY, ("quarantined", "sender_of_another_member")),
        (workbook, "FOCAL@ALB.EXAMPLE", MAY, ("accepted", None)),
        (workbook, "colleague@alb.example", MAY, ("accepted", None)),
        (workbook, None, dt.datetime(2014, 8, 1, 12, tzinfo=dt.UTC), ("quarantined", "after_cut_off")),
        (hostile.encrypted, None, MAY, ("rejected", "password_protected")),
        (hostile.macros, None, MAY, ("rejected", "macros")),
        (hostile.zip_bomb, None, MAY, ("rejected", "zip_bomb")),
        (hostile.string_count, None, MAY, ("rejected", "suspicious_dimensions")),
        (lambda: b"\xff\xd8\xff\xe0 a photograph", None, MAY, ("rejected", "not_a_workbook")),
        (lambda: workbook()[:4000], None, MAY, ("rejected", "damaged")),
        (lambda: b"", None, MAY, ("rejected", "not_a_workbook")),
    ],
)
def test_each_arrival_ends_with_its_reason(inbox: Inbox, content, sender, received, expected) -> None:  # type: ignore[no-untyped-def]
    inbox.hand_in("file.xlsx", content(), received, sender)
    inbox.hand_in("USA.xlsx", workbook("USA", 7))
    gathered = inbox.gather()
    assert statuses(gathered) == {"file.xlsx": expected, "USA.xlsx": ("accepted", None)}
    row = gathered.submissions.set_index("file").loc["file.xlsx"]
    assert pd.isna(row["detail"]) == (expected[0] == "accepted")
    assert set(gathered.answers["member"]) == ({"ALB", "USA"} if expected[0] == "accepted" else {"USA"})
    assert gathered.answers.query("member == 'USA' and question == 'victims'")["value"].tolist() == ["7"]


def test_answers_to_the_questionnaire_of_an_earlier_cycle_still_count(inbox: Inbox) -> None:
    may = MAY.replace(year=2013)
    inbox.hand_in("2013.xlsx", workbook(cycle="2013", form_version="1999"), received=may, cycle="2013")
    gathered = gather(ALLIANCE, ALLIANCE.cycle("2013"), inbox.archive, KEY, inbox.cache)
    assert statuses(gathered) == {"2013.xlsx": ("accepted", None)}
    assert inbox.earlier(CYCLE)["cycle"].unique().tolist() == ["2013"]


def test_a_member_is_named_only_where_it_is_certain(inbox: Inbox) -> None:
    inbox.hand_in("old form.xlsx", workbook(form_version="1999"))
    inbox.hand_in("forged.xlsx", workbook(key=b"x"))
    inbox.hand_in("wrong sender.xlsx", workbook(), sender="focal@usa.example")
    members = inbox.gather().submissions.set_index("file")["member"]
    assert members["old form.xlsx"] == "ALB"
    assert pd.isna(members["forged.xlsx"])
    assert pd.isna(members["wrong sender.xlsx"])


@pytest.mark.parametrize(
    ("sender", "member"),
    [
        ("focal@alb.example", "ALB"),
        ("Office <FOCAL@alb.example>", "ALB"),
        ("nobody@alb.example", None),
        ("focal@alb.example, focal@usa.example", None),
        ("", None),
        (None, None),
    ],
)
@pytest.mark.parametrize(
    "content", [lambda: b"no workbook", lambda: workbook(key=b"another key of 16+"), lambda: workbook(alliance="X")]
)
def test_what_proves_no_member_itself_is_that_of_the_focal_point_who_sent_it(
    inbox: Inbox, content: Callable[[], bytes], sender: str | None, member: str | None
) -> None:
    inbox.hand_in("file.xlsx", content(), sender=sender)
    inbox.hand_in("again.xlsx", content(), sender=sender)
    submissions = inbox.gather().submissions
    assert submissions["status"].isin(["rejected", "quarantined", "duplicate"]).all()
    assert [None if pd.isna(code) else code for code in submissions["member"]] == [member, member]


def test_a_sender_who_writes_for_two_members_is_taken_for_neither(inbox: Inbox) -> None:
    shared = tuple(replace(point, address="both@ministry.example") for point in ALLIANCE.focal_points)
    inbox.hand_in("file.xlsx", b"no workbook", sender="both@ministry.example")
    gathered = gather(replace(ALLIANCE, focal_points=shared), CYCLE, inbox.archive, KEY, inbox.cache)
    assert gathered.submissions["member"].isna().all()


def test_the_latest_of_several_counts_and_all_are_numbered(inbox: Inbox) -> None:
    inbox.hand_in("c first.xlsx", workbook(victims=1), MAY)
    inbox.hand_in("b broken.xlsx", workbook(victims=2)[:4000], MAY + dt.timedelta(days=1))
    inbox.hand_in("a last.xlsx", workbook(victims=3), MAY + dt.timedelta(days=2))
    inbox.hand_in("d late.xlsx", workbook(victims=4), MAY + dt.timedelta(days=90))
    gathered = inbox.gather()
    assert statuses(gathered) == {
        "c first.xlsx": ("superseded", "later_version"),
        "b broken.xlsx": ("rejected", "damaged"),
        "a last.xlsx": ("accepted", None),
        "d late.xlsx": ("quarantined", "after_cut_off"),
    }
    versions = gathered.submissions.set_index("file")["version"]
    assert (versions["c first.xlsx"], versions["a last.xlsx"]) == (1, 2)
    assert versions[["b broken.xlsx", "d late.xlsx"]].isna().all()
    assert gathered.answers.query("question == 'victims'")["value"].tolist() == ["3"]


def test_the_same_bytes_again_change_nothing(inbox: Inbox) -> None:
    inbox.hand_in("Albania.xlsx", workbook(victims=1), MAY)
    inbox.hand_in("Albania (2).xlsx", workbook(victims=2), MAY + dt.timedelta(days=1))
    inbox.hand_in("Albania again.xlsx", workbook(victims=1), MAY + dt.timedelta(days=2))
    gathered = inbox.gather()
    assert statuses(gathered)["Albania again.xlsx"] == ("duplicate", "same_file")
    assert gathered.answers.query("question == 'victims'")["value"].tolist() == ["2"]
    assert gathered.submissions["member"].tolist() == ["ALB"] * 3


@pytest.mark.parametrize(
    ("member", "received", "late"),
    [
        # The deadline is the end of 30 June where the member is.
        ("ALB", dt.datetime(2014, 6, 30, 21, 59, tzinfo=dt.UTC), False),
        ("ALB", dt.datetime(2014, 6, 30, 22, 1, tzinfo=dt.UTC), True),
        ("NZL", dt.datetime(2014, 6, 30, 11, 59, tzinfo=dt.UTC), False),
        ("NZL", dt.datetime(2014, 6, 30, 12, 1, tzinfo=dt.UTC), True),
        ("USA", dt.datetime(2014, 7, 1, 3, 59, tzinfo=dt.UTC), False),
        ("USA", dt.datetime(2014, 7, 1, 4, 1, tzinfo=dt.UTC), True),
    ],
)
def test_late_is_late_where_the_member_is(inbox: Inbox, member: str, received: dt.datetime, late: bool) -> None:
    inbox.hand_in("file.xlsx", workbook(member), received)
    (row,) = inbox.gather().submissions.to_dict("records")
    assert (row["status"], row["late"]) == ("accepted", late)


def test_commitments_of_another_member_are_set_aside_and_told(inbox: Inbox) -> None:
    items = {"USA-01": {"c_title": "Pasted from a colleague"}, "NEW-1": {"c_title": "Ours"}}
    inbox.hand_in("Albania.xlsx", saved(book(Filled({}, items), token())))
    gathered = inbox.gather()
    assert gathered.answers[["row", "value"]].to_numpy().tolist() == [["NEW-1", "Ours"]]
    told = gathered.intake_notes[["note", "row", "sheet", "cell"]].to_numpy().tolist()
    assert told == [["foreign_row", "USA-01", "Commitments", "A5"]]


def test_the_tables_are_the_same_again_and_fit_their_declaration(inbox: Inbox, tmp_path: Path) -> None:
    for member in ("USA", "NZL", "ALB"):
        inbox.hand_in(f"{member}.xlsx", workbook(member))
    inbox.hand_in("broken.xlsx", hostile.far_corner_cell())
    for number in (1, 2):
        gathered = inbox.gather()
        for name in ("submissions", "answers", "intake_notes"):
            write_table(tmp_path / str(number) / name, name, getattr(gathered, name))
    for name in ("submissions", "answers", "intake_notes"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert gathered.answers["member"].is_monotonic_increasing


def test_nothing_received_gives_empty_tables(inbox: Inbox) -> None:
    gathered = inbox.gather()
    assert (len(gathered.submissions), len(gathered.answers), len(gathered.intake_notes)) == (0, 0, 0)
    assert inbox.earlier(ALLIANCE.cycle("2013")).empty


def test_earlier_cycles_are_read_from_the_archive_too(inbox: Inbox) -> None:
    then = dt.datetime(2013, 5, 20, tzinfo=dt.UTC)
    inbox.hand_in("Albania.xlsx", workbook(victims=5, cycle="2013"), then, cycle="2013")
    inbox.hand_in("Vietnam.xlsx", workbook("VNM", 6, cycle="2013"), then, cycle="2013")
    inbox.hand_in("Albania.xlsx", workbook(victims=9))
    earlier = inbox.earlier(CYCLE).query("question == 'victims'")
    assert earlier[["cycle", "member", "value"]].to_numpy().tolist() == [["2013", "ALB", "5"], ["2013", "VNM", "6"]]


def test_every_earlier_cycle_may_have_a_key_of_its_own(inbox: Inbox) -> None:
    then = dt.datetime(2013, 5, 20, tzinfo=dt.UTC)
    inbox.hand_in("Albania.xlsx", workbook(victims=5, cycle="2013", key=b"key of 2013"), then, cycle="2013")
    assert inbox.earlier(CYCLE).empty
    keys = {"2013": b"key of 2013"}
    assert len(inbox.earlier(CYCLE, lambda cycle: keys[cycle.name])) == 3
