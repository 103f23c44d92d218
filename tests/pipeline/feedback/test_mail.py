"""Letters as messages: headers that nobody can add to, recipients from the focal points alone, the same bytes always."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alliance.model import FocalPoint
from pipeline.errors import AllianceError
from pipeline.feedback.mail import Envelope, HeaderError, is_example_address, recipients, write_mail

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
    assert len(message.keys()) == 11
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
