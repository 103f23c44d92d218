"""From the tables of a cycle to those of an edition: what may not be read in it is not there.

Whatever is built from an edition's tables, by blocks of today or of tomorrow, can show nothing that is withheld: rows
of members that keep their results to themselves are taken out, and come back only as totals that tell nothing of any
single one (``suppression.py``), in the table ``withheld_results``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any, Final

import pandas as pd

from pipeline.alliance.model import Alliance
from pipeline.editions.edition import Edition
from pipeline.editions.suppression import ALLIANCE, Result, publishable
from pipeline.frames import frame
from pipeline.questionnaire.form import Form
from pipeline.report.tables import Tables, records
from pipeline.tables import RATINGS, TABLES

BLANK: Final = "withheld"
CONTACT_ROLES: Final = ("focal_point", "focal_email", "deputy", "deputy_email", "language", "approver", "signatory")
EVIDENCE_ROLES: Final = ("evidence_title", "evidence_link", "evidence_date", "evidence_of")
_FILE_COLUMNS: Final = ("file", "sender", "reference", "sha256", "detail", "decision")
_ARRIVAL_COLUMNS: Final = ("reason",)
# Tables that say the same of everybody, and tables for the secretariat alone.
_FOR_ALL: Final = ("members", "goals", "questions")
_FOR_NOBODY: Final = ("findings", "letters", "figures", "withheld_results")


def withheld_members(alliance: Alliance, tables: Tables) -> list[str]:
    """The members with an accepted submission that did not agree to the publication of their own results.

    Silence is not consent. Members without an accepted submission have no results that could be withheld.
    """
    submissions, answers = tables.submissions, tables.answers
    accepted = set(submissions.loc[submissions["status"] == "accepted", "member"].dropna())
    codes = [question.code for question in alliance.form.with_role("consent")]
    full = answers["question"].isin(codes) & (answers["row"] == "") & (answers["value"] == "full")
    agreed = set(answers.loc[full, "member"])
    return [str(code) for code in tables.members["member"] if code in accepted and code not in agreed]


def edition_tables(alliance: Alliance, tables: Tables, edition: Edition) -> Tables:
    """Take out of the tables what an edition may not show.

    Args:
        alliance: The alliance.
        tables: All tables of the cycle.
        edition: The edition.

    Returns:
        The tables of the edition, without figures: these are computed from the tables of each edition anew. Of
        the secretariat's edition they are the tables as they are.
    """
    if edition.whole:
        return replace(tables, figures=frame("figures", []))
    withheld = withheld_members(alliance, tables)
    kept = {field.name: _kept(field.name, getattr(tables, field.name), withheld) for field in fields(Tables)}
    kept["submissions"] = _submissions(tables.submissions, edition)
    kept["answers"] = _answers(alliance.form, tables.answers, withheld)
    kept["aggregate_scores"] = _aggregates(alliance, kept["aggregate_scores"], tables.commitment_scores, withheld)
    kept["withheld_results"] = withheld_results(alliance, tables.commitment_scores, withheld)
    return Tables(**kept)


def _kept(name: str, data: pd.DataFrame, withheld: Collection[str]) -> pd.DataFrame:
    """A table without the rows of some members; a table that has no member and is not known here stays empty."""
    if name in _FOR_ALL:
        return data
    if name in _FOR_NOBODY or "member" not in TABLES[name].names:
        return frame(name, [])
    return _without(data, withheld)


def _without(data: pd.DataFrame, members: Collection[str]) -> pd.DataFrame:
    return data.loc[~data["member"].isin(list(members))].reset_index(drop=True)


def _submissions(data: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    hidden = _FILE_COLUMNS if edition.arrivals else (*_FILE_COLUMNS, *_ARRIVAL_COLUMNS)
    return data.assign(**{name: data[name].where(data[name].isna(), BLANK) for name in hidden})


def _answers(form: Form, data: pd.DataFrame, withheld: Collection[str]) -> pd.DataFrame:
    """The answers of members that agreed, without contacts and documents that are not public; of others the consent."""
    roles = {question.code: question.role for question in form.questions}
    role = data["question"].map(roles)
    public = set(
        data.loc[(role == "evidence_public") & (data["value"] == "yes"), ["member", "row"]].itertuples(
            index=False, name=None
        )
    )
    is_public = pd.Series(
        [place in public for place in zip(data["member"], data["row"], strict=True)], data.index, bool
    )
    shown = ~role.isin(CONTACT_ROLES) & (is_public | ~role.isin(EVIDENCE_ROLES))
    theirs = data["member"].isin(list(withheld))
    return data.loc[(shown & ~theirs) | (theirs & (role == "consent"))].reset_index(drop=True)


def _aggregates(
    alliance: Alliance, data: pd.DataFrame, scores: pd.DataFrame, withheld: Collection[str]
) -> pd.DataFrame:
    """Only what no withheld result enters: members' own rows, and scopes in which nobody who withholds has commitments."""
    goals = set(scores.loc[scores["member"].isin(list(withheld)), "goal"])
    parents = {goal.parent for goal in alliance.operational_goals() if goal.code in goals}
    entered = [*goals, *parents, *([ALLIANCE] if goals else [])]
    own = data["level"].isin(["member", "member_goal"])
    return data.loc[own | ~data["goal"].isin(entered)].reset_index(drop=True)


def withheld_results(alliance: Alliance, scores: pd.DataFrame, withheld: Collection[str]) -> pd.DataFrame:
    """What members that keep their own results to themselves have in the totals.

    Args:
        alliance: The alliance; says how small a group may be.
        scores: Table ``commitment_scores`` of all members.
        withheld: These members.

    Returns:
        Table ``withheld_results``: one row per scope that they have commitments in, without counts where the
        totals of the scope may not be published.
    """
    theirs = [row for row in records(scores[["member", "goal", "rating"]]) if row["member"] in set(withheld)]
    results = [Result(**row) for row in theirs]
    targets = {
        target.code: [g.code for g in alliance.operational_goals(target.code)] for target in alliance.policy_targets
    }
    open_scopes = publishable(results, targets, alliance.least_members)
    goals_of = {ALLIANCE: [goal for goals in targets.values() for goal in goals], **targets}
    goals_of.update({goal: [goal] for goals in targets.values() for goal in goals})
    rows: list[dict[str, Any]] = []
    for scope, goals in goals_of.items():
        found = [result for result in results if result.goal in goals]
        if found:
            rows.append(
                {"goal": scope, "shown": scope in open_scopes, **(_counts(found) if scope in open_scopes else {})}
            )
    return frame("withheld_results", rows)


def _counts(results: list[Result]) -> dict[str, int]:
    rated = Counter(result.rating for result in results)
    counts = {name: rated[name] for name in RATINGS}
    return {"members": len({result.member for result in results}), "commitments": len(results), **counts}
