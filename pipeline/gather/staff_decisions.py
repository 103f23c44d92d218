"""What staff decide about arrivals that the program cannot decide about: ``inbox/<cycle>/decisions.csv``.

The columns are submission (its id, as the table of submissions shows it), decision (accept or reject), member (whose it
is, where nothing else proves it), by, date and reason. The file is archived whenever it has changed, and the latest
archived copy counts, so that what was decided holds when the inbox is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pipeline.alliance.csv_table import read_csv_bytes
from pipeline.alliance.model import Alliance, Cycle
from pipeline.alliance.rows import Row
from pipeline.errors import Problem
from pipeline.gather.archive import Archive
from pipeline.gather.inbox_files import staff_file
from pipeline.gather.intake import DECISIONS, InboxError

_COLUMNS = ("submission", "decision", "member", "by", "date", "reason")
_WORDS = {"accept": "accepted", "reject": "rejected"}


@dataclass(frozen=True)
class StaffDecision:
    """What staff decided about one submission.

    Attributes:
        submission: Its id.
        decision: accept or reject.
        member: Whose it is; None where the file itself says so.
        by: Who decided.
        date: When.
        reason: Why.
        row: Row of ``decisions.csv``, as a spreadsheet program counts.
    """

    submission: str
    decision: Literal["accept", "reject"]
    member: str | None
    by: str
    date: dt.date
    reason: str
    row: int

    @property
    def words(self) -> str:
        """The whole decision in a sentence, for the table of submissions."""
        return f"{_WORDS[self.decision]} by {self.by} on {self.date}: {self.reason}"

    def problem(self, seen: str, mend: str) -> Problem:
        """Something that is wrong with it, at its row."""
        return Problem(DECISIONS, seen, mend, row=self.row)


def take_decisions(alliance: Alliance, cycle: Cycle, inbox: Path, archive: Archive) -> None:
    """Archive what staff decided for a cycle, where it has changed since the last time.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        inbox: Folder of the inbox.
        archive: Holds the receipts of everything that has arrived.

    Raises:
        InboxError: The file cannot be used; all problems with their rows.
    """
    content = staff_file(inbox / cycle.name / DECISIONS)
    if content is None:
        return
    decisions = read_decisions(content, alliance, cycle)
    known = {receipt.id for receipt in archive.receipts(cycle.name)}
    # Which parts a file has is known when it is read; see decide_all.
    fail_with(unknown_submissions([d for d in decisions if d.submission.partition("-")[0] not in known], known))
    archive.keep_decisions(cycle.name, content)


def read_decisions(content: bytes, alliance: Alliance, cycle: Cycle) -> tuple[StaffDecision, ...]:
    """Read the decisions of staff.

    Args:
        content: All bytes of the file.
        alliance: The alliance.
        cycle: The cycle; a member that is named must be one on its report date.

    Returns:
        A decision per row.

    Raises:
        InboxError: It is no such table, or rows cannot be used; all problems with their rows.
    """
    problems: list[Problem] = []
    rows = read_csv_bytes(content, DECISIONS, _COLUMNS, problems) or []
    members = {m.member for m in alliance.memberships if m.holds_on(cycle.report_date)}
    seen: dict[str, int] = {}
    decisions = [decision for row in rows if (decision := _decision(row, members, seen))]
    fail_with(problems)
    return tuple(decisions)


def _decision(row: Row, members: Collection[str], seen: dict[str, int]) -> StaffDecision | None:
    submission = row.text("submission").lstrip("'")
    row.one_of("decision", tuple(_WORDS))
    member = row.optional("member") or None
    by, day, reason = row.text("by"), row.day("date"), row.text("reason")
    if member and member not in members:
        row.note("member", f"{member} is no member on the report date.", "Write the code of a member, e.g. FRA.")
    if submission in seen:
        row.note("submission", f"Row {seen[submission]} decides about it too.", "Delete one of the two.")
    seen.setdefault(submission, row.number)
    if not row.sound:
        return None
    decision = cast("Literal['accept', 'reject']", row.text("decision"))
    return StaffDecision(submission, decision, member, by, day, reason, row.number)


def unknown_submissions(decisions: Iterable[StaffDecision], known: Collection[str]) -> list[Problem]:
    """What is wrong with decisions about what has not arrived.

    Args:
        decisions: Of staff.
        known: Ids of everything that has arrived for the cycle.

    Returns:
        A problem per such decision.
    """
    mend = (
        "Copy the id from the table of submissions; where Excel took it for a number, give its column the format Text."
    )
    return [
        decision.problem(f"No submission {decision.submission} has arrived.{_parts(decision, known)}", mend)
        for decision in decisions
        if decision.submission not in known
    ]


def _parts(decision: StaffDecision, known: Collection[str]) -> str:
    file = decision.submission.partition("-")[0]
    parts = sorted(other for other in known if other.startswith(f"{file}-"))
    more = " ..." if len(parts) > 3 else ""
    return f" Its file holds the answers of several members: {', '.join(parts[:3])}{more}." if parts else ""


def fail_with(problems: Sequence[Problem]) -> None:
    """Tell staff what is wrong with their decisions, all of it at once; do nothing where nothing is.

    Raises:
        InboxError: There are problems.
    """
    if problems:
        raise InboxError("\n".join(map(str, sorted(problems, key=lambda problem: problem.row or 0))))
