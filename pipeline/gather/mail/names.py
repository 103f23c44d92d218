"""Names that other people's mail programs write: of files, and subjects. Decoded, and made safe to show."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from pipeline.text import LINE_LIMIT, UNSEEN, clean_text

_ENCODED_LIMIT: Final = 4000


def decoded(text: str) -> str:
    """Decode a header's text: encoded words (RFC 2047), else UTF-8 as mail programs write it against the rules.

    Args:
        text: The text, in which bytes beyond ASCII stand as surrogates.

    Returns:
        The text; where a word cannot be decoded, as it stands.
    """
    try:
        chunks = decode_header(text[:_ENCODED_LIMIT]) if "=?" in text else [(text, None)]
        return "".join(_chunk(chunk, charset) for chunk, charset in chunks)
    except (HeaderParseError, ValueError, LookupError):
        return _raw(text)


def _chunk(chunk: bytes | str, charset: str | None) -> str:
    if isinstance(chunk, str):
        return _raw(chunk)
    return chunk.decode(charset or "latin-1", "replace")


def _raw(text: str) -> str:
    """Text whose bytes beyond ASCII were kept as surrogates, as the UTF-8 or Latin-1 that it is."""
    try:
        content = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def file_name(text: str, otherwise: str) -> str:
    """The name of a file without any path.

    Args:
        text: The name as it came, decoded.
        otherwise: The name where nothing is left of it.

    Returns:
        One line, at most 150 characters long, with its ending kept.
    """
    last = " ".join(clean_text(UNSEEN.sub("", re.split(r"[/\\]", text.strip())[-1])).split())
    if not last.strip(". "):
        return otherwise
    if len(last) <= LINE_LIMIT:
        return last
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 10:
        return f"{last[: LINE_LIMIT - 1]}…"
    return f"{stem[: LINE_LIMIT - 2 - len(ending)]}….{ending}"
