"""Deciding whose a workbook is and whether it counts: each decision with its reason, in words for staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle, Member
from pipeline.gather.archive import Receipt
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal
from pipeline.questionnaire.identity import Token, is_genuine, read_token


@dataclass(frozen=True)
class Desk:
    """What decisions about one cycle rest on.

    Attributes:
        alliance: The alliance.
        cycle: The cycle.
        key: The alliance's secret key.
        members: Members on the cycle's report date, by code.
        senders: Members that each known address writes for.
    """

    alliance: Alliance
    cycle: Cycle
    key: bytes
    members: Mapping[str, Member]
    senders: Mapping[str, frozenset[str]]


def desk_of(alliance: Alliance, cycle: str, key: bytes) -> Desk:
    """Lay out what decisions about a cycle rest on.

    Args:
        alliance: The alliance.
        cycle: Name of the cycle.
        key: The alliance's secret key.

    Returns:
        The members of the report date and the known senders.
    """
    known = alliance.cycle(cycle)
    members = {member.code: member for member in members_on(alliance, known.report_date)}
    senders: dict[str, set[str]] = {}
    for point in alliance.focal_points:
        senders.setdefault(_address(point.address), set()).add(point.member)
    return Desk(alliance, known, key, members, {address: frozenset(codes) for address, codes in senders.items()})


def _address(text: str) -> str:
    # "Name <address>" and the address alone are the same sender.
    return text.rpartition("<")[2].strip(" >").casefold()


@dataclass(frozen=True)
class Decision:
    """What becomes of one arrival.

    Attributes:
        receipt: The arrival.
        status: accepted, superseded, quarantined, rejected or duplicate.
        reason: Code of the reason; None for accepted.
        detail: The reason in words; None for accepted.
        member: Member whose it is: proven by the workbook's token, else that of the focal point who sent it; None where
            neither says so or the two contradict each other.
        late: Whether it arrived after the deadline in the member's time zone (in UTC where the member is unknown).
        language: Language of the workbook, where it was read.
        version: 1 for the member's first readable workbook, 2 for the next, ...
        reading: What it says; only of workbooks that count or counted once.
    """

    receipt: Receipt
    status: str
    reason: str | None = None
    detail: str | None = None
    member: str | None = None
    late: bool = False
    language: str | None = None
    version: int | None = None
    reading: Reading | None = field(default=None, repr=False)


def decide_refused(receipt: Receipt, refusal: Refusal, desk: Desk) -> Decision:
    """Reject an arrival that is no readable workbook; it is that of the member whose focal point sent it."""
    member = _sender(receipt, desk)
    late = _is_late(receipt, member, desk)
    return Decision(receipt, "rejected", refusal.reason, refusal.detail, member.code if member else None, late)


def decide_duplicate(receipt: Receipt, first: Decision, desk: Desk) -> Decision:
    """Set an arrival aside that has the same bytes as an earlier one."""
    detail = f"The file is the same, byte for byte, as '{first.receipt.file}', received {_when(first.receipt)}."
    late = _is_late(receipt, desk.members.get(first.member or ""), desk)
    return Decision(receipt, "duplicate", "same_file", detail, first.member, late, first.language)


def decide_read(receipt: Receipt, reading: Reading, desk: Desk) -> Decision:
    """Decide about a workbook by its token, its sender and the time of its arrival.

    Args:
        receipt: The arrival.
        reading: What the workbook says.
        desk: What the decision rests on.

    Returns:
        Accepted (a later one may still supersede it) or quarantined.
    """
    token = read_token(reading.token or "")
    if token is None:
        return _quarantine(receipt, desk, "no_token", _UNSIGNED, member=_sender(receipt, desk))
    if not is_genuine(token, reading.signature or "", desk.key):
        return _quarantine(receipt, desk, "forged_token", _FORGED, member=_sender(receipt, desk))
    if token.alliance != desk.alliance.code:
        detail = f"The workbook is one of '{token.alliance}', not of '{desk.alliance.code}'."
        return _quarantine(receipt, desk, "other_alliance", detail, member=_sender(receipt, desk))
    member = desk.members.get(token.member)
    if member is None:
        detail = f"The workbook is that of {token.member}, which is no member on {desk.cycle.report_date}."
        return _quarantine(receipt, desk, "not_a_member", detail)
    wrong = _wrong_edition(token, member, desk)
    if wrong:
        decision = _quarantine(receipt, desk, *wrong, member=member)
    elif not _may_send(receipt, member, desk):
        detail = _WRONG_SENDER.format(member=member.names["en"], sender=receipt.sender)
        decision = _quarantine(receipt, desk, "sender_of_another_member", detail)
    elif _day(receipt, member) > desk.cycle.cut_off:
        detail = f"It arrived {_when(receipt)}, after data were closed for the report on {desk.cycle.cut_off}."
        decision = _quarantine(receipt, desk, "after_cut_off", detail, member=member)
    else:
        late = _is_late(receipt, member, desk)
        decision = Decision(receipt, "accepted", member=member.code, late=late, reading=reading)
    return replace(decision, language=token.language)


_UNSIGNED = (
    "The workbook has lost the hidden sheet that says whose it is, perhaps because its sheets were copied into a new "
    "file. Please fill in the original workbook, or tell the secretariat whose it is."
)
_FORGED = (
    "The hidden sheet that says whose the workbook is was changed after the secretariat made it. Please fill in the "
    "original workbook."
)
_WRONG_SENDER = (
    "The workbook is that of {member}, but {sender} is the focal point of another member. Please ask both which of "
    "them it is from."
)


def _wrong_edition(token: Token, member: Member, desk: Desk) -> tuple[str, str] | None:
    if token.cycle != desk.cycle.name:
        detail = f"The workbook of {member.names['en']} is that of the cycle {token.cycle}, not {desk.cycle.name}."
        return "other_cycle", detail
    version = desk.alliance.form.version
    if token.form_version != version:
        detail = (
            f"The workbook of {member.names['en']} was made from version {token.form_version} of the questionnaire; "
            f"the current one is {version}. Please send the current one."
        )
        return "other_form_version", detail
    return None


def _sender(receipt: Receipt, desk: Desk) -> Member | None:
    """The member whose focal point sent it, where the address is that of exactly one member."""
    codes = desk.senders.get(_address(receipt.sender or ""), frozenset())
    return desk.members.get(next(iter(codes))) if len(codes) == 1 else None


def _may_send(receipt: Receipt, member: Member, desk: Desk) -> bool:
    """Whether the sender is a focal point of the member, or nobody that is known."""
    writes_for = desk.senders.get(_address(receipt.sender or ""))
    return writes_for is None or member.code in writes_for


def _quarantine(receipt: Receipt, desk: Desk, reason: str, detail: str, member: Member | None = None) -> Decision:
    late = _is_late(receipt, member, desk)
    return Decision(receipt, "quarantined", reason, detail, member.code if member else None, late)


def _day(receipt: Receipt, member: Member | None) -> dt.date:
    zone = ZoneInfo(member.time_zone) if member else dt.UTC
    return receipt.received.astimezone(zone).date()


def _is_late(receipt: Receipt, member: Member | None, desk: Desk) -> bool:
    return _day(receipt, member) > desk.cycle.deadline


def _when(receipt: Receipt) -> str:
    return f"{receipt.received:%Y-%m-%d %H:%M} UTC"


def count_versions(decisions: list[Decision]) -> list[Decision]:
    """Let each member's latest workbook count, and number all of them in the order of arrival.

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
    detail = f"A later workbook, '{latest.receipt.file}', arrived {_when(latest.receipt)} and takes its place."
    return replace(decision, version=version, status="superseded", reason="later_version", detail=detail)
