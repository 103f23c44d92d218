"""What staff decide about findings: ``inbox/<cycle>/waivers.csv``, kept and read like their decisions about arrivals.

The columns are finding (its id, as the table of findings shows it), member (whose it is), decision (waive or withdraw), by,
date and reason. Which findings there are is known when answers are validated: what a decision holds for is said there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.alliance.csv_table import read_csv_bytes
from pipeline.alliance.model import Alliance, Cycle
from pipeline.alliance.rows import Row
from pipeline.errors import Problem
from pipeline.gather.archive import Archive
from pipeline.gather.inbox_files import staff_file
from pipeline.gather.intake import WAIVERS
from pipeline.gather.staff_decisions import fail_with

_COLUMNS: Final = ("finding", "member", "decision", "by", "date", "reason")
_DIGITS: Final = 10
_ID: Final = re.compile(r"[0-9a-f]{10}|[0-9a-f]{20}")
# A date, or a number with an exponent or a fraction: what spreadsheet programs make of some ids.
_MADE_BY_EXCEL: Final = re.compile(r"[\d.,]+e[+-]\d+|\d+[.,]\d+", re.IGNORECASE)


def take_waivers(alliance: Alliance, cycle: Cycle, inbox: Path, archive: Archive) -> None:
    """Archive what staff waived and withdrew in a cycle, where it has changed since the last time.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        inbox: Folder of the inbox.
        archive: Keeps it.

    Raises:
        InboxError: The file cannot be used; all problems with their rows.
    """
    content = staff_file(inbox / cycle.name / WAIVERS)
    if content is not None:
        read_waivers(content, alliance, cycle)
        archive.keep_waivers(cycle.name, content)


def waivers_of(alliance: Alliance, cycle: Cycle, archive: Archive) -> pd.DataFrame:
    """What staff waived and withdrew in a cycle, from the archive; see :func:`read_waivers`.

    Raises:
        InboxError: A member that is named is one no more.
    """
    content = archive.waivers(cycle.name)
    return read_waivers(b",".join(name.encode() for name in _COLUMNS) if content is None else content, alliance, cycle)


def read_waivers(content: bytes, alliance: Alliance, cycle: Cycle) -> pd.DataFrame:
    """Read what staff waived and withdrew.

    Args:
        content: All bytes of the file.
        alliance: The alliance.
        cycle: The cycle; whose a finding is must be a member on its report date.

    Returns:
        One row per finding, in the order of the file: finding, member, decision, decided_by, decided_on, reason.

    Raises:
        InboxError: It is no such table, or rows cannot be used; all problems with their rows.
    """
    problems: list[Problem] = []
    rows = read_csv_bytes(content, WAIVERS, _COLUMNS, problems) or []
    members = {m.member for m in alliance.memberships if m.holds_on(cycle.report_date)}
    seen: dict[str, int] = {}
    waivers = [_waiver(row, members, seen) for row in rows]
    fail_with(problems)
    columns = ("finding", "member", "decision", "decided_by", "decided_on", "reason")
    read = pd.DataFrame({name: pd.Series([row[name] for row in waivers], dtype="object") for name in columns})
    return read.astype({name: "datetime64[s]" if name == "decided_on" else "str" for name in columns})


def _waiver(row: Row, members: Collection[str], seen: dict[str, int]) -> Mapping[str, Any]:
    finding, member = _finding(row), row.text("member")
    decision = row.one_of("decision", ("waive", "withdraw"))
    by, day, reason = row.text("by"), row.day("date"), row.text("reason")
    if member and member not in members:
        row.note("member", f"{member} is no member on the report date.", "Write the code of a member, e.g. FRA.")
    if finding in seen:
        row.note("finding", f"Row {seen[finding]} decides about it too.", "Delete one of the two.")
    if finding:
        seen.setdefault(finding, row.number)
    return {
        "finding": finding,
        "member": member,
        "decision": decision,
        "decided_by": by,
        "decided_on": day,
        "reason": reason,
    }


def _finding(row: Row) -> str:
    """The id of a finding; '' where there is none that could be one."""
    text = row.text("finding").lstrip("'").lower()
    # Digits only: Excel takes away the zeros at the beginning, and nothing else of so short a number.
    text = text.zfill(_DIGITS) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else text
    if not text or _ID.fullmatch(text):
        return text
    seen = f"'{text}' is no id of a finding."
    if _MADE_BY_EXCEL.fullmatch(text):
        seen = f"'{text}' is what Excel made of the id, which it took for a number."
    row.note("finding", seen, "Give the column the format Text, and copy the id from the table of findings again.")
    return ""
