"""The workbooks that the product itself writes, filled in cell by cell, come back as they were meant."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from blank_workbooks import KEY, ROOT, blank

from benchmarks.crowd import KEY as BENCHMARK_KEY
from benchmarks.crowd import crowd, make_archive
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.gather import gather
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Question

DAY = dt.date(2014, 3, 4)
MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    return load_alliance(ROOT / "alliance")


def typed(alliance: Alliance, question: Question, language: str) -> tuple[object, str]:
    """What is typed for a question, and the value that it means."""
    labels = [choice.texts.get("label", language) for choice in alliance.form.choices.get(question.choices or "", ())]
    codes = [choice.code for choice in alliance.form.choices.get(question.choices or "", ())]
    match question.type:
        case "integer":
            return 100 + question.position, str(100 + question.position)
        case "decimal":
            return 2.5 + question.position, str(2.5 + question.position)
        case "date":
            return DAY, DAY.isoformat()
        case "select_one":
            return labels[-1], codes[-1]
        case "select_multiple":
            return ";".join(reversed(labels)), " ".join(codes)
        case "file":
            return f"https://example.org/{question.code}?a=1&b=2", f"https://example.org/{question.code}?a=1&b=2"
        case _:
            return f"Réponse à {question.code} <b> & ñ", f"Réponse à {question.code} <b> & ñ"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_question_filled_in_comes_back_as_it_was_meant(alliance: Alliance, tmp_path: Path, language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank(alliance, "FRA", language)))
    expected: dict[tuple[str, str], str] = {}
    for sheet in book:
        markers = {cell.value: cell.column for cell in sheet[1] if cell.value}
        for cells in sheet.iter_rows(min_row=2):
            if layout.CODE in markers and (question := alliance.form.by_code.get(str(cells[0].value))):
                answer = cells[markers[layout.ANSWER] - 1]
                answer.value, expected["", question.code] = typed(alliance, question, language)
            elif layout.ROW in markers and str(cells[0].value) in ("FRA-01", "FRA-02", "NEW-3"):
                for question in (asked for asked in alliance.form.asked if asked.repeat and asked.code in markers):
                    answer = cells[markers[question.code] - 1]
                    answer.value, expected[str(cells[0].value), question.code] = typed(alliance, question, language)
    buffer = io.BytesIO()
    book.save(buffer)
    assert len({code for _, code in expected}) == len(alliance.form.asked)
    archive = Archive(tmp_path)
    sha256 = archive.store(buffer.getvalue())
    archive.record(Receipt("2014", "FRA.xlsx", "folder", None, MAY, sha256, len(buffer.getvalue())))
    gathered = gather(alliance, alliance.cycle("2014"), archive, KEY, tmp_path / "cache")
    answers = gathered.answers.query("row in ['', 'FRA-01', 'FRA-02', 'NEW-3']")
    found = {(row.row, row.question): row.value for row in answers.itertuples()}
    assert found == expected
    assert gathered.intake_notes.empty
    assert gathered.submissions["language"].tolist() == [language]


@pytest.mark.slow
def test_fifty_four_filled_workbooks_are_gathered_and_the_second_time_known(tmp_path: Path) -> None:
    make_archive(tmp_path / "archive", 54)
    crowded, archive = crowd(54), Archive(tmp_path / "archive")
    cycle = crowded.cycle("2014")
    counts: list[tuple[int, int]] = []
    for _ in range(2):
        gathered = gather(crowded, cycle, archive, BENCHMARK_KEY, tmp_path / "cache")
        assert gathered.submissions["status"].value_counts().to_dict() == {"accepted": 54}
        assert gathered.answers.groupby("member").size().min() >= 150
        counts.append((gathered.parsed, gathered.known))
    assert counts == [(54, 0), (0, 54)]
