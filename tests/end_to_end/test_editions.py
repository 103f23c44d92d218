"""The members' and the public edition of a whole run: valid, and silent about members that withhold their results."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.alliance.load import load_alliance
from pipeline.report.editions import edition_reports
from pipeline.report.tables import STAGE_TABLES, Tables
from pipeline.settings import PROJECT
from tests import attack
from tests.end_to_end.runs import Run

pytestmark = pytest.mark.slow
EDITIONS = ("members", "public")


def file_of(run: Run, edition: str) -> Path:
    (path,) = run.data.glob(f"output/*/*-progress-report-{edition}.docx")
    return path


def plain(run: Run, name: str) -> pd.DataFrame:
    """A table read without stocktake's own code."""
    return pd.read_parquet(run.data / "tables" / "2014" / f"{name}.parquet")


def withholding(run: Run) -> list[str]:
    """Members with an accepted workbook that did not say that everything may be published."""
    submissions, answers = plain(run, "submissions"), plain(run, "answers")
    agreed = set(answers.loc[(answers["question"] == "consent") & (answers["value"] == "full"), "member"])
    return sorted(set(submissions.loc[submissions["status"] == "accepted", "member"]) - agreed)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_validators_find_no_error(edition: str, run_2014: Run, tool: Callable[[str], str]) -> None:
    path = str(file_of(run_2014, edition))
    done = subprocess.run([tool("ooxml-validator"), path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, json.dumps(json.loads(done.stdout), indent=1)[:3000]
    audit = subprocess.run(
        [str(Path(sys.executable).parent / "openxml-audit"), path], capture_output=True, text=True, check=False
    )
    assert audit.returncode == 0, audit.stdout[-3000:]


def known(run: Run) -> tuple[Counter[tuple[str, str]], Counter[attack.Unknown]]:
    """The register, which the attacker has, and the truth, which it has not."""
    scores, names = plain(run, "commitment_scores"), plain(run, "members").set_index("member")["name_en"]
    register, truth = Counter[tuple[str, str]](), Counter[attack.Unknown]()
    for member, goal, rating in zip(scores["member"], scores["goal"], scores["rating"], strict=True):
        register[names[member], goal] += 1
        truth[names[member], goal, rating.replace("_", " ")] += 1
    return register, truth


def attacks(run: Run, content: bytes) -> Iterator[tuple[str, dict[tuple[str, str], dict[str, int]]]]:
    """What an outsider (called '') and each withheld member find out."""
    register, truth = known(run)
    reading = attack.read(content)
    assert len(reading.withheld) == len(withholding(run)) == 8
    for unknowns, value in attack.equations(reading, register):
        assert sum(truth[unknown] for unknown in unknowns) == value
    assert attack.determined_by_sums(reading, register) == {}
    yield "", attack.disclosed(reading, register)
    for insider in reading.withheld:
        places = [(member, goal) for member, goal in register if member == insider]
        own = {(*place, word): truth[*place, word] for place in places for word in attack.WORDS}
        yield insider, attack.disclosed(reading, register, own)


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_withheld_result_can_be_worked_out_from_the_edition(edition: str, run_2014: Run) -> None:
    content = file_of(run_2014, edition).read_bytes()
    assert len(attack.read(content).statements) > 60
    assert [who for who, found in attacks(run_2014, content) if found] == []


def test_the_same_attack_on_the_exact_totals_of_the_secretariat_succeeds(run_2014: Run) -> None:
    _, truth = known(run_2014)
    found = dict(attacks(run_2014, run_2014.report.read_bytes()))
    # Of OG4.1 and OG4.2 two members each withhold their one commitment: each knows the other's.
    assert ("Luxembourg", "OG4.1") in found["Bulgaria"]
    assert ("Bulgaria", "OG4.2") in found["Serbia"]
    for results in found.values():
        for place, ratings in results.items():
            assert all(truth[*place, word] == count for word, count in ratings.items())


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_part_of_the_file_has_a_word_that_only_withholding_members_wrote(edition: str, run_2014: Run) -> None:
    answers, theirs = plain(run_2014, "answers"), withholding(run_2014)
    by_them = answers["member"].isin(theirs)
    said_by_others = "\n".join(answers.loc[~by_them, "raw"].dropna())
    own = {text for text in answers.loc[by_them & (answers["raw"].str.len() > 25), "raw"] if text not in said_by_others}
    scores = plain(run_2014, "commitment_scores")
    own |= set(scores.loc[scores["member"].isin(theirs), "commitment"])
    submissions = plain(run_2014, "submissions")
    own |= set(submissions.loc[submissions["status"].isin(["rejected", "quarantined"]), "file"])
    own |= set(plain(run_2014, "letters")["recipients"].dropna())
    assert len(own) > 150
    everything = "\n".join(texts(file_of(run_2014, edition).read_bytes()))
    assert [text for text in own if text in everything] == []
    assert re.sub(r"\s", "", "Details are withheld") in everything


def texts(content: bytes) -> Iterator[str]:
    """Every part without tags, as it is and without white space; files within the file too."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for part in package.namelist():
            data = package.read(part)
            if part.endswith(".xlsx"):
                yield from texts(data)
            else:
                text = re.sub("<[^>]+>", "", data.decode("utf-8", "replace"))
                yield from (data.decode("utf-8", "replace"), text, re.sub(r"\s", "", text))


def test_both_editions_are_the_same_bytes_whatever_the_withholding_members_said(run_2014: Run) -> None:
    alliance = load_alliance(PROJECT / "alliance")
    tables = Tables(**{name: run_2014.table(name) for name in STAGE_TABLES})
    theirs = withholding(run_2014)
    scores = tables.commitment_scores.copy()
    changed = set[str]()
    for goal in sorted(set(scores["goal"])):
        at = scores.index[scores["member"].isin(theirs) & (scores["goal"] == goal)]
        before = scores.loc[at, "rating"].tolist()
        scores.loc[at, "rating"] = before[1:] + before[:1]
        changed |= set(
            scores.loc[at[[old != new for old, new in zip(before, scores.loc[at, "rating"], strict=True)]], "member"]
        )
    by_them = scores["member"].isin(theirs)
    scores.loc[by_them, ["explanation", "status", "unit"]] = ["Something else.", "complete", "other"]
    assert len(changed) >= 6
    answers = tables.answers.copy()
    open_text = answers["member"].isin(theirs) & (answers["question"] != "consent")
    answers.loc[open_text, ["raw", "value"]] = "something else"
    complete = tables.completeness.copy()
    complete.loc[complete["member"].isin(theirs), ["answered", "accounted"]] = 0
    other = replace(
        tables,
        commitment_scores=scores,
        answers=answers,
        completeness=complete,
        findings=tables.findings.loc[~tables.findings["member"].isin(theirs)],
        assessment=tables.assessment.loc[~tables.assessment["member"].isin(theirs)],
    )
    reports = list(edition_reports(alliance, alliance.cycle("2014"), other, PROJECT / "report_templates"))
    assert [report.edition.code for report in reports[1:]] == list(EDITIONS)
    assert [file_of(run_2014, r.edition.code).read_bytes() == r.content for r in reports[1:]] == [True, True]
    assert reports[0].content != run_2014.report.read_bytes()
