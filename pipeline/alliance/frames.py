"""The alliance on one day, and the tables that come straight from its files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import pandas as pd

from pipeline.alliance.codes import territory_name
from pipeline.alliance.model import Alliance, Cycle, Dated, Member, Membership
from pipeline.frames import conform, frame

_TABLE_LANGUAGES: Final = ("en", "fr", "es")
_WITH_SIGN: Final = ("numeric", "growth_rule", "directional")


def members_on(alliance: Alliance, day: date) -> tuple[Member, ...]:
    """The members on a day, in the alliance's own order.

    Args:
        alliance: The alliance.
        day: Membership, names, footnotes and groups are those of this day.

    Returns:
        The members, their positions counted from 1 without a gap.
    """
    holding = _holding(alliance.memberships, day)
    return tuple(_member(alliance, membership, position, day) for position, membership in enumerate(holding, 1))


def member_name(alliance: Alliance, member: str, language: str, day: date) -> str:
    """The name of a member on a day.

    Args:
        alliance: The alliance.
        member: Code of the member.
        language: Language code, e.g. fr.
        day: The day.

    Returns:
        The alliance's own name of that day where names.csv has one, else that of CLDR, else the code. Source: Unicode
        CLDR as Babel carries it.
    """
    for name in alliance.names:
        if name.member == member and name.language == language and name.holds_on(day):
            return name.name
    return territory_name(member, language) or member


def members_table(alliance: Alliance, cycle: Cycle) -> pd.DataFrame:
    """The table ``members``: one row per member on the cycle's report date, in the alliance's own order."""
    return frame(
        "members",
        [
            {
                "member": member.code,
                "position": member.position,
                **{f"name_{language}": member.names[language] for language in _TABLE_LANGUAGES},
                "footnote": member.footnotes.get("en"),
                "language": member.language,
                "groups": " ".join(member.groups) or None,
                "since": member.since,
                "time_zone": member.time_zone,
            }
            for member in members_on(alliance, cycle.report_date)
        ],
    )


def goals_table(alliance: Alliance) -> pd.DataFrame:
    """The table ``goals``: one row per policy target and operational goal, in the alliance's own order."""
    return frame(
        "goals",
        [
            {
                "goal": goal.code,
                "position": position,
                "kind": goal.kind,
                "parent": goal.parent,
                "text_en": goal.text("en"),
                "wording": goal.wording,
            }
            for position, goal in enumerate(alliance.goals, 1)
        ],
    )


def questions_table(alliance: Alliance) -> pd.DataFrame:
    """The table ``questions``: one row per question that members answer, in the order of the questionnaire."""
    return frame(
        "questions",
        [
            {
                "question": question.code,
                "position": question.position,
                "section": question.section,
                "repeat": question.repeat,
                "type": question.type,
                "choices": question.choices,
                "goal": question.goal,
                "indicator": question.indicator,
                "role": question.role,
                "unit": question.unit or None,
                "severity": question.severity,
                "label_en": question.texts.get("label", "en"),
            }
            for question in alliance.form.asked
        ],
    )


def commitments_table(alliance: Alliance, cycle: Cycle) -> pd.DataFrame:
    """The table ``commitments``: one row per commitment in force in a cycle.

    In force are the commitments of those that are members on the cycle's report date, made in this cycle or in one
    that was reported before, but for those that another one of them names as its predecessor: it continues them, and
    what is promised once is counted once. What the register leaves open is filled in where it can only be one thing: a weight is 1,
    the direction of a growth rule is 1, and the sign of a series is that of its baseline, 1 where there is none. The
    direction of any other series is never guessed.

    Args:
        alliance: The alliance.
        cycle: The cycle.

    Returns:
        A frame with the columns of the table ``commitments``, members in the alliance's own order, ids ascending.
    """
    position = {member.code: member.position for member in members_on(alliance, cycle.report_date)}
    made = [other.name for other in alliance.cycles.values() if other.report_date <= cycle.report_date]
    register = alliance.register
    found = register[register["member"].isin(list(position)) & register["since_cycle"].isin(made)]
    found = found[~found["commitment"].isin(found["predecessor"].dropna())]
    found = found.assign(position=found["member"].map(position)).sort_values(["position", "commitment"])
    more = (found["kind"] == "growth_rule") & found["direction"].isna()
    unsigned = found["kind"].isin(_WITH_SIGN) & found["sign"].isna()
    negative = (found["baseline_value"] < 0).fillna(value=False)
    found = found.assign(
        weight=found["weight"].fillna(1.0),
        direction=found["direction"].mask(more, 1),
        sign=found["sign"].mask(unsigned & negative, -1).mask(unsigned & ~negative, 1),
    )
    return conform("commitments", found)


def _holding(memberships: Iterable[Membership], day: date) -> list[Membership]:
    return [membership for membership in memberships if membership.holds_on(day)]


def _member(alliance: Alliance, membership: Membership, position: int, day: date) -> Member:
    code = membership.member
    languages = dict.fromkeys((*alliance.languages, *_TABLE_LANGUAGES))
    if membership.since is None:
        raise ValueError(f"The membership of {code} has no first day.")
    return Member(
        code=code,
        position=position,
        names={language: member_name(alliance, code, language, day) for language in languages},
        footnotes={note.language: note.text for note in alliance.footnotes if _is_of(note, note.member, code, day)},
        language=membership.language,
        time_zone=membership.time_zone,
        groups=tuple(item.group for item in alliance.groups if _is_of(item, item.member, code, day)),
        since=membership.since,
    )


def _is_of(item: Dated, member: str, code: str, day: date) -> bool:
    return member == code and item.holds_on(day)
