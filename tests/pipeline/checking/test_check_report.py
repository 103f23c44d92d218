"""What is told about a checked file, in three formats and three languages: the same things, and nothing but text."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from check_cases import TEMPLATES, Brazil
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pipeline.alliance.frames import members_on
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.checking.as_html import render_html
from pipeline.checking.as_json import render_json
from pipeline.checking.as_text import render_text, wrap
from pipeline.checking.check import CheckedFile, check_file
from pipeline.checking.content import CheckReport, report_on
from pipeline.checking.whose import Whose
from pipeline.errors import AllianceError
from pipeline.feedback.rendering import LetterTemplates
from pipeline.frames import frame
from pipeline.gather.refusal import DETAILS, refuse
from pipeline.questionnaire.identity import Token
from pipeline.settings import PROJECT
from pipeline.translations import Catalogue, load_catalogue

LETTERS = LetterTemplates(TEMPLATES / "letters")
CATALOGUES = {language: load_catalogue(TEMPLATES / "translations", language) for language in ("en", "fr", "es")}
SCHEMA = json.loads((PROJECT / "docs" / "check.schema.json").read_text(encoding="utf-8"))
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} %(seen)s \x1b[2J\x07 \u202eabc\u202c =cmd() \"'&amp; 漢字 👩‍👩‍👧"
SIGNS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="session")
def alliance() -> Alliance:
    return load_alliance(PROJECT / "alliance")


def finding(**given: Any) -> dict[str, Any]:
    return {
        "finding": "0123456789",
        "member": "XKX",
        "rule": "unreadable_answer",
        "rule_version": 1,
        "severity": "error",
        "row": "",
        "question": "icse_new",
        "sheet": "Target 1",
        "cell": "C7",
        "seen": "1.234",
        "problem": "ambiguous_number",
        "message": "in English",
        "status": "open",
    } | given


@pytest.fixture
def checked(alliance: Alliance) -> CheckedFile:
    """A workbook of Kosovo, whose name carries a footnote, with one finding of each severity."""
    token = Token("GA-CSAO", "2014", "XKX", alliance.form.version, "en")
    section = alliance.form.sections[0].code
    counts = {"member": "XKX", "asked": 16, "answered": 12, "accounted": 16}
    cycle = alliance.cycle("2014")
    (member,) = [one for one in members_on(alliance, cycle.report_date) if one.code == "XKX"]
    return CheckedFile(
        "XKX 2014.xlsx",
        None,
        Whose(token, cycle, member, "genuine"),
        frame(
            "findings",
            [
                finding(question=alliance.form.asked[3].code),
                finding(finding="b", severity="warning", rule="missing_section", question=None, sheet="", cell="",
                        seen=section, problem=None),
                finding(finding="c", severity="query", rule="reason_beside_answer", row="XKX-01", problem=None,
                        question=alliance.form.asked[4].code),
            ],
        ),
        frame(
            "completeness",
            [
                {**counts, "scope_kind": "all", "scope": ""},
                {**counts, "scope_kind": "section", "scope": section},
                {**counts, "scope_kind": "section", "scope": alliance.form.sections[1].code, "asked": 0},
                {**counts, "scope_kind": "goal", "scope": "OG1.1"},
            ],
        ),
        compared=True,
    )  # fmt: skip


def told(checked: CheckedFile, alliance: Alliance, language: str = "en") -> CheckReport:
    return report_on(checked, alliance, CATALOGUES[language], LETTERS)


def text_of(report: CheckReport, width: int = 100) -> str:
    return render_text(report, CATALOGUES[report.language], LETTERS, width)


def page_of(report: CheckReport) -> Any:
    return html.document_fromstring(render_html(report, CATALOGUES[report.language], TEMPLATES).encode())


def json_of(report: CheckReport) -> Any:
    document = json.loads(render_json(report))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def words_of(page: Any) -> str:
    return " ".join(page.find("body").text_content().split())


def test_text_names_sheet_cell_question_what_was_read_and_the_mend(checked: CheckedFile, alliance: Alliance) -> None:
    lines = text_of(told(checked, alliance)).splitlines()
    start = lines.index("Sheet Target 1, cell C7")
    question = alliance.form.asked[3]
    assert lines[start + 1].startswith(f"  {question.code} ")
    assert "  What we read: 1.234" in lines[start:]
    assert "  The number “1.234” can be read in two ways, so we have not used it. Please write it without" in lines


def test_all_formats_say_the_same(checked: CheckedFile, alliance: Alliance) -> None:
    for language in CATALOGUES:
        report = told(checked, alliance, language)
        document, page = json_of(report), words_of(page_of(report))
        flowing = " ".join(text_of(report).split())
        for group in report.groups:
            for one in group.findings:
                for shown in (one.message, one.label, group.note):
                    assert " ".join(shown.split()) in flowing
                    assert " ".join(shown.split()) in page
        assert [one["message"] for one in document["findings"]] == [
            one.message for group in report.groups for one in group.findings
        ]
        assert document["counts"] == {"error": 1, "warning": 1, "query": 1}
        for shown in (report.verdict, report.footnote, report.identification):
            assert shown in page
            assert shown in flowing


@pytest.mark.parametrize(
    ("language", "demonstration", "verdict", "share"),
    [
        ("en", "Demonstration: all answers are made up.", "Please correct the workbook before you send it.", "12 of 16 (75%)"),
        ("fr", "Démonstration\xa0: toutes les réponses sont inventées.", "Veuillez corriger le classeur avant de l’envoyer.",
         "12 sur 16 (75\xa0%)"),
        ("es", "Demostración: todas las respuestas son inventadas.", "Corrija el libro antes de enviarlo.",
         "12 de 16 (75\xa0%)"),
    ],
)  # fmt: skip
def test_it_is_told_in_the_language_that_is_asked_for(
    checked: CheckedFile, alliance: Alliance, language: str, demonstration: str, verdict: str, share: str
) -> None:
    report = told(checked, alliance, language)
    page = page_of(report)
    assert page.get("lang") == language
    for shown in (demonstration, verdict, share):
        plain = " ".join(shown.split())
        assert plain in words_of(page)
        assert plain in " ".join(text_of(report).split())
    assert json_of(report)["verdict"] == verdict


def test_no_english_is_left_in_french_and_spanish(checked: CheckedFile, alliance: Alliance) -> None:
    for language in ("fr", "es"):
        shown = text_of(told(checked, alliance, language))
        assert not re.search(r"\b(the|and|of|answers|workbook|please)\b", shown, re.IGNORECASE), shown


def test_a_name_with_a_footnote_carries_it_in_every_format(checked: CheckedFile, alliance: Alliance) -> None:
    report = told(checked, alliance)
    assert "Country: Kosovo* (XKX)" in text_of(report)
    assert "\n* This designation is without prejudice" in text_of(report)
    identity = json_of(report)["identity"]
    assert identity["member_name"] == "Kosovo"
    assert identity["footnote"].startswith("This designation is without prejudice")


def test_a_star_of_the_name_itself_stays_in_json(checked: CheckedFile, alliance: Alliance) -> None:
    assert checked.whose is not None
    assert checked.whose.member is not None
    starred = replace(checked.whose.member, code="ALB", names={"en": "Albania*"})  # and no footnote
    report = told(replace(checked, whose=replace(checked.whose, member=starred)), alliance)
    assert json_of(report)["identity"]["member_name"] == "Albania*"
    assert report.footnote == ""


def test_json_counts_completeness_in_questions_and_leaves_out_what_is_not_asked(
    checked: CheckedFile, alliance: Alliance
) -> None:
    completeness = json_of(told(checked, alliance))["completeness"]
    assert completeness["all"] == {"asked": 16, "answered": 12, "accounted": 16}
    assert [part["section"] for part in completeness["sections"]] == [alliance.form.sections[0].code]


@pytest.mark.parametrize("reason", sorted(DETAILS))
def test_a_refused_file_is_told_with_why_and_what_to_do(alliance: Alliance, reason: str) -> None:
    nothing = frame("findings", ()), frame("completeness", ())
    for language in CATALOGUES:
        report = told(CheckedFile("a.xlsx", refuse(reason), None, *nothing), alliance, language)
        document = json_of(report)
        assert document["refusal"]["reason"] == reason
        assert (document["exit_code"], document["identity"], document["completeness"]) == (2, None, None)
        for sentence in (document["refusal"]["why"], document["refusal"]["mend"]):
            assert " ".join(sentence.split()) in " ".join(text_of(report).split())
            assert " ".join(sentence.split()) in words_of(page_of(report))


def test_who_hands_in_a_table_hears_that_only_workbooks_are_checked(alliance: Alliance) -> None:
    report = told(check_file(alliance, "answers.csv", b"member,victims\nALB,3\n"), alliance)
    assert "Tables such as CSV files" in text_of(report)


@pytest.mark.parametrize(
    "problem",
    ["no_token", "forged_token", "other_alliance", "other_cycle", "other_form_version", "not_a_member"],
)
def test_what_stands_against_a_workbook_is_told_with_what_to_do(
    checked: CheckedFile, alliance: Alliance, problem: str
) -> None:
    whose = Whose(None, problem=problem) if problem == "no_token" else replace(checked.whose, problem=problem)
    report = told(replace(checked, whose=whose), alliance)
    identity = json_of(report)["identity"]
    assert identity["problem"]["reason"] == problem
    assert report.verdict == "The workbook would not be accepted as it is."
    assert identity["problem"]["mend"] in " ".join(text_of(report).split())
    assert (identity["member"] is None) == (problem == "no_token")


def test_another_version_of_the_questionnaire_is_told_beside_the_current_one(
    checked: CheckedFile, alliance: Alliance
) -> None:
    token = replace(checked.whose.token, form_version="1999-1")
    report = told(replace(checked, whose=replace(checked.whose, token=token)), alliance)
    now = alliance.form.version
    assert f"Version of the questionnaire: 1999-1 (the current one is {now})" in text_of(report)


@pytest.mark.parametrize("proof", ["genuine", "not_checked", "not_genuine"])
def test_whether_the_identification_was_checked_is_told(checked: CheckedFile, alliance: Alliance, proof: Any) -> None:
    report = told(replace(checked, whose=replace(checked.whose, proof=proof)), alliance)
    assert json_of(report)["identity"]["proof"] == proof
    assert report.identification in words_of(page_of(report))
    said = {"genuine": "is genuine", "not_checked": "was not checked", "not_genuine": "is not genuine"}
    assert said[proof] in report.identification


def test_that_nothing_was_compared_is_told(checked: CheckedFile, alliance: Alliance) -> None:
    sentence = "The answers were not compared with those of earlier cycles"
    assert sentence not in text_of(told(checked, alliance))
    assert sentence in text_of(told(replace(checked, compared=False), alliance))


@pytest.fixture
def hostile(checked: CheckedFile, alliance: Alliance) -> CheckReport:
    rows = checked.findings.assign(seen=HOSTILE, sheet=HOSTILE, row=HOSTILE)
    token = Token(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    whose = replace(checked.whose, token=token)
    return told(replace(checked, file=f"{HOSTILE}.xlsx", whose=whose, findings=rows), alliance)


def test_hostile_text_is_shown_as_text_in_a_page_and_never_as_mark_up(hostile: CheckReport) -> None:
    page = page_of(hostile)
    assert page.xpath("//script | //img | //@onerror | //link | //iframe | //@src") == []
    assert page.xpath("//a[not(starts-with(@href, '#'))]") == []
    assert "<script>alert(1)</script> {{ 7*7 }} %(seen)s" in words_of(page)
    assert "&amp;" in words_of(page)


def test_hostile_text_cannot_move_the_cursor_or_turn_the_lines_of_a_terminal(hostile: CheckReport) -> None:
    shown = text_of(hostile)
    assert not SIGNS.search(shown)
    assert "{{ 7*7 }} %(seen)s" in " ".join(shown.split())


def test_hostile_text_leaves_json_whole(hostile: CheckReport) -> None:
    document = json_of(hostile)
    assert document["findings"][0]["seen"].startswith("<script>alert(1)</script> {{ 7*7 }}")
    assert render_json(hostile).encode("utf-8")


def test_a_page_stands_alone_and_can_be_read_by_a_screen_reader(checked: CheckedFile, alliance: Alliance) -> None:
    page = page_of(told(checked, alliance))
    assert page.get("lang") == "en"
    assert page.findtext(".//title")
    assert len(page.findall(".//h1")) == 1
    assert len(page.findall(".//main")) == 1
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), "a level is left out"
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {link.get("href") for link in page.iter("a")} <= {f"#{one}" for one in ids}
    assert all(cell.get("scope") for cell in page.iter("th"))
    assert page.find(".//table/caption") is not None
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy


def channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    red, green, blue = (channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_on_a_page_stand_out_from_every_ground(checked: CheckedFile, alliance: Alliance) -> None:
    """WCAG 2.1, success criterion 1.4.3: 4.5 to 1 for text."""
    style = page_of(told(checked, alliance)).findtext(".//style")
    inks = set(re.findall(r"[^-]color: (#[0-9a-f]{6})", style))
    grounds = set(re.findall(r"background: (#[0-9a-f]{6})", style))
    assert len(inks) >= 3
    assert len(grounds) >= 3
    for ink in inks:
        for ground in grounds:
            dark, light = sorted((luminance(ink), luminance(ground)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def columns(line: str) -> int:
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1
        for sign in line
    )


@pytest.mark.parametrize("width", [1, 40, 80, 100, 500])
def test_lines_are_no_longer_than_the_terminal_is_wide(hostile: CheckReport, width: int) -> None:
    longest = max(columns(line) for line in text_of(hostile, width).splitlines())
    assert longest <= min(max(width, 40), 100)


@given(st.text(max_size=300), st.integers(40, 100), st.integers(0, 4))
def test_wrapping_loses_no_letter_and_fits(text: str, width: int, indent: int) -> None:
    lines = wrap(text, width, indent)
    assert all(columns(line) <= width for line in lines)
    shown = "".join(lines).replace(" ", "")
    kept = "".join(text.split())
    if not SIGNS.search(text) and kept.isascii():
        assert shown == kept
    assert not SIGNS.search(shown)


def test_wrapping_breaks_between_words_and_only_overlong_words_within() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("abcdefghij k", 4, 1) == [" abc", " def", " ghi", " j k"]
    assert wrap("漢字漢字", 4) == ["漢字", "漢字"]
    assert wrap("a\nb", 40, 2) == ["  a", "  b"]


def test_wrapping_keeps_together_what_blanks_without_break_hold_together() -> None:
    assert wrap("lu «\u00a0oui\u00a0» ici", 9) == ["lu", "«\u00a0oui\u00a0»", "ici"]
    assert wrap("en tout 1\u202f250", 10) == ["en tout", "1\u202f250"]


def test_a_mistake_in_the_template_is_named_with_file_and_line(
    checked: CheckedFile, alliance: Alliance, tmp_path: Path
) -> None:
    (tmp_path / "check").mkdir()
    (tmp_path / "check" / "check.html.j2").write_text("<p>\n{{ check.verdct }}", encoding="utf-8")
    with pytest.raises(AllianceError, match=r"check/check\.html\.j2, row 2.*verdct"):
        render_html(told(checked, alliance), CATALOGUES["en"], tmp_path)


@pytest.mark.parametrize("attack", ["{{ check.__class__.__mro__ }}", "{{ check.groups.append(1) }}"])
def test_a_template_cannot_reach_behind_its_values_or_change_them(
    checked: CheckedFile, alliance: Alliance, tmp_path: Path, attack: str
) -> None:
    (tmp_path / "check").mkdir()
    (tmp_path / "check" / "check.html.j2").write_text(attack, encoding="utf-8")
    with pytest.raises(AllianceError, match=r"check\.html\.j2"):
        render_html(told(checked, alliance), CATALOGUES["en"], tmp_path)


def test_a_language_without_words_of_its_own_is_told_in_english_around_the_forms_words(case: Brazil) -> None:
    checked = case.check(case.filled(rios=None))
    shown = render_text(report_on(checked, case.alliance, Catalogue("pt"), LETTERS), Catalogue("pt"), LETTERS, 80)
    assert "This question has no answer yet." in shown
    assert "rios Rios limpos" in shown
    assert "Pacto pelos Rios" in shown
    assert "Demonstration" not in shown
