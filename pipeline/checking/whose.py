"""Whose workbook a file is and of which cycle, as its hidden identification says, and what stands against that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle, Member
from pipeline.gather.reading import Reading
from pipeline.questionnaire.identity import Token, is_genuine, read_token

Proof = Literal["genuine", "not_genuine", "not_checked", "none"]
KeyOf = Callable[[Cycle], bytes | None]


@dataclass(frozen=True)
class Whose:
    """What is known of whose workbook it is.

    Attributes:
        token: What the workbook says about itself; None where it says nothing.
        cycle: The cycle of the alliance that it names; None where it names none that there is.
        member: The member that it names, as of the cycle's report date; None where it names no member.
        proof: Whether its signature is genuine; ``not_checked`` where there is no key, ``none`` without a token.
        problem: Why it would not be accepted as it is, by the codes of ``pipeline.gather.decisions``; None where
            nothing stands against it.
        later_cycle: The latest cycle of the alliance, where it is later than that of the workbook.
    """

    token: Token | None
    cycle: Cycle | None = None
    member: Member | None = None
    proof: Proof = "none"
    problem: str | None = None
    later_cycle: str | None = None

    @property
    def can_be_assessed(self) -> bool:
        """Whether it is known which member was asked what: another version of the form has the same codes at least."""
        return self.problem in (None, "other_form_version")


def identify(reading: Reading, alliance: Alliance, wanted: str | None, key_of: KeyOf) -> Whose:
    """Find out whose workbook it is.

    Args:
        reading: What the workbook says.
        alliance: The alliance.
        wanted: Name of the cycle that it must be of; None for whichever it names.
        key_of: Gives the key that signs the workbooks of a cycle, None where it is not at hand.

    Returns:
        The first thing that stands against it, in the order in which it would be decided on arrival, is its problem.
    """
    token = read_token(reading.token or "")
    if token is None:
        return Whose(None, problem="no_token")
    if token.alliance != alliance.code:
        return Whose(token, proof="not_checked", problem="other_alliance")
    cycle = alliance.cycles.get(token.cycle)
    if cycle is None:
        return Whose(token, proof="not_checked", problem="other_cycle")
    key = key_of(cycle)
    if key is not None and not is_genuine(token, reading.signature or "", key):
        return Whose(token, cycle, proof="not_genuine", problem="forged_token")
    member = {one.code: one for one in members_on(alliance, cycle.report_date)}.get(token.member)
    latest = max(alliance.cycles.values(), key=lambda one: one.report_date)
    return Whose(
        token,
        cycle,
        member,
        proof="not_checked" if key is None else "genuine",
        problem=_problem(token, member, wanted, alliance.is_outdated(token.form_version, cycle)),
        later_cycle=latest.name if latest.report_date > cycle.report_date else None,
    )


def _problem(token: Token, member: Member | None, wanted: str | None, is_outdated: bool) -> str | None:
    if member is None:
        return "not_a_member"
    if wanted not in (None, token.cycle):
        return "other_cycle"
    return "other_form_version" if is_outdated else None
