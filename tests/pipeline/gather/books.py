"""Workbooks as the secretariat sends them, small and made by hand from the layout, and what people do to them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import openpyxl
from gather_forms import form
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.gather.cells import Sheets, read_cells
from pipeline.gather.reading import Reading, read_workbook
from pipeline.gather.refusal import Refusal
from pipeline.questionnaire import layout
from pipeline.questionnaire.identity import Token, sign, write_token

KEY = b"key of the tests"
FORM = form()
TOKEN = Token("T-ALL", "2014", "ALB", FORM.version, "en")


@dataclass
class Filled:
    """What a member fills in.

    Attributes:
        answers: By question: answer, or (answer, reason, comment).
        items: By key of an item: answers by question, and #reason and #comment.
    """

    answers: Mapping[str, object] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def book(filled: Filled, token: Token | None = TOKEN, key: bytes = KEY) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    instructions = made.active
    assert instructions is not None
    instructions.title = "Instructions"
    instructions["A1"] = "Please fill in the white cells."
    _questions(made.create_sheet("Target 1"), filled)
    _items(made.create_sheet("Commitments"), filled)
    if token is not None:
        hidden = made.create_sheet(layout.TOKEN_SHEET)
        hidden.sheet_state = "veryHidden"
        hidden.append([layout.TOKEN_MARKER, write_token(token)])
        hidden.append([layout.SIGNATURE_MARKER, sign(token, key)])
    return made


def _questions(sheet: Worksheet, filled: Filled) -> None:
    sheet.append(list(layout.QUESTION_COLUMNS))
    sheet.append(["Target 1: Identifying victims"])
    sheet.append(["Code", "Question", "Your answer", "Unit", "No answer? Reason", "Comment", "Last time"])
    for question in FORM.in_repeat(None):
        given = filled.answers.get(question.code)
        answer, reason, comment = given if isinstance(given, tuple) else (given, None, None)
        label = question.texts.get("label", "en")
        sheet.append([question.code, label, answer, question.unit, reason, comment, "what was said last time"])


def _items(sheet: Worksheet, filled: Filled) -> None:
    questions = [question.code for question in FORM.in_repeat("commitments")]
    markers = [layout.ROW, *questions, *layout.ROW_TRAILING_COLUMNS]
    sheet.append(markers)
    sheet.append(["Commitments of the country in 2014"])
    sheet.append(["Number", *(f"Label of {code} *" for code in questions), "No answer? Reason", "Comment"])
    sheet.append(["", "a hint", "a hint", "a hint", "About the row as a whole", "About the row as a whole"])
    for key, item in filled.items.items():
        sheet.append([key, *(item.get(marker) for marker in markers[1:])])
        sheet.append([layout.PREVIOUS_ROW, "Old title", "limited"])
    for number in range(1, layout.NEW_ROWS + 1):
        if layout.new_row_key(number) not in filled.items:
            sheet.append([layout.new_row_key(number)])


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def reading(made: openpyxl.Workbook | bytes, format: str = "xlsx") -> Reading:
    sheets = read_cells(made if isinstance(made, bytes) else saved(made), format)  # type: ignore[arg-type]
    assert not isinstance(sheets, Refusal), sheets
    return read_workbook(sheets, FORM)


def sheets_of(made: openpyxl.Workbook) -> Sheets:
    sheets = read_cells(saved(made), "xlsx")
    assert not isinstance(sheets, Refusal)
    return sheets


def values(read: Reading) -> dict[tuple[str, str], str | None]:
    return {(answer.row, answer.question): answer.value for answer in read.answers}


def notes(read: Reading) -> list[str]:
    return sorted(note.note for note in read.notes)


def rows_with(sheet: Worksheet, code: str) -> list[int]:
    return [cell.row for column in sheet.iter_cols() for cell in column if cell.value == code]


def row_values(sheet: Worksheet, row: int) -> Sequence[object]:
    return [cell.value for cell in sheet[row]]
