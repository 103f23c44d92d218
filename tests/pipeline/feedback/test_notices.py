"""Notices to staff: what to mend, in words, and nothing that is nobody's business."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from pipeline.alliance.model import SmtpServer, WaysOut
from pipeline.errors import AllianceError
from pipeline.feedback.notices import FailedRun, failure_notice, tell_staff
from pipeline.feedback.smtp_failures import NotReachedError
from tests.pipeline.feedback.smtp_peer import Peer, new_peer

FAILED = FailedRun(
    job="answers",
    cycle="2014",
    stage="gather",
    reason="received.csv, line 3: there is no file 'x.xlsx' in the folder. Correct the name or delete the line.",
    to_mend=True,
    kind="InboxError",
    run="0f2d7c1e",
    at=dt.datetime(2014, 7, 2, 6, tzinfo=dt.UTC),
)
OURS = replace(FAILED, to_mend=False, kind="KeyError", reason="'the secret answer of a ministry'")
SERVER = SmtpServer("127.0.0.1", 25, "none", "office@alliance.example", 30, "")
STAFF = WaysOut(SERVER, ("data@alliance.example", "desk@alliance.example"))


def text(failed: FailedRun, ways_out: WaysOut = STAFF) -> str:
    message = message_from_bytes(failure_notice(failed, ways_out).as_bytes(), policy=default)
    return str(message.get_content())


def test_a_notice_names_job_cycle_stage_reason_and_mend() -> None:
    told = text(FAILED)
    for words in ("answers", "2014", "gather", FAILED.reason, "0f2d7c1e", "running again is always safe"):
        assert words in told


def test_a_fault_of_the_program_is_named_without_its_words() -> None:
    told = text(OURS)
    assert "KeyError" in told
    assert "fault of the program" in told
    assert "secret" not in told


def test_its_header_is_that_of_an_automatic_message_from_the_account() -> None:
    message = failure_notice(FAILED, STAFF)
    assert message["From"] == "office@alliance.example"
    assert message["To"] == "data@alliance.example, desk@alliance.example"
    assert message["Subject"] == "stocktake: answers 2014 failed in gather"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Wed, 02 Jul 2014 06:00:00 +0000"
    without_account = WaysOut(replace(SERVER, user="office"), STAFF.staff)
    assert failure_notice(FAILED, without_account)["From"] == "data@alliance.example"


@pytest.mark.parametrize("evil", ["gather\r\nBcc: x@y.example", "=?UTF-8?Q?=0D=0ABcc:_x=40y.example?="])
def test_nothing_in_a_run_can_add_a_header(evil: str) -> None:
    message = message_from_bytes(
        failure_notice(replace(FAILED, stage=evil, job=evil), STAFF).as_bytes(), policy=default
    )
    assert "Bcc" not in message


# --- sent to a real server --------------------------------------------------------------------------------------------


@pytest.fixture
def peer(tmp_path: Path) -> Generator[Peer]:
    running = new_peer(tmp_path / "peer")
    running.start()
    yield running
    running.stop()


def ways_out(folder: Path, text: str) -> Path:
    (folder / "ways_out.yaml").write_text(text)
    return folder


def test_staff_are_written_to_even_where_the_alliances_other_files_are_at_fault(peer: Peer, tmp_path: Path) -> None:
    written = f"smtp:\n  host: 127.0.0.1\n  port: {peer.port}\n  security: none\nstaff:\n  - data@alliance.example\n"
    told = tell_staff(ways_out(tmp_path, written), FAILED, "")
    assert told.startswith("A notice to data@alliance.example: The server took it")
    (received,) = peer.received()
    assert received["recipients"] == ["data@alliance.example"]


@pytest.mark.parametrize(
    ("written", "lacks"),
    [("", "no mail server"), ("smtp:\n  host: smtp.alliance.example\n", "no addresses of staff")],
)
def test_without_a_server_or_addresses_nobody_is_written_to_and_that_is_said(
    tmp_path: Path, written: str, lacks: str
) -> None:
    told = tell_staff(ways_out(tmp_path, written), FAILED, "")
    assert told.startswith("Nobody was written to: ways_out.yaml names")
    assert lacks in told


def test_a_file_with_a_mistake_and_a_server_that_is_down_are_told(tmp_path: Path) -> None:
    with pytest.raises(AllianceError, match=r"ways_out\.yaml"):
        tell_staff(ways_out(tmp_path, "smpt:\n  host: x\n"), FAILED, "")
    down = "smtp:\n  host: 127.0.0.1\n  port: 9\n  security: none\nstaff:\n  - data@alliance.example\n"
    with pytest.raises(NotReachedError, match="nothing answers there"):
        tell_staff(ways_out(tmp_path, down), FAILED, "")
