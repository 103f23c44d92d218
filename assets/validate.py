"""Stage 3, validate: from answers to findings and completeness, with the rules as asset checks."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_out
from pipeline.validate.rule_book import rule_names

STAGE = "validate"


@dg.multi_asset(
    name="checks",
    outs={
        "assessment": table_out(
            "assessment", stage=STAGE, description="Every answer beside what the questionnaire expects of it."
        ),
        "findings": table_out("findings", stage=STAGE, description="What members must correct or confirm."),
        "finding_history": table_out(
            "finding_history", stage=STAGE, description="What became of every finding from one version to the next."
        ),
        "rounds": table_out("rounds", stage=STAGE, description="What each arrival from a member changed."),
        "completeness": table_out("completeness", stage=STAGE, description="Answered and accounted for, n of N."),
    },
    check_specs=[
        dg.AssetCheckSpec(name, asset="findings", description=description) for name, description in rule_names().items()
    ],
    partitions_def=CYCLES,
)
def checks(
    context: dg.AssetExecutionContext,
    workplace: Workplace,
    members: pd.DataFrame,
    commitments: pd.DataFrame,
    submissions: pd.DataFrame,
    answers: pd.DataFrame,
    places: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    intake_notes: pd.DataFrame,
) -> Iterator[dg.Output[pd.DataFrame] | dg.AssetCheckResult]:
    """Hold every answer to the rules with Great Expectations, all members and questions at once."""
    from pipeline.overview import member_overview
    from pipeline.validate.history import nothing_told, trace, with_version
    from pipeline.validate.validate import validate
    from pipeline.validate.waivers import no_waivers

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    result = validate(
        alliance, cycle, members, commitments, submissions, answers, places, earlier_answers, intake_notes
    )
    life = trace(submissions, with_version(result.findings, submissions), no_waivers(), nothing_told())
    overview = member_overview(members, submissions, result.completeness, life.findings)
    by_severity = life.findings["severity"].value_counts()
    yield dg.Output(result.assessment, "assessment")
    yield dg.Output(
        life.findings,
        "findings",
        metadata={
            **{str(severity): int(count) for severity, count in by_severity.items()},
            "members": rows(overview),
            "findings": rows(life.findings, ["member", "severity", "sheet", "cell", "question", "seen", "message"]),
        },
    )
    yield dg.Output(life.history, "finding_history")
    yield dg.Output(life.rounds, "rounds")
    yield dg.Output(result.completeness, "completeness", metadata={"members": rows(overview)})
    for outcome in result.checked.outcomes:
        yield dg.AssetCheckResult(
            asset_key="findings",
            check_name=outcome.rule,
            passed=outcome.failing == 0,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "checked": outcome.checked,
                "failing": outcome.failing,
                "members": ", ".join(outcome.members),
                "where": rows(outcome.rows),
            },
        )


@dg.asset(
    partitions_def=CYCLES,
    group_name=STAGE,
    owners=["team:data-staff"],
    kinds={"html", "great_expectations"},
    description="Data Docs: every rule in words, how many answers it could be held against, and where it is not met, as "
    "one page to open in a browser. It shows no answers and asks for nothing from the web.",
)
def data_docs(
    context: dg.AssetExecutionContext, workplace: Workplace, assessment: pd.DataFrame
) -> dg.MaterializeResult[Any]:
    """Write the page to ``output/<cycle>/data_docs/index.html``."""
    from pipeline.files import write_atomically
    from pipeline.validate.data_docs import write_data_docs

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    title = f"{alliance.short_name}, cycle {cycle.name}: the rules and where they are not met"
    content = write_data_docs(assessment, title, workplace.settings.templates, demonstration=cycle.demonstration)
    path = workplace.settings.output(cycle.name) / "data_docs" / "index.html"
    write_atomically(path, content)
    return dg.MaterializeResult(
        metadata={"open in a browser": dg.MetadataValue.url(path.as_uri()), "file": dg.MetadataValue.path(str(path))}
    )
