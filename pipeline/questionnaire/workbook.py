"""Writing a member's workbook: the questionnaire in its language, pre-filled, protected, and signed with its token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, write_text
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.formats import Formats
from pipeline.questionnaire.identity import Token, sign, write_token
from pipeline.questionnaire.instructions import write_instructions
from pipeline.questionnaire.question_sheet import write_question_sheet
from pipeline.questionnaire.repeat_sheet import write_repeat_sheet
from pipeline.translations import Catalogue

if TYPE_CHECKING:
    import pandas as pd

REGISTER_COLUMNS: Final = {
    "title": "title",
    "goal": "goal",
    "description": "description",
    "kind": "kind",
    "action": "action",
    "lead_body": "lead_body",
    "start": "start_date",
    "due": "due_date",
    "predecessor": "predecessor",
}
"""Role of a question in the repeat of commitments -> column of the register that answers it beforehand."""


def write_workbook(
    form: Form,
    member: Member,
    cycle: Cycle,
    alliance_code: str,
    alliance_name: Mapping[str, str],
    commitments: pd.DataFrame,
    previous: Mapping[tuple[str, str], str],
    catalogue: Catalogue,
    key: bytes,
) -> bytes:
    """Write the blank workbook of one member, in the member's language.

    Args:
        form: The questionnaire.
        member: Whose workbook it is.
        cycle: The reporting cycle.
        alliance_code: Code of the alliance, for the token.
        alliance_name: Name of the alliance per language.
        commitments: The member's rows of the table ``commitments``, in the order in which they shall stand.
        previous: (row, question) -> value of the last cycle, in the form's own notation.
        catalogue: The words of the member's language.
        key: The alliance's secret key, for the signature.

    Returns:
        The .xlsx file; the same arguments give the same bytes.
    """
    import xlsxwriter

    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as workbook:
        name = alliance_name.get(member.language) or next(iter(alliance_name.values()), alliance_code)
        book = Book(workbook, form, member, cycle, catalogue, name, previous, Formats(workbook))
        # A fixed moment: XlsxWriter would write the current one, and no two runs would give the same bytes.
        properties = {"title": form.title.get(member.language, form.id), "company": name, "author": name}
        workbook.set_properties({**properties, "created": datetime.combine(cycle.opens, time())})
        _write_sheets(book, commitments)
        token = Token(alliance_code, cycle.name, member.code, form.version, member.language)
        _write_token(book, token, key)
    return output.getvalue()


def _write_sheets(book: Book, commitments: pd.DataFrame) -> None:
    book.names |= {layout.LIST_SHEET.lower(), layout.TOKEN_SHEET.lower()}
    instructions = book.add_sheet(book.catalogue.text("Instructions"))
    _plan_lists(book)
    counted = [
        write_repeat_sheet(book, section, _items(book.form, section.repeat, commitments))
        if section.repeat
        else write_question_sheet(book, section)
        for section in book.form.sections
    ]
    write_instructions(instructions, book, counted)
    _write_lists(book)


def _used_lists(form: Form) -> list[str]:
    used = {question.choices for question in form.asked if question.choices} | {layout.MISSING_REASON_LIST}
    return [name for name in form.choices if name in used]


def _plan_lists(book: Book) -> None:
    """Say where the labels of each list will stand, so that drop-downs can refer to them."""
    from xlsxwriter.utility import xl_range_abs

    for column, name in enumerate(_used_lists(book.form)):
        cells = xl_range_abs(1, column, len(book.form.choices[name]), column)
        book.lists[name] = f"{layout.LIST_SHEET}!{cells}"


def _write_lists(book: Book) -> None:
    sheet = book.workbook.add_worksheet(layout.LIST_SHEET)
    for column, name in enumerate(_used_lists(book.form)):
        for row, words in enumerate([name, *book.labels(name)]):
            write_text(sheet, row, column, words, book.formats("marker"))
    sheet.protect("")
    sheet.hide()


def _write_token(book: Book, token: Token, key: bytes) -> None:
    sheet = book.workbook.add_worksheet(layout.TOKEN_SHEET)
    cells = {
        layout.TOKEN_MARKER_CELL: layout.TOKEN_MARKER,
        layout.TOKEN_CELL: write_token(token),
        layout.SIGNATURE_MARKER_CELL: layout.SIGNATURE_MARKER,
        layout.SIGNATURE_CELL: sign(token, key),
    }
    for (row, column), words in cells.items():
        sheet.write_string(row, column, words)
    sheet.protect("")
    sheet.very_hidden()


def _items(form: Form, repeat: str | None, commitments: pd.DataFrame) -> Mapping[str, Mapping[str, str]]:
    """The commitments of the register as items of the repeat that asks for their status; none for other repeats."""
    if repeat is None or repeat != form.commitments_repeat:
        return {}
    columns = {
        question.code: REGISTER_COLUMNS[question.role]
        for question in form.in_repeat(repeat)
        if question.role in REGISTER_COLUMNS
    }
    return {
        str(row["commitment"]): {code: _known(row[column]) for code, column in columns.items() if column in row}
        for row in commitments.to_dict("records")
    }


def _known(value: Any) -> str:
    """A cell of the register as a value in the form's own notation, '' where it is missing."""
    if value is None or value != value or str(value) in ("NaT", "<NA>"):
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
