"""commitments.xlsx: the register of all commitments ever made."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.alliance.about import KINDS
from pipeline.alliance.items import Read, note_repeated, read_items
from pipeline.alliance.rows import Row
from pipeline.alliance.sheet_table import read_sheet
from pipeline.errors import Problem
from pipeline.frames import frame
from pipeline.tables import TABLES

FILE: Final = "commitments.xlsx"
SHEET: Final = "commitments"
ACTIONS: Final = (
    "legislative",
    "institutional",
    "operational",
    "capacity",
    "awareness",
    "private_sector",
    "international",
)
READINGS: Final = ("each_year", "on_average")
FIGURES: Final = ("yearly", "cumulative")

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "numeric": ("baseline_value", "baseline_year", "target_value", "target_year", "direction"),
    "growth_rule": ("growth_rate", "growth_reading"),
    "directional": ("direction",),
    "milestone": ("due_date",),
    "checklist": ("indicator",),
}
_TOGETHER: Final = (("baseline_value", "baseline_year"), ("target_value", "target_year"))
_YEARS: Final = range(1900, 2101)


@dataclass(frozen=True)
class Commitment:
    """A commitment as the register has it; the attributes are the columns of the table ``commitments``."""

    commitment: str
    member: str
    goal: str
    title: str
    description: str | None
    kind: str
    method: str | None
    action: str | None
    lead_body: str | None
    indicator: str | None
    unit: str | None
    figures: str | None
    direction: int | None
    sign: int | None
    baseline_value: float | None
    baseline_year: int | None
    target_value: float | None
    target_upper: float | None
    target_year: int | None
    growth_rate: float | None
    growth_reading: str | None
    natural_limit: float | None
    start_date: date | None
    due_date: date | None
    since_cycle: str
    predecessor: str | None
    weight: float | None


def read_register(folder: Path, problems: list[Problem]) -> Read[Commitment]:
    """Read the sheet ``commitments`` of commitments.xlsx; its other sheets are free.

    Args:
        folder: The alliance's folder.
        problems: Where problems are noted.

    Returns:
        The commitments in the order of the sheet.
    """
    columns = TABLES["commitments"].columns
    required = [column.name for column in columns if column.required]
    optional = [column.name for column in columns if not column.required]
    rows = read_sheet(folder / FILE, SHEET, required, problems, optional)
    read = read_items(rows, "commitment", _commitment)
    note_repeated(read, lambda commitment: commitment.commitment, "commitment", "commitment")
    return read


def register_frame(commitments: Collection[Commitment]) -> pd.DataFrame:
    """Return commitments as a frame with the columns of the table ``commitments``."""
    return frame("commitments", [asdict(commitment) for commitment in commitments])


def _commitment(row: Row) -> Commitment:
    commitment = Commitment(
        commitment=row.text("commitment"),
        member=row.text("member"),
        goal=row.text("goal"),
        title=row.text("title"),
        description=row.optional("description") or None,
        kind=row.one_of("kind", KINDS),
        method=row.optional("method") or None,
        action=_choice(row, "action", ACTIONS),
        lead_body=row.optional("lead_body") or None,
        indicator=row.optional("indicator") or None,
        unit=row.optional("unit") or None,
        figures=_choice(row, "figures", FIGURES),
        direction=_direction(row),
        sign=_one_or_minus_one(row, "sign"),
        baseline_value=row.number_or_none("baseline_value"),
        baseline_year=_year(row, "baseline_year"),
        target_value=row.number_or_none("target_value"),
        target_upper=row.number_or_none("target_upper"),
        target_year=_year(row, "target_year"),
        growth_rate=row.number_or_none("growth_rate"),
        growth_reading=_choice(row, "growth_reading", READINGS),
        natural_limit=row.number_or_none("natural_limit"),
        start_date=row.optional_day("start_date"),
        due_date=row.optional_day("due_date"),
        since_cycle=row.text("since_cycle"),
        predecessor=row.optional("predecessor") or None,
        weight=row.number_or_none("weight"),
    )
    _check_id(row, commitment)
    _check_needed(row, commitment)
    _check_values(row, commitment)
    _check_target(row, commitment)
    return commitment


def _choice(row: Row, column: str, allowed: Collection[str]) -> str | None:
    return row.one_of(column, allowed) if row.shown(column) else None


def _one_or_minus_one(row: Row, column: str) -> int | None:
    value = row.whole_or_none(column)
    if value not in (None, 1, -1):
        row.note(column, f"{value} is neither 1 nor -1.", "Write 1 or -1.")
    return value


def _direction(row: Row) -> int | None:
    # 0 for a range, which has an upper end; 1 and -1 for a target, which has none.
    if not row.shown("target_upper"):
        return _one_or_minus_one(row, "direction")
    value = row.whole_or_none("direction")
    if value != 0:
        seen = f"{row.shown('direction') or 'Nothing'} stands there though target_upper is filled in."
        row.note("direction", seen, "Write 0 for a range from target_value to target_upper, or empty target_upper.")
    return value


def _year(row: Row, column: str) -> int | None:
    value = row.whole_or_none(column)
    if value is not None and value not in _YEARS:
        row.note(column, f"{value} is not a year.", "Write a year in four digits.")
        return None
    return value


def _check_id(row: Row, commitment: Commitment) -> None:
    code, member = commitment.commitment, commitment.member
    if code and member and not re.fullmatch(rf"{re.escape(member)}-\d{{2,}}", code):
        mend = f"An id is the member's code, a hyphen and a number of two digits or more, e.g. {member}-01."
        row.note("commitment", f"'{code}' is not an id of {member}.", mend)


def _check_needed(row: Row, commitment: Commitment) -> None:
    """Note what the kind of commitment cannot do without."""
    for column in _NEEDED.get(commitment.kind, ()):
        if not row.shown(column):
            row.note(column, f"A commitment of the kind {commitment.kind} has none.", "Fill it in.")
    for pair in _TOGETHER:
        for given, missing in (pair, reversed(pair)):
            if row.shown(given) and not row.shown(missing) and missing not in _NEEDED.get(commitment.kind, ()):
                row.note(missing, f"The cell is empty though {given} is filled in.", "Fill in both or none.")
    if (row.shown("baseline_value") or row.shown("target_value")) and not commitment.unit:
        row.note("unit", "The unit of baseline and target is missing.", "Write it, e.g. victims or percent.")


def _check_values(row: Row, commitment: Commitment) -> None:
    rate, weight = commitment.growth_rate, commitment.weight
    if rate is not None and not 0 < rate <= 1:
        row.note("growth_rate", f"{rate:g} is not a yearly growth up to 100 %.", "Write a share, e.g. 0.1 for 10 %.")
    if weight is not None and weight <= 0:
        row.note("weight", f"{weight:g} is no weight.", "Write a number above 0, or leave it empty for 1.")
    start, due = commitment.start_date, commitment.due_date
    if start and due and due < start:
        row.note("due_date", f"{due} is before the start, {start}.", "Correct one of the two days.")


def _check_target(row: Row, commitment: Commitment) -> None:
    """Note a target that is not in the future of its baseline, or not in the direction that counts as better."""
    start, end = commitment.baseline_year, commitment.target_year
    if start is not None and end is not None and end <= start:
        row.note("target_year", f"{end} is not after the year of the baseline, {start}.", "Correct one of the years.")
    baseline, target, direction = commitment.baseline_value, commitment.target_value, commitment.direction
    if baseline is not None and target is not None and direction and (target - baseline) * direction <= 0:
        way = "above" if direction == 1 else "below"
        seen = f"{target:g} is not {way} the baseline, {baseline:g}, though the direction is {direction}."
        row.note("target_value", seen, "Correct the target, the baseline or the direction.")
    upper = commitment.target_upper
    if upper is not None and commitment.kind != "numeric":
        row.note("target_upper", f"A commitment of the kind {commitment.kind} has no range.", "Leave it empty.")
    elif upper is not None and target is not None and upper < target:
        seen = f"{upper:g} is below the lower end of the range, {target:g}."
        row.note("target_upper", seen, "Correct one of the two ends.")
