"""The process that makes a package again: what it is told, and that whatever ends it ends as a word to staff."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.handover import remaking
from pipeline.handover.remaking import remake_apart


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a shell script in the place of Python."""

    def put(script: str) -> Path:
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))
        return tmp_path

    return put


def test_it_is_told_the_key_and_no_other_secret(instead, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STOCKTAKE_LEDGER", "STOCKTAKE_SMTP_PASSWORD", "STOCKTAKE_DATA", "AWS_SECRET", "PYTHONPATH"):
        monkeypatch.setenv(name, "canary")
    place = instead('env > "$(dirname "$0")/told"; echo "$@" > "$(dirname "$0")/words"; echo "{}"')
    assert remake_apart(place, "2014", "the key of the cycle") is None
    told = (place / "told").read_text("utf-8")
    assert "STOCKTAKE_KEY=the key of the cycle\n" in told
    assert "canary" not in told
    assert (place / "words").read_text("utf-8").startswith("-I ")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('echo noise; echo \'{"failed": "cycles.yaml: mend it"}\'', "cycles.yaml: mend it"),
        ("echo 'Traceback' >&2; echo 'KeyError: x' >&2; exit 1", "Making it again failed: KeyError: x"),
        ("exit 1", "no reason was given"),
        ("exit 0", "no reason was given"),
        ("echo no answer", "no reason was given"),
        ("kill -9 $$", "was ended by signal 9"),
        ("kill -ABRT $$", "was ended by signal 6"),
    ],
)
def test_whatever_ends_it_is_said_in_words(instead, script: str, said: str) -> None:
    assert said in (remake_apart(instead(script), "2014", "") or "")


def test_one_that_does_not_end_is_ended(instead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remaking, "WALL_SECONDS", 0.2)
    assert remake_apart(instead("exec sleep 60"), "2014", "") == "It takes too long to make it again."


def test_its_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real worker, with a limit that its own imports break."""
    source = Path(remaking.__file__).with_name("rebuild_worker.py").read_text("utf-8")
    assert "RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT)" in source
    worker = tmp_path / "rebuild_worker.py"
    root = str(Path(remaking.__file__).resolve().parents[2])
    worker.write_text(
        source.replace("8_000_000_000", "60_000_000").replace("str(Path(__file__).resolve().parents[2])", repr(root)),
        encoding="utf-8",
    )
    monkeypatch.setattr(remaking, "__file__", str(tmp_path / "remaking.py"))
    assert "Making it again" in (remake_apart(tmp_path, "2014", "") or "")
