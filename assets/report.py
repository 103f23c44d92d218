"""Stage 6, report: the progress report in Word, and the figures that it states."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_asset
from pipeline.report.tables import Tables

STAGE = "report"
INPUTS = [field.name for field in fields(Tables) if field.name != "figures"]


@table_asset("figures", stage=STAGE, description="Every figure that the report states in its prose.", inputs=INPUTS)
def figures(context: dg.AssetExecutionContext, workplace: Workplace, **tables: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """Compute the figures once, for the prose, the tables and the data package alike."""
    from pipeline.report.figures import figures as compute_figures

    alliance = workplace.load()
    table = compute_figures(alliance, alliance.cycle(context.partition_key), Tables(**tables))
    return dg.Output(table, metadata={"figures": rows(table, ["figure", "shown", "denominator", "selection"])})


@dg.asset(
    partitions_def=CYCLES,
    ins={name: dg.AssetIn(name) for name in (*INPUTS, "figures")},
    group_name=STAGE,
    owners=["team:secretariat"],
    kinds={"word"},
    check_specs=[
        dg.AssetCheckSpec(
            "whole_and_clean",
            asset="word_report",
            description="Cross-references, fields, tables and drawings are whole, and nothing of the template is left.",
        )
    ],
    description="The consolidated progress report as a Word file, for the secretariat to edit and sign.",
)
def word_report(
    context: dg.AssetExecutionContext, workplace: Workplace, **tables: pd.DataFrame
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Render the report to ``output/<cycle>/``."""
    from pipeline.files import write_atomically
    from pipeline.overview import rating_counts
    from pipeline.report.document import render_report
    from pipeline.report.lint import lint

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    content = render_report(alliance, cycle, Tables(**tables), workplace.settings.templates)
    path = workplace.settings.output(cycle.name) / f"{alliance.code}-{cycle.name}-progress-report.docx"
    write_atomically(path, content)
    yield dg.MaterializeResult(
        metadata={
            "report": dg.MetadataValue.path(str(path)),
            "size in kB": len(content) // 1000,
            **rating_counts(tables["commitment_scores"]),
        },
    )
    faults = lint(content, tables["answers"]["raw"].dropna())
    yield dg.AssetCheckResult(
        passed=not faults, severity=dg.AssetCheckSeverity.WARN, metadata={"faults": "\n".join(faults)}
    )
