"""cycles.yaml: the reporting cycles and their dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pipeline.alliance.items import Read, note_repeated, read_items
from pipeline.alliance.model import Cycle
from pipeline.alliance.rows import Row
from pipeline.alliance.yaml_entries import check_keys, read_entries
from pipeline.errors import Problem

FILE = "cycles.yaml"
_DATES = ("period_start", "period_end", "opens", "reminder", "deadline", "cut_off", "report_date")
_IN_ORDER = (("period_start", "period_end", "cut_off"), ("opens", "reminder", "deadline", "cut_off", "report_date"))
_NAME = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")


def read_cycles(folder: Path, languages: Sequence[str], problems: list[Problem]) -> Read[Cycle]:
    """Read cycles.yaml.

    Args:
        folder: The alliance's folder.
        languages: The alliance's languages, in each of which a cycle has a title.
        problems: Where problems are noted.

    Returns:
        The cycles in the order of the file.
    """
    read = read_items(read_entries(folder / FILE, problems), "name", lambda row: _cycle(row, languages))
    note_repeated(read, lambda cycle: cycle.name, "name", "cycle")
    note_repeated(read, lambda cycle: cycle.report_date.isoformat(), "report_date", "report date")
    return read


def _cycle(row: Row, languages: Sequence[str]) -> Cycle:
    titles = [f"title.{language}" for language in languages]
    plain = ("name", "reference", *_DATES, "secretariat", "demonstration")
    check_keys(row, [*plain, *titles], ["successor", "status"], [] if languages else ["title."])
    name = row.text("name")
    if name and not _NAME.fullmatch(name):
        row.note("name", f"'{name}' cannot be part of file names.", "Use letters, digits and hyphens, e.g. 2014.")
    cycle = Cycle(
        name=name,
        title={language: row.text(f"title.{language}") for language in languages},
        reference=row.text("reference"),
        period_start=row.day("period_start"),
        period_end=row.day("period_end"),
        opens=row.day("opens"),
        reminder=row.day("reminder"),
        deadline=row.day("deadline"),
        cut_off=row.day("cut_off"),
        report_date=row.day("report_date"),
        secretariat=row.text("secretariat"),
        successor=row.optional("successor"),
        demonstration=row.flag("demonstration"),
        status=_status(row),
    )
    _check_order(row, cycle)
    return cycle


def _status(row: Row) -> Literal["draft", "final", "revision"]:
    if "status" in row.cells:
        match row.one_of("status", ("draft", "final", "revision")):
            case "final":
                return "final"
            case "revision":
                return "revision"
            case _:
                pass
    return "draft"


def _check_order(row: Row, cycle: Cycle) -> None:
    """Note each date that is before the one that must not come after it, where both can be read."""
    for chain in _IN_ORDER:
        for earlier, later in pairwise(chain):
            first, second = getattr(cycle, earlier), getattr(cycle, later)
            if date.min < second < first:
                row.note(later, f"{second} is before {earlier}, {first}.", f"The order is {', '.join(chain)}.")
