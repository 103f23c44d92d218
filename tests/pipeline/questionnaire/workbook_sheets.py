"""Looking into workbooks, and letting LibreOffice calculate what stands in them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.questionnaire import layout


def opened(content: bytes) -> Workbook:
    """A workbook as openpyxl reads it."""
    return openpyxl.load_workbook(BytesIO(content))


def markers(sheet: Worksheet) -> dict[str, int]:
    """Column (from 1) per marker."""
    return {str(cell.value): cell.column for cell in sheet[layout.MARKER_ROW + 1] if cell.value}


def row_of(sheet: Worksheet, anchor: str) -> int:
    """Row (from 1) of a question or item."""
    [row] = [cell.row for cell in sheet["A"] if cell.value == anchor]
    return row


def answer_cell(workbook: Workbook, code: str, row: str = "") -> tuple[Worksheet, int, int]:
    """Sheet, row and column (from 1) of an answer."""
    for sheet in workbook.worksheets:
        columns = markers(sheet)
        if row and code in columns and row in [cell.value for cell in sheet["A"]]:
            return sheet, row_of(sheet, row), columns[code]
        if not row and layout.CODE in columns and code in [cell.value for cell in sheet["A"]]:
            return sheet, row_of(sheet, code), columns[layout.ANSWER]
    raise KeyError(code)


def answer(workbook: Workbook, code: str, typed: object, row: str = "") -> None:
    """Type something into an answer cell; text stays text."""
    sheet, at, column = answer_cell(workbook, code, row)
    sheet.cell(at, column).value = typed
    if isinstance(typed, str):
        sheet.cell(at, column).data_type = "s"


def offer_formula(workbook: Workbook, code: str, row: str = "") -> str:
    """The formula of an answer cell's drop-down."""
    sheet, at, column = answer_cell(workbook, code, row)
    cell = sheet.cell(at, column).coordinate
    [validation] = [v for v in sheet.data_validations.dataValidation if v.type == "list" and cell in v.sqref]
    return str(validation.formula1).removeprefix("=")


def calculated(soffice: str, folder: Path, workbooks: Mapping[str, Workbook]) -> dict[str, Workbook]:
    """Workbooks after LibreOffice opened, calculated and saved them; openpyxl keeps no values of formulas."""
    (folder / "out").mkdir()
    paths: list[Path] = []
    for name, workbook in workbooks.items():
        paths.append(folder / f"{name}.xlsx")
        workbook.save(paths[-1])
    command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(folder / "out"), *map(str, paths)], check=True, capture_output=True)
    return {path.stem: openpyxl.load_workbook(folder / "out" / path.name, data_only=True) for path in paths}


def is_valid(validator: str, path: Path) -> str:
    """What the Open XML SDK finds wrong with a file; '' for nothing."""
    result = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 and '"errors": []' in result.stdout else result.stdout
