"""From commitments up: the distribution of ratings, coverage and scores of goals, members and the alliance.

The distribution comes first; a mean score stands only beside it. There are no ranks: rows are in the alliance's own
order. Below the alliance's threshold (share of commitments that are rated, and share of questions that are accounted
for) no rating and no score is shown, and the reason is given instead.

Source: sufficiency threshold as in the OECD/JRC Handbook on Constructing Composite Indicators (data availability);
the interval for missing scores puts every one of them at the end of the scale, as a bound and not as an estimate.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.alliance.model import ScoringSettings
from pipeline.frames import conform
from pipeline.score.method import methods
from pipeline.score.wording import Words, percent
from pipeline.tables import RATINGS
from pipeline.translations import Catalogue

KEY: Final = ["level", "member", "goal"]
LOWEST, HIGHEST = -5.0, 5.0
_RATED: Final = RATINGS[:-1]
_SAME = 1e-12
_ENGLISH: Final = Words(Catalogue("en"))


def aggregate(
    scores: pd.DataFrame,
    members: pd.DataFrame,
    goals: pd.DataFrame,
    completeness: pd.DataFrame,
    scoring: ScoringSettings,
) -> pd.DataFrame:
    """Bring the scores of commitments together for every level.

    Args:
        scores: Table ``commitment_scores``.
        members: Table ``members``; each has a row, also one without commitments.
        goals: Table ``goals``; each has a row.
        completeness: Table ``completeness``.
        scoring: The threshold of the sufficiency gate.

    Returns:
        Table ``aggregate_scores``: the alliance, policy targets, operational goals, members, and every member's goals in
        which it has commitments; each in the alliance's order. The low and the high score are given below the threshold
        too. Scores that a method never gives (milestones, ...) are not missing.
    """
    table = scopes(scores, members, goals)
    sums = _sums(scores, goals).reindex(pd.MultiIndex.from_frame(table), fill_value=0)
    accounted = _accounted(completeness, members, goals).reindex(sums.index)
    table = table.assign(**{name: sums[name].to_numpy() for name in ("commitments", "rated", *RATINGS)})
    table["coverage"] = _ratio(sums["weight_rated"], sums["weight"])
    table["accounted_share"] = _ratio(accounted["accounted"], accounted["asked"])
    least = scoring.threshold - _SAME
    enough = (table["coverage"] >= least) & (table["accounted_share"] >= least)
    table["sufficient"] = enough & (table["commitments"] > 0)
    table["reason"] = [_reason(row, scoring.threshold) for row in table.to_dict("records")]
    table["rating"] = np.where(table["sufficient"], _lower_median(sums), "not_available")
    table["mean_score"] = np.where(table["sufficient"], _ratio(sums["points"], sums["weight_scored"]), np.nan)
    missing = sums["weight_scorable"] - sums["weight_scored"]
    table["low_score"] = _ratio(sums["points"] + LOWEST * missing, sums["weight_scorable"])
    table["high_score"] = _ratio(sums["points"] + HIGHEST * missing, sums["weight_scorable"])
    return conform("aggregate_scores", table)


def scopes(of: pd.DataFrame, members: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    """One row per scope in the alliance's order: level, member and goal.

    Args:
        of: What is counted, a row per commitment, with member and goal.
        members: Table ``members``.
        goals: Table ``goals``.
    """
    codes = members.sort_values("position")["member"].tolist()
    ordered = goals.sort_values("position")
    targets = ordered.loc[ordered["kind"] == "policy_target", "goal"].tolist()
    operational = ordered.loc[ordered["kind"] == "operational_goal", "goal"].tolist()
    made = set(zip(of["member"], of["goal"], strict=True))
    rows = [
        ("alliance", "", ""),
        *(("target", "", goal) for goal in targets),
        *(("goal", "", goal) for goal in operational),
        *(("member", member, "") for member in codes),
        *(("member_goal", member, goal) for member in codes for goal in operational if (member, goal) in made),
    ]
    return pd.DataFrame(rows, columns=pd.Index(KEY))


def _sums(scores: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    # Counts and weighted sums per scope.
    scored = {method.name for method in methods().values() if method.scored}
    weight = scores["weight"].astype("float64").fillna(1.0)
    rated = scores["rating"] != "not_available"
    has_score = scores["score"].notna()
    facts = pd.DataFrame(
        {
            "commitments": 1,
            "rated": rated.astype(int),
            **{name: (scores["rating"] == name).astype(int) for name in RATINGS},
            "weight": weight,
            "weight_rated": weight.where(rated, 0.0),
            "weight_scored": weight.where(has_score, 0.0),
            "weight_scorable": weight.where(has_score | scores["method"].isin(list(scored)), 0.0),
            "points": (weight * scores["score"]).where(has_score, 0.0),
        }
    )
    return placed(facts, scores, goals).groupby(KEY, sort=False).sum()


def placed(facts: pd.DataFrame, of: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    """Put the facts of each commitment into every scope that it belongs to.

    Args:
        facts: A row per commitment, whatever is to be counted or summed.
        of: The same commitments, with member and goal.
        goals: Table ``goals``.

    Returns:
        A row per commitment and level, the facts with the columns of KEY.
    """
    parent = goals.set_index("goal")["parent"]
    places = {
        "alliance": ("", ""),
        "target": ("", of["goal"].map(parent)),
        "goal": ("", of["goal"]),
        "member": (of["member"], ""),
        "member_goal": (of["member"], of["goal"]),
    }
    return pd.concat([facts.assign(level=level, member=member, goal=goal) for level, (member, goal) in places.items()])


def _accounted(completeness: pd.DataFrame, members: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    # Questions asked and accounted for per scope; above members the sum over them.
    told = completeness[completeness["member"].isin(members["member"])]
    counts = told[["member", "scope", "asked", "accounted"]].rename(columns={"scope": "goal"})
    whole = counts[told["scope_kind"] == "all"].assign(goal="")
    by_goal = counts[told["scope_kind"] == "goal"]
    by_target = by_goal.assign(goal=by_goal["goal"].map(goals.set_index("goal")["parent"]), member="")
    parts = [
        whole.assign(level="alliance", member=""),
        by_target.assign(level="target"),
        by_goal.assign(level="goal", member=""),
        whole.assign(level="member"),
        by_goal.assign(level="member_goal"),
    ]
    return pd.concat(parts).groupby(KEY, sort=False)[["asked", "accounted"]].sum()


def _ratio(part: pd.Series, whole: pd.Series) -> Any:
    above, below = (side.to_numpy(dtype="float64", na_value=np.nan) for side in (part, whole))
    with np.errstate(all="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _lower_median(sums: pd.DataFrame) -> Any:
    # From the best: the first rating by which more than half of the rated are counted; of two middle ones the worse.
    counts = sums[list(_RATED)].to_numpy(dtype="int64")
    reached = counts.cumsum(axis=1) > (counts.sum(axis=1) // 2)[:, None]
    return np.where(reached.any(axis=1), np.array(_RATED, dtype=object)[reached.argmax(axis=1)], "not_available")


def _reason(row: dict[Any, Any], threshold: float) -> str | None:
    if row["sufficient"]:
        return None
    if row["commitments"] == 0:
        return "There is no commitment in scope."
    least = f"at least {percent(_ENGLISH, threshold)} needed"
    found: list[str] = []
    if not row["coverage"] >= threshold - _SAME:
        share = (
            f"{percent(_ENGLISH, row['coverage'], apart=threshold)} by weight, {least}"
            if pd.notna(row["coverage"])
            else least
        )
        counted = f"{row['commitments']:,} {'commitment' if row['commitments'] == 1 else 'commitments'}"
        verb = "is" if 1 in (row["rated"], row["commitments"]) else "are"
        found.append(f"{row['rated']:,} of {counted} {verb} rated ({share})")
    if pd.isna(row["accounted_share"]):
        found.append("it is not known how many of the questions are accounted for")
    elif row["accounted_share"] < threshold - _SAME:
        found.append(
            f"{percent(_ENGLISH, row['accounted_share'], apart=threshold)} of the questions are accounted for ({least})"
        )
    return f"{'; '.join(found).capitalize()}."
