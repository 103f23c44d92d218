"""Web addresses as people type or paste them; only what a browser would open safely counts as one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LINK_LIMIT = 2_000
"""Characters; Excel itself follows no longer address."""

# No blanks, quotation marks, angle brackets, backslashes or control characters: an address is put into pages and letters.
_ALLOWED = re.compile(
    r"https?://[^\s\"'<>\\^`{|}\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]+", re.IGNORECASE
)
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[^\W_](?:[\w\-]{0,62}[^\W_])?\.)+[^\W\d_][\w\-]{1,62}\.?")


def is_link(text: str) -> bool:
    """Whether a text is one whole web address (http or https) with a host name, and nothing else.

    An address without its scheme ("www.example.org") is none: whether http or https is meant would be a guess. Neither
    is one with a user name in front of its host, which is how addresses pretend to be others.

    Args:
        text: What was typed, without blanks around it.
    """
    if len(text) > LINK_LIMIT or not _ALLOWED.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return "@" not in parts.netloc and _HOST.fullmatch(host) is not None
