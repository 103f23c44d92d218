"""The demonstration cycle of 54 members handed over: time, standards, and what other editions must not hold."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import frictionless
import pandas as pd
import pytest

from pipeline.alliance.load import load_alliance
from pipeline.handover.accept import accept
from pipeline.handover.receipt import receipt_text
from pipeline.settings import PROJECT
from tests.end_to_end.handing_over import searchable, unzipped
from tests.end_to_end.runs import Run, run_cycle

pytestmark = pytest.mark.slow
SECONDS = 60
EDITIONS = ("secretariat", "members", "public")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    made = run_cycle(tmp_path_factory.mktemp("example") / "data", command="package")
    assert made.code == 0, made.err
    return made


def package(run: Run, edition: str) -> Path:
    return run.data / "output" / "2014" / "handover" / f"GA-CSAO-2014-handover-{edition}.zip"


@pytest.fixture(scope="module")
def unpacked(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of every edition in a folder each, written by a reader that is not ours."""
    folder = tmp_path_factory.mktemp("unpacked")
    for edition in EDITIONS:
        for name, content in unzipped(package(run, edition)).items():
            path = folder / edition / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def test_54_members_are_taken_over_within_a_minute_and_everything_is_identical(run: Run) -> None:
    started = time.monotonic()
    receipt = accept(package(run, "secretariat"), None, {})
    assert receipt.state == "identical", receipt_text(receipt)
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize("edition", EDITIONS)
def test_frictionless_finds_nothing(unpacked: Path, edition: str) -> None:
    report = frictionless.validate(str(unpacked / edition / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])
    assert report.stats["tasks"] == len(list((unpacked / edition / "data").glob("*.csv"))) - 1


@pytest.mark.parametrize("edition", EDITIONS)
def test_sdmx_is_valid_and_every_code_is_in_its_list(unpacked: Path, edition: str) -> None:
    from pysdmx.io import read_sdmx
    from pysdmx.model import Codelist

    message = read_sdmx(unpacked / edition / "sdmx" / "structure.xml", validate=True)
    lists = {
        each.id.removeprefix("CL_"): {code.id for code in each.items}
        for each in message.structures
        if isinstance(each, Codelist)
    }
    (data,) = read_sdmx(unpacked / edition / "sdmx" / "scores.csv", validate=True).data
    table = pd.read_csv(unpacked / edition / "sdmx" / "scores.csv", dtype=str, keep_default_na=False)
    assert len(data.data) == len(table) > 500
    for name, codes in lists.items():
        assert set(table[name]) - {""} <= codes, name
    dimensions = ["FREQ", "REF_AREA", "GOAL", "COMMITMENT", "INDICATOR", "TIME_PERIOD"]
    assert not table.duplicated(dimensions).any()
    assert set(table["STRUCTURE_ID"]) == {"GA-CSAO:DF_PROGRESS(1.0)"}
    assert set(table["ACTION"]) == {"I"}
    assert set(table.loc[table["OBS_VALUE"] == "", "OBS_STATUS"]) <= {"M"}


def test_sdmx_says_what_the_tables_say(run: Run, unpacked: Path) -> None:
    table = pd.read_csv(unpacked / "secretariat" / "sdmx" / "scores.csv", dtype={"TIME_PERIOD": str})
    scores = run.table("commitment_scores")
    observed = table[table["INDICATOR"] == "SCORE"].set_index("COMMITMENT")
    assert observed["OBS_VALUE"].reindex(scores["commitment"]).tolist() == pytest.approx(
        scores["score"].tolist(), nan_ok=True
    )
    assert observed["RATING"].reindex(scores["commitment"]).tolist() == scores["rating"].tolist()
    current = table[table["INDICATOR"] == "CURRENT"].set_index("COMMITMENT")
    known = scores[scores["current_value"].notna()]
    assert current["OBS_VALUE"].reindex(known["commitment"]).tolist() == known["current_value"].tolist()
    assert current["TIME_PERIOD"].reindex(known["commitment"]).tolist() == known["current_year"].astype(str).tolist()
    whole = table[(table["REF_AREA"] == "_T") & (table["GOAL"] == "_T")].set_index("INDICATOR")["OBS_VALUE"]
    assert whole["COMMITMENTS"] == len(scores)
    assert whole["N_ACHIEVED"] == (scores["rating"] == "achieved").sum()


def test_every_text_of_every_table_comes_back_exactly(run: Run, unpacked: Path) -> None:
    """By the rule of the data package: an empty cell is missing, and a first apostrophe is taken away."""
    for name in ("answers", "findings", "submissions", "commitments", "commitment_scores"):
        table = run.table(name)
        content = (unpacked / "secretariat" / "data" / f"{name}.csv").read_bytes()
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        for column in table.columns[table.dtypes == "str"]:
            texts = [None if pd.isna(value) else value for value in table[column].tolist()]
            read = [
                row[column].removeprefix("'") if row[column] or text is not None else None
                for row, text in zip(rows, texts, strict=True)
            ]
            assert read == texts, (name, column)


@pytest.mark.parametrize("edition", ["members", "public"])
def test_no_contact_and_no_word_of_who_did_not_agree_is_in_another_edition(
    run: Run, unpacked: Path, edition: str
) -> None:
    text = searchable(unzipped(package(run, edition))).decode("utf-8", "replace")
    points = load_alliance(PROJECT / "alliance").focal_points
    assert not [point.address for point in points if point.address in text]
    answers = run.table("answers")
    consent = answers[answers["question"] == "consent"].set_index("member")["value"]
    silent = {member for member in run.table("members")["member"] if consent.get(member) != "full"}
    assert len(silent) == 15, "8 agreed to totals only, and 7 have no workbook that counts"
    for name in ("commitments", "commitment_scores", "score_changes", "completeness", "aggregate_scores"):
        shown = pd.read_csv(unpacked / edition / "data" / f"{name}.csv", keep_default_na=False)
        assert set(shown["member"]) <= set(run.table("members")["member"]) - silent | {""}, name
    theirs = answers[answers["member"].isin(silent)]
    said = {str(value) for column in ("raw", "comment") for value in theirs[column].dropna() if len(str(value)) > 25}
    agreed = " ".join(str(value) for value in answers.loc[~answers["member"].isin(silent), "raw"].dropna())
    own = {value for value in said if value not in agreed}
    assert len(own) > 50
    assert not [value for value in own if value in text]


def test_the_checksums_are_those_that_anybody_computes(unpacked: Path) -> None:
    import subprocess

    for edition in EDITIONS:
        done = subprocess.run(
            ["sha256sum", "--check", "--quiet", "--strict", "MANIFEST.sha256"],
            cwd=unpacked / edition,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
