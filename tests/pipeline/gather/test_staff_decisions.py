"""What staff write into decisions.csv beside the inbox counts from the next run on, and outlives the inbox."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from books import FORM, KEY, TOKEN, Filled, book, saved
from gather_alliances import alliance, received

from pipeline.gather.archive import Archive
from pipeline.gather.gather import Gathered, gather
from pipeline.gather.intake import InboxError

ALLIANCE = alliance()
HEADINGS = "submission,decision,member,by,date,reason\n"
MAY = int(dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC).timestamp())


class Office:
    """An inbox with a signed workbook, a copy of its sheets without token, and a file that cannot be read."""

    def __init__(self, folder: Path):
        self.inbox, self.archive, self.cache = folder / "inbox", Archive(folder / "archive"), folder / "cache"
        self.copies = folder / "archive" / "decisions" / "2014"
        self.put("1 signed.xlsx", saved(book(Filled({"victims": 1}))), 0)
        self.put("2 copied.xlsx", saved(book(Filled({"victims": 2}), None)), 1)
        self.put("3 broken.xlsx", b"PK\x03\x04", 2)

    def put(self, name: str, content: bytes, minutes: int) -> None:
        path = self.inbox / "2014" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (MAY + 60 * minutes,) * 2)

    def decide(self, *rows: str) -> None:
        (self.inbox / "2014" / "decisions.csv").write_text(HEADINGS + "".join(f"{row}\n" for row in rows))

    def gather(self) -> Gathered:
        received(self.inbox, self.archive)
        return self.gather_again()

    def gather_again(self) -> Gathered:
        return gather(ALLIANCE, ALLIANCE.cycle("2014"), self.archive, KEY, self.cache)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def story(gathered: Gathered) -> dict[str, tuple[str, str | None, str | None]]:
    return {
        row["file"]: tuple(None if pd.isna(row[name]) else row[name] for name in ("status", "reason", "member"))
        for row in gathered.submissions.to_dict("records")
    }


def ids(gathered: Gathered) -> dict[str, str]:
    return dict(zip(gathered.submissions["file"], gathered.submissions["submission"], strict=True))


def test_staff_accept_a_copy_without_token_for_a_member_and_it_counts(office: Office) -> None:
    before = office.gather()
    assert story(before) == {
        "1 signed.xlsx": ("accepted", None, "ALB"),
        "2 copied.xlsx": ("quarantined", "no_token", None),
        "3 broken.xlsx": ("rejected", "damaged", None),
    }
    assert before.submissions["decision"].isna().all()
    office.decide(
        f"{ids(before)['2 copied.xlsx']},accept,ALB,Desk A,2014-05-21,The focal point confirmed it by telephone"
    )
    after = office.gather()
    assert story(after) == {
        "1 signed.xlsx": ("superseded", "later_version", "ALB"),
        "2 copied.xlsx": ("accepted", None, "ALB"),
        "3 broken.xlsx": ("rejected", "damaged", None),
    }
    said = after.submissions.set_index("file")["decision"]
    assert said["2 copied.xlsx"] == "accepted by Desk A on 2014-05-21: The focal point confirmed it by telephone"
    assert said.drop("2 copied.xlsx").isna().all()
    assert after.answers.query("question == 'victims'")["value"].tolist() == ["2"]
    assert after.answers["member"].unique().tolist() == ["ALB"]


def test_what_was_decided_holds_when_the_inbox_is_gone(office: Office) -> None:
    copied = ids(office.gather())["2 copied.xlsx"]
    office.decide(f"{copied},accept,NZL,A,2014-05-21,x")
    decided = office.gather()
    (office.inbox / "2014" / "decisions.csv").unlink()
    assert story(office.gather()) == story(decided)
    shutil.rmtree(office.inbox)
    again = office.gather_again()
    for name in ("submissions", "answers", "intake_notes", "places"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(decided, name))
    assert set(again.answers["member"]) == {"ALB", "NZL"}


def test_every_state_of_the_decisions_is_kept_and_the_latest_counts(office: Office) -> None:
    copied = ids(office.gather())["2 copied.xlsx"]
    accept, reject = f"{copied},accept,NZL,A,2014-05-21,x", f"{copied},reject,,A,2014-05-22,y"
    for rows in ((accept,), (accept,), (reject,), (), (accept,)):
        office.decide(*rows)
        last = office.gather()
    assert sorted(path.name for path in office.copies.iterdir()) == [f"00000{number}.csv" for number in (1, 2, 3, 4)]
    assert (office.copies / "000001.csv").read_bytes() == (office.copies / "000004.csv").read_bytes()
    assert (office.copies / "000003.csv").read_text() == HEADINGS
    assert story(last)["2 copied.xlsx"] == ("accepted", None, "NZL")


def test_decisions_that_cannot_be_used_are_told_and_not_kept_while_files_are(office: Office) -> None:
    office.decide("0123456789ab,accept,ALB,A,2014-05-21,x", "1.23457E+11,accept,ALB,A,2014-05-21,x")
    with pytest.raises(InboxError) as caught:
        office.gather()
    assert [line.split(" has arrived")[0] for line in str(caught.value).splitlines()] == [
        "decisions.csv, row 2: No submission 0123456789ab",
        "decisions.csv, row 3: No submission 1.23457E+11",
    ]
    assert not office.copies.exists()
    assert len(office.archive.receipts("2014")) == 3


def test_what_cannot_be_accepted_is_told(office: Office) -> None:
    found = ids(office.gather())
    office.decide(
        f"{found['3 broken.xlsx']},accept,ALB,A,2014-05-21,x", f"{found['2 copied.xlsx']},accept,,A,2014-05-21,x"
    )
    with pytest.raises(InboxError) as caught:
        office.gather()
    told = str(caught.value).splitlines()
    assert told[0].startswith("decisions.csv, row 2: '3 broken.xlsx' cannot be accepted")
    assert told[1].startswith("decisions.csv, row 3: Nothing proves whose '2 copied.xlsx' is")
    office.decide(f"{found['2 copied.xlsx']},accept,ALB,A,2014-05-21,x")
    assert story(office.gather())["2 copied.xlsx"][0] == "accepted"


def test_staff_decide_about_one_response_of_an_export(office: Office) -> None:
    export = office.inbox / "2014" / "exports" / "survey.csv"
    export.parent.mkdir()
    export.write_text("member,victims\nUSA,7\nVNM,8\n,9\n")
    os.utime(export, (MAY, MAY))
    before = office.gather()
    of_export = before.submissions.query("way == 'exports'")
    assert of_export[["status", "reason"]].fillna("").to_numpy().tolist() == [
        ["accepted", ""],
        ["quarantined", "not_a_member"],
        ["quarantined", "no_member"],
    ]
    file, part = of_export["submission"].iloc[2].split("-", 1)
    office.decide(f"{file}-{part},accept,NZL,A,2014-05-21,their rows have no code")
    after = office.gather()
    answers = after.answers.query("question == 'victims'").set_index("member")["value"].to_dict()
    assert answers == {"ALB": "1", "USA": "7", "NZL": "9"}
    office.decide(f"{file},accept,NZL,A,2014-05-21,x")
    with pytest.raises(InboxError, match=rf"answers of several members: {file}-"):
        office.gather()


def test_a_decision_about_a_workbook_of_another_form_reads_it_by_the_form_of_today(office: Office) -> None:
    old = saved(book(Filled({"victims": 5}), replace(TOKEN, member="USA", form_version="1999")))
    office.put("4 old.xlsx", old, 3)
    found = office.gather()
    assert story(found)["4 old.xlsx"] == ("quarantined", "other_form_version", "USA")
    office.decide(f"{ids(found)['4 old.xlsx']},accept,,A,2014-05-21,the questions are the same")
    assert story(office.gather())["4 old.xlsx"] == ("accepted", None, "USA")
    assert FORM.version != "1999"
