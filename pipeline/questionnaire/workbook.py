"""Writing a member's workbook: the questionnaire in its language, pre-filled, protected, and signed with its token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book
from pipeline.questionnaire.corrections_sheet import Returned, add_corrections, write_corrections
from pipeline.questionnaire.filling import blank_filling
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.formats import Formats
from pipeline.questionnaire.hidden_formulas import HiddenFormulas
from pipeline.questionnaire.identity import Token, sign, write_token
from pipeline.questionnaire.instructions import write_instructions
from pipeline.questionnaire.lists import Lists
from pipeline.questionnaire.marks import sort_marks
from pipeline.questionnaire.question_sheet import Counted, plan_places, section_title, write_question_sheet
from pipeline.questionnaire.repeat_sheet import write_repeat_sheet
from pipeline.text import clean_text
from pipeline.translations import Catalogue

if TYPE_CHECKING:
    import pandas as pd


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
    *,
    older: Mapping[tuple[str, str], str] | None = None,
    last_cycle: str = "",
    office: Mapping[str, str] | None = None,
    contact: str = "",
    returned: Returned | None = None,
) -> bytes:
    """Write the workbook of one member, in the member's language: blank, or with its answers and what is remarked there.

    Args:
        form: The questionnaire.
        member: Whose workbook it is.
        cycle: The reporting cycle.
        alliance_code: Code of the alliance, for the token.
        alliance_name: Name of the alliance per language.
        commitments: The member's rows of the table ``commitments``, in the order in which they shall stand.
        previous: (row, question) -> latest value of the cycles before, in the form's own notation. Of a repeat that no
            register keeps, it has the rows of one cycle only.
        catalogue: The words of the member's language.
        key: The alliance's secret key, for the signature.
        older: (row, question) -> name of the cycle of a value in ``previous`` that is not from the last cycle; it is
            shown beside the value.
        last_cycle: Name of the last cycle; '' where there is none.
        office: Name of the secretariat's office per language.
        contact: Address to which the workbook goes back.
        returned: What the member sent, and what is remarked about it; None for a blank workbook.

    Returns:
        The .xlsx file; the same arguments give the same bytes.
    """
    import xlsxwriter

    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(output, options) as workbook:
        book = Book(
            workbook,
            form,
            member,
            cycle,
            catalogue,
            clean_text(_in_language(alliance_name, member.language) or alliance_code),
            _in_language(office or {}, member.language),
            contact,
            previous,
            older or {},
            last_cycle,
            Formats(workbook),
            returned.filling if returned else blank_filling(form, commitments),
            sort_marks(returned.findings if returned else ()),
        )
        # A fixed moment: XlsxWriter would write the current one, and no two runs would give the same bytes.
        title = clean_text(_in_language(form.title, member.language) or form.id)
        properties = {"title": title, "company": book.alliance_name, "author": book.alliance_name}
        workbook.set_properties({**properties, "created": datetime.combine(cycle.opens, time())})
        _write_sheets(book, returned)
        token = Token(alliance_code, cycle.name, member.code, form.version, member.language)
        _write_token(book, token, key)
    return output.getvalue()


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _write_sheets(book: Book, returned: Returned | None) -> None:
    book.names |= {layout.LIST_SHEET.lower(), layout.TOKEN_SHEET.lower()}
    corrections = add_corrections(book) if returned else None
    instructions = book.add_sheet(book.catalogue.text("Instructions"))
    sheets = {section.code: book.add_sheet(section_title(book, section)) for section in book.form.sections}
    for section in book.form.sections:
        if not section.repeat:
            book.places.update(plan_places(book, section, str(sheets[section.code].get_name())))
    hidden = HiddenFormulas(book, Lists(book))
    counted: list[Counted] = []
    for section in book.form.sections:
        write = write_repeat_sheet if section.repeat else write_question_sheet
        counted.append(write(sheets[section.code], book, hidden, section))
    write_instructions(instructions, book, counted)
    if returned and corrections:
        write_corrections(corrections, book, returned, {code: str(sheet.get_name()) for code, sheet in sheets.items()})
    opened = corrections or instructions
    opened.activate()
    opened.set_first_sheet()
    hidden.lists.write()


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
