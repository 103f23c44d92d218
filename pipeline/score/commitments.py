"""The table ``commitment_scores``: each commitment with its inputs, rating, and the rating explained in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.alliance.model import Cycle, ScoringSettings
from pipeline.frames import conform
from pipeline.questionnaire.form import Form
from pipeline.score.explanations import explanations, words_of
from pipeline.score.facts import plain
from pipeline.score.inputs import score_inputs
from pipeline.score.method import OUTCOME, Method, methods
from pipeline.score.methods.growth_rule import READINGS
from pipeline.tables import TABLES
from pipeline.translations import Catalogue

DEFAULTS: Final[Mapping[str, str]] = {
    "numeric": "growth_ratio",
    "growth_rule": "growth_rule",
    "directional": "directional",
    "milestone": "milestone",
    "checklist": "checklist",
}
ALTERNATIVES: Final = ("growth_ratio", "projection", "linear_gap")


def score_commitments(
    form: Form,
    cycle: Cycle,
    scoring: ScoringSettings,
    commitments: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    submissions: pd.DataFrame,
    register: pd.DataFrame | None = None,
    *,
    catalogues: Sequence[Catalogue] = (),
) -> pd.DataFrame:
    """Rate every commitment in force by its method, and explain each rating in words.

    Args:
        form: The questionnaire.
        cycle: The reporting cycle.
        scoring: Methods per kind and weights per goal.
        commitments: Table ``commitments``.
        answers: Table ``answers``.
        earlier_answers: Table ``earlier_answers``.
        submissions: Table ``submissions``; members without an accepted one are not available.
        register: All commitments ever made, in which those in force are followed back to what they continue; without
            it, no further than to their predecessors.
        catalogues: The words of stocktake in French and Spanish, in which ratings are explained beside English; the
            column of a language that is left out stays empty.

    Returns:
        Table ``commitment_scores`` in the order of ``commitments``. Each row can be recomputed from itself: the inputs
        are those that the method named in it was given. ``weight`` is the commitment's own times that of its goal.

    Raises:
        ValueError: A commitment or the settings name a method that does not exist or cannot rate that kind.
    """
    scores = rate_commitments(form, cycle, scoring, commitments, answers, earlier_answers, submissions, register)
    spoken = [words_of(form, catalogue, scoring.units) for catalogue in (Catalogue("en"), *catalogues)]
    return conform("commitment_scores", scores.assign(**explanations(scores, methods(), spoken)))


def rate_commitments(
    form: Form,
    cycle: Cycle,
    scoring: ScoringSettings,
    commitments: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    submissions: pd.DataFrame,
    register: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rate every commitment in force by its method, as :func:`score_commitments`, without the words.

    Returns:
        All columns of ``commitment_scores`` but the explanations, in the order of ``commitments``.
    """
    known = methods()
    inputs = score_inputs(
        form, cycle, commitments, answers, earlier_answers, submissions, register, oldest_value=scoring.oldest_value
    )
    inputs["method"] = _chosen(commitments, scoring, known)
    inputs["method_version"] = inputs["method"].map({name: method.version for name, method in known.items()})
    inputs["overdue"] = _overdue(inputs)
    own = commitments["weight"].astype("float64").reset_index(drop=True).fillna(1.0)
    of_goal = inputs["goal"].astype(object).map(dict(scoring.goal_weights)).astype("float64").fillna(1.0)
    inputs["weight"] = own * of_goal
    scores = rate(inputs, known)
    scores["overdue"] = scores["overdue"].mask(scores["rating"] == "achieved", other=False)
    late = scores["overdue"].fillna(value=False).astype(bool)
    scores["flags"] = merged(scores["flags"], late.map({True: "overdue", False: None}))
    return scores


def rate(inputs: pd.DataFrame, known: Mapping[str, Method]) -> pd.DataFrame:
    """Rate rows by the method that each names, numeric ones under the alternative methods too.

    Args:
        inputs: Input columns of ``commitment_scores``, and ``reason`` where a row cannot be rated.
        known: The methods by name.

    Returns:
        The inputs with the outcome columns, all columns of ``commitment_scores`` but ``explanation``.
    """
    scores = inputs.copy()
    for name in TABLES["commitment_scores"].names:
        if name not in scores.columns:
            scores[name] = np.nan if name in ("progress_value", "score", "required_value") else None
    preset = scores["reason"].notna()
    parts = [
        _outcome(part, known[str(name)]).assign(preset_flags=part["flags"])
        for name, part in scores.groupby("method", sort=True)
    ]
    rated = pd.concat(parts).reindex(scores.index) if parts else scores
    for column in (
        *OUTCOME,
        "required_value",
        *(f"{what}_{name}" for what in ("meets", "rating") for name in READINGS),
    ):
        if column in rated.columns and column != "flags":
            scores[column] = scores[column].where(preset & (column == "reason"), rated[column])
    if parts:
        scores["flags"] = merged(rated["preset_flags"], rated["flags"])
    numeric = scores["kind"] == "numeric"
    for name in ALTERNATIVES:
        scores.loc[numeric, f"rating_{name}"] = _outcome(inputs[numeric], known[name])["rating"]
    return scores


def _outcome(inputs: pd.DataFrame, method: Method) -> pd.DataFrame:
    # A row with a reason is not available, whatever the method makes of it; it keeps no number.
    result = method.rate(inputs)
    blocked = inputs["reason"].notna()
    result.loc[blocked, ["progress_value", "score"]] = np.nan
    result.loc[blocked, [name for name in result.columns if name.startswith("rating")]] = "not_available"
    result["flags"] = result["flags"].where(~blocked, None)
    return result


def merged(first: pd.Series, second: pd.Series) -> list[str | None]:
    """Return :func:`merged_flags` of two columns, row by row."""
    pairs = list(zip(first.astype(object).tolist(), second.astype(object).tolist(), strict=True))
    known = {pair: merged_flags(*pair) for pair in set(pairs)}
    return [known[pair] for pair in pairs]


def merged_flags(first: Any, second: Any) -> str | None:
    """The codes of both, separated by blanks, each once; None where there are none."""
    codes = [code for text in (first, second) if isinstance(text, str) for code in text.split()]
    return " ".join(dict.fromkeys(codes)) or None


def _chosen(commitments: pd.DataFrame, scoring: ScoringSettings, known: Mapping[str, Method]) -> list[str]:
    defaults = {kind: scoring.methods.get(kind, DEFAULTS[kind]) for kind in DEFAULTS}
    chosen = commitments["method"].fillna(commitments["kind"].map(defaults))
    for kind, name in (
        commitments[["kind"]].assign(method=chosen).drop_duplicates().astype(object).itertuples(index=False)
    ):
        if name not in known or kind not in known[name].kinds:
            one = commitments.loc[(commitments["kind"] == kind) & (chosen == name), "commitment"].iloc[0]
            fitting = ", ".join(sorted(other.name for other in known.values() if kind in other.kinds))
            raise ValueError(f"{one} is {kind} and cannot be rated by the method {name}; there is {fitting}.")
    return [str(name) for name in plain(chosen)]


def _overdue(inputs: pd.DataFrame) -> pd.Series:
    # Missing where there is no due date, or where it is not known whether the commitment is complete.
    past = inputs["past_due"].astype("boolean").mask(inputs["due_date"].isna())
    done = (inputs["status"] == "complete").astype("boolean")
    all_in_place = (inputs["elements_in_place"] >= inputs["elements_total"]).astype("boolean")
    done = done.mask(inputs["kind"] == "checklist", all_in_place)
    valued = ~inputs["kind"].isin(["milestone", "checklist"])
    done = done.mask(valued, other=False)
    return (past & ~done).mask(inputs["reason"].notna())
