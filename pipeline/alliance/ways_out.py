"""ways_out.yaml: by which mail server letters leave, and who is told when a run fails. The password is never in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from pipeline.alliance.codes import is_address
from pipeline.alliance.model import SmtpServer, WaysOut
from pipeline.alliance.rows import Row
from pipeline.alliance.servers import LOOPBACK, SECRET_KEYS, read_host, read_line
from pipeline.alliance.yaml_entries import check_keys, read_entries
from pipeline.errors import Problem

FILE: Final = "ways_out.yaml"
PASSWORD_VARIABLE: Final = "STOCKTAKE_SMTP_PASSWORD"  # noqa: S105 - the name of the variable, no password
TOKEN: Final = "{token}"  # noqa: S105 - a place-holder
LETTERS_PER_MINUTE: Final = 30
"""Where the file names no number: few enough for the free plans of providers."""

_REQUIRED: Final = ("smtp.host",)
_OPTIONAL: Final = ("smtp.port", "smtp.security", "smtp.user", "smtp.letters_per_minute", "smtp.bounce_address")
_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_MOST_PER_MINUTE: Final = 6000


def read_ways_out(folder: Path, problems: list[Problem]) -> WaysOut:
    """Read ways_out.yaml.

    Args:
        folder: The alliance's folder.
        problems: Where problems are noted.

    Returns:
        How letters leave, as far as it can be read; by no way where the file is missing, holds only comments or cannot
        be read.
    """
    rows = read_entries(folder / FILE, problems, optional=True) or []
    if len(rows) > 1:
        problems.append(Problem(FILE, f"There are {len(rows)} entries in a list.", "Write the sections in no list."))
    if len(rows) != 1:
        return WaysOut()
    row = rows[0]
    used = _is_used(row)
    secrets = list(_note_secrets(row))
    check_keys(row, _REQUIRED if used else (), [*_REQUIRED, *_OPTIONAL, "smtp", "staff", *secrets])
    return WaysOut(smtp=_smtp(row) if used else None, staff=_staff(row))


def _is_used(row: Row) -> bool:
    """Whether a server is set up; none is where all of its entries are commented out."""
    if row.shown("smtp"):
        row.note("smtp", "There are no entries here.", "Write entries as 'key: value', one on each indented line.")
    return any(column.startswith("smtp.") for column in row.cells)


def _note_secrets(row: Row) -> Iterator[str]:
    """Note passwords without showing them: many read the file, and it goes to the successor."""
    for column in row.cells:
        section, _, key = column.rpartition(".")
        if key.casefold() in SECRET_KEYS and section in ("", "smtp"):
            mend = f"Take it out, choose a new one, and set the environment variable {PASSWORD_VARIABLE} to that."
            row.note(column, "Passwords must not stand in a file.", mend)
            yield column


def _smtp(row: Row) -> SmtpServer:
    host = read_host(row, "smtp.host", "smtp.example.org") if "smtp.host" in row.cells else ""
    security = _security(row, host)
    return SmtpServer(
        host=host,
        port=_port(row, security),
        security=security,
        user=read_line(row, "smtp.user") if "smtp.user" in row.cells else "",
        letters_per_minute=_pace(row),
        bounce_address=_bounce_address(row),
    )


def _security(row: Row, host: str) -> Literal["starttls", "tls", "none"]:
    if "smtp.security" not in row.cells:
        return "starttls"
    match row.one_of("smtp.security", list(_PORTS)):
        case "tls":
            return "tls"
        case "none":
            if host not in LOOPBACK:
                seen = "Letters and the password could be read on the way."
                row.note("smtp.security", seen, "Write starttls or tls; none is for a server on this machine only.")
            return "none"
        case _:
            return "starttls"


def _port(row: Row, security: Literal["starttls", "tls", "none"]) -> int:
    port = row.whole_or_none("smtp.port")
    if port is None:
        return _PORTS[security]
    other = {"starttls": "tls", "tls": "starttls"}.get(security)
    if not 1 <= port <= 65535:
        row.note("smtp.port", f"{port} is not a port.", "Write a number from 1 to 65535, or leave the entry out.")
    elif other and port == _PORTS[other]:
        seen = f"{port} is not the port of {security}."
        row.note("smtp.port", seen, f"Write {_PORTS[security]}, leave the entry out, or change security.")
    return port


def _pace(row: Row) -> int:
    pace = row.whole_or_none("smtp.letters_per_minute")
    if pace is None:
        return LETTERS_PER_MINUTE
    if not 1 <= pace <= _MOST_PER_MINUTE:
        mend = f"Write a number from 1 to {_MOST_PER_MINUTE}, as your provider allows, or leave the entry out."
        row.note("smtp.letters_per_minute", f"{pace} is no number of letters a minute.", mend)
    return pace


def _bounce_address(row: Row) -> str:
    if "smtp.bounce_address" not in row.cells:
        return ""
    address = read_line(row, "smtp.bounce_address")
    # The longest sign that a letter has stands in for it.
    if address and not is_address(address.replace(TOKEN, "0123456789abcdef", 1)):
        mend = (
            "Write one plain address, e.g. bounces+{token}@alliance.example, with {token} where the letter's sign goes."
        )
        row.note("smtp.bounce_address", f"{address!r} is not an address that letters can return to.", mend)
    return address


def _staff(row: Row) -> tuple[str, ...]:
    addresses = tuple(row.shown("staff").split())
    for address in addresses:
        if not is_address(address):
            mend = "Write one plain address on each line, e.g. - data@alliance.example."
            row.note("staff", f"{address!r} is not an address that notices can go to.", mend)
    return addresses
