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
        "score_changes": table_out(
            "score_changes",
            stage=STAGE,
            description="What became of each rating since the last cycle, and which goal posts moved.",
        ),
        "change_counts": table_out(
            "change_counts", stage=STAGE, description="How many ratings got better, stayed or got worse."
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
    from pipeline.score.change_counts import change_counts
    from pipeline.score.changes import score_changes, with_moved_posts
    from pipeline.score.commitments import score_commitments
    from pipeline.translations import load_catalogue

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    scores = score_commitments(
        alliance.form, cycle, alliance.scoring, commitments, answers, earlier_answers, submissions, alliance.register,
        catalogues=[load_catalogue(workplace.settings.templates / "translations", code) for code in ("fr", "es")],
    )  # fmt: skip
    changes = score_changes(alliance, cycle, commitments, answers, earlier_answers, submissions, scores)
    scores = with_moved_posts(scores, changes)
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
    yield dg.Output(
        changes,
        "score_changes",
        metadata={
            **{str(name): int(count) for name, count in changes["change"].value_counts().items()},
            "changes": rows(
                changes,
                ["commitment", "member", "goal", "change", "reason", "rating_before", "rating_now", "goal_posts_moved"],
            ),
        },
    )
    counts = change_counts(changes, members, goals)
    yield dg.Output(counts, "change_counts", metadata={"changes by scope": rows(counts)})
