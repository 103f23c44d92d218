"""How much of what it was asked each member answered, and how much it accounted for: as a whole, by section, by goal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from pipeline.frames import conform
from pipeline.questionnaire.form import Form
from pipeline.validate.joining import mapped
from pipeline.validate.rule import QUESTION

_COUNTS: Final = ["asked", "answered", "accounted"]
_COUNTED: Final = ["member", "section", "goal", "answered", "accounted", "is_asked"]
_KEY: Final = ["member", "scope_kind", "scope"]


def completeness(
    form: Form, assessment: pd.DataFrame, members: pd.DataFrame, commitments: pd.DataFrame
) -> pd.DataFrame:
    """Count the questions asked, answered and accounted for.

    A question counts as asked where the form asks it, given the member's other answers, once per row of its table of
    repeats. Of a member without an accepted submission no answers are known: it is asked every question outside of
    repeats, and those of the repeat of commitments once per commitment in force. Shares are not rounded.

    Args:
        form: The questionnaire.
        assessment: Table ``assessment``.
        members: Table ``members``; each of them gets rows.
        commitments: Table ``commitments`` of the cycle.

    Returns:
        Table ``completeness``: per member, in their order, all, then every section of the form, then every goal that
        has questions or commitments, whether the member is asked anything there or not.
    """
    silent = members.loc[~members["member"].isin(assessment["member"].unique()), "member"].tolist()
    told = assessment.assign(is_asked=(assessment["subject"] == QUESTION) & assessment["relevant"])
    rows = (told[_COUNTED], _asked_of_silent(form, silent, commitments).assign(is_asked=True)[_COUNTED])
    scopes = {
        "all": [""],
        "section": [section.code for section in form.sections],
        "goal": _goals(form, [*assessment.loc[told["is_asked"], "goal"].dropna().unique(), *rows[1]["goal"].dropna()]),
    }
    counted = pd.concat([_count(rows, kind, names, members) for kind, names in scopes.items()], ignore_index=True)
    counted["position"] = counted["member"].map({member: place for place, member in enumerate(members["member"])})
    counted = counted.sort_values("position", kind="stable")
    return conform(
        "completeness",
        counted.assign(
            answered_share=(counted["answered"] / counted["asked"]).where(counted["asked"] > 0),
            accounted_share=(counted["accounted"] / counted["asked"]).where(counted["asked"] > 0),
        ),
    )


def _count(tables: Iterable[pd.DataFrame], kind: str, scopes: list[str], members: pd.DataFrame) -> pd.DataFrame:
    whole = pd.MultiIndex.from_product([list(members["member"]), [kind], scopes], names=_KEY).to_frame(index=False)
    whole[_COUNTS] = 0
    places = {member: place for place, member in enumerate(members["member"])}
    for rows in tables:
        at = mapped(rows["member"], places, "float64").to_numpy() * len(scopes)
        if kind != "all":
            at = at + mapped(rows[kind], {scope: place for place, scope in enumerate(scopes)}, "float64").to_numpy()
        known = ~np.isnan(at) & rows["is_asked"].to_numpy(dtype=bool)
        cell = at[known].astype(np.int64)
        for name in _COUNTS:
            counts = np.ones(len(cell), dtype=bool) if name == "asked" else rows[name].to_numpy(dtype=bool)[known]
            whole[name] += np.bincount(cell[counts], minlength=len(whole))
    return whole


def _asked_of_silent(form: Form, silent: list[str], commitments: pd.DataFrame) -> pd.DataFrame:
    """A row per question that members without a submission left unanswered."""
    repeat = form.commitments_repeat
    in_row = [question.section for question in form.in_repeat(repeat)] if repeat else []
    theirs = {member: list(group["goal"]) for member, group in commitments.groupby("member")}
    outside = [(question.section, question.goal) for question in form.in_repeat(None)]
    rows = [
        (member, section, goal)
        for member in silent
        for section, goal in (
            *outside,
            *((section, goal) for goal in theirs.get(member, []) for section in in_row),
        )
    ]
    table = pd.DataFrame(rows, columns=pd.Index(["member", "section", "goal"]), dtype="str")
    return table.assign(answered=pd.Series(False, index=table.index), accounted=pd.Series(False, index=table.index))


def _goals(form: Form, goals: Iterable[str]) -> list[str]:
    """The goals of the form's questions in their order, then further ones of commitments in the alphabet's."""
    of_form = dict.fromkeys(question.goal for question in form.asked if question.goal)
    return list(of_form | dict.fromkeys(sorted(set(goals))))
