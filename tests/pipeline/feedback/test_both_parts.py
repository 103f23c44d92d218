"""Text and HTML say the same: every id, every number and every sentence that carries a fact, in every kind and language."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from conftest import LANGUAGES, Case, completeness, finding, submission
from read_letters import ReadLetter, read_letter

IDS = [f"{n:06x}beef" for n in range(1, 8)]
# What one part has and the other has not: rules under headings, marks of lists, brackets, blanks.
_LAYOUT = re.compile(r"[^\w%+:@./-]+")
# Shown as a heading of columns in the one and before each value in the other.
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


@pytest.fixture
def everything(case: Case) -> Case:
    """Letters that say all that letters can say: ALB's second round, with every list filled."""
    case.with_australia()
    case.submissions = [
        submission("ALB", "superseded", submission="s1", received=datetime(2014, 7, 1, tzinfo=UTC), version=1, round=1),
        submission("ALB", submission="s2", version=2, round=2, late=True),
        submission(
            "ALB", "rejected", submission="s3", file="l.docx", received=datetime(2014, 7, 11, tzinfo=UTC), round=3
        ),
        submission("FRA"),
        submission("ESP", "quarantined", reason="password_protected"),
    ]
    case.findings = [
        finding("ALB", finding=IDS[0], seen="12.5 Mio.\nin 2013", row="ALB-07"),
        finding("ALB", "warning", finding=IDS[1], cell="AA119"),
        finding("ALB", "query", finding=IDS[2], question="units", seen=None),
    ]
    states = [("open", "new"), ("open", "still_open"), ("open", "reopened"), ("fixed", "fixed"), ("waived", "waived")]
    case.history = [
        {**finding("ALB", finding=one), "status": status, "change": change, "told": 1, "last_round": 2}
        for one, (status, change) in zip(IDS, [*states, ("withdrawn", "withdrawn")], strict=False)
    ]
    case.completeness = [*completeness("ALB", 1030, 720, 829), *completeness("FRA", 30, 30, 30)]
    return case


def all_letters(case: Case, language: str) -> dict[str, ReadLetter]:
    case.members = [{**row, "language": language} for row in case.members]
    files = {**case.prepare().files, **case.close().files}
    return {name: read_letter(content) for name, content in files.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_looked_at(everything: Case, language: str) -> None:
    kinds = {name.removesuffix(".eml").partition("-")[2] for name in all_letters(everything, language)}
    assert kinds == {"corrections", "receipt", "refusal", "reminder", "thanks"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_stands_in_both_parts_as_often(everything: Case, language: str) -> None:
    for name, read in all_letters(everything, language).items():
        ids = [Counter(re.findall(r"[0-9a-f]{6}beef", said)) for said in (read.text, read.shown)]
        assert ids[0] == ids[1], name
        if name == "ALB-corrections.eml":
            assert ids[0] == Counter(IDS[:6])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_stands_in_both_parts(everything: Case, language: str) -> None:
    for name, read in all_letters(everything, language).items():
        text, shown = ({*_NUMBER.findall(said)} for said in (read.text, read.shown))
        assert text == shown, name
        assert len(text) > 3, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_text_stands_in_the_html_and_the_other_way_round(everything: Case, language: str) -> None:
    for name, read in all_letters(everything, language).items():
        text, shown = (" ".join(said.split()) for said in (read.text, read.shown))
        for one, other in ((read.text, shown), (read.shown, text)):
            # Where a line is a sentence or several; labels, headings and cells are laid out differently.
            sentences = [line.strip() for line in one.splitlines() if line.strip().endswith((".", ":", ","))]
            assert len(sentences) > 5, name
            missing = [line for line in sentences if " ".join(line.split()) not in other]
            # A label and its sentence stand on one line in the text, and in two cells of the HTML.
            assert [line for line in missing if re.split(r"\s?: ", line, maxsplit=1)[-1] not in other] == [], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_either_part_stands_in_the_other(everything: Case, language: str) -> None:
    # The headings of columns, which the HTML says once, and the text by a line of its own or not at all.
    columns = {
        "en": {"Question", "Part", "of", "the", "questionnaire", "All", "File"},
        "fr": {"Question", "Partie", "du", "questionnaire", "Ensemble", "Fichier"},
        "es": {"Pregunta", "Parte", "del", "cuestionario", "Total", "Archivo"},
    }
    for name, read in all_letters(everything, language).items():
        text, shown, subject = (words(said) for said in (read.text, read.shown, read.message["Subject"]))
        assert text - shown == set(), name
        assert shown - text - columns[language] - subject == set(), name


def words(said: str) -> set[str]:
    split = (word.strip(":-=") for word in _LAYOUT.split(said))
    return {word for word in split if word}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_template_or_of_python_is_left_over(everything: Case, language: str) -> None:
    for name, read in all_letters(everything, language).items():
        for left_over in ("None", "NaT", "{{", "}}", "{%", "%(", "Undefined", "Markup", "&amp;lt;"):
            assert left_over not in read.everything, (name, left_over)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_is_told_from_its_background(everything: Case) -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5; no text has a background that a reader's own colours could break."""
    for read in all_letters(everything, "en").values():
        behind = ["#ffffff"]
        seen: set[tuple[str, str]] = set()
        for _, attributes in read.tags:
            style = attributes.get("style") or ""
            background = re.search(r"background-color:(#[0-9a-f]{6})", style)
            for colour in re.findall(r"(?:^|;)color:(#[0-9a-f]{6})", style):
                seen.add((colour, background[1] if background else behind[0]))
        assert seen
        for colour, background in seen:
            light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (colour, background)


def test_no_text_is_smaller_than_13_pixels_and_nothing_has_a_fixed_width_in_a_browser(everything: Case) -> None:
    for read in all_letters(everything, "en").values():
        assert min(map(int, re.findall(r"font-size:(\d+)px", read.html))) >= 13
        outside_of_outlook = re.sub(r"<!--\[if mso\]>.*?<!\[endif\]-->", "", read.html, flags=re.DOTALL)
        assert not re.search(r'width="\d+"|[^-]width:\d+px', outside_of_outlook)
