"""Stage 2, gather: from the inbox to submissions and answers. One bad file never stops the others."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.metadata import preview, rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_asset, table_out

STAGE = "gather"


@dg.multi_asset(
    name="inbox",
    outs={
        "submissions": table_out(
            "submissions",
            stage=STAGE,
            description="Everything that arrived, and what became of it: accepted, superseded, quarantined, rejected "
            "or duplicate, with the reason.",
        ),
        "answers": table_out("answers", stage=STAGE, description="Every answer of the accepted workbooks, as read."),
        "intake_notes": table_out("intake_notes", stage=STAGE, description="What was odd about accepted workbooks."),
        "places": table_out("places", stage=STAGE, description="Where each answer stands, or would stand."),
    },
    partitions_def=CYCLES,
)
def inbox(context: dg.AssetExecutionContext, workplace: Workplace) -> Iterator[dg.Output[pd.DataFrame]]:
    """Take new files into the archive, then read every archived file of the cycle."""
    from pipeline.gather.archive import Archive
    from pipeline.gather.gather import gather
    from pipeline.gather.receive import receive

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    archive = Archive(workplace.settings.archive)
    for each in (*alliance.earlier_cycles(cycle.name), cycle):
        receive(alliance, each, workplace.settings.inbox, archive)
    gathered = gather(alliance, cycle.name, archive, workplace.key(cycle))
    by_status = gathered.submissions["status"].value_counts()
    yield dg.Output(
        gathered.submissions,
        "submissions",
        metadata={
            **{str(status): int(count) for status, count in by_status.items()},
            "files": rows(gathered.submissions, ["member", "file", "received", "status", "late", "version", "detail"]),
        },
    )
    yield dg.Output(gathered.answers, "answers", metadata={"first rows": preview(gathered.answers)})
    yield dg.Output(gathered.intake_notes, "intake_notes", metadata={"first rows": preview(gathered.intake_notes)})
    yield dg.Output(gathered.places, "places", metadata={"first rows": preview(gathered.places)})


@table_asset(
    "earlier_answers",
    stage=STAGE,
    description="What members answered in the cycles before, from the archive.",
    deps=["submissions"],
)
def earlier_answers(context: dg.AssetExecutionContext, workplace: Workplace) -> dg.Output[pd.DataFrame]:
    """Read the archived files of every earlier cycle again, so that no cycle depends on another one's run."""
    from pipeline.gather.archive import Archive
    from pipeline.gather.gather import earlier_answers as read_earlier_answers

    alliance = workplace.load()
    archive = Archive(workplace.settings.archive)
    table = read_earlier_answers(
        alliance, context.partition_key, archive, workplace.key(alliance.cycle(context.partition_key))
    )
    return dg.Output(table, metadata={"first rows": preview(table)})
