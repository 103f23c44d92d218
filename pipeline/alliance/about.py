"""alliance.yaml: the alliance's names, its office, and how it scores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.alliance.codes import is_language
from pipeline.alliance.composite import COMPOSITE_FREE, COMPOSITE_KEYS, read_composite_settings
from pipeline.alliance.contacts import read_address
from pipeline.alliance.items import Placed
from pipeline.alliance.model import ScoringSettings
from pipeline.alliance.rows import Row
from pipeline.alliance.yaml_entries import check_keys, read_entries
from pipeline.errors import Problem

FILE = "alliance.yaml"
SMALLEST_GROUP = 3
KINDS = ("numeric", "growth_rule", "directional", "milestone", "checklist")
_LEAST = "publication.least_members"
_REQUIRED = ("code", "short_name", "languages", "contact", "countries_total", "scoring.threshold")
_METHOD = "scoring.methods."
_WEIGHT = "scoring.goal_weights."
_UNIT = "scoring.units."
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class About:
    """What alliance.yaml says; the attributes are those of the class Alliance."""

    code: str
    short_name: str
    languages: tuple[str, ...]
    name: dict[str, str]
    office: dict[str, str]
    contact: str
    countries_total: int
    scoring: ScoringSettings
    least_members: int


def read_about(folder: Path, problems: list[Problem]) -> Placed[About] | None:
    """Read alliance.yaml.

    Args:
        folder: The alliance's folder.
        problems: Where problems are noted.

    Returns:
        What it says, with its place for further checks, as far as it can be read: other files are judged by its
        languages even where something else in it is wrong. None where it cannot be read at all.
    """
    rows = read_entries(folder / FILE, problems)
    if rows is None:
        return None
    if len(rows) != 1:
        problems.append(
            Problem(FILE, f"There are {len(rows)} entries in a list.", "Describe one alliance, in no list.")
        )
        return None
    return Placed(_about(rows[0]), rows[0])


def _about(row: Row) -> About:
    languages = _languages(row)
    texts = [f"{key}.{language}" for key in ("name", "office") for language in languages]
    methods = [f"{_METHOD}{kind}" for kind in KINDS]
    optional = ["scoring.goal_weights", "scoring.units", "scoring.oldest_value", _LEAST, *COMPOSITE_KEYS]
    check_keys(row, [*_REQUIRED, *texts, *methods], optional, [_WEIGHT, _UNIT, *COMPOSITE_FREE])
    return About(
        code=_code(row),
        short_name=row.text("short_name"),
        languages=languages,
        name={language: row.text(f"name.{language}") for language in languages},
        office={language: row.text(f"office.{language}") for language in languages},
        contact=read_address(row, "contact"),
        countries_total=_countries(row),
        scoring=_scoring(row),
        least_members=_least_members(row),
    )


def _code(row: Row) -> str:
    code = row.text("code")
    if code and not _CODE.fullmatch(code):
        row.note("code", f"'{code}' cannot be part of file names.", "Use letters, digits and hyphens.")
    return code


def _languages(row: Row) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(row.text("languages").split()))
    for code in codes:
        if not is_language(code):
            row.note("languages", f"'{code}' is not a language.", "Use codes such as en, fr, es.")
    if codes and "en" not in codes:
        row.note("languages", "English (en) is missing.", "Add en: tables and the report are in English.")
    return codes


def _countries(row: Row) -> int:
    row.text("countries_total")
    total = row.whole_or_none("countries_total")
    if total is not None and total < 1:
        row.note("countries_total", f"{total} is too small.", "Write the number of countries in the world.")
    return total or 0


def _least_members(row: Row) -> int:
    if _LEAST not in row.cells:
        return SMALLEST_GROUP
    row.text(_LEAST)
    least = row.whole_or_none(_LEAST)
    if least is not None and least < SMALLEST_GROUP:
        mend = f"Write {SMALLEST_GROUP} or more: of two members each knows, by subtraction, what the other has."
        row.note(_LEAST, f"{least} is too small.", mend)
    return least or SMALLEST_GROUP


def _scoring(row: Row) -> ScoringSettings:
    row.text("scoring.threshold")
    threshold = row.number_or_none("scoring.threshold") or 0.0
    if not 0 <= threshold <= 1:
        row.note("scoring.threshold", f"{threshold:g} is not a share.", "Write a share from 0 to 1, e.g. 0.6.")
    weights: dict[str, float] = {}
    for column in [column for column in row.cells if column.startswith(_WEIGHT)]:
        weight = row.number_or_none(column)
        if weight is None or weight <= 0:
            row.note(column, f"'{row.shown(column)}' is no weight.", "Write a number above 0.")
        weights[column.removeprefix(_WEIGHT)] = weight or 0.0
    methods = {kind: row.text(f"{_METHOD}{kind}") for kind in KINDS}
    oldest = row.whole_or_none("scoring.oldest_value") if "scoring.oldest_value" in row.cells else None
    if oldest is not None and oldest < 0:
        row.note("scoring.oldest_value", f"{oldest} is no number of years.", "Write 0 or more.")
    return ScoringSettings(
        threshold=threshold,
        methods=methods,
        goal_weights=weights,
        units=_units(row),
        oldest_value=oldest,
        composite=read_composite_settings(row),
    )


def _units(row: Row) -> dict[str, dict[str, str]]:
    units: dict[str, dict[str, str]] = {}
    for column in [column for column in row.cells if column.startswith(_UNIT)]:
        unit, _, language = column.removeprefix(_UNIT).rpartition(".")
        if unit and is_language(language):
            units.setdefault(unit, {})[language] = row.text(column)
        else:
            row.note(column, "It is not said in which language.", "Write the unit's name per language: {fr: jours}.")
    return units
