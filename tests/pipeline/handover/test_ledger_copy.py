"""The ledger goes along: every fact comes back, from whatever data base it was taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from pipeline.feedback.ledger import Ledger
from pipeline.feedback.ledger_copy import COPIED, copy_ledger, restore_ledger
from pipeline.feedback.ledger_facts import LedgerLetter, Place, Reply
from pipeline.feedback.refusals import LedgerError
from pipeline.handover.ledger_files import ledger_files, ledger_rows
from tests.postgres import NewDatabase

NOON = datetime(2014, 7, 20, 12, tzinfo=UTC)


def letter(cycle: str, member: str, subject: str = "Corrections", **findings: str | None) -> LedgerLetter:
    id = f"<{cycle}-{member}@stocktake.example>"
    sha256 = (id.encode().hex() + "0" * 64)[:64]
    return LedgerLetter(
        Place(cycle, member, "corrections", 1), id, "en", (f"{member}@x.example",), subject, sha256, findings
    )


def fill(url: str) -> None:
    """One letter sent and bounced, one refused, settled and uncertain, one of another cycle."""
    albania, belgium = letter("2014", "ALB", "=1+1", f1="error", f2=None), letter("2014", "BEL", "'quoted'")
    with Ledger.open(url) as ledger:
        ledger.approve([albania, belgium, letter("2015", "ALB")], "Desk A", NOON)
        ledger.claim(albania.message_id, NOON + timedelta(minutes=1))
        ledger.settle(albania.message_id, "sent", "250 OK", NOON + timedelta(minutes=2))
        ledger.claim(belgium.message_id, NOON + timedelta(minutes=3))
        ledger.settle(belgium.message_id, "uncertain", "", NOON + timedelta(minutes=4))
        ledger.resolve(belgium.message_id, "send_again", "Desk B", "Nobody has it", NOON + timedelta(hours=1))
        ledger.record_reply(
            Reply(
                reference="r1",
                message_id=albania.message_id,
                kind="bounced",
                recipient="ALB@x.example",
                at=NOON,
                detail="550 no such user",
            )
        )


def tables(url: str) -> list[pd.DataFrame]:
    with Ledger.open(url) as ledger:
        return [ledger.letters("2014"), ledger.told("2014"), ledger.letters("2015")]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


def test_every_fact_of_the_cycles_handed_over_comes_back(url: str, tmp_path: Path) -> None:
    fill(url)
    files = ledger_files(copy_ledger(url, ["2013", "2014"]))
    other = f"sqlite:///{tmp_path / 'other' / 'ledger.sqlite'}"
    restore_ledger(other, ledger_rows(files))
    letters, told, later = tables(url)
    letters_there, told_there, later_there = tables(other)
    pd.testing.assert_frame_equal(letters_there, letters)
    pd.testing.assert_frame_equal(told_there, told)
    assert (len(letters), len(told), len(later), len(later_there)) == (2, 2, 1, 0)
    assert ledger_files(copy_ledger(other, ["2014"])) == files


def test_no_letter_is_sent_again_by_the_successor(url: str, tmp_path: Path) -> None:
    fill(url)
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    restore_ledger(other, copy_ledger(url, ["2014"]))
    with Ledger.open(other) as ledger:
        assert not ledger.claim(letter("2014", "ALB").message_id, NOON + timedelta(days=1))
        assert ledger.claim(letter("2014", "BEL").message_id, NOON + timedelta(days=1)), "staff had let it go again"


@pytest.mark.slow
def test_a_ledger_on_a_server_gives_the_same_files(url: str, new_database: NewDatabase) -> None:
    server = new_database()
    fill(url)
    fill(server)
    assert ledger_files(copy_ledger(server, ["2014"])) == ledger_files(copy_ledger(url, ["2014"]))


def test_a_ledger_that_was_never_written_to_is_empty_files(url: str, tmp_path: Path) -> None:
    files = ledger_files(copy_ledger(url, ["2014"]))
    assert [content.count(b"\r\n") for content in files.values()] == [1] * len(COPIED)
    assert not (tmp_path / "ledger.sqlite").exists(), "asking makes none"
    restore_ledger(url, ledger_rows(files))
    assert tables(url)[0].empty


def test_a_ledger_is_never_put_over_another_one(url: str) -> None:
    fill(url)
    with pytest.raises(LedgerError, match="already"):
        restore_ledger(url, copy_ledger(url, ["2014"]))


SPOILT: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a file is missing": lambda files: files.pop("ledger/told.csv"),
    "a column is missing": lambda files: files.update({"ledger/told.csv": b"message_id,finding\r\n"}),
    "a row is short": lambda files: files.update({"ledger/told.csv": files["ledger/told.csv"] + b"a,b\r\n"}),
    "a number is none": lambda files: files.update(
        {"ledger/events.csv": files["ledger/events.csv"].replace(b",1,", b",x,")}
    ),
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_files_that_are_none_of_a_ledger_are_refused(url: str, spoil: str) -> None:
    fill(url)
    files = ledger_files(copy_ledger(url, ["2014"]))
    SPOILT[spoil](files)
    with pytest.raises(ValueError, match=r".+"):
        ledger_rows(files)


def test_rows_that_contradict_each_other_are_refused_as_a_whole(url: str, tmp_path: Path) -> None:
    fill(url)
    rows = {name: list(part) for name, part in copy_ledger(url, ["2014"]).items()}
    rows["told"].append({"message_id": "<nobody@x.example>", "finding": "f", "severity": None})
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    with pytest.raises(LedgerError, match="cannot be put back"):
        restore_ledger(other, rows)
    assert tables(other)[0].empty
