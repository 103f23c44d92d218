"""Stage 5, score: each commitment against its target, then goals, targets, members and the alliance."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_out

STAGE = "score"


@dg.multi_asset(
    name="scoring",
    outs={
        "commitment_scores": table_out(
            "commitment_scores",
            stage=STAGE,
            description="The rating of each commitment, with everything it was computed from.",
        ),
        "aggregate_scores": table_out(
            "aggregate_scores",
            stage=STAGE,
            description="How the ratings are distributed; no score where data do not suffice, and never a rank.",
        ),
    },
    partitions_def=CYCLES,
)
def scoring(
    context: dg.AssetExecutionContext,
    workplace: Workplace,
    members: pd.DataFrame,
    goals: pd.DataFrame,
    commitments: pd.DataFrame,
    submissions: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    completeness: pd.DataFrame,
) -> Iterator[dg.Output[pd.DataFrame]]:
    """Rate by the published methods; see the annex on methodology in the report."""
    from pipeline.overview import heat_map, rating_counts
    from pipeline.score.aggregate import aggregate
    from pipeline.score.commitments import score_commitments
    from pipeline.translations import load_catalogue

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    scores = score_commitments(
        alliance.form, cycle, alliance.scoring, commitments, answers, earlier_answers, submissions, alliance.register,
        catalogues=[load_catalogue(workplace.settings.templates / "translations", code) for code in ("fr", "es")],
    )  # fmt: skip
    aggregates = aggregate(scores, members, goals, completeness, alliance.scoring)
    yield dg.Output(
        scores,
        "commitment_scores",
        metadata={
            **rating_counts(scores),
            "ratings": rows(scores, ["commitment", "member", "goal", "kind", "rating", "explanation", "flags"]),
        },
    )
    operational = [goal.code for goal in alliance.operational_goals()]
    yield dg.Output(
        aggregates, "aggregate_scores", metadata={"heat map": rows(heat_map(aggregates, members, operational))}
    )
