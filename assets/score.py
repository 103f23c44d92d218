"""Stage 5, score: each commitment against its target, then goals, targets, members and the alliance."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.metadata import picture, rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_asset, table_out
from pipeline.score.looked_at import LOOKED_AT

STAGE = "score"
_RATED = ["commitment", "member", "goal", "kind", "rating", "explanation", "flags"]
_CHANGED = ["commitment", "member", "goal", "change", "reason", "rating_before", "rating_now", "goal_posts_moved"]


@dg.multi_asset(
    name="scoring",
    ins={name: dg.AssetIn(metadata={"columns": list(columns)}) for name, columns in LOOKED_AT.items()},
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
    from pipeline import plots
    from pipeline.overview import change_totals, heat_map, rating_counts
    from pipeline.report.shell import SHELL, rating_looks, read_shell
    from pipeline.score.score import score
    from pipeline.translations import load_catalogue

    alliance, templates = workplace.load(), workplace.settings.templates
    cycle = alliance.cycle(context.partition_key)
    words = [load_catalogue(templates / "translations", code) for code in ("fr", "es")]
    tables = (members, goals, commitments, submissions, answers, earlier_answers, completeness)
    scored = score(alliance, cycle, *tables, words)
    ratings, aggregates = scored.commitment_scores, scored.aggregate_scores
    goal_codes = [goal.code for goal in alliance.operational_goals()]
    colours = rating_looks(read_shell(templates / SHELL))
    bars = picture(plots.distribution(aggregates, colours), "Ratings per goal")
    drawn = picture(plots.heat_map(aggregates, members, goal_codes, colours), "Ratings of members and goals")
    told = {**rating_counts(ratings), "ratings per goal": bars, "ratings": rows(ratings, _RATED)}
    yield dg.Output(ratings, "commitment_scores", metadata=told)
    as_table = rows(heat_map(aggregates, members, goal_codes))
    yield dg.Output(aggregates, "aggregate_scores", metadata={"heat map": drawn, "heat map as a table": as_table})
    changes, counts = scored.score_changes, scored.change_counts
    yield dg.Output(changes, "score_changes", metadata={**change_totals(changes), "changes": rows(changes, _CHANGED)})
    bars = picture(plots.changes(counts, colours), "Change since the last cycle, per goal")
    yield dg.Output(counts, "change_counts", metadata={"changes per goal": bars, "changes": rows(counts)})


@table_asset(
    "composite_scores",
    stage=STAGE,
    description="A composite indicator where the alliance has a composite.csv, else empty; never a rank.",
    deps=["findings"],  # whose check stops what would tell one member of another
)
def composite_scores(
    workplace: Workplace, members: pd.DataFrame, answers: pd.DataFrame, submissions: pd.DataFrame
) -> dg.Output[pd.DataFrame]:
    """Normalise, weigh and bring together the numbers of indicators; see docs/composite.md."""
    from pipeline.composite.members import member_composite

    table = member_composite(workplace.load(), members, answers, submissions)
    return dg.Output(table, metadata={"scores": rows(table)})
