"""What mail servers and absent people's programs answer, laid out as each of them does; the words are our own."""

from __future__ import annotations

LETTER = "<GA-CSAO.2014.ALB.corrections.0123456789abcdef@alliance.example>"
OTHER = "<GA-CSAO.2014.FRA.corrections.fedcba9876543210@alliance.example>"
TOKEN = "a1b2c3d4e5f60718"
BOUNCES = f"bounces+{TOKEN}@alliance.example"
OFFICE = "secretariat@alliance.example"


def _lines(*lines: str) -> bytes:
    return "\r\n".join([*lines, ""]).encode("utf-8", "surrogateescape")


def returned(message_id: str = LETTER) -> list[str]:
    """The header of the letter that comes back, and the beginning of it."""
    return [
        f"From: Secretariat <{OFFICE}>",
        "To: focal@alb.example",
        "Subject: GA-CSAO 2014 ALB: please correct",
        f"Message-ID:\r\n {message_id}",
        "Content-Type: text/plain",
        "",
        "Dear colleagues,",
    ]


def postfix(
    message_id: str = LETTER, *, to: str = OFFICE, action: str = "failed", status: str = "5.1.1", more: str = ""
) -> bytes:
    """Postfix: text, status, and the returned message."""
    return _lines(
        "Return-Path: <>",
        "Date: Tue, 20 May 2014 09:00:00 +0000 (UTC)",
        "From: MAILER-DAEMON@mx.alb.example (Mail Delivery System)",
        "Subject: Undelivered Mail Returned to Sender",
        f"To: {to}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="1A2B.1400/mx.alb.example"',
        "Message-Id: <20140520090000.1A2B@mx.alb.example>",
        "",
        "This is a MIME-encapsulated message.",
        "",
        "--1A2B.1400/mx.alb.example",
        "Content-Description: Notification",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "Your message could not be handed to one or more recipients.",
        "",
        "--1A2B.1400/mx.alb.example",
        "Content-Description: Delivery report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.alb.example",
        "X-Postfix-Queue-ID: 1A2B",
        "Arrival-Date: Tue, 20 May 2014 08:59:58 +0000 (UTC)",
        "",
        "Final-Recipient: rfc822; focal@alb.example",
        "Original-Recipient: rfc822;focal@alb.example",
        f"Action: {action}",
        f"Status: {status}",
        "Remote-MTA: dns; store.alb.example",
        "Diagnostic-Code: smtp; 550 5.1.1 <focal@alb.example>: no such\r\n    mailbox here",
        *([more] if more else []),
        "",
        "--1A2B.1400/mx.alb.example",
        "Content-Description: Undelivered Message",
        "Content-Type: message/rfc822",
        "",
        *returned(message_id),
        "",
        "--1A2B.1400/mx.alb.example--",
    )


def exchange(message_id: str = LETTER) -> bytes:
    """Exchange: two texts, a status without original recipient, and the header alone, encoded as it likes."""
    return _lines(
        "From: <postmaster@fra.example>",
        f"To: <{OFFICE}>",
        "Date: Tue, 20 May 2014 11:00:00 +0200",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="_outer_"',
        "X-MS-Exchange-Message-Is-Ndr:",
        "Content-Language: fr-FR",
        "Message-ID: <ndr-1@fra.example>",
        f"In-Reply-To: {message_id}",
        f"References: {message_id}",
        "Subject: =?iso-8859-1?Q?Non_remis_:_Rapport_2014?=",
        "Auto-Submitted: auto-replied",
        "",
        "--_outer_",
        'Content-Type: multipart/alternative; differences=Content-Type; boundary="_inner_"',
        "",
        "--_inner_",
        "Content-Type: text/plain; charset=no-such-charset",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Le message n=E9tait pas distribuable.",
        "--_inner_",
        "Content-Type: text/html; charset=iso-8859-1",
        "",
        "<p>Le message</p>",
        "--_inner_--",
        "",
        "--_outer_",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns;mail.fra.example",
        "Received-From-MTA: dns;mx.alliance.example",
        "",
        "Final-Recipient: rfc822;focal@fra.example",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp;554 5.2.2 mailbox full; quota exceeded",
        "X-Display-Name: Focal point",
        "",
        "--_outer_",
        "Content-Type: text/rfc822-headers",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        f"From: {OFFICE}",
        f"Message-ID: {message_id}",
        "Subject: =3D?UTF-8?Q?x?=3D",
        "",
        "--_outer_--",
    )


def gmail(message_id: str = LETTER, to: str = BOUNCES) -> bytes:
    """Gmail: a picture beside the text, the status, and the whole message."""
    return _lines(
        "Return-Path: <>",
        f"To: {to}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "X-Failed-Recipients: focal@alb.example",
        "Subject: Delivery Status Notification (Failure)",
        f"In-Reply-To: {message_id}",
        f"References: {message_id}",
        "Message-ID: <537b.1@mx.google.example>",
        'Content-Type: multipart/report; boundary="00000"; report-type=delivery-status',
        "",
        "--00000",
        'Content-Type: multipart/related; boundary="11111"',
        "",
        "--11111",
        "Content-Type: text/html",
        "",
        "<p>not found</p>",
        "--11111",
        'Content-Type: image/png; name="icon.png"',
        "Content-Disposition: attachment; filename=icon.png",
        "Content-Transfer-Encoding: base64",
        "",
        "aGVsbG8=",
        "--11111--",
        "--00000",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; googlemail.example",
        f"X-Original-Message-ID: {message_id}",
        "",
        "Final-Recipient: rfc822; focal@alb.example",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550-5.1.1 The account does not exist.",
        " 550 5.1.1 Look at https://support.example/?p=NoSuchUser",
        "Last-Attempt-Date: Tue, 20 May 2014 02:00:00 -0700 (PDT)",
        "",
        "--00000",
        "Content-Type: message/rfc822",
        "",
        *returned(message_id),
        "",
        "--00000--",
    )


def exim(message_id: str = LETTER, subject: str = "Mail delivery failed: returning message to sender") -> bytes:
    """Exim as it was before it spoke RFC 3464: a text, with the message behind it."""
    return _lines(
        "Return-path: <>",
        "X-Failed-Recipients: focal@alb.example,\r\n  deputy@alb.example",
        "Auto-Submitted: auto-replied",
        "From: Mail Delivery System <Mailer-Daemon@relay.alb.example>",
        f"To: {OFFICE}",
        f"Subject: {subject}",
        "Message-Id: <E1Wm-0001@relay.alb.example>",
        "",
        "A mail program made this message by itself.",
        "",
        "  focal@alb.example",
        "    all hosts have been failing for a long time",
        "",
        "------ The message, with its whole header ------",
        "",
        *returned(message_id),
    )


def exim_warning(message_id: str = LETTER) -> bytes:
    """Exim after a day: it keeps trying."""
    text = exim(message_id, "Warning: message 1Wm-0001 delayed 24 hours").decode()
    return text.replace("X-Failed-Recipients: focal@alb.example,\r\n  deputy@alb.example\r\n", "").encode()


def qmail(message_id: str = LETTER) -> bytes:
    """qmail and what descends from it."""
    return _lines(
        "Return-Path: <>",
        "From: MAILER-DAEMON@mail.alb.example",
        f"To: {OFFICE}",
        "Subject: failure notice",
        "",
        "Hello, this is the program that sends mail at mail.alb.example.",
        "",
        "<focal@alb.example>:",
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "",
        "--- Below this line is a copy of the message.",
        "",
        *returned(message_id),
    )


def absent(message_id: str | None = LETTER, *, sender: str = "Focal <focal@alb.example>", **headers: str) -> bytes:
    """A program that answers for somebody who is away."""
    thread = [f"In-Reply-To: {message_id}", f"References: <root@alliance.example> {message_id}"] if message_id else []
    given = headers or {"Auto_Submitted": "auto-replied"}
    return _lines(
        f"From: {sender}",
        f"To: {OFFICE}",
        "Subject: =?UTF-8?Q?Absent_jusqu=E2=80=99au_2_juin?=",
        "Message-ID: <vacation-1@alb.example>",
        *thread,
        *(f"{name.replace('_', '-')}: {value}" for name, value in given.items()),
        "Content-Type: text/plain; charset=utf-8",
        "",
        "I am away.",
    )


def read_receipt(message_id: str = LETTER) -> bytes:
    """A message that says that the letter was opened."""
    return _lines(
        "From: focal@alb.example",
        f"To: {OFFICE}",
        "Subject: Read: please correct",
        "Message-ID: <mdn-1@alb.example>",
        f"In-Reply-To: {message_id}",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It was displayed.",
        "--b",
        "Content-Type: message/disposition-notification",
        "",
        f"Original-Message-ID: {message_id}",
        "Disposition: manual-action/MDN-sent-manually; displayed",
        "",
        "--b--",
    )
