"""The thread of correspondence with a member: what its letters refer to, so that mail programs keep them together.

All letters of a cycle to a member refer to one root, which is made of codes and was never sent; a letter that answers a
message of the member's own names that one as well. A Message-ID comes from whoever wrote the message and is therefore
hostile until it has passed here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

_ATOMS: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_MESSAGE_ID: Final = re.compile(rf"<{_ATOMS}@(?:{_ATOMS}|\[[A-Za-z0-9.:-]+\])>")
# Of an attachment, the mailbox notes the message and the attachment's place in it (pipeline/gather/mail/heads.py).
_OF_ATTACHMENT: Final = re.compile(r"#\d+-[0-9a-f]{12}\Z")
# Longer ones do not fit into a line that every server takes, and a folded one is another one.
_LONGEST: Final = 240


def is_message_id(text: str) -> bool:
    """Whether a text is a Message-ID as RFC 5322 wants it, short enough for one line and free of encoded words."""
    return len(text) <= _LONGEST and "=?" not in text and _MESSAGE_ID.fullmatch(text) is not None


def thread_root(codes: Sequence[str], domain: str) -> str:
    """The Message-ID to which all letters of a cycle to a member refer, e.g. ``<GA-CSAO.2014.ALB@alliance.example>``.

    Args:
        codes: Code of the alliance, name of the cycle, code of the member.
        domain: Domain of the office.
    """
    return f"<{slug(codes)}@{domain}>"


def slug(codes: Sequence[str]) -> str:
    """Codes joined by dots, each of letters, digits and hyphens only."""
    return ".".join(re.sub(r"[^A-Za-z0-9]+", "-", code) for code in codes)


def answered_message(submission: Mapping[str, Any], addresses: Collection[str]) -> str:
    """The Message-ID of the e-mail with which a member sent a file, '' where there is none that a letter may name.

    What came from elsewhere than the member's own focal points is not named: its Message-ID tells whose server it was.

    Args:
        submission: A row of the table ``submissions``; missing values are None.
        addresses: Addresses of the member's focal points.
    """
    if str(submission["sender"] or "").lower() not in {address.lower() for address in addresses}:
        return ""
    message_id = _OF_ATTACHMENT.sub("", str(submission["reference"] or ""))
    return message_id if is_message_id(message_id) else ""
