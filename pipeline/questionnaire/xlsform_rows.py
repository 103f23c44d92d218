"""The rows of an XLSForm as its editor sees them, with their places, before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import Texts
from pipeline.questionnaire.xlsform_headings import canonical_headings
from pipeline.questionnaire.xlsform_languages import language_code
from pipeline.text import clean_text, decode_escapes

TEXTS: Final = ("label", "short", "hint", "constraint_message", "required_message", "message", "unit")
"""Fields that are translated; a column ``unit`` without a language is the unit's code."""
_LOGIC: Final = (
    *("type", "name", "relevant", "constraint", "required", "calculation", "choice_filter", "parameters", "readonly"),
    *("question", "expression", "applies"),
)
"""Columns in which typographic quotes, which Excel likes to make, stand for plain ones."""
_QUOTES: Final = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "})
_DISABLED: Final = ("yes", "true", "true()")


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

    def translated(self) -> tuple[tuple[str, str, str], ...]:
        """Every translated column of ours as (sheet, heading, name of its language), in the order of the sheets."""
        return tuple(
            (sheet, heading, language)
            for sheet in ("survey", "choices", "checks")
            for heading in self.headings.get(sheet, ())
            for field, mark, language in [heading.partition("::")]
            if mark and field in TEXTS
        )

    def languages(self) -> tuple[str, ...]:
        """Languages of the translated columns, in the order in which they appear in ``survey``, then elsewhere."""
        return tuple(dict.fromkeys(language_key(name) for _, _, name in self.translated() if name != _UNNAMED))

    def texts(self, row: SheetRow, default_language: str) -> Texts:
        """All texts of a row per field and language; a column without a language counts for the default one."""
        named: dict[tuple[str, str], str] = {}
        unnamed: dict[tuple[str, str], str] = {}
        for name, text in row.cells.items():
            field, _, language = name.partition("::")
            if field not in TEXTS or (field == "unit" and not language):
                continue
            if language and language != _UNNAMED:
                named[field, language_key(language)] = text
            else:
                unnamed[field, default_language] = text
        return Texts(unnamed | named, default_language)


_UNNAMED: Final = "default"
"""What pyxform calls the language of columns that name none."""


def language_key(name: str) -> str:
    """The code of a column's language, or its name as it stands where no code can be told."""
    return language_code(name) or name


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
    headings = {name: _headings(name, rows) for name, rows in sheets.items()}
    return XlsFormSheets(path.name, {name: _rows(rows, headings[name]) for name, rows in sheets.items()}, headings)


def _headings(sheet: str, rows: Sequence[Sequence[Any]]) -> list[str]:
    return canonical_headings(sheet, [cell_text(cell) for cell in rows[0]]) if rows else []


def _rows(rows: Sequence[Sequence[Any]], headings: Sequence[str]) -> list[SheetRow]:
    found: list[SheetRow] = []
    for number, row in enumerate(rows[1:], start=2):
        texts = ((name, _cell(name, cell)) for name, cell in zip(headings, row, strict=False) if name)
        cells = {name: text for name, text in texts if text}
        if cells and cells.get("disabled", "").lower() not in _DISABLED:
            found.append(SheetRow(number, cells))
    return found


def _cell(name: str, value: object) -> str:
    text = cell_text(value)
    return text.translate(_QUOTES) if name in _LOGIC else text


def cell_text(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, booleans as true and false, blanks around it removed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(decode_escapes(str(value))).strip()
