"""Automatic answers: what each mail server says is understood, and nothing else is taken for it."""

from __future__ import annotations

import datetime as dt

import bounces
import pytest
from bounces import BOUNCES, LETTER, OTHER, TOKEN
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import letter

from pipeline.gather.intake import LeftOut
from pipeline.gather.mail.automatic import AutomaticReply, read_automatic
from pipeline.gather.mail.bounced import Failed
from pipeline.gather.mail.heads import read_head

MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)


def read(message: bytes) -> LeftOut:
    header = message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    head = read_head(header, len(message))
    assert head.machine, "only what says of itself that it comes from a machine is looked at"
    return read_automatic(head, header, lambda: message, LeftOut("message", head.machine), MAY)


def understood(message: bytes) -> AutomaticReply:
    found = read(message)
    assert isinstance(found, AutomaticReply)
    return found


def test_postfix_names_the_letter_the_recipient_and_the_reason() -> None:
    found = understood(bounces.postfix())
    said = "5.1.1 550 5.1.1 <focal@alb.example>: no such mailbox here"
    assert (found.kind, found.named, found.recipients) == ("failed", (LETTER,), (Failed("focal@alb.example", said),))
    assert (found.received, found.tokens) == (MAY, ())
    assert found.reference.startswith("<20140520090000.1A2B@mx.alb.example>#0-")


def test_exchange_returns_the_header_alone() -> None:
    found = understood(bounces.exchange())
    assert (found.kind, found.named) == ("failed", (LETTER,))
    assert found.recipients == (Failed("focal@fra.example", "5.2.2 554 5.2.2 mailbox full; quota exceeded"),)


def test_gmail_folds_what_it_has_to_say() -> None:
    found = understood(bounces.gmail())
    said = "5.1.1 550-5.1.1 The account does not exist. 550 5.1.1 Look at https://support.example/?p=NoSuchUser"
    assert (found.kind, found.named, found.recipients) == ("failed", (LETTER,), (Failed("focal@alb.example", said),))
    assert found.tokens == (TOKEN,)


def test_exim_of_old_names_recipients_in_a_field_and_the_letter_in_the_text() -> None:
    found = understood(bounces.exim())
    assert (found.kind, [one.address for one in found.recipients]) == (
        "failed",
        ["focal@alb.example", "deputy@alb.example"],
    )
    # Only the line of the letter counts; that it is folded is how many servers return it.
    assert found.named == (LETTER,)


def test_qmail_names_recipient_and_reason_in_the_text() -> None:
    found = understood(bounces.qmail())
    assert found.recipients == (Failed("focal@alb.example", "Sorry, no mailbox here by that name. (#5.1.1)"),)
    assert (found.kind, found.named) == ("failed", (LETTER,))


@pytest.mark.parametrize("message", [bounces.postfix(action="delayed", status="4.4.1"), bounces.exim_warning()])
def test_what_is_tried_again_has_not_failed(message: bytes) -> None:
    found = understood(message)
    assert (found.kind, found.named) == ("delayed", (LETTER,))


def test_one_failed_recipient_beside_a_delayed_one_is_a_failure_of_that_one() -> None:
    more = "\r\nFinal-Recipient: rfc822; deputy@alb.example\r\nAction: delayed\r\nStatus: 4.4.1"
    found = understood(bounces.postfix(more=more))
    assert (found.kind, [one.address for one in found.recipients]) == ("failed", ["focal@alb.example"])


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "FAILEDX"])
def test_a_report_of_anything_but_a_failure_is_left_alone(action: str) -> None:
    assert not isinstance(read(bounces.postfix(action=action)), AutomaticReply)


def test_a_read_receipt_is_left_alone() -> None:
    assert not isinstance(read(bounces.read_receipt()), AutomaticReply)


def test_the_address_to_which_it_came_tells_the_letter_where_nothing_was_returned() -> None:
    message = bounces.postfix(to=BOUNCES)
    cut = message[: message.index(b"Content-Description: Undelivered Message")]
    found = understood(cut)
    assert (found.kind, found.named, found.tokens) == ("failed", (), (TOKEN,))


def test_a_returned_message_with_two_ids_tells_nothing() -> None:
    assert understood(bounces.postfix(f"{LETTER}\r\nMessage-ID: {OTHER}")).named == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=x", "X_Auto_Response_Suppress": "All"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "away"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
    ],
)
def test_an_answer_of_somebody_who_is_away_names_the_letter(headers: dict[str, str]) -> None:
    found = understood(bounces.absent(**headers))
    assert (found.kind, found.named) == ("absent", (LETTER, "<root@alliance.example>"))
    assert found.recipients == (Failed("focal@alb.example", "Absent jusqu’au 2 juin"),)


def test_a_message_to_many_that_answers_nothing_is_left_alone() -> None:
    assert not isinstance(read(bounces.absent(None, Precedence="bulk")), AutomaticReply)


def test_a_person_who_forwards_a_bounce_is_no_mail_server() -> None:
    """Not even when a rule of theirs forwards it by itself: the report stands within a message of theirs."""
    import email
    from email.policy import SMTP

    outer = letter(Auto_Submitted="auto-generated")
    outer.add_attachment(email.message_from_bytes(bounces.postfix(), policy=SMTP))
    assert not isinstance(read(outer.as_bytes()), AutomaticReply)
    assert read_head(letter().as_bytes(), 0).machine is None


def test_a_report_about_somebody_elses_message_names_that_message_alone() -> None:
    """Ids in the text or in a nested message are not those of what was returned."""
    message = bounces.postfix("<private-1@alb.example>")
    message = message.replace(b"Dear colleagues,", f"Message-ID: {LETTER}".encode())
    assert understood(message).named == ("<private-1@alb.example>",)


@pytest.mark.parametrize(
    "hostile",
    [
        b"\n--1A2B.1400/mx.alb.example" * 3_000,
        b"\r\nContent-Type: message/rfc822\r\n" * 4_000,
        b"\r\n" + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 1_500,
        b"\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n" * 3_000,
        b"\xff\x00\x1b[2J=?utf-16?B?////?=" * 5_000,
    ],
    ids=["parts", "messages", "nested", "recipients", "bytes"],
)
def test_what_was_written_to_break_the_parser_is_left_out(hostile: bytes) -> None:
    found = read(bounces.postfix().replace(b"Your message could", hostile + b"Your message could"))
    assert isinstance(found, LeftOut)


def test_many_recipients_are_told_up_to_a_limit() -> None:
    more = "".join(f"\r\nFinal-Recipient: rfc822; r{n}@alb.example\r\nAction: failed\r\n" for n in range(500))
    assert len(understood(bounces.postfix(more=more)).recipients) == 50


def test_what_a_server_says_is_shown_on_one_line_without_signs_that_cannot_be_seen() -> None:
    message = bounces.postfix().replace(b"no such", b"\x1b[31m =?UTF-8?Q?=0D=0ABcc:_x?= \xe2\x80\xae no such")
    (recipient,) = understood(message).recipients
    assert recipient.said.isprintable()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_change_of_bytes_breaks_it(data: st.DataObject) -> None:
    message = bytearray(data.draw(st.sampled_from([bounces.postfix(), bounces.exchange(), bounces.exim()])))
    header = message.index(b"\r\n\r\n")
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(header, len(message) - 1))
        message[position : position + 1] = data.draw(st.binary(max_size=6))
    assert isinstance(read(bytes(message)), LeftOut)
