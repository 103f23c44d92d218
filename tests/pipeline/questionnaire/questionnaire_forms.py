"""Small XLSForms for the tests of the questionnaire, written the way an editor writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd

from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire.assessing import CompiledForm, Verdict
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.workbook import write_workbook
from pipeline.questionnaire.xlsform import load_form
from pipeline.questionnaire.xpath import compile_form
from pipeline.tables import TABLES
from pipeline.translations import Catalogue

Row = Mapping[str, object]

EN, FR = "label::English (en)", "label::Français (fr)"
MESSAGE = "message::English (en)"
REASONS: Sequence[Row] = [
    {"list_name": "missing_reason", "name": code, EN: words, FR: words_fr}
    for code, words, words_fr in (
        ("not_available", "Not available", "Non disponible"),
        ("not_applicable", "Not applicable", "Sans objet"),
        ("not_yet", "Not yet", "Pas encore"),
        ("confidential", "Confidential", "Confidentiel"),
    )
]
YES_NO: Sequence[Row] = [
    {"list_name": "yes_no", "name": "yes", EN: "Yes", FR: "Oui"},
    {"list_name": "yes_no", "name": "no", EN: "No", FR: "Non"},
]
SETTINGS: Row = {"form_id": "small", "version": "1", "form_title": "Small form", "default_language": "English (en)"}
TODAY = date(2014, 9, 30)
KEY = b"a key for tests only"


def group(name: str, *rows: Row, kind: str = "group", **cells: object) -> list[Row]:
    """The rows of a group or repeat with what is in it."""
    begin = {"type": f"begin {kind}", "name": name, EN: f"Part {name}", FR: f"Partie {name}", **cells}
    return [begin, *rows, {"type": f"end {kind}"}]


def ask(kind: str, name: str, **cells: object) -> Row:
    """The row of a question."""
    return {"type": kind, "name": name, EN: f"Question {name}", FR: f"Demande {name}", **cells}


def write_form(
    path: Path,
    survey: Sequence[Row],
    *,
    choices: Sequence[Row] = (),
    checks: Sequence[Row] = (),
    settings: Row = SETTINGS,
    reasons: Sequence[Row] = REASONS,
) -> Path:
    """Write an XLSForm with openpyxl."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    sheets = {"survey": survey, "choices": [*YES_NO, *choices, *reasons], "checks": checks, "settings": [settings]}
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        headings = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(headings or ["name"])
        for row in rows:
            sheet.append([row.get(heading) for heading in headings])
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # a text that begins with '=' stays a text
    workbook.save(path)
    return path


def make_form(folder: Path, survey: Sequence[Row], **parts: object) -> Form:
    """Write an XLSForm and load it."""
    return load_form(write_form(folder / "questionnaire.xlsx", survey, **parts))  # type: ignore[arg-type]


def assess(
    form: Form | CompiledForm,
    values: Mapping[str | tuple[str, str], str],
    *,
    rows: Mapping[str, Sequence[str]] | None = None,
    last_saved: Mapping[tuple[str, str], str] | None = None,
    today: date = TODAY,
) -> dict[tuple[str, str, str], Verdict]:
    """The verdicts by (subject, question, row); a plain code stands for a question outside of repeats."""
    given = {("", key) if isinstance(key, str) else key: value for key, value in values.items()}
    compiled = form if isinstance(form, CompiledForm) else compile_form(form)
    verdicts = compiled.assess(given, rows or {}, last_saved or {}, today)
    return {(verdict.subject, verdict.question, verdict.row): verdict for verdict in verdicts}


def make_cycle(*, demonstration: bool = False) -> Cycle:
    """A reporting cycle of 2014."""
    days = [date(2013, 10, 1), date(2014, 6, 30), date(2014, 6, 2), date(2014, 7, 1), date(2014, 7, 15)]
    days += [date(2014, 8, 15), date(2014, 9, 30)]
    title = {"en": "Second report", "fr": "Deuxième rapport"}
    return Cycle("2014", title, "X/2014", *days, secretariat="Office", successor="", demonstration=demonstration)


def make_member(language: str = "en", names: Mapping[str, str] | None = None) -> Member:
    """A member in a language."""
    shown = names or {"en": "Bosnia & Herzegovina", "fr": "Bosnie-Herzégovine"}
    return Member("BIH", 3, shown, {}, language, "Europe/Sarajevo", (), date(2012, 12, 5))


def make_commitments(*rows: Mapping[str, object]) -> pd.DataFrame:
    """Rows of the table ``commitments`` for that member."""
    return pd.DataFrame([{"member": "BIH", **row} for row in rows], columns=TABLES["commitments"].names)


def make_workbook(
    form: Form,
    *,
    language: str = "en",
    names: Mapping[str, str] | None = None,
    commitments: pd.DataFrame | None = None,
    previous: Mapping[tuple[str, str], str] | None = None,
    demonstration: bool = False,
    catalogue: Catalogue | None = None,
) -> bytes:
    """Write a workbook of the small alliance."""
    return write_workbook(
        form,
        make_member(language, names),
        make_cycle(demonstration=demonstration),
        "TEST",
        {"en": "Test & Alliance", "fr": "Alliance d'essai"},
        make_commitments() if commitments is None else commitments,
        previous or {},
        catalogue or Catalogue(language),
        KEY,
    )
