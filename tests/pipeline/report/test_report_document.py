"""The Word file: sound, whole, the same bytes twice, and what stands in it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from report_samples import ANSWERS, NAMES, NOTE, TEMPLATES, sample

from pipeline.errors import AllianceError
from pipeline.frames import frame
from pipeline.report.document import render_report
from pipeline.report.lint import lint
from pipeline.report.scale import MARKS, WITHHELD_MARK, contrast
from pipeline.report.shell import rating_looks, read_shell
from pipeline.report.tables import records

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = [
    "A & B < C > D",
    "<!-- nothing after this -->",
    "{{ 7*7 }} {% for x in y %}",
    "=1+1",
    "]]> &amp; &#x41;",
    "<?place heat_map?>",
    "שלום עולם and مرحبا",
    "e\u0301 👍🏽 \u200b|",
    "'\"`",
    "None nan NaT",
    "{_{ x }_}",
    "long " + "Donaudampfschifffahrtsgesellschaft " * 150,
    "x" * 5000,
]


@cache
def report() -> bytes:
    return render_report(*sample(), TEMPLATES)


def paragraphs(content: bytes, part: str = "word/document.xml") -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = etree.fromstring(package.read(part))
    shown = {f"{W}t": None, f"{W}tab": "\t", f"{W}br": "\n"}
    return [
        "".join((piece.text or "") if shown[piece.tag] is None else shown[piece.tag] for piece in block.iter(*shown))
        for block in root.iter(f"{W}p")
    ]


def text(content: bytes) -> str:
    return "\n".join(paragraphs(content))


def page(content: bytes, name: str) -> str:
    """The text from a member's heading to the next one's."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    found: list[str] = []
    inside = False
    for block in root.iter(f"{W}p"):
        style = block.find(f"{W}pPr/{W}pStyle")
        shown = "".join(piece.text or "" for piece in block.iter(f"{W}t"))
        if style is not None and style.get(f"{W}val") in ("MemberHeading", "AnnexHeading"):
            inside = shown == name
        if inside:
            found.append(shown)
    return "\n".join(found)


def test_the_report_passes_the_lint():
    assert lint(report(), ANSWERS.values()) == []


def test_the_same_inputs_give_the_same_bytes():
    assert render_report(*sample(), TEMPLATES) == render_report(*sample(), TEMPLATES)


def test_the_report_is_valid_for_openxml_audit(tmp_path: Path):
    from openxml_audit import OpenXmlValidator

    path = tmp_path / "report.docx"
    path.write_bytes(report())
    result = OpenXmlValidator().validate(str(path))
    assert result.is_valid, result.errors


def test_the_report_is_valid_for_the_open_xml_sdk(tmp_path: Path, tool):
    import json
    import subprocess

    path = tmp_path / "report.docx"
    path.write_bytes(report())
    done = subprocess.run([tool("ooxml-validator"), str(path)], capture_output=True, check=False, text=True)
    answer = json.loads(done.stdout)
    assert answer["ok"], answer["errors"]
    assert answer["errors"] == []


def test_python_docx_reads_the_headings_in_order():
    from docx import Document

    headings = [
        block.text
        for block in Document(io.BytesIO(report())).paragraphs
        if block.style is not None and block.style.name in ("Heading 1", "Member heading", "Annex heading")
    ]
    assert headings == [
        "Executive summary",
        "Mandate and scope",
        "Membership and participation",
        "Overview of results",
        "PT1: Text of PT1 with <angle> & ampersand",
        "PT2: Text of PT2 with <angle> & ampersand",
        "Member pages",
        "Albania",
        "Bosnia & Herzegovina",
        "France",
        "Mexico",
        "Kosovo*",
        "Methodology",
        "Data quality",
    ]


def test_the_contents_list_every_heading_with_its_number_and_lead_to_it():
    shown = paragraphs(report())
    start = shown.index("Contents")
    contents = shown[start + 1 : shown.index("Tables")]
    assert contents[0] == "1\tExecutive summary"
    assert "3.2\tParticipation" in contents
    assert "Bosnia & Herzegovina" in contents
    assert contents[-6:-5] == ["Annex B\tData quality"]
    assert contents[-1] == "B.5\tRatings that depend on the method"


def test_captions_are_numbered_in_the_order_of_the_pages_and_references_follow():
    shown = text(report())
    with zipfile.ZipFile(io.BytesIO(report())) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    captions = [
        "".join(piece.text or "" for piece in block.iter(f"{W}t"))
        for block in root.iter(f"{W}p")
        if (style := block.find(f"{W}pPr/{W}pStyle")) is not None and style.get(f"{W}val") == "Caption"
    ]
    numbers = [int(match[1]) for caption in captions if (match := re.match(r"Table\u00a0(\d+)\. ", caption))]
    assert numbers == list(range(1, len(captions) + 1))
    (heat_map,) = [caption.split(".")[0] for caption in captions if "by member and operational goal" in caption]
    assert f"{heat_map} on the next pages shows" in shown


def test_the_tables_of_the_report_show_the_same_numbers_as_the_figures():
    from docx import Document

    _, _, tables = sample()
    shown = {row["figure"]: row["shown"] for row in records(tables.figures)}
    word = {table.rows[0].cells[0].text: table for table in reversed(Document(io.BytesIO(report())).tables)}
    everything = [t for t in Document(io.BytesIO(report())).tables if t.rows[0].cells[-1].text == "Rated"]
    ratings = [[cell.text for cell in row.cells] for row in everything[0].rows][1:]
    assert [row[0] for row in ratings] == ["OG1.1", "OG2.1", "OG2.2"]
    for goal, *counts, rated in ratings:
        key = goal.lower().replace(".", "_")
        assert counts == [shown[f"{key}_{mark.code}"] for mark in MARKS]
        assert rated == f"{shown[f'{key}_rated']} of {shown[f'{key}_commitments']}"
    rules = [[cell.text for cell in row.cells] for row in word["Rule"].rows][-1]
    assert rules[1:5] == [shown[f"findings{part}"] for part in ("_errors", "_warnings", "_queries", "")]
    parts = [[int(cell.text) for cell in row.cells[1:]] for row in word["Section"].rows[1:]]
    assert sum(row[0] for row in parts) == int(shown["questions_answered"])
    assert sum(row[-1] for row in parts) == int(shown["questions_asked"])
    assert sum(sum(row[:5]) for row in parts) == int(shown["questions_accounted"])


def test_every_figure_that_the_shell_names_stands_in_the_text():
    _, _, tables = sample()
    shown = text(report())
    rows = {row["figure"]: row for row in records(tables.figures)}
    source = re.sub(r"<[^>]+>", "", read_shell(TEMPLATES / "report.docx").text("word/document.xml"))
    used = set(re.findall(r"(?<!target\.)figure\.(\w+)", source))
    assert len(used) > 40
    assert used <= set(rows)
    for key in used - {"letters", "flips"}:
        assert rows[key]["shown"] in shown, key


def test_sentences_say_what_was_counted():
    shown = text(report())
    for sentence in (
        "Many members (3 of 5) sent a workbook that could be used; 1 of 3 workbooks arrived after the deadline.",
        "From 1 member nothing arrived. What 1 member sent could not be used.",
        "answered 52\u00a0% of the questions put to them (14 of 27) and accounted for 56\u00a0% (15 of 27)",
        "5 of 6 commitments could be rated. Some rated commitments (2 of 5) are achieved or on track.",
        "1 country has joined and 1 country is no longer listed",
        "3 findings are open: 2 errors, 1 warning and 0 queries",
        "1 commitment sets a yearly rate of growth as the target",
    ):
        assert sentence in shown, sentence


def test_each_page_header_carries_the_demonstration_mark_and_only_there_where_it_is_one():
    mark = "Demonstration: all answers are made up."
    headers = [f"word/header{number}.xml" for number in (1, 2, 3)]
    assert all(mark in "".join(paragraphs(report(), part)) for part in headers)
    small, this, tables = sample()
    real = render_report(small, replace(this, demonstration=False), tables, TEMPLATES)
    assert all(mark not in "".join(paragraphs(real, part)) for part in [*headers, "word/document.xml"])


def test_a_member_page_shows_what_the_member_agreed_to():
    albania = page(report(), "Albania")
    for piece in (
        "Ministry of Justice",
        "accepted; received on 9 July 2014, in time; version 2",
        "of 9 questions, 8 (89\u00a0%) answered and 8 (89\u00a0%) accounted for",
        "no errors, 1 warning, no queries",
        "3 of 3 rated: ★\u00a0achieved 1, ▲\u00a0on track 1, ►\u00a0acceleration needed 1",
        "Title of ALB-01",
        "131 are more than the 121 required.",
        "30\u00a0Jun\u00a02014",
        "131\u00a0victims",
        "1,100",
        "estimated",
        "A law was passed.",
    ):
        assert piece in albania, piece


def test_what_a_member_did_not_agree_to_is_nowhere_in_the_file():
    with zipfile.ZipFile(io.BytesIO(report())) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
    assert b"Veiled" not in everything
    assert "in aggregates only" in page(report(), "Bosnia & Herzegovina")
    assert "did not say whether its answers may be published" in page(report(), "France")
    assert "Title of" not in page(report(), "France")
    assert "Not listed, because the members did not agree to it: 1 of 2." in text(report())


def test_members_without_a_usable_workbook_have_a_grey_page_with_the_reason():
    assert "protected with a password" in page(report(), "Mexico")
    kosovo = page(report(), "Kosovo*")
    assert NOTE in kosovo
    assert "none received" in kosovo
    assert "○\u00a0not available" in kosovo


def test_the_heat_map_has_a_row_per_member_in_the_alliances_order():
    from docx import Document

    tables = [
        table for table in Document(io.BytesIO(report())).tables if table.style and table.style.name == "Heat map"
    ]
    (heat_map,) = tables
    rows = [[cell.text for cell in row.cells] for row in heat_map.rows]
    assert rows == [
        ["Member", "OG1.1", "OG2.1", "OG2.2"],
        ["Albania", "▲\u00a0on track\u20021/1", "★\u00a0achieved\u20021/1", "►\u00a0acceleration needed\u20021/1"],
        ["Bosnia & Herzegovina", *["◇\u00a0withheld"] * 3],
        ["France", *["◇\u00a0withheld"] * 3],
        ["Mexico", "–", "–", "–"],
        ["Kosovo*", "–", "○\u00a0not available\u20020/1", "–"],
        ["All members: rated, of all", "1 of 1", "2 of 3", "2 of 2"],
    ]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_exactly_as_it_was_written(hostile: str):
    answers = {("ALB", "achievements"): hostile, ("ALB", "authority"): hostile, ("ALB", "practice"): hostile}
    made = render_report(*sample(answers, {"ALB-01": hostile}), TEMPLATES)
    shown = paragraphs(made)
    assert shown.count(hostile) == 3
    assert f"Main achievements. {hostile}" in shown
    assert lint(made, [*ANSWERS.values(), hostile]) == []


def test_what_no_file_can_hold_is_replaced_and_nothing_after_it_is_lost():
    said = {("ALB", "achievements"): "before \x00 \x1b\ufffe after\r\nsecond line\tend"}
    shown = paragraphs(render_report(*sample(said), TEMPLATES))
    assert "Main achievements. before \ufffd \ufffd\ufffd after\nsecond line\tend" in shown


def test_a_lone_surrogate_never_reaches_the_file():
    from pipeline.report.wml import paragraph

    assert "before \ufffd after" in paragraph("before \ud800 after").encode().decode()


def test_empty_tables_leave_sentences_and_no_holes():
    empty = (
        "submissions",
        "answers",
        "assessment",
        "findings",
        "completeness",
        "commitment_scores",
        "aggregate_scores",
    )
    made = render_report(*sample(**{name: frame(name, []) for name in empty}), TEMPLATES)
    assert lint(made) == []
    assert "No members (0 of 5) sent a workbook that could be used" in text(made)


def test_ratings_are_readable_on_their_colours():
    shell = read_shell(TEMPLATES / "report.docx")
    found = rating_looks(shell)
    for code, look in found.items():
        assert contrast(look.fill, look.ink) >= 4.5, code
    assert len({mark.symbol for mark in (*MARKS, WITHHELD_MARK)}) == len(found)


def test_contrast_is_that_of_wcag():
    assert contrast("FFFFFF", "000000") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_properties_come_from_the_cycle_and_not_from_the_clock():
    from docx import Document

    properties = Document(io.BytesIO(report())).core_properties
    assert properties.title == "Small Alliance: Report of 2014 (Secretariat’s edition)"
    assert properties.author == "The secretariat"
    assert str(properties.created) == "2014-09-30 00:00:00+00:00"
    with zipfile.ZipFile(io.BytesIO(report())) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_chart_has_its_numbers_in_the_workbook_that_word_opens():
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(report())) as package:
        names = [name for name in package.namelist() if name.startswith("word/embeddings/")]
        book = openpyxl.load_workbook(io.BytesIO(package.read("word/embeddings/chart1.xlsx")))
        chart = etree.fromstring(package.read("word/charts/chart1.xml"))
    assert len(names) == 3  # overview, PT1, PT2
    rows = [list(row) for row in book["Data"].iter_rows(values_only=True)]
    assert rows[0][1:] == [
        "★ achieved",
        "▲ on track",
        "► acceleration needed",
        "▬ limited",
        "▼ deterioration",
        "○ not available",
    ]
    assert rows[1:] == [
        ["OG1.1 (1)", 0, 1, 0, 0, 0, 0],
        ["OG2.1 (3)", 1, 0, 0, 0, 1, 1],
        ["OG2.2 (2)", 0, 0, 1, 1, 0, 0],
    ]
    c = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    cached = [
        [int(value.text or "") for value in series.find(f"{c}val").iter(f"{c}v")] for series in chart.iter(f"{c}ser")
    ]
    assert [list(column) for column in zip(*cached, strict=True)] == [row[1:] for row in rows[1:]]


def test_the_chart_is_told_in_words_too():
    with zipfile.ZipFile(io.BytesIO(report())) as package:
        document = package.read("word/document.xml").decode()
    assert "OG2.1 (3): 1 achieved, 1 deterioration, 1 not available; OG2.2 (2):" in document


@pytest.mark.slow
def test_libreoffice_shows_a_page_for_every_member(tmp_path: Path, tool):
    import subprocess

    from pypdf import PdfReader

    (tmp_path / "report.docx").write_bytes(report())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [tool("soffice"), "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "report.docx")], check=True, capture_output=True, timeout=180)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages]
    for name in NAMES.values():
        assert any(
            re.search(rf"^{re.escape(name)}\*?\s*$", shown, re.MULTILINE) and "Item" in shown for shown in pages
        ), name
    assert all("Demonstration: all answers are made up." in shown for shown in pages)


def _shell_with(tmp_path: Path, old: str, new: str) -> Path:
    shell = read_shell(TEMPLATES / "report.docx")
    with zipfile.ZipFile(tmp_path / "report.docx", "w") as package:
        for name, content in shell.parts.items():
            package.writestr(name, content.replace(old.encode(), new.encode()))
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("figure.answered.quantified", "figure.answred.quantified", "answred"),
        ("{{p heat_map }}", "{{p heat_mapp }}", "heat_mapp"),
        ("{{p heat_map }}", "See {{ heat_map }} here", "{{p heat_map }}"),
        ("{%p endfor %}", "", "report.docx"),
        ("{{ figure.members }}", "{{ figure.members", "report.docx"),
        ("</w:body>", "</w:bdy>", "no Word document any more"),
        ("{{ figure.members }}", "{{ figure.members() }}", "not callable"),
        ("{{ figure.members }}", "{{ 1 / 0 }}", "division by zero"),
        ("{{ figure.members }}", "{{ figure.members.__class__.__mro__ }}", "__class__"),
        ("{{ figure.members }}", "{{ ''.__class__.mro()[1].__subclasses__() }}", "__class__"),
        ("{{r ref.heat_map }}", "{{r ref.heat_mop }}", "heat_mop"),
    ],
)
def test_an_error_in_the_shell_says_where_and_how_to_mend_it(tmp_path: Path, old: str, new: str, told: str):
    templates = _shell_with(tmp_path, old, new)
    with pytest.raises(AllianceError) as caught:
        render_report(*sample(), templates)
    message = str(caught.value)
    assert "report.docx" in message
    assert told in message


def test_a_misspelt_figure_is_shown_with_the_sentence_it_stands_in(tmp_path: Path):
    templates = _shell_with(tmp_path, "figure.late.of", "figure.later.of")
    with pytest.raises(AllianceError, match=re.escape("near “Participation.")) as caught:
        render_report(*sample(), templates)
    assert "later" in str(caught.value)


def test_the_manual_of_the_shell_names_every_block_text_and_figure():
    from pipeline.registry import discover
    from pipeline.report import blocks
    from pipeline.report.block import Block
    from pipeline.report.material import Material
    from pipeline.report.views import context

    manual = (TEMPLATES / "report.md").read_text(encoding="utf-8")
    small, this, tables = sample()
    found = discover(blocks, "BLOCK", Block)
    given = context(Material(small, this, tables), found)
    names = (
        {block.name for block in found}
        | set(given)
        | set(given["cycle"])
        | set(given["alliance"])
        | set(given["edition"])
    )
    names |= {row["figure"] for row in records(tables.figures) if not re.match(r"(pt|og)\d", row["figure"])}
    missing = {name for name in names if f"`{name}`" not in manual and not name.endswith("_percent")}
    assert missing == set()


def test_a_damaged_shell_is_named(tmp_path: Path):
    (tmp_path / "report.docx").write_bytes((TEMPLATES / "report.docx").read_bytes()[:5000])
    with pytest.raises(AllianceError, match=r"report\.docx: The file is no Word document, or is damaged"):
        render_report(*sample(), tmp_path)


def test_a_missing_shell_is_named(tmp_path: Path):
    with pytest.raises(AllianceError, match=re.escape("report.docx")):
        render_report(*sample(), tmp_path)


def test_tags_that_word_has_split_are_still_read(tmp_path: Path):
    split = '{{ figure.</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>targets }}'
    templates = _shell_with(tmp_path, "{{ figure.targets }}", split)
    assert text(render_report(*sample(), templates)) == text(report())
