"""Notices to staff, by e-mail: that a run failed, why, and what to do. Never answers of members, and no secrets.

Of an error that staff can mend, the notice has its words: they name files, rows and settings. Of any other error it has
the name alone, for its words may hold whatever was just being worked on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from pipeline.alliance.codes import is_address
from pipeline.alliance.model import SmtpServer, WaysOut
from pipeline.alliance.ways_out import read_ways_out
from pipeline.errors import AllianceError, Problem
from pipeline.feedback.smtp import Outgoing, Postbox
from pipeline.text import clean_text, one_line

_LONGEST: Final = 4000


@dataclass(frozen=True)
class FailedRun:
    """A run that failed.

    Attributes:
        job: Name of the job.
        cycle: Name of the cycle; '' where the job is about none.
        stage: Stage, or step, in which it failed.
        reason: The words of the error.
        to_mend: Whether these words are for staff, who can mend it.
        kind: Name of the error.
        run: Id of the run, by which the UI finds it.
        at: When it failed, aware.
    """

    job: str
    cycle: str
    stage: str
    reason: str
    to_mend: bool
    kind: str
    run: str
    at: datetime


def failure_notice(failed: FailedRun, ways_out: WaysOut) -> EmailMessage:
    """Write the notice about a run that failed.

    Args:
        failed: The run.
        ways_out: Its server, and staff's addresses: at least one.

    Returns:
        A message in plain text.
    """
    about = f"{failed.job} {failed.cycle}".strip()
    message = EmailMessage(policy=SMTP)
    # Python would decode such a word, with whatever line break is hidden in it.
    message["Subject"] = one_line(f"stocktake: {about} failed in {failed.stage}").replace("=?", "= ?")
    message["From"] = _sender(ways_out)
    message["To"] = ", ".join(ways_out.staff)
    message["Date"] = format_datetime(failed.at)
    message["Message-ID"] = f"<stocktake.failed.{failed.run}@{_sender(ways_out).rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(failed), cte="quoted-printable")
    return message


def tell_staff(folder: Path, failed: FailedRun, password: str) -> str:
    """Send staff a notice about a run that failed.

    The file ways_out.yaml is read by itself, so that a notice goes out where another file of the alliance is at fault.

    Args:
        folder: The alliance's folder.
        failed: The run.
        password: Password for the mail server; '' where it asks for none.

    Returns:
        To whom it went, or why to nobody, in words.

    Raises:
        AllianceError: ways_out.yaml has problems.
        SendingError: The mail server cannot be used until something is mended.
        NotReachedError: It cannot be reached just now.
    """
    problems: list[Problem] = []
    ways_out = read_ways_out(folder, problems)
    if problems:
        raise AllianceError(problems)
    if ways_out.smtp is None or not ways_out.staff:
        lacks = "no mail server (smtp)" if ways_out.smtp is None else "no addresses of staff (staff)"
        return f"Nobody was written to: ways_out.yaml names {lacks}."
    return _send(ways_out.smtp, ways_out, failed, password)


def _send(server: SmtpServer, ways_out: WaysOut, failed: FailedRun, password: str) -> str:
    content = failure_notice(failed, ways_out).as_bytes()
    with Postbox(server, password) as postbox:
        outgoing = Outgoing(_sender(ways_out), ways_out.staff, content)
        outcome = postbox.deliver(outgoing, lambda: True, wait_for_all=False)
    told = outcome.detail if outcome else "it could not be handed over."
    return f"A notice to {', '.join(ways_out.staff)}: {told}"


def _sender(ways_out: WaysOut) -> str:
    """An address from which the mail server lets us write: the account's, where that is an address."""
    user = ways_out.smtp.user if ways_out.smtp else ""
    return user if is_address(user) else ways_out.staff[0]


def _text(failed: FailedRun) -> str:
    cycle = f"\nCycle:  {failed.cycle}" if failed.cycle else ""
    if failed.to_mend:
        what = f"What to mend:\n\n{clean_text(failed.reason)[:_LONGEST]}\n\nThen run it again: running again is always safe."
    else:
        what = (
            f"This is a fault of the program ({one_line(failed.kind) or 'unknown'}), not of your files. Open the run in "
            "the UI for the details, and tell those who look after the program. Nothing that was made before is lost."
        )
    return f"A run failed.\n\nJob:    {failed.job}{cycle}\nStage:  {failed.stage}\nRun:    {failed.run}\n\n{what}\n"
