"""What the entries of servers have in common, in ways_in.yaml and ways_out.yaml."""

from __future__ import annotations

import re
from typing import Final

from pipeline.alliance.rows import Row

HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}")
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
"""Names of this machine itself, to which nothing can be read on the way."""

SECRET_KEYS: Final = ("password", "passwd", "token", "api_token", "api_key", "secret")


def read_host(row: Row, column: str, example: str) -> str:
    """Read the name or address of a server, and note what is neither."""
    host = row.text(column)
    if host and not HOST.fullmatch(host):
        mend = f"Write the name alone, e.g. {example}; port and user have entries of their own."
        row.note(column, "Is not the name of a server.", mend)
    return host


def read_line(row: Row, column: str) -> str:
    """Read a text that goes to a server as one line."""
    text = row.text(column)
    if not text.isprintable():
        row.note(column, "Has a line break, a tab or a sign that cannot be seen.", "Type it again on one line.")
    return text
