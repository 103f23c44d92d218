"""What staff read before letters are sent, and the code by which they approve exactly these."""

from __future__ import annotations

import csv
import hashlib
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import TEMPLATES, Case, cycle, finding, submission

from pipeline.feedback.letters_overview import overview_code, overview_files, previews

HOSTILE = "```\n</pre><script>alert(1)</script>\n![x](https://elsewhere.example/x.png)\n# heading {{ 7*7 }}"


@pytest.fixture
def hostile(case: Case) -> Case:
    case.submissions = [submission("ALB", file="<img src=x onerror=alert(1)>.xlsx"), submission("FRA")]
    case.findings = [finding("ALB", seen=HOSTILE)]
    return case


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def files(case: Case) -> dict[str, bytes]:
    return dict(overview_files(case.alliance, cycle(), case.prepare(), TEMPLATES))


def test_the_code_is_the_beginning_of_a_hash_over_sorted_lines(hostile: Case) -> None:
    letters = hostile.prepare().letters
    hashes = dict(zip(letters["member"], letters["sha256"], strict=True))
    lines = f"ALB corrections 1 {hashes['ALB']}\nESP reminder 0 {hashes['ESP']}\nFRA receipt 1 {hashes['FRA']}\n"
    assert overview_code(letters) == hashlib.sha256(lines.encode()).hexdigest()[:12]
    assert overview_code(letters.iloc[::-1]) == overview_code(letters)


def test_a_changed_letter_gives_another_code(hostile: Case) -> None:
    before = overview_code(hostile.prepare().letters)
    assert overview_code(hostile.prepare().letters) == before
    hostile.findings[0] = finding("ALB", seen="thirteen")
    assert overview_code(hostile.prepare().letters) != before
    assert overview_code(hostile.prepare().letters.head(2)) != overview_code(hostile.prepare().letters)


def test_the_page_has_every_letter_word_for_word_and_the_code(hostile: Case) -> None:
    prepared = hostile.prepare()
    page = _Page(files(hostile)["overview.html"].decode())
    said = "".join(page.words)
    for text in prepared.texts.values():
        assert text in said
    assert overview_code(prepared.letters) in said
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert links == {"#ALB", "#FRA", "#ESP"}
    assert {attributes["id"] for tag, attributes in page.tags if tag == "h2"} == {"ALB", "FRA", "ESP"}


def test_nothing_that_a_country_wrote_does_anything_in_the_page(hostile: Case) -> None:
    harmless = Case(hostile.alliance, submissions=[submission("ALB"), submission("FRA")], findings=[finding("ALB")])
    tags = [tag for tag, _ in _Page(files(hostile)["overview.html"].decode()).tags]
    assert tags == [tag for tag, _ in _Page(files(harmless)["overview.html"].decode()).tags]
    assert {"script", "img", "iframe", "link"}.isdisjoint(tags)
    assert b"default-src 'none'" in files(hostile)["overview.html"]


def test_in_the_ui_every_line_of_a_letter_is_code_and_no_markdown(hostile: Case) -> None:
    shown = previews(hostile.prepare())
    assert set(shown) == {"corrections", "receipt", "reminder"}
    lines = shown["corrections"].splitlines()
    assert [line for line in lines if line.strip() and not line.startswith("    ")] == ["### ALB, corrections"]
    assert "      </pre><script>alert(1)</script>" in "\n".join(lines).replace("        <", "      <")


def test_a_very_long_preview_ends_with_a_word_where_the_rest_is(hostile: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.feedback.letters_overview._LONGEST_PREVIEW", 100)
    assert previews(hostile.prepare())["receipt"] == "1 more letters of this kind stand in overview.html.\n"


def test_the_table_for_excel_has_a_row_per_letter_and_no_formula(hostile: Case, tmp_path: Path) -> None:
    content = files(hostile)["overview.csv"]
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes a file without this for another encoding"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["member"] for row in rows] == ["ALB", "FRA", "ESP"]
    assert rows[0]["recipients"] == "focal_point@alb.example deputy@alb.example"
    assert [row["attachment"] for row in rows] == [
        "GA-2014-ALB-corrections-1.xlsx",
        "",
        "GA-2014-ESP-questionnaire.xlsx",
    ]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
