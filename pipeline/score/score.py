"""The whole stage: commitments rated, their change since the last cycle, and both brought together for every level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.score.aggregate import aggregate
from pipeline.score.change_counts import change_counts
from pipeline.score.changes import score_changes, with_moved_posts
from pipeline.score.commitments import score_commitments
from pipeline.translations import Catalogue


@dataclass(frozen=True)
class Scored:
    """The tables of these names."""

    commitment_scores: pd.DataFrame
    aggregate_scores: pd.DataFrame
    score_changes: pd.DataFrame
    change_counts: pd.DataFrame


def score(
    alliance: Alliance,
    cycle: Cycle,
    members: pd.DataFrame,
    goals: pd.DataFrame,
    commitments: pd.DataFrame,
    submissions: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    completeness: pd.DataFrame,
    catalogues: Sequence[Catalogue] = (),
) -> Scored:
    """Score a cycle.

    Args:
        alliance: The alliance.
        cycle: The reporting cycle.
        members: Table of this name, as all that follow.
        goals: Policy targets and operational goals.
        commitments: Those in force.
        submissions: What arrived.
        answers: Those of this cycle.
        earlier_answers: Those of all cycles before.
        completeness: Questions that are accounted for.
        catalogues: The words of stocktake in French and Spanish.
    """
    said = (answers, earlier_answers, submissions)
    scores = score_commitments(
        alliance.form, cycle, alliance.scoring, commitments, *said, alliance.register, catalogues=catalogues
    )
    changes = score_changes(alliance, cycle, commitments, *said, scores)
    scores = with_moved_posts(scores, changes)
    aggregates = aggregate(scores, members, goals, completeness, alliance.scoring)
    return Scored(scores, aggregates, changes, change_counts(changes, members, goals))
