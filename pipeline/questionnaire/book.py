"""What the sheets of one member's workbook share, and the writing of single cells.

Nothing that anybody typed ever becomes a formula, a link or mark-up here: every text goes through ``write_text``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire import formats as look
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text
from pipeline.translations import Catalogue

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

CELL_LIMIT: Final = 32_767
"""Most UTF-16 units that a cell can hold."""

_SHEET_NAME_LIMIT: Final = 31
_FORBIDDEN_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


@dataclass
class Book:
    """One member's workbook while it is being written.

    Attributes:
        workbook: XlsxWriter's workbook.
        form: The questionnaire.
        member: Whose workbook it is.
        cycle: The reporting cycle.
        catalogue: The words of the member's language.
        alliance_name: Name of the alliance in the member's language.
        previous: (row, question) -> value of the last cycle, in the form's own notation.
        formats: The cell formats.
        lists: Per list of choices, the cells of its labels as an absolute reference.
        names: Sheet names that are taken, in lower case.
    """

    workbook: Workbook
    form: Form
    member: Member
    cycle: Cycle
    catalogue: Catalogue
    alliance_name: str
    previous: Mapping[tuple[str, str], str]
    formats: look.Formats
    lists: dict[str, str] = field(default_factory=dict[str, str])
    names: set[str] = field(default_factory=set[str])

    @property
    def language(self) -> str:
        """Language of the workbook."""
        return self.member.language

    @property
    def member_name(self) -> str:
        """Name of the member in the workbook's language."""
        return self.member.names.get(self.language) or self.member.names.get("en", self.member.code)

    @property
    def cycle_title(self) -> str:
        """Title of the cycle in the workbook's language, with its name."""
        title = self.cycle.title.get(self.language) or self.cycle.title.get("en", "")
        return f"{title} ({self.cycle.name})" if title else self.cycle.name

    @property
    def mark(self) -> str:
        """What every sheet of a demonstration cycle says; '' for others."""
        return self.catalogue.text("Demonstration: all answers are made up.") if self.cycle.demonstration else ""

    def add_sheet(self, title: str) -> Worksheet:
        """Add a sheet that is named after ``title`` as far as Excel allows."""
        name = sheet_name(title, self.names)
        self.names.add(name.lower())
        sheet = self.workbook.add_worksheet(name)
        if self.catalogue.locale.character_order == "right-to-left":
            sheet.right_to_left()
        return sheet

    def labels(self, choices: str) -> list[str]:
        """The labels of a list of choices in the workbook's language, in order."""
        return [
            choice.texts.get("label", self.language) or choice.code for choice in self.form.choices.get(choices, ())
        ]


def sheet_name(title: str, taken: set[str]) -> str:
    r"""A sheet name that Excel accepts and that is not taken.

    Args:
        title: What the sheet should be called, in any script.
        taken: Names in use, in lower case.

    Returns:
        At most 31 UTF-16 units, whole words where possible, without ``[]:*?/\`` and without apostrophes at its ends.
    """
    name = " ".join(_FORBIDDEN_IN_SHEET_NAMES.sub(" ", clean_text(title)).split()).strip("' ") or "-"
    shortened = cut(name, _SHEET_NAME_LIMIT, ending="")
    if shortened != name and name[len(shortened)] != " " and shortened.rfind(" ") > len(shortened) // 2:
        shortened = shortened[: shortened.rfind(" ")]  # no word is cut in two where there is another way
    name = shortened.strip("' ")
    number, candidate = 1, name
    while candidate.lower() in taken or candidate.lower() == "history":
        number += 1
        ending = f" ({number})"
        candidate = cut(name, _SHEET_NAME_LIMIT - len(ending), ending="").rstrip() + ending
    return candidate


def cut(text: str, limit: int, ending: str = "…") -> str:
    """The text, or its beginning with ``ending``, in at most ``limit`` UTF-16 units, as Excel counts.

    Args:
        text: Any text without lone surrogates.
        limit: Most UTF-16 units.
        ending: What shows that something is missing.
    """
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * limit:
        return text
    return encoded[: 2 * (limit - len(ending))].decode("utf-16-le", "ignore") + ending


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Write any text as text.

    Args:
        sheet: The sheet.
        row: Zero-based row.
        column: Zero-based column.
        text: The text; what a cell cannot hold is cut off with an ellipsis.
        style: Its format.
    """
    shown = cut(clean_text(text), CELL_LIMIT)
    if not shown:
        sheet.write_blank(row, column, None, style)
    elif shown.startswith("<r>") and shown.endswith("</r>"):
        # XlsxWriter takes such a string for mark-up of its own; in pieces it is escaped like any other.
        sheet.write_rich_string(row, column, style, shown[:3], style, shown[3:], style)
    else:
        sheet.write_string(row, column, shown, style)


def write_value(
    sheet: Worksheet, row: int, column: int, book: Book, question: Question, value: str, style: str
) -> None:
    """Write a value of a question as its reader would type it: a number, a date, the labels of choices, or text.

    Args:
        sheet: The sheet.
        row: Zero-based row.
        column: Zero-based column.
        book: The workbook.
        question: The question.
        value: The value in the form's own notation; '' leaves the cell empty.
        style: Name of the style.
    """
    cell_format = book.formats(style, number_format(question))
    number, day = _number(question, value), _day(question, value)
    if number is not None:
        sheet.write_number(row, column, number, cell_format)
    elif day is not None:
        sheet.write_datetime(row, column, day, cell_format)
    else:
        write_text(sheet, row, column, shown_text(book, question, value), cell_format)


def number_format(question: Question) -> str:
    """The number format of a question's answer cell; text stays what was typed, and dates are ISO dates."""
    if question.type == "integer":
        is_year = question.unit == "year" or (question.role or "").endswith("year")
        return look.YEAR_FORMAT if is_year else look.INTEGER_FORMAT
    if question.type == "date":
        return look.DATE_FORMAT
    return look.TEXT_FORMAT if question.type in ("text", "select_multiple") else ""


def _number(question: Question, value: str) -> float | None:
    # Beyond 15 digits Excel would change the number: then it stays text.
    if question.type not in ("integer", "decimal") or len(value.strip("-").replace(".", "")) > 15:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _day(question: Question, value: str) -> datetime | None:
    if question.type != "date":
        return None
    try:
        day = datetime.combine(date.fromisoformat(value), time())
    except ValueError:
        return None
    return day if day >= datetime(1900, 3, 1) else None  # noqa: DTZ001 - cells have no time zone; Excel takes 1900 for a leap year, and has nothing before it


def shown_text(book: Book, question: Question, value: str) -> str:
    """A value as text for a reader: the labels of choices in the workbook's language, all else as it is.

    Args:
        book: The workbook.
        question: The question.
        value: The value in the form's own notation.
    """
    if not question.choices:
        return value
    codes: Sequence[str] = value.split(" ") if question.type == "select_multiple" else [value]
    labels = [book.form.choice_label(question.choices, code, book.language) for code in codes if code]
    return layout.CHOICE_SEPARATOR.join(labels)
