"""Each way in which tables can mix up members is named, and nothing that a member does wrong is among them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from validate_samples import COMMITMENTS, FORM, answer, assessed, submissions

from pipeline.frames import frame
from pipeline.validate.soundness import faults

# ALB has two commitments of three questions each; outside of repeats the form asks three questions.
OUTSIDE = ("unit", "victims", "summary")
IN_ROWS = ("c_title", "c_goal", "c_status")


def whole() -> dict[str, list[dict[str, Any]]]:
    rows = [assessed("ALB", question) for question in OUTSIDE]
    rows += [assessed("ALB", question, row=row) for row in ("ALB-01", "ALB-02", "NEW-1") for question in IN_ROWS]
    rows += [assessed("ALB", "summary", subject="unit_counts"), *(assessed("FRA", question) for question in OUTSIDE)]
    found = {
        "finding": "a", "member": "ALB", "rule": "constraint", "rule_version": 1, "severity": "error", "row": "",
        "message": "Wrong.", "status": "open",
    }  # fmt: skip
    return {"answers": [answer("ALB", "unit", "yes"), answer("FRA", "unit")], "assessment": rows, "findings": [found]}


def told(said: dict[str, list[dict[str, Any]]], arrived: pd.DataFrame | None = None) -> list[str]:
    tables = [frame(name, said[name]) for name in ("answers", "assessment", "findings")]
    accepted = submissions(ALB="accepted", FRA="accepted") if arrived is None else arrived
    return faults(FORM, COMMITMENTS, accepted, *tables)


def test_whole_tables_with_findings_have_no_fault() -> None:
    assert told(whole()) == []
    assert told({"answers": [], "assessment": [], "findings": []}, submissions()) == []


def test_an_answer_from_the_submission_of_another_is_named() -> None:
    said = whole()
    said["answers"][1]["submission"] = "s-ALB"
    assert told(said) == ["Answers stand under a member whose submission they are not from: FRA."]


def test_an_answer_from_a_submission_that_does_not_count_is_named() -> None:
    said = whole()
    said["answers"][0]["submission"] = "s-before"
    assert told(said) == ["Answers stand under a member whose submission they are not from: ALB."]


def test_two_submissions_that_count_for_one_member_are_named() -> None:
    twice = submissions(ALB="accepted", FRA="accepted")
    again = twice.assign(submission=twice["submission"] + "-2").head(1)
    arrived = pd.concat([twice, again], ignore_index=True)
    assert told(whole(), arrived) == ["More than one submission counts for a member: ALB."]


@pytest.mark.parametrize("left_out", [("unit", ""), ("c_status", "ALB-02")])
def test_a_question_that_was_not_assessed_is_named(left_out: tuple[str, str]) -> None:
    said = whole()
    said["assessment"] = [
        row for row in said["assessment"] if (row["member"], row["question"], row["row"]) != ("ALB", *left_out)
    ]
    assert told(said) == ["A submission that counts was not assessed in full: ALB."]


def test_a_member_that_was_not_assessed_at_all_is_named() -> None:
    said = whole()
    said["assessment"] = [row for row in said["assessment"] if row["member"] != "FRA"]
    assert told(said) == ["A submission that counts was not assessed in full: FRA."]


def test_a_commitment_under_another_member_is_named() -> None:
    said = whole()
    said["assessment"] += [assessed("FRA", question, row="ALB-01") for question in IN_ROWS]
    assert told(said) == ["A commitment of one member is assessed as another's: FRA."]


def test_a_finding_about_a_member_that_sent_nothing_is_named() -> None:
    said = whole()
    said["findings"][0]["member"] = "VNM"
    assert told(said) == ["Something is said of a member of whom no submission counts: VNM."]
