"""Thanks at the close, and what every letter says of the report if nothing more comes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conftest import Case, completeness, finding, submission
from read_letters import ReadLetter, read_letter

LATE = datetime(2014, 8, 20, tzinfo=UTC)


@pytest.fixture
def closed(case: Case) -> Case:
    """ALB answered and left two points open, FRA answered all, ESP's file was refused, AUS is silent."""
    case.with_australia()
    case.submissions = [submission("ALB"), submission("FRA"), submission("ESP", "rejected")]
    case.findings = [finding("ALB"), finding("ALB", "query", question="units")]
    case.completeness = [*completeness("ALB", 30, 20, 29), *completeness("FRA", 30, 30, 30)]
    return case


def thanks(case: Case, member: str) -> ReadLetter:
    return read_letter(case.close().files[f"{member}-thanks.eml"])


def parts(read: ReadLetter) -> list[str]:
    return [" ".join(text.split()) for text in (read.text, read.shown)]


def test_those_whose_answers_count_are_thanked_and_nobody_else(closed: Case) -> None:
    prepared = closed.close()
    assert prepared.letters["member"].tolist() == ["ALB", "FRA"]
    assert prepared.letters["kind"].tolist() == ["thanks", "thanks"]
    assert prepared.letters["round"].tolist() == [1, 1]
    assert prepared.letters["attachment"].isna().all()
    assert list(prepared.files) == ["ALB-thanks.eml", "FRA-thanks.eml"]


def test_thanks_say_what_counted_how_complete_it_is_what_was_left_open_and_where_the_report_will_be(
    closed: Case,
) -> None:
    for said in parts(thanks(closed, "ALB")):
        for fact in (
            "Thank you for your answers",
            "The data of the report “Second progress report” are closed",
            "The file that counts is ALB.xlsx. It arrived on 11 July 2014, 00:30 (UTC+02:00).",
            "20 of 30 (67%)",
            "Not corrected (1)",
            "ALB-error-1",
            "Not answered (1)",
            "ALB-query-1",
            "The report is dated 30 September 2014 and has the reference GA/2014/1.",
        ):
            assert fact in said, fact


def test_thanks_ask_for_nothing_any_more(closed: Case) -> None:
    closed.submissions.append(submission("ALB", "quarantined", submission="x", reason="after_cut_off", received=LATE))
    for said in parts(thanks(closed, "ALB")):
        assert "You need not do anything more." in said
        for asked in ("Please correct", "Please answer", "deadline is", "send", "attached"):
            assert asked not in said, asked


def test_thanks_say_when_nothing_was_left_open(closed: Case) -> None:
    for said in parts(thanks(closed, "FRA")):
        assert "Aucun point n’est resté en suspens." in said


def test_thanks_are_dated_when_the_cut_off_has_ended_everywhere_on_earth(closed: Case) -> None:
    # The cut-off is 15 August; it ends last at UTC-12, at noon of the 16th in UTC.
    assert thanks(closed, "ALB").message["Date"] == "Sat, 16 Aug 2014 12:00:00 +0000"


MISSING = "An answer that is missing or cannot be read counts as missing"
OPEN_POINTS = "the report says how many points were left open"
NOT_RATED = "Its commitments are not rated, and its answers of earlier cycles are not carried over"


def of_kind(closed: Case, name: str) -> list[str]:
    closed.members = [{**row, "language": "en"} for row in closed.members]
    return parts(read_letter(closed.prepare().files[name]))


def test_a_letter_of_corrections_says_what_the_report_does_with_what_stays_open(closed: Case) -> None:
    for said in of_kind(closed, "ALB-corrections.eml"):
        assert "If we hear nothing more from you" in said
        assert MISSING in said
        assert "less than 60% of the questions" in said
        assert OPEN_POINTS in said


def test_where_there_is_no_error_nothing_counts_as_missing(closed: Case) -> None:
    closed.findings = [finding("ALB", "warning")]
    for said in of_kind(closed, "ALB-corrections.eml"):
        assert MISSING not in said
        assert f"Your answers are used as they stand, and {OPEN_POINTS}." in said


def test_a_receipt_says_that_the_workbook_is_used(closed: Case) -> None:
    for said in of_kind(closed, "FRA-receipt.eml"):
        assert "We prepare the report with the workbook that we have." in said
        assert OPEN_POINTS not in said


def test_silent_members_hear_that_the_report_names_them_and_carries_nothing_over(closed: Case) -> None:
    for said in of_kind(closed, "AUS-reminder.eml"):
        assert "members from which no workbook was received" in said
        assert NOT_RATED in said


def test_members_whose_file_was_refused_hear_that_the_report_says_so(closed: Case) -> None:
    for said in of_kind(closed, "ESP-refusal.eml"):
        assert "members from which a file was received, but none that could be used" in said
        assert NOT_RATED in said


def test_after_the_cut_off_the_letter_does_not_say_that_something_could_still_come(closed: Case) -> None:
    closed.submissions = [submission("ESP", "quarantined", reason="after_cut_off", received=LATE)]
    for said in of_kind(closed, "ESP-refusal.eml"):
        assert "What this means for the report" in said
        assert "If we hear nothing" not in said


def test_a_file_that_is_refused_after_one_that_counts_is_in_the_subject(closed: Case) -> None:
    closed.submissions.append(
        submission("FRA", "rejected", submission="x", round=2, received=datetime(2014, 7, 12, tzinfo=UTC))
    )
    closed.members = [{**row, "language": "en"} for row in closed.members]
    read = read_letter(closed.prepare().files["FRA-receipt.eml"])
    assert read.message["Subject"] == "GA/2014/FRA: Your last file could not be used"
    for said in parts(read):
        assert "What you sent last could not be used" in said
        assert "We have checked them, and nothing needs to be corrected." not in said
