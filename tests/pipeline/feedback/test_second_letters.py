"""The second letter: it says first what has changed, marks what is new, and asks nothing that is settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import Case, completeness, finding, submission
from read_letters import ReadLetter, read_letter

FIRST, SECOND = datetime(2014, 7, 1, tzinfo=UTC), datetime(2014, 7, 10, tzinfo=UTC)


def became(finding_id: str, status: str, change: str | None, **values: Any) -> Mapping[str, Any]:
    row = {**finding("ALB", finding=finding_id), "first_round": 1, "last_round": 2}
    return {**row, "status": status, "change": change, "told": None, **values}


@pytest.fixture
def second(case: Case) -> Case:
    """The second workbook of ALB counts; of its findings one is new, one still open, one open again."""
    case.submissions = [
        submission("ALB", "superseded", submission="s1", received=FIRST, version=1, round=1),
        submission("ALB", submission="s2", received=SECOND, version=2, round=2),
    ]
    case.findings = [
        finding("ALB", finding="aaaa000001"),
        finding("ALB", "warning", finding="aaaa000002"),
        finding("ALB", "query", finding="aaaa000003"),
    ]
    case.history = [
        became("aaaa000001", "open", "new"),
        became("aaaa000002", "open", "still_open"),
        became("aaaa000003", "open", "reopened"),
        became("ffff000001", "fixed", "fixed", question="units", section="pt2"),
        became("ffff000002", "fixed", None),
    ]
    case.completeness = completeness("ALB", 30, 20, 29)
    return case


def letter(case: Case) -> ReadLetter:
    prepared = case.prepare()
    return read_letter(prepared.files[prepared.letters["file"].iloc[0]])


def parts(read: ReadLetter) -> list[str]:
    return [" ".join(text.split()) for text in (read.text, read.shown)]


def test_it_says_what_has_changed_before_it_asks(second: Case) -> None:
    for said in parts(letter(second)):
        changed, asked = said.index("What has changed since your last workbook"), said.index("To correct (1)")
        assert changed < asked
        between = said[changed:asked]
        assert "1 point is still open." in between
        assert "1 point was settled and is open again; it is marked below." in between
        assert "1 point is new; it is marked below." in between
        assert "1 point is settled. Thank you:" in between
        assert "ffff000001" in between
        assert "Specialised units (en)" in between


def test_what_was_settled_in_an_earlier_round_is_not_told_again(second: Case) -> None:
    assert "ffff000002" not in letter(second).everything


def test_new_findings_and_those_open_again_are_marked_and_no_others(second: Case) -> None:
    text, shown = parts(letter(second))
    assert "[aaaa000001] New victims" in text
    assert "[aaaa000001] New victims" in shown
    assert "[aaaa000002] victims" in text
    assert "[aaaa000002] victims" in shown
    assert "[aaaa000003] Open again victims" in text
    assert "[aaaa000003] Open again victims" in shown


def test_a_first_letter_compares_with_nothing(second: Case) -> None:
    second.submissions = [submission("ALB", received=FIRST)]
    second.history = [became(str(row["finding"]), "open", "new", last_round=1) for row in second.findings]
    for said in parts(letter(second)):
        assert "What has changed" not in said
        assert "New" not in said


def test_what_staff_accepted_is_not_asked_again_and_is_named_when_a_letter_had_told_it(second: Case) -> None:
    second.findings[0] = finding("ALB", finding="aaaa000001", status="waived", waiver="It is plausible.")
    second.history[0] = became("aaaa000001", "waived", "waived", told=1, reason="It is plausible.")
    read = letter(second)
    for said in parts(read):
        assert "We accept 1 answer as it is. You need do nothing more about it:" in said
        assert said.count("aaaa000001") == 1
        assert "To correct" not in said
    assert "plausible" not in read.everything, "the reason is a note of staff"


def test_what_we_asked_by_mistake_is_taken_back_with_an_apology(second: Case) -> None:
    second.history.append(became("dddd000001", "withdrawn", "withdrawn", told=1, question=None, message=None))
    for said in parts(letter(second)):
        assert "We asked about 1 answer by mistake and apologise. Please disregard the remark:" in said
        assert said.count("dddd000001") == 1


@pytest.mark.parametrize("status", ["waived", "withdrawn"])
@pytest.mark.parametrize("told", [None, 2], ids=["never told", "told in this very round"])
def test_what_the_member_never_heard_of_is_not_taken_back(second: Case, status: str, told: int | None) -> None:
    second.findings[0] = finding("ALB", finding="aaaa000001", status=status)
    second.history[0] = became("aaaa000001", status, status, told=told)
    assert "aaaa000001" not in letter(second).everything


def test_sending_the_letter_does_not_change_it(second: Case) -> None:
    before = second.prepare().files
    second.history = [{**row, "told": 2} if row["status"] == "open" else row for row in second.history]
    assert second.prepare().files == before


def test_a_letter_is_a_receipt_when_nothing_is_open(second: Case) -> None:
    second.findings = [finding("ALB", finding="aaaa000001", status="waived")]
    second.history = [became("aaaa000001", "waived", "waived", told=1), became("ffff000001", "fixed", "fixed")]
    row = second.prepare().letters.iloc[0]
    assert (row["kind"], row["errors"], row["round"]) == ("receipt", 0, 2)
    for said in parts(letter(second)):
        assert "nothing needs to be corrected" in said
        assert "1 point is settled. Thank you:" in said


def test_the_round_of_a_letter_is_that_of_the_last_arrival_readable_or_not(second: Case) -> None:
    assert second.prepare().letters["round"].tolist() == [2, 0, 0]
    third = datetime(2014, 7, 12, tzinfo=UTC)
    second.submissions.append(submission("ALB", "rejected", submission="s3", received=third, round=3))
    assert second.prepare().letters["round"].tolist() == [3, 0, 0]


def test_the_same_file_sent_once_more_changes_no_letter(second: Case) -> None:
    before = second.prepare().files
    again = datetime(2014, 7, 13, tzinfo=UTC)
    second.submissions.append(submission("ALB", "duplicate", submission="s3", received=again, reason="same_file"))
    assert second.prepare().files == before
