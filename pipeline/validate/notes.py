"""What a member is told about peculiarities that were noticed while its workbook was read (table ``intake_notes``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.questionnaire.form import Severity
from pipeline.validate.rule import Words

VERSION: Final = 1
"""Version of these severities, as of a rule."""

_RESTORE: Final = "Please copy your answers into the workbook that we sent you, which has every row, and send that one."


@dataclass(frozen=True)
class Note:
    """How serious a peculiarity is, and the words for it."""

    severity: Severity
    words: Words


NOTES: Final[Mapping[str, Note]] = {
    "duplicate_row": Note(
        "warning",
        Words(
            "The same row stands in your workbook more than once, with the same content. We counted it once.",
            "Please delete the row that is too many.",
        ),
    ),
    "conflicting_rows": Note(
        "error",
        Words(
            "The same row stands in your workbook more than once, with different content (“%(seen)s”).",
            "Please keep the row that is right and delete the other.",
        ),
    ),
    "missing_row": Note(
        "warning",
        Words("A row of the questionnaire is missing in your workbook (“%(seen)s”).", _RESTORE),
    ),
    "missing_question": Note(
        "warning",
        Words("A question of the questionnaire is missing in your workbook (“%(seen)s”).", _RESTORE),
    ),
    "missing_sheet": Note(
        "warning",
        Words("A sheet of the questionnaire is missing in your workbook (“%(seen)s”).", _RESTORE),
    ),
    "unknown_code": Note(
        "warning",
        Words(
            "The code “%(seen)s” in the locked column belongs to no question, so we could not use its row.",
            "Please restore the code as it was in the workbook that we sent you.",
        ),
    ),
    "unknown_row": Note(
        "warning",
        Words(
            "The key “%(seen)s” in the locked column belongs to none of your commitments, so we could not use its row.",
            "Please restore the key as it was, or use one of the empty rows for a new commitment.",
        ),
    ),
    "unkeyed_row": Note(
        "warning",
        Words(
            "There are answers in a row without a key (“%(seen)s”), so we could not use them.",
            "Please move them to the row that they belong to, or to one of the empty rows for a new commitment.",
        ),
    ),
    "unknown_column": Note(
        "warning",
        Words(
            "A column of the table has no question that we know (“%(seen)s”), so we could not use it.",
            "Please move its answers to the columns of the workbook that we sent you.",
        ),
    ),
    "duplicate_column": Note(
        "warning",
        Words(
            "A column stands in the table more than once (“%(seen)s”). We used the first.",
            "Please delete the column that is too many.",
        ),
    ),
    "merged_cells": Note(
        "warning",
        Words(
            "Cells are merged here (“%(seen)s”), so that one answer may stand for several questions.",
            "Please separate the cells and answer each question in its own cell.",
        ),
    ),
    "formula_without_value": Note(
        "warning",
        Words(
            "There is a formula in the answer cell whose result was not saved.",
            "Please write the result itself into the cell.",
        ),
    ),
    "unknown_reason": Note(
        "warning",
        Words(
            "The reason “%(seen)s” for a missing answer is none of those in the list.",
            "Please choose one of these reasons: %(reasons)s.",
        ),
    ),
}
