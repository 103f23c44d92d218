"""The rows of an XLSForm as its editor sees them, with their places, before anything is made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import Texts
from pipeline.text import clean_text, decode_escapes

_LANGUAGE = re.compile(r"^.*\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*\)\s*$")

_TEXTS: Final = ("label", "short", "hint", "constraint_message", "required_message", "message", "unit")
"""Fields that are translated; a column ``unit`` without a language is the unit's code."""
_ALIASES: Final = {"relevance": "relevant", "calculate": "calculation"}
"""Headings that pyxform takes for the same."""


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet: its number as Excel counts, and its cells' text by heading (empty cells are left out)."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The text under a heading, '' where the cell is empty or there is no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class XlsFormSheets:
    """The sheets of an XLSForm.

    Attributes:
        file: Name of the file.
        rows: Per sheet (name in lower case), the rows below the headings that have any text.
        headings: Per sheet, the headings in order.
    """

    file: str
    rows: Mapping[str, Sequence[SheetRow]]
    headings: Mapping[str, Sequence[str]]

    def languages(self) -> tuple[str, ...]:
        """Language codes of the translated columns, in the order in which they appear in ``survey``, then elsewhere."""
        names = [name for sheet in ("survey", "choices", "checks") for name in self.headings.get(sheet, ())]
        found = [language_code(name.split("::", 1)[1]) for name in names if "::" in name]
        return tuple(dict.fromkeys(code for code in found if code))

    def texts(self, row: SheetRow, default_language: str) -> Texts:
        """All texts of a row per field and language; a column without a language counts for the default one."""
        by_field: dict[tuple[str, str], str] = {}
        for name, text in row.cells.items():
            field, _, language = name.partition("::")
            code = language_code(language) if language else default_language
            if code and field in _TEXTS and (field != "unit" or language):
                by_field[field, code] = text
        return Texts(by_field, default_language)


def language_code(name: str) -> str:
    """The code in a language column's name, e.g. ``fr`` of "Français (fr)"; '' where there is none."""
    match = _LANGUAGE.match(name)
    return match[1] if match else ""


def read_sheets(path: Path) -> XlsFormSheets:
    """Read all sheets of an XLSForm with python-calamine, every cell as text.

    Args:
        path: The .xlsx file.

    Raises:
        AllianceError: The file is missing, is no workbook, or has no sheet ``survey``.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = {
            name.strip().lower(): workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in workbook.sheet_names
        }
    except (OSError, CalamineError) as error:
        seen = f"The file cannot be read as a workbook ({error})."
        raise AllianceError([Problem(path.name, seen, "Save the questionnaire as .xlsx at this place.")]) from error
    if "survey" not in sheets:
        raise AllianceError(
            [Problem(path.name, "There is no sheet 'survey'.", "Name the sheet of questions 'survey'.")]
        )
    headings = {name: _headings(rows) for name, rows in sheets.items()}
    return XlsFormSheets(path.name, {name: _rows(rows, headings[name]) for name, rows in sheets.items()}, headings)


def _headings(rows: Sequence[Sequence[Any]]) -> list[str]:
    return [_heading(cell_text(cell)) for cell in rows[0]] if rows else []


def _heading(text: str) -> str:
    """A heading as it is looked for: the field in lower case with underscores, then the language as it stands."""
    field, mark, language = text.partition("::")
    field = re.sub(r"\s+", "_", field.strip().lower())
    field = _ALIASES.get(field, field)
    return f"{field}::{language.strip()}" if mark else field


def _rows(rows: Sequence[Sequence[Any]], headings: Sequence[str]) -> list[SheetRow]:
    found: list[SheetRow] = []
    for number, row in enumerate(rows[1:], start=2):
        texts = ((name, cell_text(cell)) for name, cell in zip(headings, row, strict=False) if name)
        cells = {name: text for name, text in texts if text}
        if cells:
            found.append(SheetRow(number, cells))
    return found


def cell_text(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, booleans as true and false, blanks around it removed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(decode_escapes(str(value))).strip()
