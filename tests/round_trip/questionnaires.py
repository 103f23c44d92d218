"""Random questionnaires, what members type into their workbooks, and what people do to the sheets."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from hypothesis import strategies as st

from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import MISSING_REASONS, Form, Question
from pipeline.questionnaire.workbook import write_workbook
from pipeline.questionnaire.xlsform import load_form
from pipeline.tables import TABLES
from pipeline.translations import Catalogue

KEY = b"a key for tests only"
MEMBER = Member("BIH", 3, {"en": "Bosnia & Herzegovina"}, {}, "en", "Europe/Sarajevo", (), dt.date(2012, 12, 5))
_DAYS = [dt.date(2014, month, 1) for month in (1, 2, 3, 4, 5, 6, 7)]
CYCLE = Cycle("2014", {"en": "Report"}, "X/2014", *_DAYS, secretariat="Office", successor="", demonstration=True)
KINDS = ("text", "integer", "decimal", "range", "date", "select_one", "select_multiple", "file")
EPOCH = dt.date(1899, 12, 30)

# What can stand in a cell of all three formats; half of a surrogate pair and control characters cannot.
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufeff\u200b")
HARD = (
    "=1+1",
    "+41",
    "@x",
    "-",
    "{{ member }}",
    "{% raw %}",
    "<b>&amp;",
    "מדינה",
    "دولة",
    "🏛️",
    "#code",
    "C:\\x",
    "'quoted",
)
LABELS = st.one_of(st.text(LETTERS, min_size=1, max_size=30), st.sampled_from(HARD)).map(str.strip).filter(bool)
TEXTS = st.one_of(st.text(LETTERS, min_size=1, max_size=200), st.sampled_from(HARD)).map(str.strip).filter(bool)


@st.composite
def forms(draw: st.DrawFn, folder: Path) -> Form:
    """Questionnaires of up to three sheets of questions and one of commitments."""
    choices = _choices(draw)
    survey: list[Mapping[str, object]] = []
    for section in range(draw(st.integers(1, 3))):
        survey.append({"type": "begin group", "name": f"s{section}", "label": draw(LABELS)})
        kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
        survey += [_question(draw, kind, f"s{section}_q{number}", choices) for number, kind in enumerate(kinds)]
        survey.append({"type": "end group"})
    if draw(st.booleans()):
        kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
        survey.append({"type": "begin group", "name": "c", "label": draw(LABELS)})
        survey.append({"type": "begin repeat", "name": "items", "label": "Items"})
        survey.append({"type": "select_one list0", "name": "status", "label": "Status", "role": "status"})
        survey += [_question(draw, kind, f"c_q{number}", choices) for number, kind in enumerate(kinds)]
        survey += [{"type": "end repeat"}, {"type": "end group"}]
    path = folder / "questionnaire.xlsx"
    _write(path, survey, choices)
    return load_form(path)


def _choices(draw: st.DrawFn) -> list[list[str]]:
    """Lists of labels that nobody can mix up: a list in which two labels read the same is not a list to choose from."""
    label = LABELS.filter(lambda text: any(sign.isalpha() for sign in text))
    same = lambda text: "".join(sign for sign in text.casefold() if sign.isalpha())  # noqa: E731 - a key
    return [draw(st.lists(label, min_size=2, max_size=5, unique_by=same)) for _ in range(2)]


def _question(draw: st.DrawFn, kind: str, name: str, choices: Sequence[object]) -> Mapping[str, object]:
    row: dict[str, object] = {"type": kind, "name": name, "label": draw(LABELS)}
    if kind.startswith("select"):
        row["type"] = f"{kind} list{draw(st.integers(0, len(choices) - 1))}"
    if kind == "range":
        row["parameters"] = "start=0 end=1000 step=1"
    return row


def _write(path: Path, survey: Sequence[Mapping[str, object]], choices: Sequence[Sequence[str]]) -> None:
    listed = [
        {"list_name": f"list{number}", "name": f"code{place}", "label": label}
        for number, labels in enumerate(choices)
        for place, label in enumerate(labels)
    ]
    listed += [
        {"list_name": "missing_reason", "name": code, "label": code.replace("_", " ")} for code in MISSING_REASONS
    ]
    settings = [{"form_id": "random", "version": "1", "form_title": "Random", "default_language": "English (en)"}]
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in {"survey": survey, "choices": listed, "settings": settings}.items():
        sheet = workbook.create_sheet(name)
        headings = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append([f"{heading}::English (en)" if heading == "label" else heading for heading in headings])
        for number, row in enumerate(rows, start=2):
            for column, heading in enumerate(headings, start=1):
                cell = sheet.cell(number, column)
                cell.value = row.get(heading)  # type: ignore[assignment]
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    workbook.save(path)


def plain_form(folder: Path, questions: Sequence[Mapping[str, object]]) -> Form:
    """A form of one sheet."""
    survey = [{"type": "begin group", "name": "s", "label": "Sheet"}, *questions, {"type": "end group"}]
    _write(folder / "questionnaire.xlsx", survey, ())
    return load_form(folder / "questionnaire.xlsx")


def answer_cells(content: bytes, form: Form) -> Mapping[str, tuple[int, int, int]]:
    """Sheet, row and column of the answer to each question outside of repeats."""
    found: dict[str, tuple[int, int, int]] = {}
    for number, sheet in enumerate(openpyxl.load_workbook(io.BytesIO(content)).worksheets):
        markers = {cell.value: cell.column - 1 for cell in sheet[1] if cell.value}
        for cells in sheet.iter_rows(min_row=2):
            if layout.CODE in markers and (code := str(cells[0].value)) in form.by_code:
                found[code] = (number, cells[0].row - 1, markers[layout.ANSWER])
    return found


def blank_workbook(form: Form) -> bytes:
    """The workbook of a member with two commitments in the register."""
    commitments = [{"member": "BIH", "commitment": f"BIH-0{number}", "title": f"Title {number}"} for number in (1, 2)]
    table = pd.DataFrame(commitments, columns=TABLES["commitments"].names)
    return write_workbook(form, MEMBER, CYCLE, "TEST", {"en": "Test"}, table, {}, Catalogue("en"), KEY)


@dataclass
class Typed:
    """An answer on its way: what is typed, what it means, and where its cell and those it is found by are now.

    Positions are (sheet, row, column), and None once the cell is gone.
    """

    row: str
    question: Question
    entered: str | float
    value: str
    cells: dict[str, tuple[int, int, int] | None]
    sheet: int
    crossed: bool = False

    @property
    def survives(self) -> bool:
        """Whether the cell still stands beside its code and under its marker, on its own sheet."""
        cell, code = self.cells["answer"], self.cells["code"]
        if cell is None or code is None or None in self.cells.values() or self.crossed:
            return False
        return cell[:2] == code[:2]


@dataclass
class Desk:
    """A workbook on somebody's desk: the answers and the size of each sheet, step by step."""

    typed: list[Typed]
    sizes: list[tuple[int, int]]
    steps: list[list[Any]] = field(default_factory=list)

    def shift(self, sheet: int, axis: int, at: int, by: int) -> None:
        """Insert ``by`` rows (axis 1) or columns (axis 2) at a place, or delete them where it is negative."""
        for answer in self.typed:
            for name, place in answer.cells.items():
                if place is None or place[0] != sheet or place[axis] < at:
                    continue
                gone = by < 0 and place[axis] < at - by
                moved = list(place)
                moved[axis] += by
                answer.cells[name] = None if gone else (moved[0], moved[1], moved[2])
        size = list(self.sizes[sheet])
        size[axis - 1] = max(size[axis - 1] + by, 1)
        self.sizes[sheet] = (size[0], size[1])

    def cut(self, sheet: int, at: int, count: int, target: int, to: int) -> None:
        """Move rows to free rows of the same or of another sheet."""
        for answer in self.typed:
            for name, place in answer.cells.items():
                if place is not None and place[0] == sheet and at <= place[1] < at + count:
                    answer.cells[name] = (target, place[1] - at + to, place[2])
                    answer.crossed = answer.crossed or sheet != target
        self.sizes[target] = (max(self.sizes[target][0], to + count), max(self.sizes[target][1], self.sizes[sheet][1]))


@st.composite
def desks(draw: st.DrawFn, form: Form, content: bytes) -> Desk:
    """Answers typed into a workbook, and up to eight things that people do to its sheets afterwards."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    visible = [number for number, sheet in enumerate(book.worksheets) if sheet.sheet_state == "visible"]
    typed = [answer for number in visible for answer in _answers(draw, form, book.worksheets[number], number)]
    desk = Desk(typed, [(sheet.max_row, sheet.max_column) for sheet in book.worksheets])
    for answer in typed:
        place = answer.cells["answer"]
        assert place is not None
        desk.steps.append(["type", *place, answer.entered])
    for _ in range(draw(st.integers(0, 8))):
        _STEPS[draw(st.sampled_from(sorted(_STEPS)))](draw, desk, draw(st.sampled_from(visible)), visible)
    return desk


def _answers(draw: st.DrawFn, form: Form, sheet: Any, number: int) -> list[Typed]:
    markers = {cell.value: cell.column - 1 for cell in sheet[1] if cell.value}
    found: list[Typed] = []
    for cells in sheet.iter_rows(min_row=2):
        key, row = str(cells[0].value or ""), cells[0].row - 1
        if layout.CODE in markers and key in form.by_code:
            found += _maybe(draw, form, "", form.by_code[key], (number, row, markers[layout.ANSWER]))
        elif layout.ROW in markers and re.fullmatch(r"(BIH|NEW)-\d+", key):
            for question in form.in_repeat("items"):
                found += _maybe(draw, form, key, question, (number, row, markers[question.code]))
    return found


def _maybe(draw: st.DrawFn, form: Form, row: str, question: Question, place: tuple[int, int, int]) -> list[Typed]:
    if not draw(st.booleans()):
        return []
    entered, value = draw(_entries(form, question))
    sheet, line, column = place
    cells = {"answer": place, "code": (sheet, line, 0), "marker": (sheet, 0, column), "first marker": (sheet, 0, 0)}
    return [Typed(row, question, entered, value, dict(cells), sheet)]


@st.composite
def _entries(draw: st.DrawFn, form: Form, question: Question) -> tuple[str | float, str]:
    """What is typed for a question, and the value that it means."""
    choices = form.choices.get(question.choices or "", ())
    match question.type:
        case "integer":
            number = draw(st.integers(-(10**9), 10**9))
            return number, str(number)
        case "decimal":
            number = draw(st.integers(-(10**8), 10**8))
            return number / 100, _plain(number)
        case "range":
            number = draw(st.integers(0, 1000))
            return number, str(number)
        case "date":
            day = draw(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
            return (day - EPOCH).days, day.isoformat()
        case "select_one":
            choice = draw(st.sampled_from(choices))
            return choice.texts.get("label", "en"), choice.code
        case "select_multiple":
            chosen = draw(st.lists(st.sampled_from(choices), min_size=1, unique_by=lambda choice: choice.code))
            codes = [choice.code for choice in choices if choice in chosen]
            return layout.CHOICE_SEPARATOR.join(choice.texts.get("label", "en") for choice in chosen), " ".join(codes)
        case "file":
            link = f"https://example.org/{draw(st.integers(1, 10**6))}?a=1&b=é"
            return link, link
        case _:
            text = draw(TEXTS)
            return text, text


def _plain(hundredths: int) -> str:
    sign, (whole, rest) = "-" * (hundredths < 0), divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{rest:02}".rstrip("0").rstrip(".") if hundredths else "0"


def _insert_rows(draw: st.DrawFn, desk: Desk, sheet: int, _: Sequence[int]) -> None:
    at, count = draw(st.integers(0, desk.sizes[sheet][0])), draw(st.integers(1, 3))
    desk.steps.append(["insert_rows", sheet, at, count])
    desk.shift(sheet, 1, at, count)


def _insert_columns(draw: st.DrawFn, desk: Desk, sheet: int, _: Sequence[int]) -> None:
    at, count = draw(st.integers(0, desk.sizes[sheet][1])), draw(st.integers(1, 2))
    desk.steps.append(["insert_columns", sheet, at, count])
    desk.shift(sheet, 2, at, count)


def _delete_rows(draw: st.DrawFn, desk: Desk, sheet: int, _: Sequence[int]) -> None:
    at, count = draw(st.integers(0, desk.sizes[sheet][0] - 1)), draw(st.integers(1, 2))
    desk.steps.append(["delete_rows", sheet, at, count])
    desk.shift(sheet, 1, at, -count)


def _delete_columns(draw: st.DrawFn, desk: Desk, sheet: int, _: Sequence[int]) -> None:
    at = draw(st.integers(0, desk.sizes[sheet][1] - 1))
    desk.steps.append(["delete_columns", sheet, at, 1])
    desk.shift(sheet, 2, at, -1)


def _cut(draw: st.DrawFn, desk: Desk, sheet: int, visible: Sequence[int]) -> None:
    at = draw(st.integers(0, desk.sizes[sheet][0] - 1))
    count = draw(st.integers(1, min(4, desk.sizes[sheet][0] - at)))
    target = draw(st.sampled_from([sheet, sheet, *visible]))
    to = desk.sizes[target][0] + draw(st.integers(0, 3))
    desk.steps.append(["cut", sheet, at, count, target, to])
    desk.cut(sheet, at, count, target, to)


def _rename(draw: st.DrawFn, desk: Desk, sheet: int, _: Sequence[int]) -> None:
    name = draw(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20))
    desk.steps.append(["rename", sheet, f"{name} {len(desk.steps)}"])


def _move(draw: st.DrawFn, desk: Desk, sheet: int, visible: Sequence[int]) -> None:
    desk.steps.append(["move", sheet, draw(st.integers(0, len(visible)))])


def _copy(_: st.DrawFn, desk: Desk, sheet: int, __: Sequence[int]) -> None:
    desk.steps.append(["copy", sheet, f"copy {len(desk.steps)}"])


_STEPS = {
    "insert rows": _insert_rows,
    "insert columns": _insert_columns,
    "delete rows": _delete_rows,
    "delete columns": _delete_columns,
    "cut": _cut,
    "rename": _rename,
    "move": _move,
    "copy": _copy,
}
