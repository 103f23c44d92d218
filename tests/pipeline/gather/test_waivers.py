"""What staff write into waivers.csv: read with all mistakes at once, and kept when the inbox is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from gather_alliances import alliance, received

from pipeline.gather.archive import Archive
from pipeline.gather.intake import InboxError
from pipeline.gather.waivers import read_waivers, waivers_of

ALLIANCE = alliance()
CYCLE = ALLIANCE.cycle("2014")
HEADINGS = "finding,member,decision,by,date,reason\n"


def read(*rows: str) -> pd.DataFrame:
    return read_waivers((HEADINGS + "".join(f"{row}\n" for row in rows)).encode(), ALLIANCE, CYCLE)


def test_each_row_is_a_decision_about_one_finding() -> None:
    (row,) = read("12ab34cd56,ALB,waive,Desk A,2014-07-02,The figure was confirmed by telephone").to_dict("records")
    assert row == {
        "finding": "12ab34cd56",
        "member": "ALB",
        "decision": "waive",
        "decided_by": "Desk A",
        "decided_on": pd.Timestamp("2014-07-02"),
        "reason": "The figure was confirmed by telephone",
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234567890", "1234567890"),
        ("'1234567890", "1234567890"),
        ("'12e5678901", "12e5678901"),
        ("12E5678901", "12e5678901"),
        ("23456789", "0023456789"),
        ("12ab34cd5612ab34cd56", "12ab34cd5612ab34cd56"),
    ],
)
def test_an_id_is_known_again_after_a_spreadsheet_program_had_it(written: str, meant: str) -> None:
    assert read(f"{written},ALB,waive,A,2014-07-02,x")["finding"].tolist() == [meant]


def test_all_mistakes_are_told_at_once_with_their_rows() -> None:
    with pytest.raises(InboxError) as told:
        read(
            "1.23E+16,ALB,waive,A,2014-07-02,x",
            "01/02/2014,ALB,waive,A,2014-07-02,x",
            "12ab34cd56,ALB,forgive,A,2014-07-02,x",
            "12ab34cd57,QQQ,waive,A,2 July,x",
            "12ab34cd58,,waive,,2014-07-02,",
            "12ab34cd56,ALB,withdraw,A,2014-07-02,x",
        )
    lines = str(told.value).splitlines()
    assert [next(place for place in range(2, 8) if f"row {place}" in line) for line in lines] == [
        2,
        3,
        4,
        5,
        5,
        6,
        6,
        6,
        7,
    ]
    assert "is what Excel made of the id" in lines[0]
    assert "is no id of a finding" in lines[1]
    assert "waive, withdraw" in lines[2]
    assert "Row 4 decides about it too" in lines[-1]


def test_a_table_without_rows_waives_nothing() -> None:
    assert read().empty
    assert read().columns.tolist() == ["finding", "member", "decision", "decided_by", "decided_on", "reason"]


def test_the_latest_archived_copy_counts_when_the_inbox_is_gone(tmp_path: Path) -> None:
    inbox, archive = tmp_path / "inbox", Archive(tmp_path / "archive")
    file = inbox / "2014" / "waivers.csv"
    file.parent.mkdir(parents=True)
    assert waivers_of(ALLIANCE, CYCLE, archive).empty
    for rows in ("12ab34cd56,ALB,waive,A,2014-07-02,x\n", "12ab34cd56,ALB,withdraw,B,2014-07-03,y\n"):
        file.write_text(HEADINGS + rows)
        received(inbox, archive)
        received(inbox, archive)
    assert [path.name for path in sorted((tmp_path / "archive" / "waivers" / "2014").iterdir())] == [
        "000001.csv",
        "000002.csv",
    ]
    shutil.rmtree(inbox)
    assert waivers_of(ALLIANCE, CYCLE, archive)["decision"].tolist() == ["withdraw"]
    assert archive.receipts("2014") == [], "a file of staff is no file of a member"


def test_what_cannot_be_used_is_not_kept(tmp_path: Path) -> None:
    inbox, archive = tmp_path / "inbox", Archive(tmp_path / "archive")
    (inbox / "2014").mkdir(parents=True)
    (inbox / "2014" / "waivers.csv").write_text(HEADINGS + "12ab34cd56,ALB,perhaps,A,2014-07-02,x\n")
    with pytest.raises(InboxError, match="perhaps"):
        received(inbox, archive)
    assert archive.waivers("2014") is None
