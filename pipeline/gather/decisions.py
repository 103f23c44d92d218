"""Deciding what becomes of everything that arrived, in the order of arrival; staff have the last word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.errors import Problem
from pipeline.gather.archive import Receipt
from pipeline.gather.desk import Desk
from pipeline.gather.identity import identify
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal
from pipeline.gather.staff_decisions import StaffDecision, fail_with, unknown_submissions


@dataclass(frozen=True)
class Arrival:
    """A file that arrived, or that part of one which is of one member.

    Attributes:
        receipt: Of the file.
        said: What it says, its answers and notes left out, or why it cannot be read.
        reader: By what it was read; the same bytes may say something to one reader and nothing to another.
    """

    receipt: Receipt
    said: Reading | Refusal
    reader: str

    @property
    def part(self) -> str:
        """Which part of the file it is; '' for a file of one member."""
        return self.said.part if isinstance(self.said, Reading) else ""

    @property
    def submission(self) -> str:
        """Its id."""
        return f"{self.receipt.id}-{self.part}" if self.part else self.receipt.id

    @property
    def received(self) -> dt.datetime:
        """When it arrived: what the file says of its parts, else when the file did."""
        return (self.said.received if isinstance(self.said, Reading) else None) or self.receipt.received

    @property
    def content(self) -> tuple[str, str, str]:
        """What two arrivals have in common that say the same."""
        return self.reader, self.receipt.sha256, self.part


@dataclass(frozen=True)
class Decision:
    """What becomes of one arrival.

    Attributes:
        arrival: The arrival.
        status: accepted, superseded, quarantined, rejected or duplicate.
        reason: Code of the reason; None for accepted.
        detail: The reason in words; None for accepted.
        member: Member whose it is, see :class:`pipeline.gather.identity.Identity`; or as staff decided.
        late: Whether it arrived after the deadline in the member's time zone (in UTC where the member is unknown).
        language: Language that it is in, where that is known.
        version: 1 for the member's first readable submission, 2 for the next, ...
        round: 1 for the member's first arrival that is no duplicate, 2 for the next, ...; None for what is nobody's.
        staff: What staff decided about it, in words.
        proven: Whether staff need not say whose it is.
    """

    arrival: Arrival
    status: str
    reason: str | None = None
    detail: str | None = None
    member: str | None = None
    late: bool = False
    language: str | None = None
    version: int | None = None
    round: int | None = None
    staff: str | None = None
    proven: bool = field(default=True, repr=False)

    @property
    def counts_or_counted(self) -> bool:
        """Whether its answers count, or did until a later version came."""
        return self.status in ("accepted", "superseded")


def decide_all(arrivals: Iterable[Arrival], desk: Desk, staff: Sequence[StaffDecision]) -> list[Decision]:
    """Decide about everything that arrived for a cycle.

    Args:
        arrivals: In any order.
        desk: What decisions rest on.
        staff: What staff decided.

    Returns:
        A decision per arrival, in the order of arrival, of which one for each member at most is accepted.

    Raises:
        InboxError: What staff decided cannot be done; all problems with their rows.
    """
    overruling = {decision.submission: decision for decision in staff}
    # By content: what was decided about it, and what the program had decided by itself.
    firsts: dict[tuple[str, str, str], tuple[Decision, Decision]] = {}
    problems: list[Problem] = []
    decisions: list[Decision] = []
    for arrival in sorted(arrivals, key=lambda a: (a.received, a.receipt.file, a.receipt.id)):
        by_itself = decision = _decide(arrival, desk)
        first = firsts.get(arrival.content)
        if first and _is_nothing_new(decision, *first):
            decision = _duplicate(decision, first[0])
        if by_staff := overruling.get(arrival.submission):
            decision = _overruled(decision, by_staff, desk, problems)
        if decision.status != "duplicate":
            firsts[arrival.content] = decision, by_itself
        decisions.append(decision)
    problems += unknown_submissions(staff, {decision.arrival.submission for decision in decisions})
    fail_with(problems)
    return count_rounds(count_versions(decisions))


def _decide(arrival: Arrival, desk: Desk) -> Decision:
    """Decide about an arrival by itself."""
    if isinstance(arrival.said, Refusal):
        member = desk.sender(arrival.receipt)
        reason, detail = arrival.said.reason, arrival.said.detail
        late, code = desk.is_late(arrival.received, member), member.code if member else None
        return Decision(arrival, "rejected", reason, detail, code, late, proven=False)
    identity = identify(arrival.receipt, arrival.said, desk)
    member, reason, detail = identity.member, identity.reason, identity.detail
    if not reason and member and desk.is_after_cut_off(arrival.received, member):
        reason = "after_cut_off"
        detail = f"It arrived {_when(arrival)}, after data were closed for the report on {desk.cycle.cut_off}."
    return Decision(
        arrival,
        "quarantined" if reason else "accepted",
        reason or None,
        detail or None,
        member.code if member else None,
        desk.is_late(arrival.received, member),
        identity.language,
        proven=identity.proven,
    )


def _is_nothing_new(decision: Decision, first: Decision, first_by_itself: Decision) -> bool:
    """Whether the same bytes were dealt with: those that came from the wrong sender first may come from the right one.

    That staff turned down what the wrong sender sent says nothing about the right one.
    """
    return first.status == "accepted" or decision.reason == first_by_itself.reason


def _duplicate(decision: Decision, first: Decision) -> Decision:
    receipt = first.arrival.receipt
    detail = f"The file is the same, byte for byte, as '{receipt.file}', received {_when(first.arrival)}."
    member = first.member or decision.member
    return replace(decision, status="duplicate", reason="same_file", detail=detail, member=member)


def _overruled(decision: Decision, staff: StaffDecision, desk: Desk, problems: list[Problem]) -> Decision:
    """Do what staff decided; where that cannot be done, note it and leave the decision as it is."""
    file = decision.arrival.receipt.file
    if staff.decision == "reject":
        rejected = replace(decision, staff=staff.words, member=staff.member or decision.member)
        if isinstance(decision.arrival.said, Refusal):
            return rejected
        return replace(rejected, status="rejected", reason="rejected_by_staff", detail=f"{_capital(staff.words)}.")
    if isinstance(decision.arrival.said, Refusal):
        mend = "Ask for a file that can be read, and delete the row."
        problems.append(staff.problem(f"'{file}' cannot be accepted, for it could not be read.", mend))
        return decision
    code = staff.member or (decision.member if decision.proven else None)
    if code is None:
        mend = "Fill in the column member with the code of the member whose it is."
        problems.append(staff.problem(f"Nothing proves whose '{file}' is.", mend))
        return decision
    late = desk.is_late(decision.arrival.received, desk.members[code])
    return replace(
        decision, status="accepted", reason=None, detail=None, member=code, late=late, staff=staff.words, proven=True
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


def _when(arrival: Arrival) -> str:
    return f"{arrival.received.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def count_versions(decisions: Sequence[Decision]) -> list[Decision]:
    """Let each member's latest submission count, and number all of them in the order of arrival.

    Args:
        decisions: In the order of arrival; several of a member may be accepted.

    Returns:
        The same decisions, of which one for each member at most is accepted.
    """
    latest = {decision.member: decision for decision in decisions if decision.status == "accepted"}
    versions: dict[str | None, int] = {}
    counted: list[Decision] = []
    for decision in decisions:
        if decision.status != "accepted":
            counted.append(decision)
            continue
        versions[decision.member] = versions.get(decision.member, 0) + 1
        counted.append(_counted(decision, versions[decision.member], latest[decision.member]))
    return counted


def _counted(decision: Decision, version: int, latest: Decision) -> Decision:
    if decision is latest:
        return replace(decision, version=version)
    arrival = latest.arrival
    detail = f"A later one, '{arrival.receipt.file}', arrived {_when(arrival)} and takes its place."
    return replace(decision, version=version, status="superseded", reason="later_version", detail=detail)


def count_rounds(decisions: Sequence[Decision]) -> list[Decision]:
    """Number each member's arrivals: every one opens a round of correspondence with it, whatever became of it.

    Args:
        decisions: In the order of arrival.

    Returns:
        The same decisions; duplicates, which say nothing new, and what is nobody's open no round.
    """
    rounds: dict[str, int] = {}
    counted: list[Decision] = []
    for decision in decisions:
        if decision.member is None or decision.status == "duplicate":
            counted.append(decision)
            continue
        rounds[decision.member] = rounds.get(decision.member, 0) + 1
        counted.append(replace(decision, round=rounds[decision.member]))
    return counted
