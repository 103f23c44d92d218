"""The table ``composite_scores``: the composite of an alliance's members in one cycle."""

from __future__ import annotations

import pandas as pd

from pipeline.alliance.model import Alliance
from pipeline.composite.composite import compute
from pipeline.composite.normalise import NO_VALUE
from pipeline.composite.number import LARGEST
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import UNIT
from pipeline.frames import conform, frame
from pipeline.score.facts import Subjects, numbers_of, read_facts, why_missing


def member_composite(
    alliance: Alliance, members: pd.DataFrame, answers: pd.DataFrame, submissions: pd.DataFrame
) -> pd.DataFrame:
    """Compute the alliance's composite from the answers of a cycle.

    Args:
        alliance: Its structure, its settings and the questionnaire: the value of an indicator is the answer to its
            question of the role ``value``.
        members: Table ``members``.
        answers: Table ``answers``; only those of accepted submissions count.
        submissions: Table ``submissions``.

    Returns:
        Table ``composite_scores``: every member, in the alliance's order; empty where there is no composite.
    """
    structure = alliance.composite
    if structure is None:
        return frame("composite_scores", [])
    accepted = submissions[submissions["status"] == "accepted"]
    facts = read_facts(alliance.form, answers[answers["submission"].isin(accepted["submission"])])
    codes = [str(code) for code in members.sort_values("position")["member"]]
    values, reasons = {}, {}
    for node in structure.indicators:
        found = facts.of("value", Subjects.of(codes, [node.code] * len(codes)))
        numbers = numbers_of(found)
        values[node.code] = numbers.where(numbers.abs() <= LARGEST).to_numpy(dtype="float64")
        reasons |= {(code, node.code): why for code, why in zip(codes, why_missing(found), strict=True)}
    table = compute(structure, codes, values, alliance.scoring.composite or CompositeSettings()).long()
    silent = set(codes) - set(accepted["member"])
    table["reason"] = [
        _why(reason, reasons.get((unit, code)), silent=unit in silent)
        for unit, code, reason in zip(table[UNIT], table["code"], table["reason"], strict=True)
    ]
    return conform("composite_scores", table.rename(columns={UNIT: "member"}))


def _why(reason: str | None, answered: str | None, *, silent: bool) -> str | None:
    """Why there is no score; of an indicator without a value, why there is none."""
    if reason != NO_VALUE:
        return reason
    return "no_submission" if silent else answered or NO_VALUE
