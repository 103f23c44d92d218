"""The alliance of the end-to-end tests, a workbook of Brazil in it, and what its focal point does to that."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import openpyxl

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.checking.check import CheckedFile, check_file
from pipeline.settings import PROJECT
from tests.end_to_end.other_alliance import ANSWERS, CYCLE, KEY, blank_workbooks, fill_in, write_alliance

TEMPLATES = PROJECT / "report_templates"
BRAZIL = ANSWERS["BRA"]


@dataclass(frozen=True)
class Brazil:
    """The alliance, and the blank workbook of Brazil."""

    alliance: Alliance
    blank: bytes

    def filled(self, **answers: object) -> bytes:
        """The workbook with answers that are all right, but for those that a test changes; None leaves a cell empty."""
        given = {code: answer for code, answer in {**BRAZIL, **answers}.items() if answer is not None}
        return fill_in(self.blank, given)

    def check(self, content: bytes, **options: object) -> CheckedFile:
        """Check it with the alliance's own key."""
        return check_file(
            self.alliance,
            "Brasil.xlsx",
            content,
            **{"key_of": lambda _: KEY.encode(), **options},  # type: ignore[arg-type]
        )

    def with_later_cycle(self) -> Brazil:
        """The same in an alliance that has a cycle after that of the workbook."""
        first = self.alliance.cycle(CYCLE)
        later = replace(first, name="2031-1", report_date=first.report_date + timedelta(days=365))
        return replace(self, alliance=replace(self.alliance, cycles={CYCLE: first, "2031-1": later}))


def brazil(folder: Path) -> Brazil:
    alliance = load_alliance(write_alliance(folder / "alliance"))
    (blank,) = [content for name, content in blank_workbooks(alliance, _portuguese(folder)).items() if "BRA" in name]
    return Brazil(alliance, blank)


def _portuguese(folder: Path) -> Path:
    templates = folder / "templates"
    (templates / "translations").mkdir(parents=True)
    (templates / "translations" / "pt.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n', encoding="utf-8"
    )
    return templates


def edited(content: bytes, edit: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell_of(content: bytes, question: str) -> tuple[str, str]:
    """Sheet and cell of the answer to a question outside of repeats, found by the markers of the blank workbook."""
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        columns = {cell.value: cell.column_letter for cell in sheet[1] if cell.value}
        for row in range(2, sheet.max_row + 1):
            if "#answer" in columns and sheet.cell(row, 1).value == question:
                return sheet.title, f"{columns['#answer']}{row}"
    raise AssertionError(question)


def found(checked: CheckedFile) -> list[tuple[str, str]]:
    """Rule and question of each finding."""
    return list(zip(checked.findings["rule"], checked.findings["question"], strict=True))


def earlier_answer(question: str, number: float, member: str = "BRA") -> Mapping[str, object]:
    return {
        "cycle": "2029-1",
        "member": member,
        "row": "",
        "question": question,
        "raw": f"{number:g}",
        "value": f"{number:g}",
        "number": number,
        "sheet": "Water",
        "cell": "D7",
        "submission": "old",
    }
