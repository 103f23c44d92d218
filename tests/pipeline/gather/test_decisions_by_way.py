"""Whose something is depends on what its way in proves; staff have the last word about what nothing proves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from books import FORM, KEY, Filled, book, saved
from gather_alliances import alliance

from pipeline.gather.archive import Receipt
from pipeline.gather.cells import CellReader
from pipeline.gather.contents import read_content
from pipeline.gather.decisions import Arrival, Decision, decide_all
from pipeline.gather.desk import desk_of
from pipeline.gather.intake import InboxError, Intake
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal, refuse
from pipeline.gather.staff_decisions import StaffDecision, read_decisions
from pipeline.questionnaire.identity import Token, sign, write_token

ALLIANCE = alliance()
CYCLE = ALLIANCE.cycle("2014")
MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)
WAYS = {
    intake.name: intake
    for intake in (
        Intake("folder", lambda _: ()),
        Intake("mailbox", lambda _: (), proof="focal_point"),
        Intake("server", lambda _: (), "response", "submitter", lambda _: {"alb-user": "ALB", "vnm-user": "VNM"}),
        Intake("exports", lambda _: (), "response", "column"),
    )
}
DESK = desk_of(ALLIANCE, CYCLE, KEY, WAYS)
SIGNED = Token("T-ALL", "2014", "ALB", FORM.version, "en")


def workbook(says: str | None = None) -> Reading:
    """Albania's workbook, in which somebody typed who it is from."""
    return Reading(write_token(SIGNED), sign(SIGNED, KEY), member=says)


def response(**more: object) -> Reading:
    return replace(Reading(None, None), **more)


def arrival(
    said: Reading | Refusal,
    way: str = "folder",
    sender: str | None = None,
    file: str = "answers.xlsx",
    days: int = 0,
    content: str = "0",
) -> Arrival:
    receipt = Receipt("2014", file, way, sender, MAY + dt.timedelta(days=days), content * 64, 9, reference=str(days))
    return Arrival(receipt, said, "workbook" if WAYS[way].kind == "workbook" else way)


def decide(*arrivals: Arrival, staff: Sequence[StaffDecision] = ()) -> list[Decision]:
    return decide_all(arrivals, DESK, staff)


def ruling(about: Arrival, decision: str = "accept", member: str | None = None, row: int = 2) -> StaffDecision:
    return StaffDecision(about.submission, decision, member, "J. Doe", dt.date(2014, 6, 1), "phoned them", row)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arrived", "expected"),
    [
        (arrival(workbook()), ("accepted", None, "ALB")),
        (arrival(workbook(), "mailbox", "focal@alb.example"), ("accepted", None, "ALB")),
        (arrival(workbook(), "mailbox", "stranger@alb.example"), ("quarantined", "unknown_sender", "ALB")),
        (arrival(workbook(), "mailbox"), ("quarantined", "unknown_sender", "ALB")),
        (arrival(workbook(), "mailbox", "focal@usa.example"), ("quarantined", "sender_of_another_member", None)),
        (arrival(response(), "mailbox", "focal@alb.example"), ("quarantined", "no_token", "ALB")),
        (arrival(response(), "server", "alb-user"), ("accepted", None, "ALB")),
        (arrival(response(), "server", "nobody"), ("quarantined", "unknown_submitter", None)),
        (arrival(response(), "server"), ("quarantined", "unknown_submitter", None)),
        (arrival(response(), "server", "vnm-user"), ("quarantined", "not_a_member", None)),
        # A submitter is no address, and an address no submitter.
        (arrival(response(), "server", "focal@alb.example"), ("quarantined", "unknown_submitter", None)),
        (arrival(response(member="ALB"), "exports"), ("accepted", None, "ALB")),
        (arrival(response(member=" alb "), "exports"), ("accepted", None, "ALB")),
        (arrival(response(member="Albania"), "exports"), ("accepted", None, "ALB")),
        (arrival(response(member="Nouvelle-Zélande"), "exports"), ("accepted", None, "NZL")),
        (arrival(response(), "exports"), ("quarantined", "no_member", None)),
        (arrival(response(member="  "), "exports"), ("quarantined", "no_member", None)),
        (arrival(response(member="VNM"), "exports"), ("quarantined", "not_a_member", None)),
        (arrival(response(member="{{ 7*7 }}"), "exports"), ("quarantined", "not_a_member", None)),
        (arrival(response(member="ALB", form_version="1999"), "exports"), ("quarantined", "other_form_version", "ALB")),
        (arrival(response(member="ALB", form_version=FORM.version), "exports"), ("accepted", None, "ALB")),
        (arrival(response(held_back="unfinished"), "server", "alb-user"), ("quarantined", "unfinished", "ALB")),
        (arrival(response(held_back="rejected_there"), "server", "alb-user"), ("quarantined", "rejected_there", "ALB")),
        # A token proves nothing by a way that carries none, nor a column by a way that asks for a token.
        (arrival(workbook(), "server", "nobody"), ("quarantined", "unknown_submitter", None)),
        (arrival(response(member="ALB")), ("quarantined", "no_token", None)),
    ],
)
def test_each_way_proves_in_its_own_manner(arrived: Arrival, expected: tuple[str, str | None, str | None]) -> None:
    (decision,) = decide(arrived)
    assert (decision.status, decision.reason, decision.member) == expected
    assert (decision.detail is None) == (decision.status == "accepted")


@pytest.mark.parametrize(
    ("arrived", "doubt"),
    [
        (arrival(workbook("United States")), "says United States"),
        (arrival(workbook("états-unis")), "says United States"),
        (arrival(workbook(), file="USA-2014-en.xlsx"), "file name says United States"),
        (arrival(workbook(), file="USA-2014-en (1) signed.xlsx"), "file name says United States"),
        (arrival(response(member="USA"), "server", "alb-user"), "says United States"),
        (arrival(workbook("Albanie")), None),
        (arrival(workbook("Ministry of the Interior")), None),
        (arrival(workbook(), file="ALB-2014-en.xlsx"), None),
        (arrival(workbook(), file="USA-2013-en.xlsx"), None),
        (arrival(workbook(), file="VNM-2014-en.xlsx"), None),
        (arrival(workbook(), file="best practices of the USA-2014.xlsx"), None),
    ],
)
def test_what_claims_another_member_than_its_token_is_set_aside(arrived: Arrival, doubt: str | None) -> None:
    (decision,) = decide(arrived)
    if doubt is None:
        assert (decision.status, decision.member) == ("accepted", "ALB")
    else:
        assert (decision.status, decision.reason, decision.member) == ("quarantined", "claims_another_member", None)
        assert "Albania" in (decision.detail or "")
        assert doubt in (decision.detail or "")


def test_the_role_member_tells_who_answers() -> None:
    asked = tuple(replace(q, role="member") if q.code == "remarks" else q for q in FORM.questions)
    filled = saved(book(Filled({"remarks": "United States"})))
    with CellReader() as cells:
        without, with_role = (read_content(filled, form, cells) for form in (FORM, replace(FORM, questions=asked)))
    assert [reading.member for reading in without] == [None]
    assert [reading.member for reading in with_role] == ["United States"]


def test_the_parts_of_a_file_are_arrivals_of_their_own() -> None:
    parts = [response(member="ALB", part="7"), response(member="USA", part="8"), response(member="ALB", part="9")]
    decisions = decide(*(arrival(part, "exports") for part in parts))
    file = decisions[0].arrival.receipt.id
    assert [(d.arrival.submission, d.member, d.status, d.version) for d in decisions] == [
        (f"{file}-7", "ALB", "superseded", 1),
        (f"{file}-8", "USA", "accepted", 1),
        (f"{file}-9", "ALB", "accepted", 2),
    ]


def test_a_part_arrived_when_the_file_says_so() -> None:
    sent = dt.datetime(2014, 6, 30, 22, 30, tzinfo=dt.UTC)  # half past midnight in Tirana, the deadline being over
    late, newer = response(member="ALB", part="1", received=sent), response(member="ALB", part="2", received=MAY)
    decisions = decide(arrival(late, "exports", days=90), arrival(newer, "exports", days=90))
    assert [(d.arrival.part, d.status, d.late) for d in decisions] == [
        ("2", "superseded", False),
        ("1", "accepted", True),
    ]


def test_the_same_bytes_from_the_right_sender_count_although_they_came_from_the_wrong_one_before() -> None:
    decisions = decide(
        arrival(workbook(), "mailbox", "stranger@alb.example", days=0),
        arrival(workbook(), "mailbox", "another@alb.example", days=1),
        arrival(workbook(), "mailbox", "focal@alb.example", days=2),
        arrival(workbook(), "mailbox", "focal@alb.example", days=3),
    )
    assert [d.status for d in decisions] == ["quarantined", "duplicate", "accepted", "duplicate"]


def test_what_staff_rejected_from_the_wrong_sender_counts_when_the_right_one_sends_it() -> None:
    stranger = arrival(workbook(), "mailbox", "stranger@alb.example")
    again = arrival(workbook(), "mailbox", "other@alb.example", days=1)
    focal = arrival(workbook(), "mailbox", "focal@alb.example", days=2)
    decisions = decide(stranger, again, focal, staff=[ruling(stranger, "reject")])
    assert [d.status for d in decisions] == ["rejected", "duplicate", "accepted"]


def test_what_a_member_withdrew_does_not_count_when_the_same_bytes_come_again() -> None:
    first, again = arrival(workbook()), arrival(workbook(), days=1)
    decisions = decide(first, again, staff=[ruling(first, "reject")])
    assert [d.status for d in decisions] == ["rejected", "duplicate"]


def test_the_same_bytes_mean_something_to_one_reader_and_nothing_to_another() -> None:
    decisions = decide(
        arrival(refuse("not_a_workbook"), "folder", file="survey.csv"),
        arrival(response(member="ALB"), "exports", file="survey.csv", days=1),
    )
    assert [d.status for d in decisions] == ["rejected", "accepted"]


@pytest.mark.parametrize(
    ("arrived", "member", "counts_for"),
    [
        (arrival(response()), "ALB", "ALB"),
        (arrival(replace(workbook(), signature="0" * 64)), "USA", "USA"),
        (arrival(workbook(), "mailbox", "stranger@alb.example"), None, "ALB"),
        (arrival(workbook(), "mailbox", "focal@usa.example"), "ALB", "ALB"),
        (arrival(workbook(), "mailbox", "focal@usa.example"), "USA", "USA"),
        (arrival(workbook("USA")), "ALB", "ALB"),
        (arrival(response(), "server", "nobody"), "NZL", "NZL"),
        (arrival(response(), "exports"), "NZL", "NZL"),
        (arrival(response(member="ALB", form_version="1999"), "exports"), None, "ALB"),
        (arrival(workbook(), days=100), None, "ALB"),
        (arrival(workbook()), None, "ALB"),
    ],
)
def test_what_staff_accept_counts(arrived: Arrival, member: str | None, counts_for: str) -> None:
    (decision,) = decide(arrived, staff=[ruling(arrived, member=member)])
    assert (decision.status, decision.reason, decision.member) == ("accepted", None, counts_for)
    assert decision.version == 1
    assert decision.staff == "accepted by J. Doe on 2014-06-01: phoned them"


def test_what_staff_accept_takes_its_place_in_the_order_of_arrival() -> None:
    unsigned = arrival(response(), days=1, content="1")
    before, after = arrival(workbook(), days=0, content="2"), arrival(workbook(), days=2, content="3")
    accept = ruling(unsigned, member="ALB")
    assert [(d.status, d.version) for d in decide(before, unsigned, after, staff=[accept])] == [
        ("superseded", 1),
        ("superseded", 2),
        ("accepted", 3),
    ]
    assert [d.status for d in decide(before, unsigned, staff=[accept])] == ["superseded", "accepted"]


def test_what_staff_reject_does_not_count_and_gives_way_to_what_came_before() -> None:
    first, second = arrival(workbook(), days=0, content="1"), arrival(workbook(), days=1, content="2")
    decisions = decide(first, second, staff=[ruling(second, "reject")])
    assert [(d.status, d.reason) for d in decisions] == [("accepted", None), ("rejected", "rejected_by_staff")]
    assert decisions[1].member == "ALB"
    assert decisions[1].detail == "Rejected by J. Doe on 2014-06-01: phoned them."
    # Nor does it count when it is sent once more; what is new does.
    again, new = arrival(workbook(), days=2, content="2"), arrival(workbook(), days=3, content="3")
    decisions = decide(first, second, again, new, staff=[ruling(second, "reject")])
    assert [d.status for d in decisions] == ["superseded", "rejected", "duplicate", "accepted"]


def test_a_file_that_cannot_be_read_keeps_its_reason_when_staff_reject_it() -> None:
    broken = arrival(refuse("damaged"))
    (decision,) = decide(broken, staff=[ruling(broken, "reject")])
    assert (decision.status, decision.reason) == ("rejected", "damaged")
    assert decision.staff == "rejected by J. Doe on 2014-06-01: phoned them"


def test_a_duplicate_that_staff_accept_is_the_latest_version() -> None:
    first, second, again = (arrival(workbook(), days=n, content=c) for n, c in enumerate("121"))
    assert [d.status for d in decide(first, second, again)] == ["superseded", "accepted", "duplicate"]
    decisions = decide(first, second, again, staff=[ruling(again)])
    assert [(d.status, d.version) for d in decisions] == [("superseded", 1), ("superseded", 2), ("accepted", 3)]


def test_what_staff_decide_and_cannot_be_done_is_told_all_at_once() -> None:
    broken = arrival(refuse("damaged"), file="broken.xlsx")
    # That a focal point sent it attributes it, and proves nothing: anybody can write any sender.
    unsigned = arrival(response(), sender="focal@alb.example", days=1, content="1")
    part = arrival(response(member="ALB", part="7"), "exports", days=2, content="2")
    whole = replace(part, said=response())
    gone = arrival(response(), days=9)
    staff = [ruling(broken, row=2), ruling(unsigned, row=3), ruling(whole, row=4), ruling(gone, row=5)]
    with pytest.raises(InboxError) as caught:
        decide(broken, unsigned, part, staff=staff)
    told = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in told] == [f"decisions.csv, row {row}" for row in (2, 3, 4, 5)]
    assert "'broken.xlsx' cannot be accepted, for it could not be read" in told[0]
    assert "Fill in the column member" in told[1]
    assert f"several members: {part.submission}" in told[2]
    assert f"No submission {gone.submission} has arrived" in told[3]


HEADINGS = "submission,decision,member,by,date,reason\n"


def test_decisions_of_staff_are_read_as_a_spreadsheet_saves_them() -> None:
    rows = (
        '\ufeffsubmission;decision;member;by;date;reason\r\n\'0123456789ab;accept;ALB;Zoë;2014-06-01;"a;b"\r\n\r\n'
        "0123456789ac-uuid:1;reject;;Zoë;2014-06-02;no\r\n"
    )
    assert read_decisions(rows.encode(), ALLIANCE, CYCLE) == (
        StaffDecision("0123456789ab", "accept", "ALB", "Zoë", dt.date(2014, 6, 1), "a;b", 2),
        StaffDecision("0123456789ac-uuid:1", "reject", None, "Zoë", dt.date(2014, 6, 2), "no", 4),
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            "a1,maybe,,J,2014-06-01,x\n",
            "row 2, column decision: 'maybe' is not known here. Use one of: accept, reject.",
        ),
        ("a1,accept,VNM,J,2014-06-01,x\n", "row 2, column member: VNM is no member on the report date."),
        ("a1,accept,ALB,,2014-06-01,x\n", "row 2, column by: The cell is empty."),
        ("a1,accept,ALB,J,2014-06-01,\n", "row 2, column reason: The cell is empty."),
        ("a1,accept,ALB,J,01/06/2014,x\n", "row 2, column date: '01/06/2014' is not a day."),
        (",accept,ALB,J,2014-06-01,x\n", "row 2, column submission: The cell is empty."),
        (
            "a1,accept,ALB,J,2014-06-01,x\na1,reject,,J,2014-06-01,x\n",
            "row 3, column submission: Row 2 decides about it too.",
        ),
    ],
)
def test_a_mistake_of_staff_is_told_with_its_place(rows: str, told: str) -> None:
    with pytest.raises(InboxError) as caught:
        read_decisions((HEADINGS + rows).encode(), ALLIANCE, CYCLE)
    assert f"decisions.csv, {told}" in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"submission\n", HEADINGS.encode() + b'"', b"PK\x03\x04" + bytes(99)]
)
def test_what_is_no_table_of_decisions_is_told(content: bytes) -> None:
    with pytest.raises(InboxError, match=r"decisions\.csv"):
        read_decisions(content, ALLIANCE, CYCLE)


def test_headings_alone_decide_nothing() -> None:
    assert read_decisions(HEADINGS.encode(), ALLIANCE, CYCLE) == ()
