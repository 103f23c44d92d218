"""The whole cycle from the command line: what it says, what it leaves behind, and that it does so every time."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from pipeline.alliance.load import load_alliance
from pipeline.settings import PROJECT
from pipeline.validate.validate import validate
from tests.end_to_end.runs import Run, environment, run_cycle

pytestmark = pytest.mark.slow


def test_the_run_succeeds_and_says_so_in_a_few_lines(run_2014: Run) -> None:
    assert run_2014.code == 0, run_2014.err
    assert run_2014.err == ""
    lines = run_2014.out.splitlines()
    assert len(lines) < 30, "a flood"
    stages = [line.split()[1] for line in lines if line.startswith("  ") and "/6" in line]
    assert stages == ["prepare", "gather", "validate", "feedback", "score", "report"]
    for label in ("members", "answered", "rejected", "findings", "commitments", "seconds", "report", "letters"):
        assert any(line.startswith(label) for line in lines), label


def test_the_summary_agrees_with_the_tables(run_2014: Run) -> None:
    said = {
        line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1]
        for line in run_2014.out.splitlines()
        if " " in line.strip()
    }
    submissions, findings = run_2014.table("submissions"), run_2014.table("findings")
    assert said["members"] == "54"
    assert said["answered"] == f"{(submissions['status'] == 'accepted').sum()} of 54"
    assert f"{(findings['severity'] == 'error').sum()} errors" in said["findings"]


def test_the_run_reads_of_the_answers_all_that_validation_looks_at(run_2014: Run) -> None:
    alliance = load_alliance(PROJECT / "alliance")
    names = ("members", "commitments", "submissions", "answers", "places", "earlier_answers", "intake_notes")
    whole = validate(alliance, alliance.cycle("2014"), *(run_2014.table(name) for name in names))
    pd.testing.assert_frame_equal(whole.assessment, run_2014.table("assessment"))
    pd.testing.assert_frame_equal(whole.completeness, run_2014.table("completeness"))


def test_a_second_run_gives_the_same_bytes(run_2014: Run, tmp_path: Path) -> None:
    again = tmp_path / "data"
    shutil.copytree(run_2014.data, again)
    second = run_cycle(again)
    assert second.code == 0, second.err
    assert second.fingerprints() == run_2014.fingerprints()
    third = run_cycle(tmp_path / "elsewhere")
    assert third.fingerprints() == run_2014.fingerprints()


def test_killed_at_any_moment_and_started_again_it_ends_as_if_undisturbed(run_2014: Run, tmp_path: Path) -> None:
    moments = random.Random(2014)
    data = tmp_path / "data"
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "assets.cli", "report", "2014"],
            cwd=PROJECT,
            env=environment(data),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moments.uniform(1.5, 7.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    after = run_cycle(data)
    assert after.code == 0, after.err
    assert after.fingerprints() == run_2014.fingerprints()


def test_a_run_writes_nothing_outside_the_data_folder(run_2014: Run) -> None:
    status = subprocess.run(
        ["git", "status", "--porcelain", "--", "alliance", "examples", "report_templates"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert status.stdout == ""
    assert sorted(path.name for path in run_2014.data.iterdir()) == ["archive", "cache", "dagster", "output", "tables"]


def test_the_archive_holds_every_received_file_byte_for_byte(run_2014: Run) -> None:
    submissions = run_2014.table("submissions")
    inbox = PROJECT / "examples" / "inbox" / "2014"
    files = {path.name for path in inbox.iterdir() if path.name != "received.csv"}
    assert set(submissions["file"]) == files
    for name, digest in zip(submissions["file"], submissions["sha256"], strict=True):
        (archived,) = (run_2014.data / "archive").rglob(digest)
        assert archived.read_bytes() == (inbox / name).read_bytes()


def test_an_unknown_cycle_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    refused = run_cycle(tmp_path / "data", "2015")
    assert refused.code == 2
    assert refused.err.strip() == "There is no cycle 2015; cycles.yaml has 2013, 2014."


def test_mistakes_in_the_alliance_files_are_all_named_before_anything_runs(tmp_path: Path) -> None:
    alliance = tmp_path / "alliance"
    shutil.copytree(PROJECT / "alliance", alliance)
    goals = alliance / "goals.csv"
    goals.write_text(goals.read_text(encoding="utf-8").replace("PT4", "PT9", 1), encoding="utf-8")
    members = alliance / "memberships.csv"
    members.write_text(
        members.read_text(encoding="utf-8").replace("Europe/Tirane", "Europe/Tirana", 1), encoding="utf-8"
    )
    refused = run_cycle(tmp_path / "data", STOCKTAKE_ALLIANCE=str(alliance))
    assert refused.code == 2
    assert "goals.csv" in refused.err
    assert "memberships.csv" in refused.err
    assert "Europe/Tirana" in refused.err
    assert "Traceback" not in refused.err
    assert not (tmp_path / "data" / "tables").exists()


def test_a_real_cycle_without_a_key_is_refused_and_says_what_to_set(tmp_path: Path) -> None:
    alliance = tmp_path / "alliance"
    shutil.copytree(PROJECT / "alliance", alliance)
    cycles = alliance / "cycles.yaml"
    cycles.write_text(
        cycles.read_text(encoding="utf-8").replace("demonstration: true", "demonstration: false"), encoding="utf-8"
    )
    refused = run_cycle(tmp_path / "data", STOCKTAKE_ALLIANCE=str(alliance))
    assert refused.code == 2
    assert "Set the environment variable STOCKTAKE_KEY" in refused.err
    assert not (tmp_path / "data").exists()


def test_a_mistake_in_a_template_is_told_with_file_and_mend_and_without_a_traceback(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(PROJECT / "report_templates", templates)
    letter = templates / "letters" / "letter.txt.j2"
    letter.write_text(letter.read_text(encoding="utf-8") + "{{ no_such_thing }}", encoding="utf-8")
    refused = run_cycle(tmp_path / "data", STOCKTAKE_TEMPLATES=str(templates))
    assert refused.code == 2
    assert refused.err.splitlines()[1] == "The run failed in the stage feedback."
    assert "letter.txt.j2" in refused.err
    assert "no_such_thing" in refused.err
    assert "Error" not in refused.err
    assert "Traceback" not in refused.err


def test_great_expectations_finds_what_plain_masks_find(run_2014: Run) -> None:
    """The rules were written down a second time, by hand, in the benchmark's plain script."""
    from benchmarks import plain
    from pipeline.validate.expectations import check
    from pipeline.validate.rule_book import all_rules

    assessment = run_2014.table("assessment")
    ours, theirs = check(assessment, all_rules()), plain.check(assessment)
    found = {outcome.rule: set(outcome.rows.itertuples(index=False, name=None)) for outcome in ours.outcomes}
    expected = {outcome.rule: set(outcome.rows.itertuples(index=False, name=None)) for outcome in theirs.outcomes}
    assert found == expected
    assert sum(map(len, found.values())) > 50


def test_the_plain_script_of_the_benchmark_does_the_same_work(run_2014: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    subprocess.run([sys.executable, "-m", "benchmarks.plain", "2014"], cwd=PROJECT, env=environment(data), check=True)
    assert Run(data, 0, "", "").fingerprints() == run_2014.fingerprints()


def test_the_blank_workbooks_are_made_for_every_member_and_show_what_was_said_last_time(tmp_path: Path) -> None:
    import openpyxl

    made = run_cycle(tmp_path / "data", command="workbooks")
    assert made.code == 0, made.err
    files = sorted((tmp_path / "data" / "output" / "2014" / "workbooks").iterdir())
    assert len(files) == 54
    assert {"ALB-2014-en.xlsx", "FRA-2014-fr.xlsx", "MEX-2014-es.xlsx"} <= {path.name for path in files}
    earlier = made.table("earlier_answers").query("member == 'FRA' and question == 'icse_new'")["number"].tolist()
    workbook = openpyxl.load_workbook(tmp_path / "data" / "output" / "2014" / "workbooks" / "FRA-2014-fr.xlsx")
    rows = [[cell.value for cell in row] for sheet in workbook for row in sheet.iter_rows()]
    (asked,) = [row for row in rows if row[0] == "icse_new"]
    assert [value for value in asked if isinstance(value, (int, float))] == earlier


def test_the_first_cycle_runs_by_itself(tmp_path: Path) -> None:
    first = run_cycle(tmp_path / "data", "2013")
    assert first.code == 0, first.err
    assert len(first.table("members", "2013")) == 53
    assert first.table("earlier_answers", "2013").empty
