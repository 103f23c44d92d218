"""Which letter a member gets, what it says in which language, and that it says nothing of anyone else."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from conftest import Case, completeness, cycle, finding, submission
from read_letters import ReadLetter, read_letter

from pipeline.alliance.model import FocalPoint
from pipeline.errors import AllianceError
from pipeline.gather.refusal import DETAILS

HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    "=?UTF-8?Q?=0A?=Bcc: thief@elsewhere.example",
    "a & b &lt; c \"d\" 'e'",
    '"><img src=x onerror=alert(1)>',
    "%(name)s %s %d",
    "مرحبا \u202eabc\u202c",
    "👩‍👩‍👧 漢字",
    "--=_boundary",
    ".",
    "From nobody",
]
# What the letters say of a time, worked out by hand: 10 July 2014, 22:30 UTC is 11 July, 00:30 in Tirana.
ARRIVED = datetime(2014, 7, 10, 22, 30, tzinfo=UTC)


def letter(case: Case, member: str = "ALB") -> ReadLetter:
    prepared = case.prepare()
    row = prepared.letters[prepared.letters["member"] == member].iloc[0]
    return read_letter(prepared.files[row["file"]])


def in_language(case: Case, language: str) -> Case:
    case.members = [{**row, "language": language} for row in case.members]
    return case


@pytest.fixture
def full(case: Case) -> Case:
    """ALB: accepted with findings and a later refused file; FRA: accepted without; ESP: refused."""
    case.submissions = [
        submission("ALB", "superseded", submission="s1", received=datetime(2014, 7, 1, tzinfo=UTC), version=1),
        submission("ALB", submission="s2", version=2),
        submission("ALB", "rejected", submission="s3", file="late.docx", received=datetime(2014, 7, 11, tzinfo=UTC)),
        submission("FRA"),
        submission("ESP", "quarantined", reason="password_protected"),
    ]
    case.findings = [finding("ALB"), finding("ALB", "warning", cell="D9"), finding("ALB", "query", question="units")]
    case.completeness = [*completeness("ALB", 30, 20, 29), *completeness("FRA", 30, 30, 30)]
    return case


def test_each_member_gets_exactly_one_letter_of_the_right_kind(full: Case) -> None:
    prepared = full.with_australia().prepare()
    kinds = dict(zip(prepared.letters["member"], prepared.letters["kind"], strict=True))
    assert kinds == {"ALB": "corrections", "FRA": "receipt", "ESP": "refusal", "AUS": "reminder"}
    assert set(prepared.files) == {
        "ALB-corrections.eml",
        "FRA-receipt.eml",
        "ESP-refusal.eml",
        "AUS-reminder.eml",
    }


def test_the_table_tells_recipients_counts_and_hash(full: Case) -> None:
    prepared = full.prepare()
    row = prepared.letters.set_index("member").loc["ALB"]
    assert row["recipients"] == "focal_point@alb.example deputy@alb.example"
    assert (row["errors"], row["warnings"], row["queries"]) == (1, 1, 1)
    assert row["sha256"] == hashlib.sha256(prepared.files["ALB-corrections.eml"]).hexdigest()
    assert read_letter(prepared.files["ALB-corrections.eml"]).message["Message-ID"] == row["message_id"]


def test_findings_of_a_superseded_workbook_without_an_accepted_one_make_no_corrections(case: Case) -> None:
    case.submissions = [submission("ALB", "quarantined", reason="no_token")]
    case.findings = [finding("ALB")]
    assert case.prepare().letters["kind"].tolist() == ["refusal", "reminder", "reminder"]


def test_a_duplicate_alone_is_answered_and_not_reminded(case: Case) -> None:
    case.submissions = [submission("ALB", "duplicate", reason="same_file")]
    assert case.prepare().letters["kind"].tolist() == ["refusal", "reminder", "reminder"]


def test_a_file_that_belongs_to_no_member_is_in_no_letter(case: Case) -> None:
    case.submissions = [{**submission("ESP", "rejected", sender="nobody@esp.example", file="scan.pdf"), "member": None}]
    prepared = case.prepare()
    assert prepared.letters["kind"].tolist() == ["reminder"] * 3
    assert all("scan.pdf" not in read_letter(content).everything for content in prepared.files.values())


QUARANTINED = {
    *("no_token", "forged_token", "other_alliance", "other_cycle", "other_form_version", "not_a_member"),
    *("sender_of_another_member", "unknown_sender", "claims_another_member", "unknown_submitter", "no_member"),
    *("unfinished", "rejected_there", "rejected_by_staff"),
}


# Exports are files of staff, and what a form server hands out has no sender by e-mail: no member hears of these.
OF_STAFF = {
    *("no_codes", "no_member_column", "no_responses", "not_a_response", "same_heading_twice", "uneven_rows"),
    *("unknown_encoding", "unlinked_tables"),
}


@pytest.mark.parametrize("reason", sorted({*DETAILS, *QUARANTINED, "after_cut_off"} - {"unreadable"} - OF_STAFF))
def test_each_reason_for_a_refusal_has_words_of_its_own(case: Case, reason: str) -> None:
    case.submissions = [submission("ALB", "quarantined", reason=reason)]
    said = letter(case).text
    assert "It could not be read." not in said
    assert f": {reason}" not in said


@pytest.mark.parametrize("part", ["text", "shown"])
def test_corrections_say_what_counts_what_was_found_and_until_when(full: Case, part: str) -> None:
    said = " ".join(getattr(letter(full), part).split())
    for fact in (
        "Demonstration: all answers are made up.",
        "GA/2014/ALB",
        "focal_point of Albania",
        "deputy of Albania",
        "1 answer to correct, 1 answer to confirm or correct, 1 question.",
        "We work with the file ALB.xlsx, which arrived on 11 July 2014, 00:30 (UTC+02:00).",
        "A file that arrived later could not be used; see below.",
        "late.docx",
        "Why: It is incomplete or damaged",
        "The deadline is the end of 15 July 2014 (UTC+02:00).",
        "20 of 30 (67%)",
        "29 of 30 (97%)",
        "ALB-error-1",
        "ALB-warning-1",
        "ALB-query-1",
        "Sheet PT1, cell D7",
        "Sheet PT1, cell D9",
        "Victims identified since … (en)",
        "Specialised units (en)",
        "twelve",
        "Give a number.",
        "Replaced by a later file. Version 1.",
        "Counts. Version 2.",
        "office@alliance.example",
    ):
        assert fact in said, fact


def test_groups_stand_in_the_order_errors_warnings_queries_and_findings_in_that_of_the_form(full: Case) -> None:
    full.findings = [
        finding("ALB", "query", finding="f5"),
        finding("ALB", finding="f4", question="units"),
        finding("ALB", finding="f2", row="ALB-02"),
        finding("ALB", finding="f3", row="ALB-10"),
        finding("ALB", finding="f1", question=None, sheet=None, cell=None),
    ]
    read = letter(full)
    for said in (read.text, read.shown):
        assert re.findall(r"\bf[1-5]\b", said) == ["f1", "f2", "f3", "f4", "f5"]


def test_html_and_text_hold_the_same_finding_ids(full: Case) -> None:
    full.findings = [finding("ALB", s, finding=f"{n:04x}{s[0]}") for n, s in enumerate(("error", "query") * 40)]
    read = letter(full)
    wanted = {row["finding"] for row in full.findings}
    assert set(re.findall(r"\b[0-9a-f]{4}[eq]\b", read.text)) == wanted
    assert set(re.findall(r"\b[0-9a-f]{4}[eq]\b", read.shown)) == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("column", ["seen", "message", "sheet"])
def test_hostile_text_is_shown_exactly_and_does_nothing(full: Case, hostile: str, column: str) -> None:
    harmless = letter(full)
    full.findings[0] = finding("ALB", **{column: hostile})
    read = letter(full)
    assert hostile in read.text
    assert hostile in read.shown
    assert [tag for tag, _ in read.tags] == [tag for tag, _ in harmless.tags]
    assert read.message.keys() == harmless.message.keys()
    assert read.message["To"] == harmless.message["To"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_file_name_is_shown_exactly_and_does_nothing(full: Case, hostile: str) -> None:
    full.submissions[2] = {**full.submissions[2], "file": hostile}
    read = letter(full)
    assert hostile in read.text
    assert hostile in read.shown
    assert "Bcc" not in read.message


def test_a_hostile_name_of_a_focal_point_stays_in_the_letter(case: Case) -> None:
    name = "=?UTF-8?Q?=0A?=Bcc: thief@elsewhere.example\r\nCc: x@y.example <i-am-bad>"
    case.alliance = replace(
        case.alliance, focal_points=(FocalPoint("ALB", "focal_point", name, "a@alb.example", "en"),)
    )
    read = letter(case)
    assert {"Bcc", "Cc"}.isdisjoint(read.message.keys())
    assert read.message["To"] == "a@alb.example"
    assert "<i-am-bad>" not in read.html
    assert "Cc: x@y.example <i-am-bad>" in read.shown


def test_lines_of_a_cell_cannot_pose_as_parts_of_the_text_letter(full: Case) -> None:
    full.findings[0] = finding("ALB", seen="a\n\nYours sincerely,\u2028Somebody\r\nelse")
    lines = letter(full).text.splitlines()
    assert lines.count("Yours sincerely,") == 1
    assert "    Somebody" in lines
    assert "    else" in lines


def test_a_very_long_cell_is_cut_and_says_so(full: Case) -> None:
    full.findings[0] = finding("ALB", seen="word " * 6400)
    read = letter(full)
    assert "word…" in read.text
    assert len(read.text) < 10_000


@pytest.mark.parametrize("member", ["ALB", "FRA", "ESP"])
def test_no_letter_holds_anything_of_another_member(full: Case, member: str) -> None:
    others = {"ALB", "FRA", "ESP"} - {member}
    full.submissions = []
    full.findings = []
    full.completeness = []
    numbers = {code: 1111 * n for n, code in enumerate(("ALB", "FRA", "ESP"), 1)}
    texts = itertools.count()

    def canary(code: str) -> str:
        return f"canary{next(texts)}of{code}"

    for code, number in numbers.items():
        for status in ("accepted", "rejected", "superseded"):
            full.submissions.append(
                submission(code, status, file=canary(code), sender=canary(code), detail=canary(code))
            )
        for severity in ("error", "warning", "query"):
            row = {name: canary(code) for name in ("seen", "message", "sheet", "cell", "row")}
            full.findings.append(finding(code, severity, **row))
        full.completeness += completeness(code, number, number - 1, number)
    points = tuple(replace(point, name=canary(point.member)) for point in full.alliance.focal_points)
    full.alliance = replace(full.alliance, focal_points=points)
    # Rows whose member is not certain belong to nobody's letter.
    full.submissions.append({**submission("XXX", "quarantined", file="canary99ofNOBODY"), "member": None})
    said = letter(full, member).everything
    found = set(re.findall(r"canary\d+of([A-Z]+)", said))
    assert found == {member}
    for other in others:
        assert other not in said
        assert f"{numbers[other]:,}" not in said
        assert other.lower() not in said


def test_staff_details_and_senders_are_in_no_letter(full: Case) -> None:
    full.submissions[2] = {**full.submissions[2], "detail": "claims to be FRA", "sender": "who@fra.example"}
    said = letter(full).everything
    assert "claims to be" not in said
    assert "who@fra" not in said


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_kind_in_every_language_is_complete(full: Case, language: str) -> None:
    prepared = in_language(full.with_australia(), language).prepare()
    assert len(prepared.files) == 4
    for content in prepared.files.values():
        read = read_letter(content)
        for left_over in ("None", "NaT", "{{", "}}", "{%", "Undefined", "&amp;#", "&amp;lt;", "%("):
            assert left_over not in read.everything, left_over
        assert not re.search(r"\bnan\b", read.everything)
        assert ("html", {"lang": language}) in read.tags
        assert read.message["Content-Language"] == language
        if language != "en":
            own = read.text.replace("Give a number.", "")
            assert not re.search(r"\b(the|and|Please|your|which|not)\b", own)


@pytest.mark.parametrize(
    ("language", "mark"),
    [
        ("en", "Demonstration: all answers are made up."),
        ("fr", "Démonstration\u00a0: toutes les réponses sont inventées."),
        ("es", "Demostración: todas las respuestas son inventadas."),
    ],
)
def test_letters_of_a_demonstration_say_so_at_the_top_and_others_do_not(full: Case, language: str, mark: str) -> None:
    read = letter(in_language(full, language))
    assert mark in read.text.splitlines()[0]
    assert read.shown.split("\n\n", 1)[0].count(mark) <= 1
    assert mark in read.shown
    real = letter(full.with_cycle(demonstration=False))
    assert mark not in real.text
    assert mark not in real.shown


def test_same_tables_in_another_order_give_the_same_bytes(full: Case) -> None:
    first = full.prepare()
    full.submissions.reverse()
    full.findings.reverse()
    full.completeness.reverse()
    second = full.prepare()
    assert first.files == second.files
    assert first.letters.equals(second.letters)


def test_what_one_member_sends_changes_no_other_letter(full: Case) -> None:
    before = full.prepare().files
    full.submissions.append(submission("FRA", "rejected", submission="x", received=datetime(2014, 7, 14, tzinfo=UTC)))
    full.findings.append(finding("FRA"))
    after = full.prepare().files
    assert before["ALB-corrections.eml"] == after["ALB-corrections.eml"]
    assert before["ESP-refusal.eml"] == after["ESP-refusal.eml"]
    assert "FRA-corrections.eml" in after


def test_a_letter_is_dated_by_the_last_file_and_a_reminder_by_the_cycle(full: Case) -> None:
    assert letter(full).message["Date"] == "Fri, 11 Jul 2014 00:00:00 +0000"
    full.submissions = []
    assert letter(full).message["Date"] == "Tue, 01 Jul 2014 12:00:00 +0000"


@pytest.mark.parametrize(
    ("received", "said"),
    [
        # The deadline is 15 July in Tirana, where it ends at 22:00 UTC; the cut-off is 15 August.
        (datetime(2014, 7, 15, 21, 59, tzinfo=UTC), "The deadline is the end of 15 July 2014"),
        (datetime(2014, 7, 15, 22, 0, tzinfo=UTC), "The deadline was 15 July 2014. What reaches us by the end of 15 August 2014 (UTC+02:00)"),
        (datetime(2014, 8, 15, 22, 0, tzinfo=UTC), "The data of this report are closed."),
    ],
)  # fmt: skip
def test_the_letter_names_the_date_that_still_lies_ahead(full: Case, received: datetime, said: str) -> None:
    full.submissions = [submission("ALB", received=received)]
    read = letter(full)
    assert said in read.text
    assert said in " ".join(read.shown.split())


def test_a_letter_after_the_cut_off_asks_for_nothing_that_comes_too_late(full: Case) -> None:
    full.submissions = [
        submission("ALB", "quarantined", reason="after_cut_off", received=datetime(2014, 8, 20, tzinfo=UTC))
    ]
    said = letter(full).text
    assert "It arrived after the data of this report were closed." in said
    assert "send the workbook again" not in said
    assert "in time" not in said


def test_a_late_file_is_named_as_late(full: Case) -> None:
    full.submissions = [submission("ALB", late=True)]
    read = letter(full)
    assert "It arrived after the deadline." in read.text
    assert "Counts. Version 1. After the deadline." in read.shown


def test_a_name_carries_its_footnote_in_the_language_of_the_letter(full: Case) -> None:
    read = letter(full, "FRA")
    assert "France*\n" in read.text
    assert "* Note sur le nom." in read.text
    assert "* Note sur le nom." in read.shown
    assert "*" not in letter(full.with_cycle(demonstration=False), "ALB").text


def test_a_member_without_focal_points_gets_a_letter_that_goes_to_nobody(case: Case) -> None:
    case.alliance = replace(case.alliance, focal_points=())
    prepared = case.prepare()
    assert prepared.letters["recipients"].isna().all()
    assert read_letter(prepared.files["ALB-reminder.eml"]).message["To"] is None


def test_a_demonstration_refuses_addresses_that_could_reach_a_person_and_names_them_all(case: Case) -> None:
    points = tuple(
        replace(point, address=f"{point.role}@ministry.gov.{point.member.lower()}")
        for point in case.alliance.focal_points
    )
    case.alliance = replace(case.alliance, focal_points=points)
    with pytest.raises(AllianceError) as caught:
        case.prepare()
    assert len(caught.value.problems) == 6
    assert "focal_point@ministry.gov.alb" in str(caught.value)
    assert case.with_cycle(demonstration=False).prepare().letters["recipients"].notna().all()


def test_letters_are_accessible(full: Case) -> None:
    read = letter(full)
    headings = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in read.tags if tag == "th")
    tables = [attributes for tag, attributes in read.tags if tag == "table"]
    assert {attributes.get("role") for attributes in tables} == {"presentation", None}


def test_letters_load_nothing_from_outside(full: Case) -> None:
    read = letter(full)
    assert {tag for tag, _ in read.tags}.isdisjoint({"img", "link", "script", "iframe", "object", "style", "a"})
    assert not re.search(r"url\(|https?:|src=", read.html)


def test_the_shown_date_is_that_of_the_members_day(full: Case) -> None:
    full.submissions = [submission("ALB", received=ARRIVED)]
    assert "Date: 11 July 2014" in letter(full).text
    assert cycle().deadline == date(2014, 7, 15)


def test_a_letter_answers_the_message_with_which_a_focal_point_sent_the_last_file(full: Case) -> None:
    sent = {"way": "mailbox", "reference": "<abc.1@mail.alb.example>#1-0123456789ab"}
    full.submissions[2] = {**full.submissions[2], **sent, "sender": "Focal_Point@alb.example"}
    message = letter(full).message
    assert message["In-Reply-To"] == "<abc.1@mail.alb.example>"
    assert message["References"] == "<GA.2014.ALB@alliance.example> <abc.1@mail.alb.example>"


def test_a_letter_does_not_name_a_message_that_somebody_else_sent(full: Case) -> None:
    sent = {"way": "mailbox", "reference": "<abc.1@mail.fra.example>#1-0123456789ab"}
    full.submissions[2] = {**full.submissions[2], **sent, "sender": "focal_point@fra.example"}
    read = letter(full)
    assert read.message["In-Reply-To"] is None
    assert "fra.example" not in read.everything


def test_a_reference_cannot_add_a_header(full: Case) -> None:
    for hostile in HOSTILE:
        sent = {"way": "mailbox", "reference": f"<a@b.example>\r\n{hostile}", "sender": "focal_point@alb.example"}
        full.submissions[2] = {**full.submissions[2], **sent}
        assert {"Bcc", "In-Reply-To"}.isdisjoint(letter(full).message.keys())
