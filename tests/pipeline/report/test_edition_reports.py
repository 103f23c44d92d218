"""What each edition shows and what is nowhere in its file."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace

import docx
import pytest
from edition_samples import CODES, OPERATIONAL, RATINGS, crowd, name, number_of, private
from report_samples import TEMPLATES, alliance

from pipeline.alliance.model import Alliance
from pipeline.editions.edition import EDITIONS, MEMBERS, PUBLIC, SECRETARIAT
from pipeline.editions.restrict import edition_tables, withheld_members
from pipeline.report.editions import EditionReport, edition_reports
from pipeline.report.tables import Tables, records

CONSENTS = dict(zip(CODES, ("full", "full", "silent", *["aggregate"] * 4, "unsaid", "full", "aggregate"), strict=True))
WITHHELD = [code for code, consent in CONSENTS.items() if consent in ("aggregate", "unsaid")]
# OG1.1: the withheld have six commitments of six members, each rating once: shown. OG2.1 and OG2.2: two members each,
# of one rating: withheld. PT2: four members, but two ratings of two each, and nobody has more than one: shown.
PROMISES = [
    ("ALB", "OG1.1", "achieved"), ("ALB", "OG2.1", "limited"), ("ARM", "OG2.2", "on_track"),
    ("AUS", "OG1.1", "not_available"), ("CYP", "OG2.2", "deterioration"),
    *((code, "OG1.1", rating) for code, rating in zip(WITHHELD, RATINGS, strict=True)),
    (WITHHELD[0], "OG2.1", "on_track"), (WITHHELD[1], "OG2.1", "on_track"),
    (WITHHELD[2], "OG2.2", "limited"), (WITHHELD[3], "OG2.2", "limited"),
]  # fmt: skip


@pytest.fixture(scope="module")
def made() -> tuple[Alliance, Tables]:
    return crowd(CONSENTS, PROMISES)


@pytest.fixture(scope="module")
def reports(made: tuple[Alliance, Tables]) -> dict[str, EditionReport]:
    return {report.edition.code: report for report in _reports(*made)}


def _reports(here: Alliance, tables: Tables) -> Iterator[EditionReport]:
    return edition_reports(here, here.cycle("2014"), tables, TEMPLATES)


def everything_in(content: bytes, inside: str = "") -> dict[str, str]:
    """The text of every part, mark-up and all, of the file and of files in it."""
    parts: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for part in package.namelist():
            data = package.read(part)
            if part.endswith(".xlsx"):
                parts |= everything_in(data, f"{part}/")
            # Without tags, so that no run boundary parts a word, and with them, so that no attribute is overlooked.
            raw = data.decode("utf-8", "replace")
            parts[inside + part] = f"{part}\n{raw}\n{re.sub('<[^>]+>', '', raw)}"
    return parts


def words_of(report: EditionReport) -> str:
    document = docx.Document(io.BytesIO(report.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_there_are_three_files_and_the_secretariats_has_the_name_it_always_had(reports: dict[str, EditionReport]):
    files = [report.file for report in reports.values()]
    assert files == [f"SMALL-2014-progress-report{end}.docx" for end in ("", "-members", "-public")]


def test_every_edition_passes_the_check_of_reports(reports: dict[str, EditionReport]):
    assert [fault for report in reports.values() for fault in report.faults] == []


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.code)
def test_cover_control_page_heads_and_properties_say_which_edition_it_is(edition, reports: dict[str, EditionReport]):
    document = docx.Document(io.BytesIO(reports[edition.code].content))
    assert f"Edition\t{edition.title}" in [paragraph.text for paragraph in document.paragraphs]
    assert ["Edition", edition.title] in [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    heads = [section.header for section in document.sections]
    assert all(edition.title in "\n".join(p.text for p in head.paragraphs) for head in heads)
    assert edition.title in document.core_properties.title


@pytest.mark.parametrize(("status", "shown"), [("draft", True), ("final", False), ("revision", False)])
def test_a_draft_is_marked_on_every_page_and_nothing_else_is(status, shown: bool, made: tuple[Alliance, Tables]):
    here, tables = made
    cycles = {key: replace(cycle, status=status) for key, cycle in here.cycles.items()}
    for report in _reports(replace(here, cycles=cycles), tables):
        document = docx.Document(io.BytesIO(report.content))
        heads = ["\n".join(p.text for p in section.header.paragraphs) for section in document.sections]
        assert [("Draft" in head) for head in heads] == [shown] * len(heads)


@pytest.mark.parametrize("edition", ["members", "public"])
def test_nothing_that_is_withheld_is_in_any_part_of_the_file(edition: str, reports: dict[str, EditionReport]):
    secrets = [f"private to {code}" for code in WITHHELD]
    secrets += [text for code in WITHHELD for text in (str(number_of(code)), f"{number_of(code):,}")]
    secrets += [f"{code}-{at:02d}" for at, (code, _, _) in enumerate(PROMISES) if code in WITHHELD]
    secrets += [".xlsx</", "file-of-", "refused-file-name", "rule_about", "rule about", "hidden.person", "person@"]
    secrets += [f"office@{code.lower()}" for code in CODES] + ["Finding private", "Letter private"]
    parts = everything_in(reports[edition].content)
    assert [(secret, part) for secret in secrets for part, text in parts.items() if secret in text] == []
    assert len(parts) > 30, "the workbooks of the charts are among them"


def test_the_search_for_secrets_finds_what_is_shown(reports: dict[str, EditionReport]):
    everything = "\n".join(everything_in(reports["public"].content).values())
    assert all(secret in everything for secret in (private("ALB", "Practice"), f"{number_of('ALB'):,}", "ALB-00"))
    assert "refused-file-name.xlsx" in words_of(reports["secretariat"])
    assert "rule about BEL" in words_of(reports["secretariat"])


def test_withheld_results_are_never_zero_but_a_symbol_and_a_word(reports: dict[str, EditionReport]):
    document = docx.Document(io.BytesIO(reports["public"].content))
    (overview,) = [
        table
        for table in document.tables
        if len(table.rows) == 4 and [cell.text for cell in table.rows[0].cells][::7] == ["Goal", "Rated"]
    ]
    rows = {row.cells[0].text: [cell.text for cell in row.cells][1:] for row in overview.rows[1:]}
    # Albania 1, Australia 1 (silent), and one of each rating.
    assert rows["OG1.1"] == ["2", "1", "1", "1", "1", "2", "6 of 8"]
    assert rows["OG2.1"] == rows["OG2.2"] == ["◇\u00a0withheld"] * 7
    words = words_of(reports["public"])
    assert "13 of 15 commitments could be rated" in words
    assert "(3 of 7) are achieved or on track" in words, "all of PT2 is shown"


def test_the_chart_of_a_withheld_goal_has_no_points(reports: dict[str, EditionReport]):
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(reports["public"].content)) as package:
        book = openpyxl.load_workbook(io.BytesIO(package.read("word/embeddings/chart1.xlsx")))
        chart = package.read("word/charts/chart1.xml").decode()
    lines = list(book.worksheets[0].iter_rows(values_only=True))[1:]
    assert [line[0] for line in lines] == ["OG1.1 (8)", "OG2.1 (◇\u00a0withheld)", "OG2.2 (◇\u00a0withheld)"]
    assert [line[1:] for line in lines[1:]] == [(None,) * 6] * 2
    for cache in re.findall(r"<c:numCache>.*?</c:numCache>", chart):
        assert re.findall(r'idx="(\d)"', cache) == ["0"]


def test_only_the_secretariats_edition_has_findings_letters_and_refused_files(reports: dict[str, EditionReport]):
    words = {code: words_of(report) for code, report in reports.items()}
    for told in (
        "Open findings",
        "letters have been prepared",
        "findings are open",
        "macros",
        "Members without findings",
    ):
        assert [code for code, text in words.items() if told in text] == ["secretariat"], told


def test_the_public_edition_does_not_say_when_whose_workbook_arrived(reports: dict[str, EditionReport]):
    words = {code: words_of(report) for code, report in reports.items()}
    assert [code for code, text in words.items() if "received on 3 July 2014" in text] == ["secretariat", "members"]
    assert [code for code, text in words.items() if "3\u00a0Jul\u00a02014" in text] == ["secretariat", "members"]
    late = Counter({code: text.count("after the deadline") for code, text in words.items()})
    # Once in the summary, which is about all members; BEL's row and page beside it.
    assert (late["public"], late["members"]) == (1, 3)


def test_figures_of_single_answers_count_only_members_whose_results_are_shown(reports: dict[str, EditionReport]):
    shown = {row["figure"]: row for row in records(reports["public"].tables.figures)}
    # Albania answered 0 of 9 questions, Armenia 1, Cyprus 8.
    assert (shown["questions_asked"]["value"], shown["questions_answered"]["value"]) == (27, 9)
    assert "not counting 6 members whose results are withheld" in shown["questions_answered"]["selection"]
    assert (shown["findings"]["value"], shown["findings"]["shown"]) == (None, "◇\u00a0withheld")
    assert shown["og2_1_achieved"]["value"] is None
    assert shown["og2_1_achieved"]["denominator"] is None
    assert shown["answered"]["value"] == 9


def test_the_secretariats_numbers_count_everybody(reports: dict[str, EditionReport]):
    shown = {row["figure"]: row["shown"] for row in records(reports["secretariat"].tables.figures)}
    assert (shown["questions_asked"], shown["findings"], shown["og2_1_on_track"]) == ("81", "9", "2")


def test_where_two_members_withhold_all_totals_they_enter_are_withheld():
    here, tables = crowd(
        {"ALB": "full", "BEL": "aggregate", "CYP": "unsaid"},
        [("ALB", "OG1.1", "achieved"), ("BEL", "OG1.1", "limited"), ("CYP", "OG2.1", "on_track"), ("ALB", "OG2.2", "limited")],
    )  # fmt: skip
    *_, public = _reports(here, tables)
    words = words_of(public)
    assert "[◇\u00a0withheld] commitments could be rated" in words
    assert "What all members have reached under PT1 is withheld" in words
    assert public.faults == []


def test_where_everybody_agrees_the_public_edition_withholds_no_number():
    here, tables = crowd(dict.fromkeys(CODES[:4], "full"), [(code, "OG1.1", "limited") for code in CODES[:4]])
    secretariat, _, public = _reports(here, tables)
    ours, theirs = (
        {row["figure"]: row["shown"] for row in records(report.tables.figures)} for report in (secretariat, public)
    )
    differing = {key for key in ours if ours[key] != theirs[key]}
    assert all("finding" in key or key.startswith(("members_with_", "letters")) for key in differing)
    assert "not counting" not in words_of(public)


def test_silence_is_no_consent_and_a_member_without_workbook_has_nothing_to_withhold(made: tuple[Alliance, Tables]):
    here, tables = made
    assert withheld_members(here, tables) == WITHHELD


@pytest.mark.parametrize("edition", [MEMBERS, PUBLIC], ids=lambda edition: edition.code)
def test_no_table_of_an_edition_has_a_row_of_a_member_that_withholds_but_its_consent(
    edition, made: tuple[Alliance, Tables]
):
    here, tables = made
    shown = edition_tables(here, tables, edition)
    left: Counter[str] = Counter()
    for field in fields(Tables):
        data = getattr(shown, field.name)
        if "member" in data and field.name not in ("members", "submissions"):
            left[field.name] = int(data["member"].isin(WITHHELD).sum())
    assert {table: count for table, count in left.items() if count} == {"answers": 5}
    assert set(shown.answers.loc[shown.answers["member"].isin(WITHHELD), "value"]) == {"aggregate"}
    assert shown.submissions[["file", "sender"]].isin(["withheld"]).all(axis=None)
    assert not set(shown.aggregate_scores["level"]) & {"alliance", "target", "goal"}


def test_the_secretariats_tables_are_those_of_the_cycle(made: tuple[Alliance, Tables]):
    here, tables = made
    shown = edition_tables(here, tables, SECRETARIAT)
    assert all(getattr(shown, f.name).equals(getattr(tables, f.name)) for f in fields(Tables))


def test_same_tables_same_bytes(made: tuple[Alliance, Tables], reports: dict[str, EditionReport]):
    assert [report.content for report in _reports(*made)] == [report.content for report in reports.values()]


def test_the_small_alliance_of_all_other_tests_has_editions_too():
    from report_samples import sample

    _, _, tables = sample()
    assert [report.faults for report in _reports(alliance(), tables)] == [[], [], []]
    assert OPERATIONAL[0] in words_of(next(_reports(alliance(), tables)))
    assert name("ALB") == "Land of ALB"
