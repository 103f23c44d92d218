"""What decisions about one cycle rest on: who its members are, who writes for them, and what each way in proves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle, Member
from pipeline.gather.archive import Receipt
from pipeline.gather.intake import Intake, Proof


@dataclass(frozen=True)
class Desk:
    """What decisions about one cycle rest on.

    Attributes:
        alliance: The alliance.
        cycle: The cycle.
        key: The key that signed the cycle's workbooks.
        ways: Every way in by its name.
        members: Members on the cycle's report date, by code.
        names: Member that a code or a name in any language means, in small letters; what means two is left out.
        senders: Members that each known address writes for.
    """

    alliance: Alliance
    cycle: Cycle
    key: bytes
    ways: Mapping[str, Intake]
    members: Mapping[str, Member]
    names: Mapping[str, Member]
    senders: Mapping[str, frozenset[str]]

    def proof(self, way: str) -> Proof:
        """What says whose something is that came by a way; a way that is no longer known proves nothing by itself."""
        return self.ways[way].proof if way in self.ways else "token"

    def named(self, text: str) -> Member | None:
        """The member that a text names by its code or its whole name, in any language."""
        return self.names.get(text.strip().casefold())

    def submitter(self, receipt: Receipt) -> str | None:
        """Code of the member for whom the sender submits on the server of the way."""
        return self.ways[receipt.way].submitters(self.alliance).get(receipt.sender or "")

    def sender(self, receipt: Receipt) -> Member | None:
        """The member whose focal point sent it, where the address is that of exactly one member."""
        codes = self.senders.get(_address(receipt.sender or ""), frozenset())
        return self.members.get(next(iter(codes))) if len(codes) == 1 else None

    def knows_sender(self, receipt: Receipt) -> bool:
        """Whether the sender is a focal point of anybody."""
        return _address(receipt.sender or "") in self.senders

    def may_send(self, receipt: Receipt, member: Member) -> bool:
        """Whether the sender is a focal point of the member, or nobody that is known."""
        writes_for = self.senders.get(_address(receipt.sender or ""))
        return writes_for is None or member.code in writes_for

    def is_outdated(self, form_version: str) -> bool:
        """Whether a version of the questionnaire is not the one that the cycle asks with."""
        return self.alliance.is_outdated(form_version, self.cycle)

    def is_late(self, received: dt.datetime, member: Member | None) -> bool:
        """Whether the deadline was over in the member's time zone (in UTC where the member is unknown)."""
        return day_of(received, member) > self.cycle.deadline

    def is_after_cut_off(self, received: dt.datetime, member: Member) -> bool:
        """Whether data were closed for the report, in the member's time zone."""
        return day_of(received, member) > self.cycle.cut_off


def desk_of(alliance: Alliance, cycle: Cycle, key: bytes, ways: Mapping[str, Intake]) -> Desk:
    """Lay out what decisions about a cycle rest on.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        key: The key that signed its workbooks.
        ways: Every way in by its name.

    Returns:
        The members of the report date and the known senders.
    """
    members = {member.code: member for member in members_on(alliance, cycle.report_date)}
    senders: dict[str, set[str]] = {}
    for point in alliance.focal_points:
        senders.setdefault(_address(point.address), set()).add(point.member)
    known = {address: frozenset(codes) for address, codes in senders.items()}
    return Desk(alliance, cycle, key, ways, members, _names(members), known)


def _names(members: Mapping[str, Member]) -> Mapping[str, Member]:
    meant: dict[str, set[str]] = {}
    for member in members.values():
        for text in (member.code, *member.names.values()):
            meant.setdefault(text.strip().casefold(), set()).add(member.code)
    return {text: members[next(iter(codes))] for text, codes in meant.items() if len(codes) == 1}


def _address(text: str) -> str:
    # "Name <address>" and the address alone are the same sender.
    return text.rpartition("<")[2].strip(" >").casefold()


def day_of(received: dt.datetime, member: Member | None) -> dt.date:
    """The day on which something arrived where the member is (in UTC where the member is unknown)."""
    return received.astimezone(ZoneInfo(member.time_zone) if member else dt.UTC).date()
