"""What rules hold answers to beside the form: the last cycle, the register, the cycle's days, the alliance's own words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from validate_samples import COMMITMENTS, EMPTY, FORM, assessed

from pipeline.frames import frame
from pipeline.text import bare
from pipeline.validate.standards import Standards, with_standards

PHRASES = {"tobecompleted": "empty", "seelastreport": "elsewhere", "acompleter": "empty"}
STANDARDS = Standards(date(2013, 10, 1), date(2014, 8, 15), 0.6, PHRASES)
COMMITMENT = {"section": "commitments", "row": "ALB-01"}


def judged(*rows: dict[str, Any], standards: Standards = STANDARDS) -> pd.DataFrame:
    due = COMMITMENTS.assign(due_date=pd.Timestamp("2014-12-31"))
    return with_standards(frame("assessment", rows), FORM, standards, due)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("To be completed", "empty"), ("  TO BE COMPLETED … ", "empty"), ("A\u0300 COMPLÉTER", "empty"),
        ("To be completed 2015", ""), ("To be completed by the ministry", ""),
        ("See last report.", "elsewhere"), ("see last report (2013)", "elsewhere"), ("See last report 3", "elsewhere"),
        ("See last report of the ministry", ""), ("...", ""), ("2013", ""),
    ],
)  # fmt: skip
def test_a_phrase_is_the_whole_answer_whatever_its_case_accents_and_signs(text: str, kind: str) -> None:
    told = judged(assessed(value=text), assessed(question="other", value=text, type="select_one"))["phrase"]
    assert told.fillna("").tolist() == [kind, ""]


def test_bare_texts_are_letters_and_digits_alone() -> None:
    assert [bare(text) for text in ("À compléter …", "a  COMPLETER!", "?!", "ﬁn 2")] == ["acompleter"] * 2 + [
        "",
        "fin2",
    ]


@pytest.mark.parametrize(("accounted", "enough"), [(3, True), (2, False), (5, True), (0, False)])
def test_enough_is_the_alliances_share_of_all_questions_about_the_goal(accounted: int, enough: bool) -> None:
    codes = ["unit", "victims", "c_goal", "c_status", "c_title"]
    rows = [
        assessed(question=code, goal="OG1.1", row="ALB-01" if code.startswith("c_") else "")
        | {"accounted": number < accounted}
        for number, code in enumerate(codes)
    ]
    # What is not asked, and checks, do not count; of another goal nothing is known.
    rows += [assessed(question="summary", goal="OG1.1", relevant=False), assessed(question="intro", goal=None)]
    rows += [assessed(subject="a_check", question="unit", goal="OG1.1", accounted=False)]
    told = judged(*rows)["enough"]
    assert told[0] == enough
    assert told[1:].isna().all()


def in_time(
    day: str | None,
    status: str | None,
    before: str | None,
    start: str | None,
    standards: Standards = STANDARDS,
    **more: Any,
) -> bool | None:
    rows = [
        assessed(question="c_status", role="status", value=status, previous_text=before, **COMMITMENT),
        assessed(question="c_start", role="start", type="date", date=start, **(COMMITMENT | more)),
        assessed(question="c_done", role="completed_on", type="date", date=day, **COMMITMENT),
    ]
    told = judged(*rows, standards=standards)["in_time"]
    assert told[:2].isna().all()
    return None if pd.isna(told[2]) else bool(told[2])


@pytest.mark.parametrize(
    ("before", "start", "first"),
    [
        ("limited", "2013-01-01", "2013-10-01"), ("limited", "2014-02-03", "2014-02-03"), ("limited", None, "2013-10-01"),
        ("complete", "2013-01-01", "2013-01-01"), (None, "2013-01-01", "2013-01-01"),
    ],
)  # fmt: skip
def test_a_commitment_is_completed_after_its_start_within_the_period_and_before_the_cut_off(before, start, first):
    day_before = str(pd.Timestamp(first) - pd.Timedelta(days=1))[:10]
    days = (day_before, first, "2014-08-15", "2014-08-16")
    assert [in_time(day, "complete", before, start) for day in days] == [False, True, True, False]


def test_of_a_day_of_completion_nothing_is_said_where_nothing_can_be() -> None:
    assert in_time("1990-01-01", "complete", "complete", None) is True
    assert in_time("1990-01-01", "complete", "complete", "2099-01-01", holds=False) is True
    assert in_time("2099-01-01", "limited", "limited", "2013-01-01") is None
    assert in_time(None, "complete", "limited", "2013-01-01") is None


def test_the_earlier_date_of_a_due_date_is_the_members_own_before_the_registers() -> None:
    rows = [
        assessed(question="c_status", row="ALB-01", role="due", type="date", previous_text="2014-06-30"),
        assessed(question="c_status", row="ALB-02", role="due", type="date"),
        assessed(question="c_status", row="NEW-1", role="due", type="date"),
        assessed(question="c_title", row="ALB-02", role="start", type="date"),
        assessed(question="unit", type="date", previous_text="2013-05-06"),
        assessed(question="victims", type="text", previous_text="2013-05-06"),
    ]
    told = judged(*rows)["previous_date"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    assert told == ["2014-06-30", "2014-12-31", "", "", "2013-05-06", ""]


def test_a_row_of_the_register_is_present_where_the_workbook_has_a_cell_of_it() -> None:
    rows = [
        assessed(question="c_title", row="ALB-01", **EMPTY) | {"cell": "C5"},
        assessed(question="c_status", row="ALB-01", **EMPTY),
        assessed(question="c_status", row="ALB-02", **EMPTY),
        assessed(question="c_status", row="NEW-1"),
        assessed(question="unit"),
        assessed("FRA", question="c_status", row="ALB-02"),
    ]
    told = judged(*rows)["present"].astype("object").fillna("").tolist()
    assert told == [True, True, False, "", "", ""]


def test_without_standards_nothing_is_held_to_them() -> None:
    table = judged(assessed(value="To be completed", goal="OG1.1", question="unit"), standards=Standards())
    assert table["phrase"].isna().all()
    assert in_time("1990-01-01", "complete", "limited", None, Standards()) is None
    assert table["enough"].tolist() == [True]
