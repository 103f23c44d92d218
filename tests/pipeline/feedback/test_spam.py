"""SpamAssassin, with its local tests only, takes no letter of any kind in any language for spam."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import LANGUAGES, Case, completeness, finding, submission

pytestmark = pytest.mark.slow

LIMIT = 1.0


def of_all_kinds(case: Case, language: str) -> dict[str, bytes]:
    """Letters of a language as a server hands them over: every kind, long lists of findings, workbooks attached."""
    case.with_australia()
    case.members = [{**row, "language": language} for row in case.members]
    case.submissions = [
        submission("ALB", "superseded", submission="s1", received=datetime(2014, 7, 1, tzinfo=UTC), version=1, round=1),
        submission("ALB", submission="s2", version=2, round=2),
        submission("FRA"),
        submission("ESP", "quarantined", reason="password_protected"),
    ]
    case.findings = [
        finding("ALB", severity, finding=f"{n:08x}{severity[:2]}", cell=f"D{n}", seen=f"{n} %", row=f"ALB-{n:02}")
        for n in range(1, 41)
        for severity in ("error", "warning", "query")
    ]
    case.history = [
        {**row, "status": status, "change": status, "told": 1, "last_round": 1, "finding": status}
        for row, status in zip(case.findings, ("fixed", "waived", "withdrawn"), strict=False)
    ]
    case.completeness = [*completeness("ALB", 30, 20, 29), *completeness("FRA", 30, 30, 30)]
    return {**case.prepare().files, **case.close().files}


def scores(program: str, mailbox: bytes, folder: Path) -> dict[str, tuple[float, str]]:
    """Score and names of the tests that were met, by the Message-ID of each message."""
    done = subprocess.run(
        [program, "--local", "--test-mode", "--mbox", f"--prefspath={folder / 'prefs'}"],
        input=mailbox,
        env={"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        check=True,
    )
    unfolded = re.sub(r"\n[ \t]+", " ", done.stdout.decode("utf-8", "replace").replace("\r", ""))
    found = re.findall(
        r"^X-Spam-Status: \w+, score=(-?[\d.]+) [^\n]*?tests=([\w, ]+?) autolearn.*?^Message-ID: (\S+)$",
        unfolded,
        re.MULTILINE | re.DOTALL,
    )
    return {message_id: (float(score), met) for score, met, message_id in found}


def as_mailbox(messages: list[bytes]) -> bytes:
    return b"".join(
        b"From office@alliance.example Fri Jul 11 08:05:00 2014\n"
        + content.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        + b"\n\n"
        for content in messages
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_looks_like_spam(case: Case, language: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    letters = of_all_kinds(case, language)
    kinds = {name.removesuffix(".eml").partition("-")[2] for name in letters}
    assert kinds == {"corrections", "receipt", "refusal", "reminder", "thanks"}
    found = scores(tool("spamassassin"), as_mailbox(list(letters.values())), tmp_path)
    assert len(found) == len(letters)
    assert {name: one for name, one in found.items() if one[0] >= LIMIT} == {}


def test_the_test_would_notice_spam(case: Case, tool: Callable[[str], str], tmp_path: Path) -> None:
    letter = of_all_kinds(case, "en")["FRA-receipt.eml"]
    spam = letter.replace(b"Dear colleagues,", b"Dear Sir or Madam,").replace(b"Message-ID: <", b"Message-ID: <spam.")
    found = scores(tool("spamassassin"), as_mailbox([letter, spam]), tmp_path)
    (score, met) = next(one for message_id, one in found.items() if message_id.startswith("<spam."))
    assert len(found) == 2
    assert score >= LIMIT
    assert "DEAR_SOMETHING" in met
