"""What a row of the sheet ``survey`` asks for and the product cannot do: refused when the form is loaded, never ignored.

Columns that only change how a web form looks (``appearance``, ``media::image``, ``guidance_hint`` ...) may pass: a workbook
has no such looks, and the web form keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.errors import Problem
from pipeline.questionnaire.xlsform_survey import FALSE_WORDS, TRUE_WORDS, Place, survey_problem

SEVERITIES: Final = ("error", "warning", "query")
_NO_DEVICE: Final = "A workbook has no device that would do it."
_NEVER: Final = {
    "default": ("A default answer is not supported.", "Leave it out: nobody shall answer by not answering."),
    "trigger": ("A trigger is not supported.", f"Leave it out, and write a calculation without one. {_NO_DEVICE}"),
    "repeat_count": ("repeat_count is not supported.", "Leave it out: a member adds as many rows as it needs."),
    "save_to": ("Entities are not supported.", "Leave it out."),
}
_OF_QUESTIONS: Final = ("constraint", "required", "calculation", "choice_filter", "readonly")
"""Columns that mean something in the row of a question alone."""
_SEARCH: Final = re.compile(r"search\(.*?\)")
_BIND_LOGIC: Final = re.compile(r"(type|nodeset|p3ptype)$|jr:preload|(odk|orx|entities):")
"""Attributes of binds that mean something to a web form; it ignores all that it does not know."""


def row_problems(place: Place, file: str) -> list[Problem]:
    """What is wrong with a row, names and references apart.

    Args:
        place: The row and where it stands.
        file: Name of the file, for the problems.
    """
    check = _group if place.kind in ("group", "repeat") else _question
    found = [*check(place), *_any_row(place), *_own_columns(place)]
    return [survey_problem(file, place.row, seen, mend, column) for column, seen, mend in found]


Found = tuple[str, str, str]


def _any_row(place: Place) -> Iterator[Found]:
    row = place.row
    for column, (seen, mend) in _NEVER.items():
        if row.get(column):
            yield column, seen, mend
    for column in row.cells:
        sheet, _, attribute = column.partition("::")
        if sheet == "bind" and _BIND_LOGIC.match(attribute):
            yield column, f"The column '{column}' is not supported.", "Leave it out."
    if _SEARCH.search(row.get("appearance")):
        seen = "search() takes the choices out of another file."
        yield "appearance", seen, "Put them into the sheet choices, and use choice_filter."


def _group(place: Place) -> Iterator[Found]:
    if place.repeat and place.kind == "repeat":
        yield "", "A repeat stands inside a repeat.", "Use one level of repeats only."
    for column in _OF_QUESTIONS:
        if place.row.get(column) not in ("", *(FALSE_WORDS if column in ("required", "readonly") else ())):
            yield column, f"A {place.kind} cannot have a {column}.", "Write it at the questions in it."


def _question(place: Place) -> Iterator[Found]:
    if not place.kind:
        yield "type", place.type.seen, place.type.mend
        return
    row, computed = place.row, bool(place.row.get("calculation"))
    if place.kind == "calculate" and not computed and place.type.kind == "calculate":
        yield "calculation", "There is no calculation.", "Write one, or remove the row."
    if computed and place.kind not in ("calculate", "note"):
        yield "calculation", f"A {place.type.kind} cannot be calculated.", "Use the type calculate."
    if row.get("readonly") not in ("", *TRUE_WORDS, *FALSE_WORDS):
        yield (
            "readonly",
            "A condition under readonly is not supported.",
            "Write yes or no; use relevant for a condition.",
        )
    if row.get("required") not in ("", *FALSE_WORDS) and place.kind == "note":
        seen = "Nobody can answer what is required here."
        yield "required", seen, "Leave it out; to hold answers against each other, add a row to the sheet checks."
    if row.get("choice_filter") and not place.type.kind.startswith("select_"):
        yield "choice_filter", "There are no choices to filter.", "Leave it out, or use select_one or select_multiple."
    if place.kind == "range" and place.number_range is None:
        seen = f"The parameters '{row.get('parameters')}' give no range."
        yield "parameters", seen, "Write e.g. start=0 end=100 step=5; end above start, and a step that is not 0."


def _own_columns(place: Place) -> Iterator[Found]:
    severity, share = place.row.get("severity"), place.row.get("tolerance")
    if severity and severity not in SEVERITIES:
        yield "severity", f"'{severity}' is no severity.", f"Use {', '.join(SEVERITIES)}."
    if share and tolerance(share) is None:
        seen = f"The tolerance '{share}' is not a number of 0 or more."
        yield "tolerance", seen, "Write a share with a decimal point, e.g. 0.5 for 50 %."


def tolerance(text: str) -> float | None:
    """The tolerance as a share, None where the text is not a finite number of 0 or more."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
