"""Stage 6, report: the progress report in Word, and the figures that it states."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_out
from pipeline.report.tables import STAGE_TABLES, Tables

STAGE = "report"


@dg.multi_asset(
    name="report",
    outs={
        "figures": table_out("figures", stage=STAGE, description="Every figure that the report states in its prose."),
        "withheld_results": table_out(
            "withheld_results",
            stage=STAGE,
            description="What members that keep their results to themselves have in the totals of the members' and the "
            "public edition, and which of these totals may not be shown.",
        ),
        "word_report": dg.AssetOut(
            dagster_type=dg.Nothing,
            description="The consolidated progress report as Word files, for the secretariat to edit and sign: its own "
            "edition, that of the members and the public one.",
            group_name=STAGE,
            owners=["team:secretariat"],
            kinds={"word"},
        ),
    },
    check_specs=[
        dg.AssetCheckSpec(
            "whole_and_clean",
            asset="word_report",
            description="In every edition cross-references, fields, tables and drawings are whole, and nothing of the template "
            "is left.",
        )
    ],
    ins={name: dg.AssetIn(name) for name in STAGE_TABLES},
    partitions_def=CYCLES,
)
def report(
    context: dg.AssetExecutionContext, workplace: Workplace, **tables: pd.DataFrame
) -> Iterator[dg.Output[Any] | dg.AssetCheckResult]:
    """Compute the figures once per edition, for its prose and its tables alike; then render its report."""
    from pipeline.files import write_atomically
    from pipeline.overview import rating_counts
    from pipeline.report.editions import edition_reports

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    reports = list(edition_reports(alliance, cycle, Tables(**tables), workplace.settings.templates))
    whole = reports[0].tables
    shown = ["figure", "shown", "denominator", "selection"]
    yield dg.Output(whole.figures, "figures", metadata={"figures": rows(whole.figures, shown)})

    withheld = reports[-1].tables.withheld_results
    yield dg.Output(withheld, "withheld_results", metadata={"scopes": rows(withheld, ["goal", "shown", "members"])})

    folder = workplace.settings.output(cycle.name)
    for report in reports:
        write_atomically(folder / report.file, report.content)
    about = {report.edition.title: dg.MetadataValue.path(str(folder / report.file)) for report in reports}
    yield dg.Output(None, "word_report", metadata={**about, **rating_counts(whole.commitment_scores)})

    faults = [f"{report.edition.title}: {fault}" for report in reports for fault in report.faults]
    yield dg.AssetCheckResult(
        asset_key="word_report",
        check_name="whole_and_clean",
        passed=not faults,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"faults": "\n".join(faults)},
    )
