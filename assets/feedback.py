"""Stage 4, feedback: a letter per member, prepared as files that staff open and read. Nothing is sent."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_asset, table_out

if TYPE_CHECKING:
    from pipeline.feedback.letters import Prepared

STAGE = "feedback"


@table_asset("letters", stage=STAGE, description="The letter to each member, as an .eml file to open and read.")
def letters(
    context: dg.AssetExecutionContext,
    workplace: Workplace,
    members: pd.DataFrame,
    commitments: pd.DataFrame,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    finding_history: pd.DataFrame,
    completeness: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
) -> dg.Output[pd.DataFrame]:
    """Write the letters and their overview to ``output/<cycle>/letters``."""
    from pipeline.feedback.letters import LetterTables, prepare_letters

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    prepared = prepare_letters(
        alliance,
        cycle.name,
        LetterTables(members, submissions, findings, finding_history, completeness),
        commitments,
        answers,
        earlier_answers,
        workplace.settings.templates,
        workplace.key(cycle),
    )
    return _published(workplace, cycle.name, "letters", prepared)


@table_asset(
    "closing_letters",
    stage=STAGE,
    description="Thanks to each member whose workbook counts. Run this after the cut-off, when no answers are taken in any "
    "more.",
)
def closing_letters(
    context: dg.AssetExecutionContext,
    workplace: Workplace,
    members: pd.DataFrame,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    finding_history: pd.DataFrame,
    completeness: pd.DataFrame,
) -> dg.Output[pd.DataFrame]:
    """Write the letters of thanks and their overview to ``output/<cycle>/closing_letters``."""
    from pipeline.feedback.letters import LetterTables, prepare_closing_letters

    alliance = workplace.load()
    tables = LetterTables(members, submissions, findings, finding_history, completeness)
    prepared = prepare_closing_letters(alliance, context.partition_key, tables, workplace.settings.templates)
    return _published(workplace, context.partition_key, "closing_letters", prepared)


def _published(workplace: Workplace, cycle: str, name: str, prepared: "Prepared") -> dg.Output[pd.DataFrame]:
    from pipeline.feedback.letters_overview import COLUMNS, overview_code, overview_files, previews
    from pipeline.files import write_folder

    alliance, settings = workplace.load(), workplace.settings
    folder = settings.output(cycle) / name
    overview = overview_files(alliance, alliance.cycle(cycle), prepared, settings.templates)
    write_folder(folder, {**prepared.files, **overview})
    return dg.Output(
        prepared.letters,
        metadata={
            "overview code": overview_code(prepared.letters),
            "letters": rows(prepared.letters, list(COLUMNS), most=len(prepared.letters)),
            **{f"preview: {kind}": dg.MetadataValue.md(text) for kind, text in previews(prepared).items()},
            "folder": dg.MetadataValue.path(str(folder)),
        },
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
