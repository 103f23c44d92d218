"""The parts of the generator of the example inbox: what is made up is consistent, and people type what they mean."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from examples import flaws
from examples.desk import Desk
from examples.make_inbox import FOLDER, PASSWORD, Office, arrivals, blank_workbook, make_inbox, reply_in
from examples.packaging import decrypted, encrypted, saved
from examples.phrases import STOCK, say, say_anew, vary
from examples.reply import Reply, canonical
from examples.series import series
from pipeline.alliance.frames import members_on
from pipeline.questionnaire import layout


@pytest.fixture(scope="module")
def office() -> Office:
    return Office.open()


@pytest.fixture(scope="module")
def blank(office: Office) -> bytes:
    cycle = office.alliance.cycle("2014")
    member = next(m for m in members_on(office.alliance, cycle.report_date) if m.code == "ALB")
    return blank_workbook(office, cycle, member)


@pytest.fixture
def desk(office: Office, blank: bytes) -> Desk:
    return Desk.with_blank(blank, office.alliance.form, "en", Reply())


def test_every_topic_has_phrases_in_all_languages() -> None:
    assert set(STOCK["en"]) == set(STOCK["fr"]) == set(STOCK["es"])


@pytest.mark.parametrize("language", STOCK)
def test_alternatives_are_balanced_and_leave_no_braces(language: str) -> None:
    for sentences in STOCK[language].values():
        for sentence in sentences:
            assert not re.search(r"[{}|]", vary(sentence, Random(1)))


def test_saying_something_twice_with_the_same_seed_says_the_same() -> None:
    assert say("achievements", "en", Random(7), 3) == say("achievements", "en", Random(7), 3)


def test_canonical_values_are_those_of_the_form() -> None:
    assert canonical(("legal", "data")) == "legal data"
    assert canonical(36.5) == "36.5"
    assert canonical(12.0) == "12"
    assert canonical(1250) == "1250"


def test_a_series_starts_at_the_baseline_and_is_the_same_every_time() -> None:
    commitment = {
        "kind": "growth_rule",
        "unit": "victims",
        "baseline_value": 120.0,
        "baseline_year": 2011,
    }
    first = series("ALB", "icse_new", commitment)
    assert first == series("ALB", "icse_new", commitment)
    assert first[2011] == 120
    assert sorted(first) == [2011, 2012, 2013]
    assert all(isinstance(value, int) for value in first.values())


def test_percentages_stay_below_their_limit() -> None:
    commitment = {
        "kind": "directional",
        "unit": "percent",
        "baseline_value": 99.0,
        "baseline_year": 2010,
        "direction": 1,
    }
    for member in ("ALB", "ARM", "AUS", "AUT", "BEL"):
        assert max(series(member, "data_examined", commitment).values()) <= 100


def test_what_a_member_says_of_last_year_is_what_it_said_last_year(office: Office) -> None:
    replies = {
        (arrival.member, name): reply_in(office, arrival, office.alliance.cycle(name)).values
        for name in ("2013", "2014")
        for arrival in arrivals(office.alliance, office.alliance.cycle(name))
        if arrival.status == "accepted"
    }
    compared = 0
    for (member, name), values in replies.items():
        earlier = replies.get((member, "2013"), {})
        for question in ("icse_new", "campaigns", "notice_hours"):
            if name == "2014" and ("", f"{question}_previous") in values and ("", question) in earlier:
                assert values["", f"{question}_previous"] == earlier["", question]
                compared += 1
    assert compared > 60


def test_a_commitment_is_completed_on_one_day_within_the_period_that_reports_it_first(office: Office) -> None:
    days: dict[str, dict[str, date]] = {}
    for name in ("2013", "2014"):
        cycle = office.alliance.cycle(name)
        for arrival in arrivals(office.alliance, cycle):
            for (row, question), value in reply_in(office, arrival, cycle).values.items():
                if question == "c_completed":
                    assert isinstance(value, date)
                    assert value <= cycle.period_end
                    days.setdefault(row, {})[name] = value
    both = [tuple(by_cycle.values()) for by_cycle in days.values() if len(by_cycle) == 2]
    first_in_2014 = [by_cycle["2014"] for by_cycle in days.values() if list(by_cycle) == ["2014"]]
    assert all(one == other for one, other in both)
    assert all(day >= date(2013, 10, 1) for day in first_in_2014)
    assert both
    assert first_in_2014


def test_nobody_says_the_same_as_the_year_before() -> None:
    said = [say_anew("icse_plan", "es", "ESP", year) for year in range(2010, 2020)]
    assert all(one != other for one, other in pairwise(said))
    assert said == [say_anew("icse_plan", "es", "ESP", year) for year in range(2010, 2020)]


def test_a_text_that_begins_like_a_formula_stays_a_text(desk: Desk) -> None:
    desk.type_in("achievements", "=1+1")
    book = load_workbook(BytesIO(saved(desk.book)))
    found = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in found] == ["s"]


def test_saving_keeps_drop_downs_protection_and_the_very_hidden_token(desk: Desk, blank: bytes) -> None:
    before, after = load_workbook(BytesIO(blank)), load_workbook(BytesIO(saved(desk.book)))
    assert after[layout.TOKEN_SHEET].sheet_state == "veryHidden"
    for name in before.sheetnames:
        assert after[name].data_validations.count == before[name].data_validations.count
        assert after[name].protection.sheet == before[name].protection.sheet
    assert all(desk.sheet_of(section.code).data_validations.count for section in desk.form.sections)


def test_the_same_workbook_is_saved_to_the_same_bytes(office: Office, blank: bytes) -> None:
    form = office.alliance.form
    one, other = (Desk.with_blank(blank, form, "en", Reply()) for _ in range(2))
    assert saved(one.book) == saved(other.book)


def test_inserted_rows_and_columns_take_the_answers_along(desk: Desk) -> None:
    desk.type_in("law_possession", "Yes, in force")
    cell = desk.cell("law_possession")
    before = (cell.row, cell.column)
    flaws.rows_inserted("pt2", "law_possession", 2, "remark")(desk)
    flaws.columns_inserted("pt2", 2, "own column")(desk)
    assert (cell.row, cell.column) == (before[0] + 2, before[1] + 1)
    assert desk.sheet_of("pt2").cell(cell.row, cell.column).value == "Yes, in force"


def test_deleted_questions_are_gone_code_and_all(desk: Desk) -> None:
    sheet = desk.sheet_of("pt2")
    rows = sheet.max_row
    flaws.questions_deleted("pt2", "law_grooming", "law_grooming_article")(desk)
    codes = {row[0].value for row in sheet.iter_rows()}
    assert sheet.max_row == rows - 2
    assert not {"law_grooming", "law_grooming_article"} & codes
    assert "law_grooming_date" in codes


def test_an_encrypted_workbook_opens_with_its_password_only(blank: bytes) -> None:
    locked = encrypted(blank, PASSWORD)
    assert not locked.startswith(b"PK")
    assert decrypted(locked, PASSWORD) == blank
    assert decrypted(locked, "another") is None


def test_what_is_expected_of_the_committed_inbox_is_what_the_cast_says(tmp_path: Path) -> None:
    make_inbox([], tmp_path)
    assert (tmp_path / "expected.csv").read_bytes() == (FOLDER / "expected.csv").read_bytes()


WORKBOOKS = [path for path in sorted((FOLDER / "inbox").glob("*/*.xlsx")) if path.read_bytes().startswith(b"PK")]


@pytest.mark.slow
@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_committed_workbooks_say_that_they_are_made_up(path: Path) -> None:
    content = path.read_bytes()
    sheets = [sheet for sheet in load_workbook(BytesIO(content), read_only=True) if sheet.sheet_state == "visible"]
    marks = ("Demonstration: all answers", "Démonstration : toutes", "Demostración: todas")
    for sheet in sheets:
        texts = " ".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value)
        assert any(mark in texts.replace("\u00a0", " ") for mark in marks), sheet.title
