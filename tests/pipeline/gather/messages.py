"""E-mails as people, their programs and their enemies write them."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from email.policy import SMTP

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def letter(
    *files: tuple[str, bytes],
    sender: str = "A. B. <focal@alb.example>",
    message_id: str | None = "<reply-1@alb.example>",
    subject: str = "Re: Questionnaire 2014",
    **headers: str,
) -> EmailMessage:
    """A reply with files attached, as most programs make it."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = "office@example.org"
    made["Subject"] = subject
    made["Date"] = "Tue, 20 May 2014 09:00:00 +0200"
    if message_id:
        made["Message-ID"] = message_id
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Dear colleagues,\n\nplease find our answers attached.\n")
    for name, content in files:
        made.add_attachment(content, *XLSX, filename=name)
    return made


def parts(*raw: str, header: str = "From: focal@alb.example\r\nMessage-ID: <raw@alb.example>\r\n") -> bytes:
    """A message of parts that are written out."""
    lines = [f"{header}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"]
    lines += [f"--b\r\n{part}\r\n" for part in raw]
    return "".join([*lines, "--b--\r\n"]).encode("utf-8", "surrogateescape")


def part(kind: str, content: str = "aGVsbG8=", *headers: str) -> str:
    """A part with the base64 of 'hello' in it, if nothing else is said."""
    return "\r\n".join([f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *headers, "", content])
