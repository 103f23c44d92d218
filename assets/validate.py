"""Stage 3, validate: from answers to findings and completeness, with the rules as asset checks."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from assets.table_assets import table_out
from pipeline.validate.expectations import Checked
from pipeline.validate.looked_at import LOOKED_AT
from pipeline.validate.rule_book import rule_names

STAGE = "validate"
EVERY_ANSWER = "every_answer_counts_once_and_for_its_own_member"


@dg.multi_asset(
    name="checks",
    ins={name: dg.AssetIn(metadata={"columns": list(columns)}) for name, columns in LOOKED_AT.items()},
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
        dg.AssetCheckSpec(
            EVERY_ANSWER,
            asset="findings",
            blocking=True,
            description="At most one submission of each member counts, every answer and finding is of that one, and it "
            "was assessed in full. If not, no letters and no report are made: they would tell one member of another.",
        ),
        *(dg.AssetCheckSpec(name, asset="findings", description=about) for name, about in rule_names().items()),
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
    """Hold every answer of every version to the rules with Great Expectations, all members and questions at once."""
    from pipeline.feedback.ledger import Ledger
    from pipeline.gather.archive import Archive
    from pipeline.gather.versions import read_superseded
    from pipeline.gather.waivers import waivers_of
    from pipeline.overview import change_list, member_overview
    from pipeline.validate.history import trace
    from pipeline.validate.soundness import faults
    from pipeline.validate.validate import validate
    from pipeline.validate.waivers import without_effect

    alliance, settings = workplace.load(), workplace.settings
    cycle, archive = alliance.cycle(context.partition_key), Archive(settings.archive)
    superseded = read_superseded(alliance, cycle, archive, settings.cache, submissions)
    result = validate(
        alliance, cycle, members, commitments, submissions, answers, places, earlier_answers, intake_notes, superseded
    )
    waivers = waivers_of(alliance, cycle, archive)
    with Ledger.open(settings.ledger) as ledger:
        life = trace(submissions, result.found, waivers, ledger.told(cycle.name))
    overview = rows(member_overview(members, submissions, result.completeness, life.findings))
    idle = rows(without_effect(life.standing, life.history, waivers))
    yield dg.Output(result.assessment, "assessment")
    yield dg.Output(life.findings, "findings", metadata=_story(life.findings, overview, idle))
    changes = rows(change_list(life.history, life.rounds))
    yield dg.Output(life.history, "finding_history", metadata={"changes since the version before": changes})
    yield dg.Output(life.rounds, "rounds", metadata={"rounds": rows(life.rounds)})
    yield dg.Output(result.completeness, "completeness", metadata={"members": overview})
    wrong = faults(alliance.form, commitments, submissions, answers, result.assessment, life.findings)
    yield _sound(wrong)
    yield from _by_rule(result.checked)


def _story(
    findings: pd.DataFrame, overview: dg.TableMetadataValue, idle: dg.TableMetadataValue
) -> dict[str, int | dg.TableMetadataValue]:
    """What staff look at: how many findings are open, of whom, and what they decided that holds for nothing."""
    by_severity = findings.loc[findings["status"] == "open", "severity"].value_counts()
    shown = ["finding", "member", "severity", "status", "sheet", "cell", "question", "seen", "message", "first_round"]
    return {
        **{str(severity): int(count) for severity, count in by_severity.items()},
        "waived or withdrawn": int((findings["status"] != "open").sum()),
        "members": overview,
        "findings": rows(findings, [*shown, "waiver"]),
        "waivers that fit nothing": idle,
    }


def _sound(wrong: Sequence[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key="findings",
        check_name=EVERY_ANSWER,
        passed=not wrong,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"what is wrong": "\n".join(wrong)},
    )


def _by_rule(checked: Checked) -> Iterator[dg.AssetCheckResult]:
    """A check per rule: what members have to mend stops nothing."""
    for outcome in checked.outcomes:
        yield dg.AssetCheckResult(
            asset_key="findings",
            check_name=outcome.rule,
            passed=outcome.failing == 0,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "checked, in every version": outcome.checked,
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
    from pipeline.validate.data_docs import cycle_data_docs

    alliance = workplace.load()
    cycle = alliance.cycle(context.partition_key)
    content = cycle_data_docs(alliance, cycle, assessment, workplace.settings.templates)
    path = workplace.settings.output(cycle.name) / "data_docs" / "index.html"
    write_atomically(path, content)
    return dg.MaterializeResult(
        metadata={"open in a browser": dg.MetadataValue.url(path.as_uri()), "file": dg.MetadataValue.path(str(path))}
    )
