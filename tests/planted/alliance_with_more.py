"""The real alliance with a questionnaire in which every rule has something to say.

The real form has a constraint almost everywhere, so that the rules for dates, years and counts without one are never
reached; here some questions lose theirs, and three questions are added: a filtered choice, a range, and a list in which
two languages use the same words for different choices.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.settings import PROJECT

WITHOUT_CONSTRAINT: Final = (
    *("law_accessing_date", "law_grooming_date", "law_livestreaming_date", "ratified_opsc_date"),
    *("campaign_reach_year", "unit_staff_year", "companies_reporting_year", "campaign_reach_baseline_year"),
    *("c_value_year", "c_completed"),
    *("practices_shared_previous", "campaign_reach_previous", "campaigns_previous", "unit_staff_previous"),
    *("companies_reporting_previous", "campaign_reach_baseline", "campaigns_target"),
)
"""Questions whose own rule is taken away, so that the general rules for dates, years and counts are reached."""

SAME_WORDS: Final = "Centre mixte"
"""The French label of one choice and the Spanish label of another."""

_ADDED: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "victim_support": (
        {
            "type": "select_one centres",
            "name": "victim_centre",
            "label::English (en)": "Which kind of centre assists children?",
            "label::French (fr)": "Quel type de centre vient en aide aux enfants ?",
            "label::Spanish (es)": "¿Qué tipo de centro asiste a los niños?",
            "relevant": "${victim_support} = 'national' or ${victim_support} = 'regional'",
            "choice_filter": "coverage = ${victim_support}",
            "goal": "OG1.1",
            "severity": "warning",
        },
    ),
    "profile_comment": (
        {
            "type": "range",
            "name": "confidence",
            "label::English (en)": "How sure are you of these figures?",
            "label::French (fr)": "Quel est le degré de fiabilité de ces chiffres ?",
            "label::Spanish (es)": "¿Qué grado de fiabilidad tienen estas cifras?",
            "parameters": "start=0 end=100 step=5",
            "severity": "query",
        },
        {
            "type": "select_one mixes",
            "name": "mix",
            "label::English (en)": "Which mix of centres is planned?",
            "label::French (fr)": "Quel mélange de centres est prévu ?",
            "label::Spanish (es)": "¿Qué combinación de centros se prevé?",
            "severity": "warning",
        },
    ),
}
_CHOICES: Final = (
    ("centres", "hospital", "Hospital", "Hôpital", "Hospital público", "national"),
    ("centres", "house", "Children's house", "Maison des enfants", "Casa de la infancia", "national"),
    ("centres", "mobile", "Mobile team", "Équipe mobile", "Equipo móvil", "regional"),
    ("mixes", "both", "Both kinds", SAME_WORDS, "Ambos tipos", ""),
    ("mixes", "half", "Half and half", "Moitié-moitié", SAME_WORDS, ""),
    ("mixes", "none_planned", "Neither kind", "Ni l'un ni l'autre", "Ni uno ni otro", ""),
)


def make_alliance(folder: Path) -> Alliance:
    """Copy the files of the real alliance, change the questionnaire, and load them.

    Args:
        folder: Where the copy goes.
    """
    shutil.copytree(PROJECT / "alliance", folder)
    path = folder / "questionnaire.xlsx"
    book = load_workbook(path)
    _change_survey(book["survey"])
    choices = book["choices"]
    columns = _columns(choices, "coverage")
    names = ("list_name", "name", "label::English (en)", "label::French (fr)", "label::Spanish (es)", "coverage")
    for choice in _CHOICES:
        row = choices.max_row + 1
        for name, value in zip(names, choice, strict=True):
            choices.cell(row, columns[name], value or None)
    book.save(path)
    return load_alliance(folder)


def _change_survey(survey: Worksheet) -> None:
    columns = _columns(survey, "choice_filter", "parameters")
    rows: list[dict[str, Any]] = [
        {name: survey.cell(row, column).value for name, column in columns.items()}
        for row in range(2, survey.max_row + 1)
    ]
    changed: list[Mapping[str, Any]] = []
    for row in rows:
        if row["name"] in WITHOUT_CONSTRAINT:
            row["constraint"] = None
        changed += [row, *_ADDED.get(str(row["name"]), ())]
    for number, row in enumerate(changed, 2):
        for name, column in columns.items():
            survey.cell(number, column).value = row.get(name)


def _columns(sheet: Worksheet, *more: str) -> dict[str, int]:
    """The columns of a sheet by their headings, with some that are added."""
    columns = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
    for name in more:
        if name not in columns:
            columns[name] = max(columns.values()) + 1
            sheet.cell(1, columns[name], name)
    return columns
