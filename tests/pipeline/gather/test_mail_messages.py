"""Messages taken apart: every file that was handed in is found, whoever wrote the message and however badly."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import PICTURE, XLSX, letter, part, parts

from pipeline.gather.mail.attachments import read_attachments
from pipeline.gather.mail.heads import read_head
from pipeline.gather.mail.names import file_name
from pipeline.text import one_line

ATTACHED = "Content-Disposition: attachment; filename="


def found(message: bytes) -> list[tuple[str, bytes]]:
    attachments = read_attachments(message)
    assert attachments is not None
    return [(attachment.name, attachment.content) for attachment in attachments]


def names(*raw: str) -> list[str]:
    return [name for name, _ in found(parts(*raw))]


def header(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


# --- what counts as handed in -----------------------------------------------------------------------------------------


def test_files_are_found_in_order_with_every_byte() -> None:
    every = bytes(range(256))
    message = letter(("one.xlsx", every), ("two.xlsx", b"2")).as_bytes()
    assert found(message) == [("one.xlsx", every), ("two.xlsx", b"2")]


def test_a_text_with_nothing_attached_has_no_files() -> None:
    assert found(letter().as_bytes()) == []


def test_pictures_in_the_text_signatures_and_cards_are_not_handed_in() -> None:
    message = letter(("answers.xlsx", b"x"))
    message.add_attachment(PICTURE, "image", "gif", filename="logo.gif", disposition="inline", cid="<logo@x>")
    message.add_attachment(b"BEGIN:VCARD", "text", "vcard", filename="focal.vcf")
    message.add_attachment(b"s", "application", "pkcs7-signature", filename="smime.p7s")
    message.add_attachment(b"s", "application", "pgp-signature", filename="signature.asc")
    message.add_attachment(b"k", "application", "pgp-keys", filename="OpenPGP_0x1.asc")
    assert [name for name, _ in found(message.as_bytes())] == ["answers.xlsx"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # Apple Mail shows a file in the text: it is handed in all the same.
        (
            part("application/pdf; name=form.pdf", "aA==", "Content-Disposition: inline; filename=form.pdf"),
            ["form.pdf"],
        ),
        # Outlook and Gmail give every attachment a Content-ID.
        (part("application/vnd.ms-excel", "aA==", f"{ATTACHED}a.xls", "Content-ID: <f_1>"), ["a.xls"]),
        (part("image/jpeg", "aA==", f"{ATTACHED}scan.jpg", "Content-ID: <f_2>"), ["scan.jpg"]),
        # Old Outlook: a picture of the signature without any disposition.
        (part("image/png; name=image001.png", "aA==", "Content-ID: <image001.png@01D>"), []),
        # Web mailers leave out the disposition.
        (part("application/octet-stream; name=a.xlsx"), ["a.xlsx"]),
        (part("application/octet-stream"), ["attachment"]),
        (part("/".join(XLSX)), ["attachment.xlsx"]),
        (part("application/ms-tnef; name=winmail.dat"), ["winmail.dat"]),
        (part("application/pkcs7-mime; name=smime.p7m"), ["smime.p7m"]),
        (part("text/csv; name=answers.csv"), ["answers.csv"]),
        (part("text/plain", "aA==", f"{ATTACHED}notes.txt"), ["notes.txt"]),
        (part('application/octet-stream; name="été.xlsx"'), ["été.xlsx"]),
        (part("text/plain"), []),
        (part("text/calendar; name=meeting.ics"), []),
    ],
)
def test_what_is_handed_in_does_not_depend_on_the_mail_program(raw: str, expected: list[str]) -> None:
    assert names(raw) == expected


def test_files_of_forwarded_messages_are_found_however_deep() -> None:
    inner = letter(("inner.xlsx", b"inner"), sender="someone@else.example")
    middle = letter(("middle.xlsx", b"middle"))
    middle.add_attachment(inner)
    outer = letter()
    outer.add_attachment(middle)
    assert found(outer.as_bytes()) == [("middle.xlsx", b"middle"), ("inner.xlsx", b"inner")]
    assert read_head(outer.as_bytes(), 0).sender == "focal@alb.example"


def test_a_forwarded_message_that_was_encoded_like_a_file_is_taken_apart_too() -> None:
    inner = base64.b64encode(letter(("inner.xlsx", b"inner")).as_bytes()).decode()
    lines = "\r\n".join(inner[start : start + 76] for start in range(0, len(inner), 76))
    assert found(parts(part("message/rfc822", lines))) == [("inner.xlsx", b"inner")]


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('filename="réponses été.xlsx"', "réponses été.xlsx"),  # raw UTF-8, against the rules
        ("filename*=UTF-8''%D0%BE%D1%82%D0%B2%D0%B5%D1%82.xlsx", "ответ.xlsx"),
        ("filename*0*=ISO-8859-1'fr'r%E9pon;\r\n filename*1=ses.xlsx", "réponses.xlsx"),
        ('filename="=?UTF-8?B?5Zue562U?=.xlsx"', "回答.xlsx"),
        ('filename="=?UTF-8?Q?r=C3=A9?=\r\n =?UTF-8?Q?ponse.xlsx?="', "réponse.xlsx"),
        ('filename="../../etc/passwd"', "passwd"),
        ("filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ('filename="C:\\\\Users\\\\A B\\\\answers.xlsx"', "answers.xlsx"),
        ('filename="/etc/"', "attachment"),
        ('filename=".."', "attachment"),
        ("filename*=utf-8''a%00b%0D%0ABcc:%20x%1Bc.xlsx", "abBcc: xc.xlsx"),
        ("filename*=utf-8''answers%E2%80%AExslx.exe", "answersxslx.exe"),  # right-to-left override
        ("filename*=no-such-charset''%E9.xlsx", "é.xlsx"),
        ('filename="=?no-such?Q?a?=.xlsx"', "=?no-such?Q?a?=.xlsx"),
        ('filename="=?UTF-8?B?A?=.xlsx"', "=?UTF-8?B?A?=.xlsx"),
        ("filename*=a; filename*0=b", "attachment"),
        (f'filename="{"n" * 500}.xlsx"', "n" * 144 + "….xlsx"),
    ],
)
def test_the_name_of_a_file_is_shown_as_it_was_given_and_never_a_path(given: str, expected: str) -> None:
    assert names(part("application/octet-stream", "aA==", f"Content-Disposition: attachment; {given}")) == [expected]


@given(st.text())
def test_any_name_becomes_one_short_line_without_a_path(text: str) -> None:
    name = file_name(text, "attachment")
    assert 0 < len(name) <= 150
    assert "/" not in name
    assert "\\" not in name
    assert name not in (".", "..")
    assert one_line(name) == name


def test_names_of_any_script_stay_as_they_are() -> None:
    for name in ("پرسش‌نامه.xlsx", "ପ୍ରଶ୍ନ.ods", "Fragebogen 2014 (final) – neu.xlsx", "👩‍🚒.xls"):
        assert file_name(name, "") == name


# --- heads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ("From: focal@alb.example", "focal@alb.example"),
        ('From: "B., A." <focal@alb.example>', "focal@alb.example"),
        ("From: =?UTF-8?Q?=C3=89cole=2C_A?= <focal@alb.example>", "focal@alb.example"),
        ("from : (the office) focal@alb.example (ALB (nested))", "focal@alb.example"),
        ("From:\r\n\tA. B.\r\n <focal@alb.example>", "focal@alb.example"),
        ("From: Été <focal@alb.example>", "focal@alb.example"),
        # The name is not the address, whatever it looks like.
        ('From: "focal@alb.example" <evil@x.example>', "evil@x.example"),
        ("From: focal@alb.example <evil@x.example>", "evil@x.example"),
        ('From: "a <focal@alb.example>" <evil@x.example>', "evil@x.example"),
        ("From: (<focal@alb.example>) evil@x.example", "evil@x.example"),
        ("From: =?UTF-8?Q?focal=40alb=2Eexample=3E?= <evil@x.example>", "evil@x.example"),
        # Not exactly one plain address.
        ("From: focal@alb.example, evil@x.example", None),
        ("From: <focal@alb.example> <evil@x.example>", None),
        ("From: <evil@x.example> focal@alb.example", None),
        ("From: <focal@alb.example>evil@x.example", None),
        ("From: focal@alb.example\r\nFrom: evil@x.example", None),
        ("From: focal@alb.example\rFrom: evil@x.example", None),
        ("From: focal@alb.example\r\nfrom : evil@x.example", None),
        ("From: =?UTF-8?Q?focal=40alb.example?=", None),
        ("From: =?UTF-8?Q?a?=@alb.example", None),
        ('From: "focal"@alb.example', None),
        ('From: "evil"focal@alb.example', None),
        ("From: focal@alb.example)evil@x.example", None),
        ("From: alice@example.org(<focal@alb.example>", None),
        ("From: staff:focal@alb.example;", None),
        ("From: focal@alb.example\x00", None),
        ("From: foсal@alb.example", None),  # a Cyrillic letter
        ("From:", None),
        ("Sender: focal@alb.example", None),
    ],
)
def test_the_sender_is_the_one_address_or_nobody(given: str, sender: str | None) -> None:
    assert read_head(header("Subject: x", given), 0).sender == sender


def test_the_header_ends_where_the_text_begins() -> None:
    assert read_head(b"Subject: x\r\n\r\nFrom: focal@alb.example\r\n", 0).sender is None


@pytest.mark.parametrize(
    ("line", "machine"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-generated (vacation)", True),
        ("Auto-Submitted: no", False),
        ("X-Autoreply: yes", True),
        ("Precedence: bulk", True),
        ("Precedence: auto_reply", True),
        ("Precedence: first-class", False),
        ("Return-Path: <>", True),
        ("Return-Path: <focal@alb.example>", False),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", True),
        ("Content-Type: multipart/mixed; boundary=report", False),
        ("From: Mailer-Daemon@alb.example", True),
        ("Subject: Automatic reply", False),
    ],
)
def test_what_a_machine_wrote_is_told_apart_by_its_headers(line: str, machine: bool) -> None:
    assert (read_head(header(line), 0).machine is not None) is machine


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("Subject: no type at all", True),
        ("Content-Type: text/plain; charset=utf-8", True),
        ("Content-Type: text/html", True),
        ("Content-Type: text/plain; name=answers.txt", False),
        ("Content-Type: text/plain\r\nContent-Disposition: attachment", False),
        ("Content-Type: text/csv", False),
        ("Content-Type: application/pdf", False),
        ("Content-Type: multipart/alternative; boundary=b", False),
        ("Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b", False),
    ],
)
def test_only_a_bare_text_is_known_to_have_nothing_attached(line: str, alone: bool) -> None:
    assert read_head(header(line), 0).text_alone is alone


def test_a_header_that_was_cut_says_nothing_about_attachments() -> None:
    assert not read_head(b"Subject: x\r\nReceived: by a", 0).text_alone


def test_a_reference_is_the_message_id_the_number_and_a_mark() -> None:
    head = read_head(header("From: a@x.example", "Message-ID: \r\n <a#1@x.example> "), 100)
    assert head.reference(2).startswith("<a#1@x.example>#2-")
    assert head.reference(2).rpartition("#")[0] == "<a#1@x.example>"
    assert len(head.mark) == 12


@pytest.mark.parametrize(
    "changed",
    [
        (header("From: evil@x.example", "Message-ID: <1@x>", "Subject: s"), 100),
        (header("From: a@x.example", "Message-ID: <1@x>", "Subject: t"), 100),
        (header("Received: by b", "From: a@x.example", "Message-ID: <1@x>", "Subject: s"), 100),
        (header("From: a@x.example", "Message-ID: <1@x>", "Subject: s"), 101),
    ],
)
def test_another_message_with_the_same_message_id_has_another_reference(changed: tuple[bytes, int]) -> None:
    known = header("From: a@x.example", "Message-ID: <1@x>", "Subject: s"), 100
    same = header("X-Spam: later added", "From: a@x.example", "Message-Id:  <1@x>", "Subject:   s"), 100
    assert read_head(*known).reference(1) == read_head(*same).reference(1)
    assert read_head(*known).reference(1) != read_head(*changed).reference(1)


@pytest.mark.parametrize(
    "lines",
    [
        ["From: a@x.example"],
        ["From: a@x.example", "Message-ID:"],
        ["From: a@x.example", "Message-ID: <1@x>", "Message-ID: <2@x>"],
        ["From: a@x.example", f"Message-ID: <{'a' * 100_000}@x>"],
        ["From: a@x.example", "Message-ID: <é\udcff\x00@x>"],
    ],
)
def test_a_message_without_a_usable_message_id_has_a_short_and_stable_reference(lines: list[str]) -> None:
    first, again = read_head(header(*lines), 7), read_head(header(*lines), 7)
    assert first.id == again.id
    assert first.id.startswith("sha256:")
    assert len(first.reference(1)) < 80
    assert first.id != read_head(header(*lines, "Subject: other", "Message-ID: <x"), 7).id


def test_a_subject_is_decoded_and_shown_on_one_line() -> None:
    subject = read_head(header("Subject: =?UTF-8?Q?R=C3=A9ponse=0A?= =?UTF-8?Q?Bcc=3A_x?=\r\n\tfin"), 0).subject
    assert subject == "Réponse Bcc: x fin"
    assert len(read_head(header("Subject: " + "=?utf-8?q?" + "x" * 9000), 0).subject) == 150


# --- hostile ----------------------------------------------------------------------------------------------------------

PART = "Content-Type: application/octet-stream\r\n\r\nhi"


@pytest.mark.parametrize(
    "message",
    [
        parts(*[PART] * 10_000),
        parts(*[PART] * 101),
        b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(1_000)),
        b"Content-Type: multipart/mixed; boundary*=a; boundary*0=b\r\n\r\n--a\r\n\r\n--a--\r\n",
        b"\r\n\r\n" + b"a\n" * 2_000_000,
    ],
    ids=["10,000 parts", "101 files", "messages in messages", "parts in parts", "two boundaries", "two million lines"],
)
def test_a_message_that_no_mail_program_writes_is_given_up_quickly(message: bytes) -> None:
    started = time.process_time()
    assert read_attachments(message) is None
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "line",
    ["Content-Disposition: attachment" + ";" * 3_900, 'Content-Type: a/b; x="' + ";" * 3_900, "X: " + "(" * 3_900],
)
def test_headers_that_take_long_to_read_do_not_hold_up_the_run(line: str) -> None:
    started = time.process_time()
    assert read_attachments(parts(*[f"{line}\r\n\r\nhi"] * 1_000)) is None or line.startswith("X")
    assert time.process_time() - started < 2


def test_broken_encodings_give_what_can_be_read() -> None:
    assert found(parts(part("application/x; name=a", "aGVsbG8"))) == [("a", b"hello")]  # the padding is missing
    assert found(parts(part("application/x; name=a", "aGV\x00s*bG8="))) == [("a", b"hello")]  # signs of no base64
    assert found(parts("Content-Type: application/x; name=a; charset=idna\r\n\r\nh\udcff")) == [("a", b"h\xff")]
    assert found(parts("Content-Type: application/x; name=a\r\nContent-Transfer-Encoding: x\r\n\r\nh")) == [("a", b"h")]
    assert found(parts("Content-Type: application/x; name=a")) == [("a", b"")]
    assert found(b"Content-Type: application/x; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs") == [
        ("a", b"hel")
    ]


@given(st.lists(st.sampled_from(
    [b"Content-Type: ", b"multipart/mixed; boundary=b", b"message/rfc822", b"image/png", b"\r\n", b"\r\n\r\n", b"\n", b"--b",
     b"--b--", b"Content-Disposition: attachment; ", b"filename*0*=", b"filename=", b"utf-8''%ff", b"=?x\x00?q?a?=", b";",
     b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: uuencode", b"begin 644 a\n", b"\xff", b"From: a@b", b'"',
     b"Message-ID: "]
), max_size=40))  # fmt: skip
def test_no_sequence_of_pieces_of_mail_breaks_the_reader(pieces: list[bytes]) -> None:
    message = b"".join(pieces)
    read_head(message, len(message))
    attachments = read_attachments(message)
    assert attachments is None or all(attachment.name for attachment in attachments)
