"""The Word report of a whole run: valid, complete, and telling the same numbers as the tables.

Counts are made here from the Parquet files with pandas alone, by code that the renderer does not share.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pandas as pd
import pytest
from docx.document import Document
from lxml import etree

from tests.end_to_end.runs import Run

pytestmark = pytest.mark.slow

# The members of 30 September 2014, from the declaration, with the names of the day.
MEMBERS_2014 = """
Albania, Armenia, Australia, Austria, Belgium, Bosnia and Herzegovina, Bulgaria, Cambodia, Canada, Costa Rica, Croatia,
Cyprus, Czech Republic, Denmark, Estonia, Finland, France, Georgia, Germany, Ghana, Greece, Hungary, Ireland, Israel,
Italy, Japan, Kosovo*, Latvia, Lithuania, Luxembourg, Malta, Mexico, Moldova, Montenegro, Netherlands, New Zealand,
Nigeria, Norway, Philippines, Poland, Portugal, Republic of Korea, Romania, Serbia, Slovakia, Slovenia, Spain, Sweden,
Switzerland, Thailand, Turkey, Ukraine, United Kingdom, United States
"""
NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?:\s%)?(?![\w])")
NO_STATEMENT = re.compile(
    r"\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}"
    r"|\b(?:Tables?|Figures?|Annex|PT|OG) ?\d+(?:\.\d+)?"
)


@pytest.fixture(scope="module")
def report(run_2014: Run) -> Document:
    return docx.Document(str(run_2014.report))


def prose(report: Document) -> list[str]:
    """The paragraphs in which the report makes statements."""
    return [paragraph.text for paragraph in report.paragraphs if paragraph.style.name in ("Body Text", "List Bullet")]


def plain(data: Path, name: str) -> pd.DataFrame:
    """A table read without stocktake's own code."""
    return pd.read_parquet(data / "tables" / "2014" / f"{name}.parquet")


def test_the_open_xml_sdk_finds_no_error(run_2014: Run, tool: Callable[[str], str]) -> None:
    done = subprocess.run([tool("ooxml-validator"), str(run_2014.report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, json.dumps(json.loads(done.stdout), indent=1)[:3000]


def test_openxml_audit_finds_no_error(run_2014: Run) -> None:
    audit = Path(sys.executable).parent / "openxml-audit"
    done = subprocess.run([str(audit), str(run_2014.report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_there_is_a_page_for_each_member_of_that_day_and_for_nobody_else(report: Document) -> None:
    headings = [paragraph.text for paragraph in report.paragraphs if paragraph.style.name == "Member heading"]
    expected = [name.strip() for name in MEMBERS_2014.split(",")]
    assert len(expected) == 54
    assert sorted(headings) == sorted(expected)


def test_each_member_page_begins_on_a_page_of_its_own(
    run_2014: Run, tool: Callable[[str], str], tmp_path: Path
) -> None:
    import pypdf

    subprocess.run(
        [tool("soffice"), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(run_2014.report)],
        capture_output=True, check=True, timeout=300,
    )  # fmt: skip
    (pdf,) = tmp_path.glob("*.pdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    tops = [[line.strip() for line in page.splitlines()[:6]] for page in pages]
    for name in (part.strip() for part in MEMBERS_2014.split(",")):
        assert any(name in top for top in tops), f"{name} does not stand at the top of a page"
    assert all("Demonstration: all answers are made up" in page for page in pages)


def test_nothing_is_left_of_templates_and_missing_values(run_2014: Run) -> None:
    with zipfile.ZipFile(run_2014.report) as package:
        for name in package.namelist():
            if not name.endswith(".xml"):
                continue
            root = etree.fromstring(package.read(name))
            text = "\n".join(root.itertext())
            for leftover in ("{{", "}}", "{%", "<NA>", "NaT"):
                assert leftover not in text or leftover in _said_by_members(run_2014), f"{leftover} in {name}"
            assert not re.search(r"\b(None|nan|NaN)\b", text), name


def _said_by_members(run: Run) -> str:
    return "\n".join(plain(run.data, "answers")["raw"].dropna())


def test_every_number_in_the_prose_is_a_figure_of_the_tables(run_2014: Run, report: Document) -> None:
    figures = plain(run_2014.data, "figures")
    known = {"100 %"} | set(figures["shown"]) | {f"{int(value):,}" for value in figures["denominator"].dropna()}
    strangers = [
        (number, paragraph)
        for paragraph in prose(report)
        for number in NUMBER.findall(NO_STATEMENT.sub("", paragraph))
        if number not in known
    ]
    assert strangers == []


def test_the_figures_are_what_pandas_counts_in_the_tables(run_2014: Run) -> None:
    data = run_2014.data
    shown = plain(data, "figures").set_index("figure")["value"]
    submissions, findings, scores = (plain(data, name) for name in ("submissions", "findings", "commitment_scores"))
    complete = plain(data, "completeness").query("scope_kind == 'all'")
    reported = set(submissions.query("status == 'accepted'")["member"])
    heard = set(submissions["member"].dropna())
    expected = {
        "members": 54,
        "non_members": 196 - 54,
        "answered": len(reported),
        "silent": len(set(plain(data, "members")["member"]) - heard),
        "unusable": len(heard - reported),
        "late": int(submissions.query("status == 'accepted'")["late"].sum()),
        "files": len(submissions),
        "questions_asked": complete[complete["member"].isin(reported)]["asked"].sum(),
        "questions_answered": complete["answered"].sum(),
        "questions_accounted": complete["accounted"].sum(),
        "findings": len(findings),
        "findings_errors": (findings["severity"] == "error").sum(),
        "members_with_errors": findings.query("severity == 'error'")["member"].nunique(),
        "commitments": len(scores),
        "rated": (scores["rating"] != "not_available").sum(),
    }
    assert {key: shown[key] for key in expected} == expected


def test_the_summary_says_the_central_numbers(run_2014: Run, report: Document) -> None:
    submissions, scores = plain(run_2014.data, "submissions"), plain(run_2014.data, "commitment_scores")
    accepted = (submissions["status"] == "accepted").sum()
    rated = (scores["rating"] != "not_available").sum()
    good = scores["rating"].isin(["achieved", "on_track"]).sum()
    text = "\n".join(prose(report))
    assert f"({accepted} of 54) sent a workbook that could be used" in text
    assert f"{rated} of {len(scores)} commitments could be rated" in text
    assert f"({good} of {rated}) are achieved or on track" in text


def test_the_heat_map_shows_each_median_rating_with_n_of_n(run_2014: Run, report: Document) -> None:
    cells = plain(run_2014.data, "aggregate_scores").query("level == 'member_goal'")
    (table,) = [
        table
        for table in report.tables
        if [cell.text for cell in table.rows[0].cells][:3] == ["Member", "OG1.1", "OG2.1"]
    ]
    withheld = set(plain(run_2014.data, "answers").query("value == 'aggregate'")["member"])
    members = plain(run_2014.data, "members").set_index("member")["name_en"]
    heads = [cell.text for cell in table.rows[0].cells]
    rows = {row.cells[0].text.rstrip("*"): [cell.text for cell in row.cells] for row in table.rows[1:]}
    compared = 0
    for cell in cells.to_dict("records"):
        shown = rows[members[cell["member"]]][heads.index(cell["goal"])]
        if cell["member"] in withheld:
            assert "/" not in shown
            assert " of " not in shown
        else:
            assert re.findall(r"\d+", shown)[-2:] == [str(cell["rated"]), str(cell["commitments"])], shown
            compared += 1
    assert compared > 100


def test_a_member_that_agreed_to_aggregates_only_shows_no_detail(run_2014: Run, report: Document) -> None:
    answers = plain(run_2014.data, "answers")
    withheld = set(answers.query("value == 'aggregate'")["member"])
    assert withheld
    everything = "\n".join(
        [paragraph.text for paragraph in report.paragraphs]
        + [
            text.text or ""
            for text in report.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
        ]
    )
    long_texts = answers[answers["member"].isin(withheld) & (answers["row"] == "") & (answers["value"].str.len() > 60)]
    said_by_others = "\n".join(answers[~answers["member"].isin(withheld)]["value"].dropna())
    own_texts = [text for text in set(long_texts["value"]) if text not in said_by_others]
    assert len(own_texts) > 10
    assert not [text for text in own_texts if text in everything]
