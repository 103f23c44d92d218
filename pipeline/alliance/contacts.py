"""Reading cells that several files have: the language that one is written to in, and an e-mail address."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.alliance.codes import is_address
from pipeline.alliance.rows import Row


def read_language(row: Row, languages: Sequence[str]) -> str:
    """Read the column ``language`` and note a language that the alliance does not use, where its own are known."""
    return row.one_of("language", languages) if languages else row.text("language")


def read_address(row: Row, column: str) -> str:
    """Read an e-mail address and note one that must not go on an envelope."""
    address = row.text(column)
    if address and not is_address(address):
        mend = "Write one plain address, e.g. focal.point@alb.example, without name, brackets or blanks."
        row.note(column, f"{address!r} is not an address that letters can go to.", mend)
    return address
