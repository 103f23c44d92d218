"""Stage 4, feedback: a letter per member, prepared as files that staff open and read. Nothing is sent."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_asset, table_out

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


@dg.multi_asset(
    name="letters_ledger",
    outs={
        "ledger": table_out(
            "ledger",
            stage=STAGE,
            description="Every letter that staff approved, whether it was sent, and what came back for it.",
        ),
        "told": table_out("told", stage=STAGE, description="The findings that members were told in letters so far."),
    },
    # Gathering writes down what the mailbox says about letters.
    deps=["submissions"],
    partitions_def=CYCLES,
)
def letters_ledger(context: dg.AssetExecutionContext, workplace: Workplace) -> Iterator[dg.Output[pd.DataFrame]]:
    """Show the ledger of letters as it stands; what is in it is never changed here."""
    from pipeline.feedback.ledger import Ledger
    from pipeline.feedback.ledger_overview import ledger_overview

    with Ledger.open(workplace.settings.ledger) as ledger:
        letters, told = ledger.letters(context.partition_key), ledger.told(context.partition_key)
    yield dg.Output(letters, "ledger", metadata={name: rows(part) for name, part in ledger_overview(letters).items()})
    yield dg.Output(told, "told", metadata={"findings": rows(told)})
