"""``stocktake send``, ``ledger`` and ``resolve``: from a prepared letter to a settled one, with exit codes."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from assets.cli import main
from pipeline.alliance.model import Alliance
from pipeline.feedback.letters_overview import overview_code
from pipeline.frames import frame, write_table
from tests.pipeline.feedback.sending_cases import Desk, alliance, peer_server
from tests.pipeline.feedback.smtp_peer import Peer, new_peer

MEMBERS = ["ALB", "FRA"]


@pytest.fixture
def peer(tmp_path: Path) -> Generator[Peer]:
    made = new_peer(tmp_path / "peer")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def desk(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An installation in which the letters of a cycle are prepared."""
    made = Desk(
        tmp_path / "data" / "output" / "2014" / "letters", alliance(MEMBERS, peer_server(peer.port)), "sqlite:///unused"
    )
    made.prepare(MEMBERS)
    write_table(tmp_path / "data" / "tables" / "2014" / "letters.parquet", "letters", made.letters)
    write_table(tmp_path / "data" / "tables" / "2014" / "findings.parquet", "findings", frame("findings", ()))

    def load(folder: Path) -> Alliance:
        return made.alliance

    monkeypatch.setattr("pipeline.alliance.load.load_alliance", load)
    monkeypatch.setenv("STOCKTAKE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("STOCKTAKE_LEDGER", raising=False)
    return made


def send(desk: Desk, *more: str) -> int:
    return main(["send", "2014", "--overview", overview_code(desk.letters), *more])


def test_a_dry_run_says_what_would_be_sent(desk: Desk, peer: Peer, capsys: pytest.CaptureFixture[str]) -> None:
    assert send(desk, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert [line.split() for line in shown.splitlines()[:2]] == [
        ["ALB", "corrections", "would_be_sent"],
        ["FRA", "corrections", "would_be_sent"],
    ]
    assert "2 would_be_sent" in shown
    assert peer.received() == []


def test_letters_are_sent_listed_and_settled(desk: Desk, peer: Peer, capsys: pytest.CaptureFixture[str]) -> None:
    peer.faults({"at": "taken", "do": "drop", "for": "fra.example"})
    assert send(desk, "--by", "Ana Lopez") == 1, "one letter is uncertain"
    peer.faults()
    assert main(["ledger", "2014"]) == 0
    shown = capsys.readouterr().out
    assert f"uncertain  {desk.id('FRA')}" in shown
    assert main(["resolve", desk.id("FRA"), "sent", "--by", "Ana Lopez", "--reason", "It is there."]) == 0
    assert send(desk, "--by", "Ana Lopez") == 0
    assert len(peer.received()) == 2


def test_members_narrow_what_is_sent(desk: Desk, peer: Peer) -> None:
    assert send(desk, "--by", "Ana Lopez", "--members", "FRA") == 0
    assert [letter["sha256"] for letter in peer.received()] == [desk.sha("FRA")]


def test_a_wrong_code_is_something_to_mend(desk: Desk, peer: Peer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "2014", "--overview", "0123456789ab", "--by", "Ana Lopez"]) == 2
    assert "Read their overview" in capsys.readouterr().err
    assert peer.received() == []


def test_what_the_ledger_does_not_know_is_something_to_mend(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "<x@alliance.example>", "sent", "--by", "Ana Lopez", "--reason", "It is there."]) == 2
    assert "The ledger has no letter" in capsys.readouterr().err


def test_an_installation_that_never_sent_has_an_empty_list(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "2014"]) == 0
    assert capsys.readouterr().out == "No letter of 2014 was ever approved.\n"
