"""What goes wrong on the way: one function per flaw, each done to an open workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from examples.desk import Desk
from examples.reply import Place, Value
from pipeline.questionnaire import layout

Flaw = Callable[[Desk], None]
_SHEETS: Final = ("identification", "pt1", "pt2", "pt3", "pt4", "commitments", "evidence", "overall", "sign_off")


def answered(answers: Mapping[Place, Value]) -> Flaw:
    """Other answers than the made-up ones, picked or typed as they should be: contradictions, hostile texts."""

    def flaw(desk: Desk) -> None:
        for (row, question), value in answers.items():
            desk.type_in(question, desk.shown(desk.form.by_code[question], value), row)

    return flaw


def typed(cells: Mapping[Place, str | float | date]) -> Flaw:
    """Something typed over the answer, just as it stands here: "36,5", "n/a", "15 March 2014"."""

    def flaw(desk: Desk) -> None:
        for (row, question), raw in cells.items():
            desk.cell(question, row, layout.REASON).value = None
            desk.type_in(question, raw, row)

    return flaw


def numbers_as_text(decimal: str, thousands: str) -> Flaw:
    """All numbers typed as text, with the signs of the country: "36,5", "1 250 000"."""

    def flaw(desk: Desk) -> None:
        for (row, code), value in desk.reply.values.items():
            if isinstance(value, float) or (isinstance(value, int) and value >= 10_000):
                text = f"{value:,.1f}" if value < 10_000 else f"{value:,.0f}"
                text = text.replace(",", "\t").replace(".", decimal).replace("\t", thousands)
                desk.type_in(code, text, row)

    return flaw


def dates_as_text(desk: Desk) -> None:
    """All dates typed as text, in the language of the workbook: "3 March 2014", "3 de marzo de 2014"."""
    from babel.dates import format_date

    locale = {"en": "en_GB"}.get(desk.language, desk.language)
    for (row, code), value in desk.reply.values.items():
        if isinstance(value, date):
            desk.type_in(code, format_date(value, "long", locale=locale), row)


def emptied(places: Sequence[Place]) -> Flaw:
    """Answers deleted, without a reason."""

    def flaw(desk: Desk) -> None:
        for row, question in places:
            desk.cell(question, row).value = None

    return flaw


def sections_left_out(*sections: str) -> Flaw:
    """Whole parts of the questionnaire that nobody answered."""

    def flaw(desk: Desk) -> None:
        for section in sections:
            for question in desk.form.in_section(section):
                if question.is_answered_by_member:
                    for column in (layout.ANSWER, layout.REASON, layout.COMMENT):
                        desk.cell(question.code, "", column).value = None

    return flaw


def rows_inserted(section: str, above: str, count: int, note: str) -> Flaw:
    """Rows inserted above a question, one of them with a remark in it."""

    def flaw(desk: Desk) -> None:
        row = desk.cell(above).row
        sheet = desk.sheet_of(section)
        sheet.insert_rows(row, count)
        sheet.cell(row, 2, note)

    return flaw


def rows_inserted_on_top(section: str, count: int) -> Flaw:
    """Rows inserted above everything, the markers included."""
    return lambda desk: desk.sheet_of(section).insert_rows(1, count)


def columns_inserted(section: str, before: int, heading: str) -> Flaw:
    """A column of one's own between the others, for internal remarks."""

    def flaw(desk: Desk) -> None:
        sheet = desk.sheet_of(section)
        sheet.insert_cols(before)
        for row in range(6, min(sheet.max_row, 12)):
            sheet.cell(row, before, heading)

    return flaw


def sheets_renamed(names: Mapping[str, str]) -> Flaw:
    """Sheets with other names."""

    def flaw(desk: Desk) -> None:
        for section, name in names.items():
            desk.sheet_of(section).title = name

    return flaw


def sheets_reversed(desk: Desk) -> None:
    """The sheets of the questions in the opposite order."""
    sheets = [desk.sheet_of(section) for section in _SHEETS]
    for sheet in sheets:
        desk.book.move_sheet(sheet, offset=-desk.book.index(sheet))


def questions_deleted(section: str, *questions: str) -> Flaw:
    """Rows of questions deleted, code and all."""

    def flaw(desk: Desk) -> None:
        for question in questions:
            desk.sheet_of(section).delete_rows(desk.cell(question).row)

    return flaw


def choices_in(language: str) -> Flaw:
    """Choices pasted from a colleague's workbook in another language."""

    def flaw(desk: Desk) -> None:
        for (row, code), value in desk.reply.values.items():
            question = desk.form.by_code[code]
            if question.type in ("select_one", "select_multiple"):
                desk.type_in(code, desk.shown(question, value, language), row)

    return flaw


def token_removed(desk: Desk) -> None:
    """The sheets copied into a new workbook, whereby the hidden one is lost."""
    del desk.book[layout.TOKEN_SHEET]
