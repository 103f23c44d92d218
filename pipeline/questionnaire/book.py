"""What the sheets of one member's workbook share, and the writing of single cells.

Nothing that anybody typed ever becomes a formula, a link or mark-up here: every text goes through ``write_text``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire import formats as look
from pipeline.questionnaire.filling import Filling
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.marks import Marks
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


@dataclass(frozen=True)
class Place:
    """The answer cell of a question outside of repeats, as other sheets refer to it.

    Attributes:
        sheet: Name of its sheet.
        row, column: Zero-based.
        asked: Zero-based column of the formula that says whether it is asked.
    """

    sheet: str
    row: int
    column: int
    asked: int

    def reference(self, column: int) -> str:
        """A cell of its row, as formulas on any sheet refer to it."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return f"{quoted(self.sheet)}!{xl_rowcol_to_cell(self.row, column, row_abs=True, col_abs=True)}"


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
        office: Name of the secretariat's office in the member's language; '' where it is not known.
        contact: Address to which the workbook goes back; '' where it is not known.
        previous: (row, question) -> latest earlier value, in the form's own notation.
        older: (row, question) -> name of the cycle of such a value, where that is not the last cycle.
        last_cycle: Name of the last cycle; '' where there is none.
        formats: The cell formats.
        filling: What stands in the cells.
        marks: What is remarked at them.
        names: Sheet names that are taken, in lower case.
        places: Answer cells of the questions outside of repeats.
        spots: Finding -> name of the sheet and zero-based row and column of the cell that is marked for it.
    """

    workbook: Workbook
    form: Form
    member: Member
    cycle: Cycle
    catalogue: Catalogue
    alliance_name: str
    office: str
    contact: str
    previous: Mapping[tuple[str, str], str]
    older: Mapping[tuple[str, str], str]
    last_cycle: str
    formats: look.Formats
    filling: Filling = field(default_factory=Filling)
    marks: Marks = field(default_factory=Marks)
    names: set[str] = field(default_factory=set[str])
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    spots: dict[str, tuple[str, int, int]] = field(default_factory=dict[str, tuple[str, int, int]])

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
    if 2 * len(text) <= limit:
        return text  # whatever its characters are
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * limit:
        return text
    return encoded[: 2 * (limit - len(ending))].decode("utf-16-le", "ignore") + ending


def quoted(sheet: str) -> str:
    """The name of a sheet as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def write_pieces(sheet: Worksheet, row: int, column: int, pieces: Sequence[tuple[Format, str]], style: Format) -> None:
    """Write a text whose parts look different.

    Args:
        sheet: The sheet.
        row: Zero-based row.
        column: Zero-based column.
        pieces: The parts, each with the format of its font; what a cell cannot hold is cut off.
        style: Format of the cell.
    """
    room, fragments = CELL_LIMIT, list[Any]()
    for piece_format, text in pieces:
        shown = cut(clean_text(text), room) if room > 0 else ""
        fragments += [piece_format, shown] if shown else []
        room -= len(shown.encode("utf-16-le")) // 2
    if len(fragments) > 2:
        sheet.write_rich_string(row, column, *fragments, style)
    else:
        write_text(sheet, row, column, fragments[1] if fragments else "", style)


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
