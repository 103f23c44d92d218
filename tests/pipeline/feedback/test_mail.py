"""Letters as messages: headers that nobody can add to, recipients from the focal points alone, the same bytes always."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alliance.model import FocalPoint
from pipeline.errors import AllianceError
from pipeline.feedback.mail import Attachment, Envelope, HeaderError, is_example_address, recipients, write_mail
from pipeline.feedback.threads import answered_message, is_message_id

ENVELOPE = Envelope(
    thread=("GA-CSAO", "2014", "ALB", "corrections"),
    language="fr",
    sender="Secrétariat de l’Alliance",
    contact="office@alliance.example",
    recipients=("a@alb.example", "b@alb.example"),
    subject="GA-CSAO/2014/ALB : Réponses à corriger",
    date=datetime(2014, 7, 11, 8, 5, tzinfo=UTC),
)


def point(role: str, address: str, member: str = "ALB") -> FocalPoint:
    return FocalPoint(member, role, "Name", address, "en")


def test_a_message_has_its_headers_and_two_parts_in_utf_8() -> None:
    mail = write_mail(ENVELOPE, "Bonjour é\n", "<p>Bonjour é</p>\n")
    message = message_from_bytes(mail.content, policy=policy.default)
    assert dict(message.items()) == {
        "Subject": "GA-CSAO/2014/ALB : Réponses à corriger",
        "Date": "Fri, 11 Jul 2014 08:05:00 +0000",
        "Message-ID": mail.message_id,
        "References": "<GA-CSAO.2014.ALB@alliance.example>",
        "Reply-To": "office@alliance.example",
        "To": "a@alb.example, b@alb.example",
        "Auto-Submitted": "auto-generated",
        "X-Stocktake-Letter": "GA-CSAO 2014 ALB corrections",
        "From": "Secrétariat de l’Alliance <office@alliance.example>",
        "Content-Language": "fr",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())  # type: ignore[attr-defined]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in parts] == ["utf-8", "utf-8"]
    assert [part.get_content() for part in parts] == ["Bonjour é\r\n", "<p>Bonjour é</p>\r\n"]
    assert not message.defects
    assert b"\r\nTo: <a@alb.example>, <b@alb.example>\r\n" in mail.content


def test_lines_end_as_rfc_5322_wants_and_are_short_ascii() -> None:
    content = write_mail(ENVELOPE, "é" * 5000 + "\n.\nFrom me\n", "<p>x</p>" * 500).content
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 78
    assert content.isascii()


def test_same_letter_same_bytes_and_any_change_another_message_id() -> None:
    first = write_mail(ENVELOPE, "a", "b")
    assert write_mail(ENVELOPE, "a", "b") == first
    changed = [
        write_mail(ENVELOPE, "A", "b"),
        write_mail(ENVELOPE, "a", "B"),
        write_mail(replace(ENVELOPE, subject="x"), "a", "b"),
        write_mail(replace(ENVELOPE, recipients=("a@alb.example",)), "a", "b"),
        write_mail(replace(ENVELOPE, date=datetime(2014, 7, 12, tzinfo=UTC)), "a", "b"),
    ]
    assert len({first.message_id, *(mail.message_id for mail in changed)}) == 6


def test_the_message_id_names_the_letter_in_the_domain_of_the_office() -> None:
    assert write_mail(ENVELOPE, "a", "b").message_id.startswith("<GA-CSAO.2014.ALB.corrections.")
    assert write_mail(ENVELOPE, "a", "b").message_id.endswith("@alliance.example>")


@pytest.mark.parametrize(
    "bad", ["=?UTF-8?Q?=0A?=Bcc: x@y.example", "a\nBcc: x@y.example", "a\r\nb", "a\x00b", "a\u2028b", "a\x85b", "=?"]
)
@pytest.mark.parametrize("field", ["subject", "sender", "contact", "language"])
def test_a_header_refuses_line_breaks_and_encoded_words(bad: str, field: str) -> None:
    with pytest.raises(HeaderError):
        write_mail(replace(ENVELOPE, **{field: bad}), "a", "b")


def test_recipients_and_codes_refuse_them_too() -> None:
    for envelope in (
        replace(ENVELOPE, recipients=("a@alb.example\nBcc: x@y.example",)),
        replace(ENVELOPE, thread=("GA", "=?UTF-8?Q?=0A?=", "ALB", "receipt")),
    ):
        with pytest.raises(HeaderError):
            write_mail(envelope, "a", "b")


@given(st.text(), st.text())
def test_no_body_adds_a_header_or_a_part(text: str, html: str) -> None:
    clean = [part.encode("utf-8", "replace").decode() for part in (text, html)]
    message = message_from_bytes(write_mail(ENVELOPE, *clean).content, policy=policy.default)
    assert len(message.keys()) == 12
    assert len(list(message.iter_parts())) == 2  # type: ignore[attr-defined]


def test_recipients_are_the_focal_point_and_the_deputy_of_that_member_only() -> None:
    points = (
        point("deputy", "d@alb.example"),
        point("focal_point", "f@alb.example"),
        point("focal_point", "f@fra.example", "FRA"),
        point("archive", "x@alb.example"),
    )
    chosen = recipients(points, "ALB", examples_only=True)
    assert [one.address for one in chosen] == ["f@alb.example", "d@alb.example"]


def test_an_address_that_stands_twice_is_written_to_once() -> None:
    points = (point("focal_point", "f@alb.example"), point("deputy", "F@ALB.example"))
    assert [one.address for one in recipients(points, "ALB", examples_only=True)] == ["f@alb.example"]


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b", "a b@c.example", "a@c.example,b@c.example", "Name <a@c.example>", "a@c.example\nBcc: b@c.example",
     "=?UTF-8?Q?a?=@c.example", "ä@c.example", "a@[127.0.0.1]", "a@c..example", '"a"@c.example'],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused_with_file_and_mend(address: str) -> None:
    with pytest.raises(AllianceError, match=r"focal_points\.csv.*no plain e-mail address.*Write one address"):
        recipients((point("deputy", address),), "ALB", examples_only=False)


@pytest.mark.parametrize(
    ("address", "is_example"),
    [
        ("a@b.example", True),
        ("a@example.org", True),
        ("a@mail.EXAMPLE.com", True),
        ("a@x.test", True),
        ("a@x.invalid", True),
        ("a@example.org.uk", False),
        ("a@myexample.org", False),
        ("a@example.gov", False),
        ("a@example", False),
        ("a@b.example.evil.org", False),
    ],
)
def test_domains_reserved_for_examples_are_known(address: str, is_example: bool) -> None:
    assert is_example_address(address) is is_example


WORKBOOK = Attachment("GA-CSAO-2014-ALB-corrections-2.xlsx", bytes(range(256)) * 40)
# As long as those of a large provider, and with the characters that an atom of RFC 5322 may have.
OWN_MESSAGE = "<AM0PR04MB1234ABCDEF0123456789ABCD!#$%&'*+/?=x^_`{|}~@AM0PR04MB1234.eurprd04.prod.outlook.example>"


def parsed(envelope: Envelope, text: str = "Bonjour\n", html: str = "<p>Bonjour</p>\n") -> EmailMessage:
    message = message_from_bytes(write_mail(envelope, text, html).content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_workbook_stands_beside_both_texts_and_comes_out_byte_for_byte() -> None:
    message = parsed(replace(ENVELOPE, attachments=(WORKBOOK,)))
    assert message.get_content_type() == "multipart/mixed"
    both, attached = message.iter_parts()
    assert both.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in both.iter_parts()] == ["text/plain", "text/html"]
    assert attached.get_content_disposition() == "attachment"
    assert attached.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert attached.get_filename() == "GA-CSAO-2014-ALB-corrections-2.xlsx"
    assert attached.get_content() == WORKBOOK.content
    assert message.get_boundary() != both.get_boundary()
    assert message["Content-Language"] == "fr"
    assert not [part.defects for part in message.walk() if part.defects]


def test_another_workbook_or_another_name_of_it_makes_another_letter() -> None:
    letters = [
        ENVELOPE,
        replace(ENVELOPE, attachments=(WORKBOOK,)),
        replace(ENVELOPE, attachments=(replace(WORKBOOK, name="a.xlsx"),)),
        replace(ENVELOPE, attachments=(replace(WORKBOOK, content=b"x"),)),
        replace(ENVELOPE, answers=OWN_MESSAGE),
    ]
    mails = [write_mail(envelope, "a", "b") for envelope in letters]
    assert len({mail.message_id for mail in mails}) == 5
    assert mails == [write_mail(envelope, "a", "b") for envelope in letters]


@pytest.mark.parametrize(
    "name",
    ["", "a", ".xlsx", "../a.xlsx", "a/b.xlsx", "a\\b.xlsx", "a.xlsm", "a.xlsx.exe", 'a".xlsx', "a;b.xlsx", "a\r\nBcc: x@y.example\r\n.xlsx",
     "=?UTF-8?Q?=0A?=Bcc.xlsx", "é.xlsx", "a\u202excod.xlsx", "a b.xlsx", "a..xlsx", "-a.xlsx", "a.xlsx\n", "a\x00.xlsx"],
)  # fmt: skip
def test_no_file_name_can_add_a_header_or_pose_as_something_else(name: str) -> None:
    with pytest.raises(HeaderError, match="plain file name"):
        write_mail(replace(ENVELOPE, attachments=(Attachment(name, b"x"),)), "a", "b")


def test_all_letters_of_a_cycle_to_a_member_stand_in_one_thread() -> None:
    for kind in ("receipt", "thanks"):
        message = parsed(replace(ENVELOPE, thread=("GA-CSAO", "2014", "ALB", kind, "1")))
        assert message["References"] == "<GA-CSAO.2014.ALB@alliance.example>"
        assert message["In-Reply-To"] is None
    other = parsed(replace(ENVELOPE, thread=("GA-CSAO", "2014", "FRA", "receipt", "1")))
    assert other["References"] == "<GA-CSAO.2014.FRA@alliance.example>"


def test_a_letter_names_the_message_that_it_answers_on_a_line_of_its_own_and_as_it_is() -> None:
    content = write_mail(replace(ENVELOPE, answers=OWN_MESSAGE), "a", "b").content
    assert f"\r\nIn-Reply-To: {OWN_MESSAGE}\r\n".encode() in content
    assert f"\r\nReferences: <GA-CSAO.2014.ALB@alliance.example>\r\n {OWN_MESSAGE}\r\n".encode() in content


HOSTILE_IDS = [
    "a@b.example",
    "<a@b.example",
    "<a b@c.example>",
    "<a@b.example> <c@d.example>",
    "<a@b.example>\r\nBcc: x@y.example",
    "<a@b.example>\n",
    "<=?UTF-8?Q?=0A?=@b.example>",
    "<a@=?UTF-8?Q?=0A?=>",
    "<a@b@c.example>",
    "<é@b.example>",
    '<"a"@b.example>',
    "<a..b@c.example>",
    "<@b.example>",
    "<a@>",
    "<a\x00@b.example>",
    f"<{'a' * 300}@b.example>",
]


@pytest.mark.parametrize("bad", HOSTILE_IDS)
def test_what_is_no_message_id_is_refused_as_one_that_a_letter_answers(bad: str) -> None:
    assert not is_message_id(bad)
    with pytest.raises(HeaderError):
        write_mail(replace(ENVELOPE, answers=bad), "a", "b")


def answered(reference: str | None, sender: str | None = "Desk@ALB.example") -> str:
    return answered_message({"reference": reference, "sender": sender}, ["desk@alb.example"])


def test_a_letter_answers_the_message_with_the_file_when_a_focal_point_sent_it() -> None:
    assert answered(f"{OWN_MESSAGE}#1-0123456789ab") == OWN_MESSAGE
    assert answered(OWN_MESSAGE) == OWN_MESSAGE


@pytest.mark.parametrize("sender", ["desk@fra.example", None, "", "desk@alb.example <x@y.example>"])
def test_a_message_of_anybody_else_is_not_named_for_its_id_tells_whose_server_it_was(sender: str | None) -> None:
    assert answered("<1@mail.fra.example>#1-0123456789ab", sender) == ""


@pytest.mark.parametrize("reference", [None, "", "uuid:1234 v1", *(f"{bad}#1-0123456789ab" for bad in HOSTILE_IDS)])
def test_what_is_no_message_id_is_left_out(reference: str | None) -> None:
    assert answered(reference) == ""


@given(st.text())
def test_whatever_stands_in_a_reference_a_message_can_be_written(reference: str) -> None:
    message = parsed(replace(ENVELOPE, answers=answered(reference)))
    assert set(message.keys()) <= {*parsed(ENVELOPE).keys(), "In-Reply-To"}
