"""Tables that mix up members stop letters and report; what members did wrong stops nothing."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets.definitions import build_definitions
from assets.validate import EVERY_ANSWER
from pipeline.frames import read_table, write_table
from pipeline.settings import PROJECT, Settings

pytestmark = pytest.mark.slow

VALIDATED = ["assessment", "findings", "finding_history", "rounds", "completeness"]
CYCLE = "2013"
SCORED = ["commitment_scores", "aggregate_scores", "score_changes", "change_counts", "composite_scores"]
AFTER = ["letters", *SCORED, "figures", "withheld_results", "word_report"]


def run(settings: Settings, *only: str) -> dg.ExecuteInProcessResult:
    """Make everything of a progress report, or some assets of it, without anything of Dagster's on the disk."""
    job = build_definitions(settings).resolve_job_def("progress_report")
    chosen = [dg.AssetKey(name) for name in only] or None
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            instance=instance, partition_key=CYCLE, raise_on_error=False, asset_selection=chosen
        )


def made(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key}


def outcome(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    (found,) = [one for one in result.get_asset_check_evaluations() if one.check_name == EVERY_ANSWER]
    return found


def test_an_answer_that_stands_under_another_member_stops_letters_and_report(tmp_path: Path) -> None:
    settings = Settings(PROJECT / "alliance", PROJECT / "examples" / "inbox", PROJECT / "report_templates", tmp_path)
    whole = run(settings)
    assert whole.success
    assert outcome(whole).passed
    assert {*VALIDATED, *AFTER} <= made(whole)
    path = settings.table(CYCLE, "answers")
    answers = read_table(path, "answers")
    stray = (answers["member"] == "ALB") & (answers["question"] == "achievements")
    kept = answers.loc[(answers["member"] != "AUS") | (answers["question"] != "achievements")]
    write_table(path, "answers", kept.assign(member=kept["member"].mask(stray, "AUS")))
    letters = {file.name: file.read_bytes() for file in (settings.output(CYCLE) / "letters").iterdir()}
    mixed = run(settings, *VALIDATED, *AFTER)
    assert not mixed.success
    failed = outcome(mixed)
    assert (failed.passed, failed.blocking, failed.severity) == (False, True, dg.AssetCheckSeverity.ERROR)
    assert failed.metadata["what is wrong"].value == (
        "Answers stand under a member whose submission they are not from: AUS."
    )
    assert not made(mixed) & set(AFTER)
    assert {file.name: file.read_bytes() for file in (settings.output(CYCLE) / "letters").iterdir()} == letters
