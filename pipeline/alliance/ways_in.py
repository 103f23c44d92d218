"""ways_in.yaml: by which ways answers come in, beside the folder of the inbox. Passwords are never in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from pipeline.alliance.items import Placed, Read
from pipeline.alliance.model import Cycle, FormServer, Mailbox, Membership, WaysIn
from pipeline.alliance.rows import Row, nearest
from pipeline.alliance.servers import HOST, LOOPBACK, SECRET_KEYS, read_host, read_line
from pipeline.alliance.yaml_entries import check_keys, read_entries
from pipeline.errors import Problem
from pipeline.text import clean_text

FILE: Final = "ways_in.yaml"
SECRETS: Final = {
    "mailbox": "STOCKTAKE_MAILBOX_PASSWORD",
    "odk_central": "STOCKTAKE_ODK_PASSWORD",
    "kobotoolbox": "STOCKTAKE_KOBO_TOKEN",
}
"""Environment variable that holds the password or token of each way."""

_REQUIRED: Final = {
    "mailbox": ("host", "user"),
    "odk_central": ("url", "user"),
    "kobotoolbox": ("url",),
    "exports": ("member_column",),
}
_OPTIONAL: Final = (
    *("mailbox.port", "mailbox.security", "mailbox.folder"),
    *("odk_central.forms", "odk_central.submitters", "kobotoolbox.forms", "kobotoolbox.submitters"),
)
_PORTS: Final = {"tls": 993, "starttls": 143}
_FORMS: Final = {
    "odk_central": (
        re.compile(r"[1-9][0-9]{0,8}/\S.*"),
        "the project's number, a slash and the form id, e.g. 3/ga-csao",
    ),
    "kobotoolbox": (re.compile(r"[A-Za-z0-9]+"), "the form's uid as its address shows it, e.g. aSAvYreNzVEkrWg5Gdcvg"),
}


def read_ways_in(folder: Path, problems: list[Problem]) -> Placed[WaysIn]:
    """Read ways_in.yaml.

    Args:
        folder: The alliance's folder.
        problems: Where problems are noted.

    Returns:
        The ways that are used, as far as they can be read, with their place for further checks. None but the folder is
        used where the file is missing, holds only comments or cannot be read.
    """
    rows = read_entries(folder / FILE, problems, optional=True) or []
    if len(rows) > 1:
        problems.append(Problem(FILE, f"There are {len(rows)} entries in a list.", "Write the sections in no list."))
    row = rows[0] if len(rows) == 1 else Row(FILE, 1, {}, problems)
    return Placed(_ways_in(row), row)


def check_ways_in(ways_in: Placed[WaysIn], cycles: Read[Cycle], memberships: Read[Membership]) -> None:
    """Note forms for cycles that there are not, and submitters of countries that never were members.

    Args:
        ways_in: What ways_in.yaml says.
        cycles: What cycles.yaml says.
        memberships: What memberships.csv says.
    """
    servers = {"odk_central": ways_in.item.odk_central, "kobotoolbox": ways_in.item.kobotoolbox}
    for section, server in servers.items():
        for cycle in server.forms if server else ():
            if cycles.lacks(cycle):
                mend = f"Use the name of a cycle of cycles.yaml.{nearest(cycle, cycles.mentioned)}"
                ways_in.row.note(f"{section}.forms.{cycle}", f"There is no cycle {cycle}.", mend)
        for name, member in server.submitters.items() if server else ():
            if member and memberships.lacks(member):
                mend = f"Use the code of a member of memberships.csv.{nearest(member, memberships.mentioned)}"
                ways_in.row.note(f"{section}.submitters.{name}", f"{member} never was a member.", mend)


def _ways_in(row: Row) -> WaysIn:
    used = [section for section in _REQUIRED if _is_used(row, section)]
    secrets = list(_note_secrets(row))
    required = [f"{section}.{key}" for section in used for key in _REQUIRED[section]]
    mappings = [f"{section}.{mapping}." for section in _FORMS for mapping in ("forms", "submitters")]
    check_keys(row, required, [*_REQUIRED, *_OPTIONAL, *secrets], mappings)
    return WaysIn(
        mailbox=_mailbox(row) if "mailbox" in used else None,
        odk_central=_form_server(row, "odk_central") if "odk_central" in used else None,
        kobotoolbox=_form_server(row, "kobotoolbox") if "kobotoolbox" in used else None,
        member_column=row.text("exports.member_column") if "exports" in used else WaysIn().member_column,
    )


def _is_used(row: Row, section: str) -> bool:
    """Whether a section has entries; it has none where all of them are commented out."""
    if row.shown(section):
        row.note(section, "There are no entries here.", "Write entries as 'key: value', one on each indented line.")
    return any(column.startswith(f"{section}.") for column in row.cells)


def _note_secrets(row: Row) -> Iterator[str]:
    """Note passwords and tokens without showing them: many read the file, and it goes to the successor."""
    for column in row.cells:
        section, _, key = column.rpartition(".")
        if key.casefold() in SECRET_KEYS and section in ("", *_REQUIRED):
            variable = SECRETS.get(section, " or ".join(SECRETS.values()))
            mend = f"Take it out, choose a new one, and set the environment variable {variable} to that."
            row.note(column, "Passwords and tokens must not stand in a file.", mend)
            yield column


def _mailbox(row: Row) -> Mailbox:
    security: Literal["tls", "starttls"] = "tls"
    if "mailbox.security" in row.cells and row.one_of("mailbox.security", list(_PORTS)) == "starttls":
        security = "starttls"
    return Mailbox(
        host=read_host(row, "mailbox.host", "imap.example.org"),
        port=_port(row, security),
        security=security,
        user=read_line(row, "mailbox.user"),
        folder=read_line(row, "mailbox.folder") if "mailbox.folder" in row.cells else "INBOX",
    )


def _port(row: Row, security: Literal["tls", "starttls"]) -> int:
    port = row.whole_or_none("mailbox.port")
    if port is None:
        return _PORTS[security]
    if not 1 <= port <= 65535:
        row.note("mailbox.port", f"{port} is not a port.", "Write a number from 1 to 65535, or leave the entry out.")
    elif port == _PORTS["tls" if security == "starttls" else "starttls"]:
        seen = f"{port} is not the port of {security}."
        row.note("mailbox.port", seen, f"Write {_PORTS[security]}, leave the entry out, or change security.")
    return port


def _form_server(row: Row, section: str) -> FormServer:
    forms = dict(_mapping(row, f"{section}.forms"))
    if not forms and not row.shown(f"{section}.forms"):
        row.note(f"{section}.forms", "There is no form for any cycle.", "Write 'cycle: form' below it.")
    _check_forms(row, section, forms)
    return FormServer(
        url=_url(row, f"{section}.url"),
        user=read_line(row, f"{section}.user") if section == "odk_central" else "",
        forms=forms,
        submitters=dict(_mapping(row, f"{section}.submitters")),
    )


def _mapping(row: Row, column: str) -> Iterator[tuple[str, str]]:
    """The entries of a mapping with free names, which may hold dots and blanks."""
    if row.shown(column):
        row.note(column, "There are no entries here.", "Write entries as 'name: value', one on each indented line.")
    for entry in [entry for entry in row.lines if entry.startswith(f"{column}.")]:
        name = entry.removeprefix(f"{column}.")
        if entry not in row.cells:
            row.note(entry, "There are entries below this name.", "Write one value behind the colon.")
        elif not name.strip() or clean_text(name) != name:
            row.note(entry, "Is no name that can be read.", "Type the name again.")
        else:
            yield name, read_line(row, entry)


def _check_forms(row: Row, section: str, forms: Mapping[str, str]) -> None:
    pattern, example = _FORMS[section]
    cycles: dict[str, str] = {}
    for cycle, form in forms.items():
        column = f"{section}.forms.{cycle}"
        if form and not pattern.fullmatch(form):
            row.note(column, f"'{form}' is not a form.", f"Write {example}.")
        elif form in cycles:
            # Its answers would count in both cycles.
            seen = f"The form {form} is that of the cycle {cycles[form]} already."
            row.note(column, seen, "Use a form, or a copy of it, for one cycle only.")
        elif form:
            cycles[form] = cycle


def _url(row: Row, column: str) -> str:
    url = row.text(column)
    if not url:
        return ""
    # What was seen is not shown: a password may stand in it.
    example = "e.g. https://forms.example.org"
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.hostname or ""):
        row.note(column, "Is not the web address of a server.", f"Write it with https://, {example}.")
    elif parts.username is not None or parts.password is not None:
        row.note(column, "Has a user or a password in it.", f"Write the address alone, {example}.")
    elif parts.query or parts.fragment:
        row.note(column, "Has more than a server and a path.", f"Leave out what follows ? or #, {example}.")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        row.note(column, "Is an address at which answers and passwords can be read on the way.", "Use https://.")
    return url.rstrip("/")


def _split(url: str) -> SplitResult | None:
    """The parts of a web address; None where it is none."""
    try:
        parts = urlsplit(url)
        return parts if url.isprintable() and " " not in url and parts.port != 0 else None
    except ValueError:
        return None
