"""Stage 1, prepare: what the alliance's files say for the cycle, and a pre-filled workbook per member."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import preview, rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_out
from pipeline.questionnaire.remark import CODES_CHECK, CODES_DESCRIPTION, FORM_CHECKS, Remark

STAGE = "prepare"


@dg.multi_asset(
    name="alliance_files",
    outs={
        "members": table_out("members", stage=STAGE, description="The members of the alliance on the report's date."),
        "goals": table_out("goals", stage=STAGE, description="Policy targets and operational goals."),
        "questions": table_out("questions", stage=STAGE, description="The questionnaire, question by question."),
        "commitments": table_out("commitments", stage=STAGE, description="The register: what each member promised."),
    },
    check_specs=[
        dg.AssetCheckSpec(name, asset="questions", description=description) for name, description in FORM_CHECKS.items()
    ],
    partitions_def=CYCLES,
)
def alliance_files(
    context: dg.AssetExecutionContext, workplace: Workplace
) -> Iterator[dg.Output[pd.DataFrame] | dg.AssetCheckResult]:
    """Read and check the folder ``alliance/``; every problem is listed with file, row and mend."""
    from pipeline.alliance.frames import commitments_table, goals_table, members_table, questions_table
    from pipeline.alliance.load import QUESTIONNAIRE
    from pipeline.questionnaire.lint import by_check, lint_form

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    tables = {
        "members": members_table(alliance, cycle),
        "goals": goals_table(alliance),
        "questions": questions_table(alliance),
        "commitments": commitments_table(alliance, cycle),
    }
    for name, table in tables.items():
        yield dg.Output(table, name, metadata={"first rows": preview(table)})
    goals = [goal.code for goal in alliance.operational_goals()]
    for check, remarks in by_check(lint_form(alliance.folder / QUESTIONNAIRE, goals)).items():
        yield _outcome(check, remarks)


@dg.asset_check(
    asset="questions",
    name=CODES_CHECK,
    description=CODES_DESCRIPTION,
    additional_ins={name: dg.AssetIn(name) for name in ("earlier_answers", "earlier_notes")},
)
def codes_check(
    workplace: Workplace, earlier_answers: pd.DataFrame, earlier_notes: pd.DataFrame
) -> dg.AssetCheckResult:
    """Hold the questionnaire against what members answered before."""
    from pipeline.questionnaire.lint_codes import lint_codes

    return _outcome(CODES_CHECK, lint_codes(workplace.load().form, earlier_answers, earlier_notes))


def _outcome(check: str, remarks: Sequence[Remark]) -> dg.AssetCheckResult:
    from pipeline.questionnaire.lint import remarks_table

    return dg.AssetCheckResult(
        asset_key="questions",
        check_name=check,
        passed=not remarks,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"remarks": len(remarks), "where": rows(remarks_table(remarks))},
    )


@dg.asset(
    partitions_def=CYCLES,
    group_name=STAGE,
    owners=["team:data-staff"],
    kinds={"excel"},
    description="A workbook per member, in its language, pre-filled with its commitments and its last answers. "
    "Run this when the questionnaire goes out.",
)
def blank_workbooks(
    context: dg.AssetExecutionContext,
    workplace: Workplace,
    members: pd.DataFrame,
    commitments: pd.DataFrame,
    earlier_answers: pd.DataFrame,
) -> dg.MaterializeResult[Any]:
    """Write the workbooks to ``output/<cycle>/workbooks``."""
    from pipeline.files import write_folder
    from pipeline.questionnaire.workbooks import write_workbooks

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    files = write_workbooks(
        alliance, cycle, commitments, earlier_answers, workplace.settings.templates, workplace.key(cycle)
    )
    folder = workplace.settings.output(cycle.name) / "workbooks"
    write_folder(folder, files)
    listing = pd.DataFrame({"member": members["name_en"], "language": members["language"], "file": list(files)})
    return dg.MaterializeResult(
        metadata={"workbooks": len(files), "folder": dg.MetadataValue.path(str(folder)), "files": rows(listing)}
    )
