"""Checks of the register against the alliance's other files and the questionnaire."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipeline.alliance.commitments import Commitment
from pipeline.alliance.items import Placed, Read
from pipeline.alliance.model import Cycle, Goal, Membership
from pipeline.alliance.rows import nearest
from pipeline.questionnaire.form import Form, Question

VALUE_ROLES: Mapping[str, str] = {
    "numeric": "value",
    "growth_rule": "value",
    "directional": "value",
    "checklist": "element",
}
"""Role of the question that an indicator must have to feed a commitment of the kind."""


def check_members(register: Read[Commitment], memberships: Read[Membership], cycles: Read[Cycle]) -> None:
    """Note commitments of a country that is not in the alliance, or was not on the report date of ``since_cycle``."""
    by_name = {cycle.name: cycle for cycle in cycles.items}
    for placed in register.placed:
        member, name = placed.item.member, placed.item.since_cycle
        cycle = by_name.get(name)
        if memberships.lacks(member):
            mend = f"Add it to memberships.csv or correct the code.{nearest(member, memberships.mentioned)}"
            placed.row.note("member", f"{member} never was a member.", mend)
        elif cycles.lacks(name):
            mend = f"Use a cycle of cycles.yaml: {', '.join(by_name)}."
            placed.row.note("since_cycle", f"There is no cycle {name}.", mend)
        elif cycle is not None and not _was_member(memberships, member, cycle):
            seen = f"{member} was not a member on {cycle.report_date}, the report date of {name}."
            placed.row.note("since_cycle", seen, "Use a later cycle, or correct the dates in memberships.csv.")


def _was_member(memberships: Read[Membership], member: str, cycle: Cycle) -> bool:
    """Whether the country was a member on the report date; true where its memberships could not all be read."""
    periods = [membership for membership in memberships.items if membership.member == member]
    return not periods or any(membership.holds_on(cycle.report_date) for membership in periods)


def check_goals(register: Read[Commitment], goals: Read[Goal]) -> None:
    """Note commitments to a goal that does not exist or is a policy target."""
    targets = {goal.code for goal in goals.items if goal.kind == "policy_target"}
    for placed in register.placed:
        code = placed.item.goal
        if goals.lacks(code):
            mend = f"Use an operational goal of goals.csv.{nearest(code, goals.mentioned)}"
            placed.row.note("goal", f"There is no goal {code}.", mend)
        elif code in targets:
            placed.row.note("goal", f"{code} is a policy target.", "Use one of its operational goals.")


def check_predecessors(register: Read[Commitment]) -> None:
    """Note predecessors that do not exist, are another member's, came later, or lead round in a circle."""
    by_id = {commitment.commitment: commitment for commitment in register.items}
    for placed in register.placed:
        commitment, code = placed.item, placed.item.predecessor
        earlier = by_id.get(code or "")
        if code is None:
            continue
        if register.lacks(code):
            mend = f"Use the id of an earlier commitment.{nearest(code, by_id)}"
            placed.row.note("predecessor", f"There is no commitment {code}.", mend)
        elif earlier is not None and earlier.member != commitment.member:
            mend = "A commitment continues one of the same member."
            placed.row.note("predecessor", f"{code} is a commitment of {earlier.member}.", mend)
        elif _leads_back(commitment, by_id):
            mend = "A commitment continues one that was made before it."
            placed.row.note("predecessor", f"From {code} back, the way leads round to the start.", mend)


def _leads_back(commitment: Commitment, by_id: Mapping[str, Commitment]) -> bool:
    seen: set[str] = set()
    step: Commitment | None = commitment
    while step is not None and step.predecessor is not None and step.commitment not in seen:
        seen.add(step.commitment)
        step = by_id.get(step.predecessor)
    return step is commitment and bool(seen)


def check_predecessor_cycles(register: Read[Commitment], cycles: Read[Cycle]) -> None:
    """Note predecessors that were made in a later cycle than the commitment that continues them."""
    days = {cycle.name: cycle.report_date for cycle in cycles.items}
    by_id = {commitment.commitment: commitment for commitment in register.items}
    for placed in register.placed:
        earlier = by_id.get(placed.item.predecessor or "")
        if earlier is None or not {earlier.since_cycle, placed.item.since_cycle} <= days.keys():
            continue
        if days[earlier.since_cycle] > days[placed.item.since_cycle]:
            seen = f"{earlier.commitment} was made in {earlier.since_cycle}, after {placed.item.since_cycle}."
            placed.row.note("predecessor", seen, "Correct the predecessor or the cycle of one of the two.")


def check_methods(register: Read[Commitment], kinds_of: Mapping[str, Collection[str]]) -> None:
    """Note methods that do not exist or do not rate the commitment's kind.

    Args:
        register: The commitments.
        kinds_of: Kinds of commitment that each method rates.
    """
    for placed in register.placed:
        method, kind = placed.item.method, placed.item.kind
        if method is not None and kind not in kinds_of.get(method, ()):
            fitting = [name for name, kinds in kinds_of.items() if kind in kinds]
            mend = f"Leave it empty or use one of: {', '.join(fitting)}."
            placed.row.note("method", f"{method} is not a method for the kind {kind}.", mend)


def check_indicators(register: Read[Commitment], form: Form) -> None:
    """Note indicators that the questionnaire does not ask for, or not for the goal, kind and unit."""
    by_indicator: dict[str, list[Question]] = {}
    for question in form.questions:
        if question.indicator:
            by_indicator.setdefault(question.indicator, []).append(question)
    for placed in register.placed:
        indicator = placed.item.indicator
        if indicator is None:
            continue
        if indicator in by_indicator:
            _check_indicator(placed, [q for q in by_indicator[indicator] if q.repeat is None])
        else:
            mend = f"Use an indicator of {form.file}, or leave it empty.{nearest(indicator, by_indicator)}"
            placed.row.note("indicator", f"No question has the indicator {indicator}.", mend)


def _check_indicator(placed: Placed[Commitment], questions: list[Question]) -> None:
    commitment, row = placed.item, placed.row
    role = VALUE_ROLES.get(commitment.kind)
    role = "stock" if role == "value" and commitment.figures == "cumulative" else role
    feeding = [question for question in questions if question.role == role]
    if role is not None and not feeding:
        seen = f"{commitment.indicator} has no question with the role {role}, which {commitment.kind} needs."
        row.note("indicator", seen, "Use another indicator or kind.")
    goals = {question.goal for question in feeding if question.goal}
    if goals and commitment.goal not in goals:
        seen = f"{commitment.indicator} informs {', '.join(sorted(goals))}, not {commitment.goal}."
        row.note("indicator", seen, "Correct the goal or the indicator.")
    units = {question.unit for question in feeding if question.unit}
    if commitment.unit and units and commitment.unit not in units:
        seen = f"'{commitment.unit}' is not the unit in which the indicator is asked for."
        row.note("unit", seen, f"Write {', '.join(sorted(units))}.")
