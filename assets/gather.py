"""Stage 2, gather: from the inbox to submissions and answers. One bad file never stops the others."""

from collections.abc import Iterator, Sequence

import dagster as dg
import pandas as pd

from assets.metadata import LEFT_OUT, preview, rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_out
from pipeline.gather.intake import LeftOut

STAGE = "gather"
_TO_DECIDE = ["submission", "member", "file", "sender", "received", "reason", "detail"]
_FILES = ["submission", "member", "file", "way", "received", "status", "late", "version", "detail", "decision"]


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
    from pipeline.feedback.ledger import Ledger
    from pipeline.feedback.replies import record_replies
    from pipeline.gather.archive import Archive
    from pipeline.gather.gather import gather
    from pipeline.gather.receive import receive

    alliance, settings = workplace.load(), workplace.settings
    cycle = alliance.cycle(context.partition_key)
    archive = Archive(settings.archive)
    received = [
        receive(alliance, each, settings.inbox, archive) for each in (*alliance.earlier_cycles(cycle.name), cycle)
    ]
    gathered = gather(alliance, cycle, archive, workplace.key(cycle), settings.cache)
    with Ledger.open(settings.ledger) as ledger:
        left_out = record_replies(ledger, [item for each in received for item in each.left_out])
    metadata = _story(gathered.submissions, left_out)
    counts = {"parsed": gathered.parsed, "unchanged, not parsed again": gathered.known}
    yield dg.Output(gathered.submissions, "submissions", metadata={**metadata, **counts})
    yield dg.Output(gathered.answers, "answers", metadata={"first rows": preview(gathered.answers)})
    yield dg.Output(gathered.intake_notes, "intake_notes", metadata={"first rows": preview(gathered.intake_notes)})
    yield dg.Output(gathered.places, "places", metadata={"first rows": preview(gathered.places)})


def _story(submissions: pd.DataFrame, left_out: Sequence[LeftOut]) -> dict[str, int | dg.TableMetadataValue]:
    """What staff look at after a run: what came by which way, what they have to decide about, what was passed over."""
    by_way = submissions.groupby(["way", "status"]).size().reset_index(name="files")
    passed_over = pd.DataFrame(
        [(item.file, item.reason) for item in left_out], columns=["file", "reason"]
    ).drop_duplicates()
    to_decide = submissions[submissions["status"] == "quarantined"]
    return {
        **{str(status): int(count) for status, count in submissions["status"].value_counts().items()},
        "by way": rows(by_way),
        "to decide in decisions.csv": rows(to_decide, _TO_DECIDE),
        LEFT_OUT: rows(passed_over),
        "files": rows(submissions, _FILES),
    }


@dg.multi_asset(
    name="earlier_cycles",
    outs={
        "earlier_answers": table_out(
            "earlier_answers", stage=STAGE, description="What members answered in the cycles before, from the archive."
        ),
        "earlier_notes": table_out(
            "earlier_notes",
            stage=STAGE,
            description="What was odd about the workbooks of the cycles before, seen with the questionnaire of today.",
        ),
    },
    deps=["submissions"],
    partitions_def=CYCLES,
)
def earlier_cycles(context: dg.AssetExecutionContext, workplace: Workplace) -> Iterator[dg.Output[pd.DataFrame]]:
    """Read the archived files of every earlier cycle again, so that no cycle depends on another one's run."""
    from pipeline.gather.archive import Archive
    from pipeline.gather.gather import gather_earlier

    alliance = workplace.load()
    archive = Archive(workplace.settings.archive)
    cycle = alliance.cycle(context.partition_key)
    earlier = gather_earlier(alliance, cycle, archive, workplace.key, workplace.settings.cache)
    yield dg.Output(earlier.answers, "earlier_answers", metadata={"first rows": preview(earlier.answers)})
    yield dg.Output(earlier.notes, "earlier_notes", metadata={"first rows": preview(earlier.notes)})
