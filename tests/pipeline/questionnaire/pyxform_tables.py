"""The forms of pyxform's test suite, which stand as tables in pyxform_forms/ (see the README there)."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl

FOLDER = Path(__file__).parent / "pyxform_forms"


def tables() -> dict[str, str]:
    """The text of each form by module and test."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.md")):
        if file.name != "README.md":
            for part in file.read_text(encoding="utf-8").split("\n## ")[1:]:
                title, _, text = part.partition("\n")
                found[f"{file.stem}/{title}"] = text
    return found


def refused() -> dict[str, dict[str, str]]:
    """What refused.csv says of each form."""
    with (FOLDER / "refused.csv").open(encoding="utf-8", newline="") as file:
        return {row["form"]: row for row in csv.DictReader(file)}


def write_tables(text: str, path: Path) -> Path:
    """Write a form as a workbook, every cell as text."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet, number = None, 0
    for line in text.splitlines():
        if not line.startswith("|"):
            continue
        name, *cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if name:
            sheet, number = workbook.create_sheet(name), 0
            continue
        number += 1
        for column, words in enumerate(cells, start=1):
            if words and sheet is not None:
                sheet.cell(number, column, words).data_type = "s"
    workbook.save(path)
    return path
