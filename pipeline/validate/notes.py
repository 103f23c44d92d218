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
            "The same row stands in your workbook more than once, with different answers (“%(seen)s”), so we have used "
            "none of them.",
            "Please keep the row that is right and delete the other.",
        ),
    ),
    "missing_row": Note(
        "warning",
        Words("The row “%(what)s” of the questionnaire is missing in your workbook.", _RESTORE),
    ),
    "missing_section": Note(
        "warning",
        Words("The sheet “%(what)s” of the questionnaire is missing in your workbook.", _RESTORE),
    ),
    "missing_column": Note(
        "warning",
        Words(
            "The column “%(what)s” is missing on this sheet or cannot be recognised, so we could not read it.", _RESTORE
        ),
    ),
    "unknown_code": Note(
        "warning",
        Words(
            "The code “%(seen)s” in the locked column belongs to no question, so we could not use its row.",
            "Please restore the code as it was in the workbook that we sent you.",
        ),
    ),
    "foreign_row": Note(
        "warning",
        Words(
            "The key “%(seen)s” in the locked column belongs to none of your commitments, so we could not use its row.",
            "Please restore the key as it was, or use one of the empty rows for a new commitment.",
        ),
    ),
    "unkeyed_row": Note(
        "query",
        Words(
            "There are answers in a row without a key, so we took it for a new row and call it %(what)s.",
            "Please confirm that it is new, or move the answers to the row that they belong to.",
        ),
    ),
    "unknown_field": Note(
        "warning",
        Words(
            "What you submitted under “%(seen)s” belongs to no question, so we could not use it.",
            "Please give it as the answer to the question that it belongs to, or tell us what it is about.",
        ),
    ),
    "unnamed_item": Note(
        "query",
        Words(
            "We took this for a new commitment and call it %(what)s, since its title is neither the number nor the title "
            "of one that you have made.",
            "Please confirm that it is new, or submit it again with its number in front of its title.",
        ),
    ),
    "merged_cells": Note(
        "warning",
        Words(
            "Cells are merged here (%(seen)s), so that one answer may stand for several questions.",
            "Please separate the cells and answer each question in its own cell.",
        ),
    ),
    "unknown_reason": Note(
        "error",
        Words(
            "We cannot read the reason “%(seen)s” for the missing answer.",
            "Please choose one of these reasons: %(reasons)s.",
        ),
    ),
    "conflicting_codes": Note(
        "error",
        Words(
            "Two codes stand in one row (“%(seen)s”), so it cannot be told which of them its answer belongs to, and we "
            "have not used it.",
            _RESTORE,
        ),
    ),
    "conflicting_markers": Note(
        "error",
        Words(
            "This sheet says in two ways which column holds what (hidden rows %(seen)s), so we could not read it.",
            _RESTORE,
        ),
    ),
    "lost_markers": Note(
        "warning",
        Words(
            "The hidden first row of this sheet is gone. We found the answers by the codes of the questions.",
            "Please check the answers that we read, or copy them into the workbook that we sent you.",
        ),
    ),
    "misplaced_code": Note(
        "warning",
        Words(
            "The code “%(seen)s” stands where its question is not asked, so we have not used what stands with it.",
            _RESTORE,
        ),
    ),
    "uncoded_row": Note(
        "warning",
        Words(
            "There is something in a row that belongs to no question (“%(seen)s”), so we could not use it.",
            "Please move it to the row of the question that it answers, or into the comment of that question.",
        ),
    ),
    "answer_beside": Note(
        "warning",
        Words(
            "There is something beside the cell for the answer (“%(seen)s”), and nothing in it, so we have not used it.",
            "Please move it into the column for answers, if it is your answer.",
        ),
    ),
    "foreign_column": Note(
        "query",
        Words(
            "There is something in a column that is not part of the questionnaire (“%(seen)s”), so we have not used it.",
            "Please move what we should know into the column for comments.",
        ),
    ),
    "formula_without_value": Note(
        "warning",
        Words(
            "The reason or the comment is a formula without a result (“%(seen)s”), so we could not read it.",
            "Please write the text itself into the cell.",
        ),
    ),
    "stray_note": Note(
        "query",
        Words(
            "A note is attached to a cell that is not part of an answer: “%(seen)s”. We have kept it, but it belongs to "
            "no question.",
            "Please write it into the column for comments of the answer that it is about, if there is one.",
        ),
    ),
    "notes_not_read": Note(
        "warning",
        Words(
            "We could not read the notes that are attached to cells of your workbook.",
            "Please write what they say into the column for comments.",
        ),
    ),
}
