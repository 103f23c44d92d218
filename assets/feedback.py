"""Stage 4, feedback: a letter per member, prepared as files that staff open and read. Nothing is sent."""

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.resources import Workplace
from assets.table_assets import table_asset

STAGE = "feedback"


@table_asset("letters", stage=STAGE, description="The letter to each member, as an .eml file to open and read.")
def letters(
    context: dg.AssetExecutionContext,
    workplace: Workplace,
    members: pd.DataFrame,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    completeness: pd.DataFrame,
) -> dg.Output[pd.DataFrame]:
    """Write the letters to ``output/<cycle>/letters``."""
    from pipeline.feedback.letters import prepare_letters
    from pipeline.files import write_folder

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    prepared = prepare_letters(
        alliance, cycle.name, members, submissions, findings, completeness, workplace.settings.templates
    )
    folder = workplace.settings.output(cycle.name) / "letters"
    write_folder(folder, prepared.files)
    shown = ["member", "kind", "language", "recipients", "subject", "errors", "warnings", "queries", "file"]
    return dg.Output(
        prepared.letters,
        metadata={"folder": dg.MetadataValue.path(str(folder)), "overview": rows(prepared.letters, shown)},
    )
