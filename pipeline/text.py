"""Text from outside, made safe to store and to show, without changing what was said."""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
REPLACEMENT = "\ufffd"
LINE_LIMIT = 150
# Signs that turn around what is shown, so that "gpj.xlsx" is shown for another ending; and all control characters.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]")


def decode_escapes(text: str) -> str:
    """Decode the ``_xHHHH_`` escapes by which Excel stores characters that XML cannot hold.

    Args:
        text: A cell's text as it stands in the file.

    Returns:
        The text with each escape replaced by its character (``_x005F_`` gives ``_``), control characters included.
    """
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def clean_text(text: str) -> str:
    r"""Replace what XML, JSON or a terminal cannot carry (control characters, lone surrogates) by U+FFFD.

    Line ends become ``\n``; tabs stay.

    Args:
        text: Any text from outside.

    Returns:
        Text that every output format of stocktake can hold unchanged.
    """
    return _FORBIDDEN.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """A name or title on one line, without signs that cannot be seen, at most :data:`LINE_LIMIT` characters long.

    Args:
        text: Any text from outside.

    Returns:
        What can stand in a list, a log or a table.
    """
    line = " ".join(clean_text(UNSEEN.sub(" ", text)).split())
    return line if len(line) <= LINE_LIMIT else f"{line[: LINE_LIMIT - 1]}…"


def bare(text: str) -> str:
    """The letters and digits of a text alone, without case and accents: what is left to compare of a phrase.

    Args:
        text: Any text.

    Returns:
        "À compléter …" and "a completer" give ``acompleter``; a text of signs alone gives ''.
    """
    signs = text.lower() if text.isascii() else unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, signs))
