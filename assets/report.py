"""Stage 6, report: the progress report in Word, and the figures that it states."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_out
from pipeline.report.tables import Tables

STAGE = "report"


@dg.multi_asset(
    name="report",
    outs={
        "figures": table_out("figures", stage=STAGE, description="Every figure that the report states in its prose."),
        "word_report": dg.AssetOut(
            dagster_type=dg.Nothing,
            description="The consolidated progress report as a Word file, for the secretariat to edit and sign.",
            group_name=STAGE,
            owners=["team:secretariat"],
            kinds={"word"},
        ),
    },
    check_specs=[
        dg.AssetCheckSpec(
            "whole_and_clean",
            asset="word_report",
            description="Cross-references, fields, tables and drawings are whole, and nothing of the template is left.",
        )
    ],
    ins={field.name: dg.AssetIn(field.name) for field in fields(Tables) if field.name != "figures"},
    partitions_def=CYCLES,
)
def report(
    context: dg.AssetExecutionContext, workplace: Workplace, **tables: pd.DataFrame
) -> Iterator[dg.Output[Any] | dg.AssetCheckResult]:
    """Compute the figures once, for the prose, the tables and the data package alike; then render the report."""
    from pipeline.files import write_atomically
    from pipeline.overview import rating_counts
    from pipeline.report.document import render_report
    from pipeline.report.figures import figures
    from pipeline.report.lint import lint

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    without_figures = Tables(**tables)
    complete = replace(without_figures, figures=figures(alliance, cycle, without_figures))
    shown = ["figure", "shown", "denominator", "selection"]
    yield dg.Output(complete.figures, "figures", metadata={"figures": rows(complete.figures, shown)})

    content = render_report(alliance, cycle, complete, workplace.settings.templates)
    path = workplace.settings.output(cycle.name) / f"{alliance.code}-{cycle.name}-progress-report.docx"
    write_atomically(path, content)
    about = {"report": dg.MetadataValue.path(str(path)), "size in kB": len(content) // 1000}
    yield dg.Output(None, "word_report", metadata={**about, **rating_counts(complete.commitment_scores)})

    faults = lint(content, complete.answers["raw"].dropna())
    yield dg.AssetCheckResult(
        asset_key="word_report",
        check_name="whole_and_clean",
        passed=not faults,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"faults": "\n".join(faults)},
    )
