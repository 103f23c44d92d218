"""What earlier workbooks answered and the questionnaire of today has no question for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from books import FORM, KEY, Filled, book, saved
from gather_alliances import alliance

from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.gather import gather_earlier
from pipeline.questionnaire.identity import Token
from pipeline.questionnaire.lint_codes import lint_codes

ALLIANCE = alliance()
MAY = dt.datetime(2013, 5, 20, 9, tzinfo=dt.UTC)


def hand_in(folder: Path, old_code: str) -> Archive:
    """An archive with Albania's workbook of 2013, in which a question had another code."""
    workbook = book(Filled({"victims": 5, "hours": 30}, {}), Token("T-ALL", "2013", "ALB", FORM.version, "en"), KEY)
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                cell.value = old_code if cell.value == "hours" else cell.value
    content = saved(workbook)
    archive = Archive(folder / "archive")
    archive.record(Receipt("2013", "a.xlsx", "folder", None, MAY, archive.store(content), len(content)))
    return archive


def test_an_earlier_answer_to_a_code_that_is_gone_is_a_remark_of_the_lint(tmp_path: Path) -> None:
    archive = hand_in(tmp_path, "hours_spent")
    notes = gather_earlier(ALLIANCE, ALLIANCE.cycle("2014"), archive, lambda _: KEY, tmp_path / "cache").notes
    gone = notes.loc[notes["note"] == "unknown_code", ["cycle", "member", "seen"]].to_numpy().tolist()
    assert gone == [["2013", "ALB", "hours_spent"]]
    [remark] = lint_codes(FORM, notes.assign(question="", raw=None, problem=None), notes)
    assert "In 2013, 1 member answered 'hours_spent'" in remark.seen


def test_the_first_cycle_has_no_earlier_notes(tmp_path: Path) -> None:
    archive = hand_in(tmp_path, "hours_spent")
    notes = gather_earlier(ALLIANCE, ALLIANCE.cycle("2013"), archive, lambda _: KEY, tmp_path / "cache").notes
    assert notes.empty
    assert {"cycle", "member", "note", "seen"} <= set(notes.columns)
