"""Checks across the alliance's files: what one file says must fit what the others say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.alliance import about as about_file
from pipeline.alliance import cycles as cycles_file
from pipeline.alliance import goals as goals_file
from pipeline.alliance import memberships as memberships_file
from pipeline.alliance.about import About
from pipeline.alliance.codes import territory_name
from pipeline.alliance.commitment_checks import (
    check_goals,
    check_indicators,
    check_members,
    check_methods,
    check_predecessor_cycles,
    check_predecessors,
)
from pipeline.alliance.commitments import Commitment
from pipeline.alliance.composite import check_composite
from pipeline.alliance.items import Placed, Read
from pipeline.alliance.model import (
    Cycle,
    FocalPoint,
    Footnote,
    Goal,
    GroupMembership,
    Membership,
    NameOverride,
    Phrase,
    WaysIn,
    WaysOut,
)
from pipeline.alliance.rows import nearest
from pipeline.alliance.ways_in import check_ways_in
from pipeline.composite.structure import Node
from pipeline.errors import Problem
from pipeline.questionnaire.form import Form


@dataclass(frozen=True)
class Contents:
    """What was read from each file; ``about`` and ``form`` are None where their files cannot be read.

    ``composite`` is None where the alliance has no such file.
    """

    about: Placed[About] | None
    cycles: Read[Cycle]
    memberships: Read[Membership]
    names: Read[NameOverride]
    footnotes: Read[Footnote]
    groups: Read[GroupMembership]
    goals: Read[Goal]
    focal_points: Read[FocalPoint]
    register: Read[Commitment]
    ways_in: Placed[WaysIn]
    ways_out: WaysOut
    phrases: Read[Phrase]
    composite: Read[Node] | None
    form: Form | None


def check_contents(contents: Contents, problems: list[Problem]) -> None:
    """Run every check across files.

    Args:
        contents: What was read.
        problems: Where problems are noted.
    """
    _check_not_empty(contents, problems)
    _check_references(contents)
    _check_names(contents)
    _check_focal_points(contents)
    _check_cycles(contents)
    check_ways_in(contents.ways_in, contents.cycles, contents.memberships)
    check_members(contents.register, contents.memberships, contents.cycles)
    check_goals(contents.register, contents.goals)
    check_predecessors(contents.register)
    check_predecessor_cycles(contents.register, contents.cycles)
    kinds_of = _kinds_of_methods()
    check_methods(contents.register, kinds_of)
    if contents.about is not None:
        _check_scoring(contents.about, contents.goals, kinds_of)
        check_composite(contents.composite, contents.about.item.scoring.composite, contents.about.row, contents.form)
    _check_targets(contents.goals)
    if contents.form is not None:
        _check_form(contents.form, contents, problems)
        _check_names_of_checks(contents.form, problems)
        _check_names_of_rules(contents.form, problems)
        check_indicators(contents.register, contents.form)


def _kinds_of_methods() -> dict[str, tuple[str, ...]]:
    from pipeline.score.method import methods

    return {name: method.kinds for name, method in methods().items()}


def _check_not_empty(contents: Contents, problems: list[Problem]) -> None:
    """Note a table that has headings and nothing else where the alliance cannot be without rows."""
    files = {
        memberships_file.FILE: contents.memberships,
        goals_file.FILE: contents.goals,
        cycles_file.FILE: contents.cycles,
    }
    noted = {problem.file for problem in problems}
    for file, read in files.items():
        if not read.readable and file not in noted:
            problems.append(Problem(file, "There are no rows.", "Add the first one."))


def _check_references(contents: Contents) -> None:
    """Note names, footnotes, groups and focal points of countries that never were members."""
    known = contents.memberships.mentioned
    for read in (contents.names, contents.footnotes, contents.groups, contents.focal_points):
        for placed in read.placed:
            member = placed.item.member
            if contents.memberships.lacks(member):
                mend = f"Add it to memberships.csv, correct the code or delete the row.{nearest(member, known)}"
                placed.row.note("member", f"{member} never was a member.", mend)


def _check_names(contents: Contents) -> None:
    """Note members that neither CLDR nor names.csv has a name for."""
    languages = contents.about.item.languages if contents.about else ()
    for placed in contents.memberships.placed:
        member = placed.item.member
        named = {name.language for name in contents.names.items if name.member == member}
        for language in languages:
            if language not in named and territory_name(member, language) is None:
                seen = f"{member} has no name in {language}."
                placed.row.note("member", seen, "Add it to names.csv.")


def _check_focal_points(contents: Contents) -> None:
    """Note members without a focal point: nobody would get their letters."""
    if not contents.focal_points.readable:
        return
    points = contents.focal_points
    deputies = {point.member for point in points.items if point.role != "focal_point"}
    addressed = {point.member for point in points.items if point.role == "focal_point"}
    # A row with a problem of its own is in no list, and its member is not noted a second time.
    addressed |= points.mentioned - deputies
    for placed in contents.memberships.placed:
        if placed.item.member not in addressed:
            mend = "Add a row with the role focal_point to focal_points.csv."
            placed.row.note("member", f"{placed.item.member} has no focal point.", mend)


def _check_cycles(contents: Contents) -> None:
    """Note cycles on whose report date the alliance has no member."""
    for placed in contents.cycles.placed:
        day = placed.item.report_date
        members = contents.memberships.items
        if members and not any(membership.holds_on(day) for membership in members):
            mend = "Correct the date, or the dates in memberships.csv."
            placed.row.note("report_date", f"There is no member on {day}.", mend)


def _check_scoring(about: Placed[About], goals: Read[Goal], kinds_of: Mapping[str, Collection[str]]) -> None:
    for kind, method in about.item.scoring.methods.items():
        if method and kind not in kinds_of.get(method, ()):
            fitting = [name for name, kinds in kinds_of.items() if kind in kinds]
            column = f"scoring.methods.{kind}"
            about.row.note(column, f"{method} is not a method for {kind}.", f"Use one of: {', '.join(fitting)}.")
    for code in about.item.scoring.goal_weights:
        if _is_no_operational_goal(code, goals):
            mend = f"Use the code of an operational goal of {goals_file.FILE}.{nearest(code, goals.mentioned)}"
            about.row.note(f"scoring.goal_weights.{code}", f"{code} is not an operational goal.", mend)


def _is_no_operational_goal(code: str, goals: Read[Goal]) -> bool:
    """Whether a code is in no row of goals.csv, or that of a policy target."""
    return goals.lacks(code) or any(goal.code == code and goal.kind == "policy_target" for goal in goals.items)


def _check_targets(goals: Read[Goal]) -> None:
    """Note policy targets without any operational goal: they would be chapters without content."""
    parents = {goal.parent for goal in goals.items}
    for placed in goals.placed:
        if placed.item.kind == "policy_target" and placed.item.code not in parents:
            placed.row.note("goal", f"{placed.item.code} has no operational goal.", "Add one that has it as parent.")


def _check_form(form: Form, contents: Contents, problems: list[Problem]) -> None:
    """Note goals that no question asks about, goals that questions invent, and languages the form lacks."""
    goals = contents.goals
    operational = {goal.code for goal in goals.items if goal.kind == "operational_goal"}
    for question in form.questions:
        if question.goal and _is_no_operational_goal(question.goal, goals):
            mend = f"Use an operational goal of {goals_file.FILE}.{nearest(question.goal, goals.mentioned)}"
            seen = f"{question.goal} is not an operational goal."
            problems.append(Problem(form.file, seen, mend, "survey", question.row, "goal"))
    asked = {question.goal for question in form.questions}
    offered = _goals_offered(form)
    for placed in goals.placed:
        code = placed.item.code
        if code in operational and code not in asked:
            placed.row.note("goal", f"No question of {form.file} has the goal {code}.", "Add a question about it.")
        if code in operational and offered is not None and code not in offered:
            placed.row.note("goal", f"{form.file} does not offer {code} to new commitments.", "Add it as a choice.")
    if contents.about is not None:
        for language in contents.about.item.languages:
            if language not in form.languages:
                seen = f"{form.file} has no texts in {language}."
                mend = f"Add them, or remove the language from {about_file.FILE}."
                contents.about.row.note("languages", seen, mend)


def _check_names_of_checks(form: Form, problems: list[Problem]) -> None:
    """Note checks named like a rule of stocktake: findings could not tell the two apart."""
    from pipeline.validate.rule_book import reserved_names

    reserved = reserved_names()
    for check in form.checks:
        if check.name in reserved:
            seen = f"The check {check.name} has the name of a rule that stocktake has already."
            problems.append(Problem(form.file, seen, "Give the check another name.", "checks", check.row, "name"))


def _check_names_of_rules(form: Form, problems: list[Problem]) -> None:
    """Note severities of rules that there are not: the alliance would think that it has decided something."""
    from pipeline.validate.rule_book import reserved_names

    known = reserved_names() - {"cross_check"}
    for one in form.rule_severities:
        if one.rule in {"cross_check", *(check.name for check in form.checks)}:
            seen = f"The findings of {one.rule} come from the sheet checks."
            mend = "Say in the column severity of that sheet how serious each check is."
            problems.append(Problem(form.file, seen, mend, "rules", one.row, "rule"))
        elif one.rule not in known:
            mend = f"Use the name that findings carry, or delete the row.{nearest(one.rule, sorted(known))}"
            problems.append(Problem(form.file, f"There is no rule {one.rule}.", mend, "rules", one.row, "rule"))


def _goals_offered(form: Form) -> set[str] | None:
    """The goals that the question about a commitment's goal offers, or None where there is no such question."""
    questions = [question for question in form.asked if question.role == "goal" and question.repeat]
    if not questions:
        return None
    return {choice.code for question in questions for choice in form.choices.get(question.choices or "", ())}
