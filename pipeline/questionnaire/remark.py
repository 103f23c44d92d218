"""What the lint says of a questionnaire that loads: nothing that stops a run, everything that a member would stumble over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

FORM_CHECKS: Final[Mapping[str, str]] = {
    "texts_are_in_every_language": "Every label, hint and message of the questionnaire is there in all of its languages.",
    "constraints_say_what_is_wrong": "Every constraint has a message that tells the member what to correct.",
    "every_goal_is_asked_about": "Every operational goal of the alliance has a question that members answer.",
    "questions_can_be_told_apart": "No two questions of a section read the same.",
    "nothing_is_without_use": "Every list of choices, column, sheet and condition of the questionnaire has an effect.",
    "web_forms_can_run_it": "ODK Collect can run the questionnaire as it is.",
}
"""The checks of the questionnaire by itself, and what each says."""

CODES_CHECK: Final = "codes_are_those_of_earlier_cycles"
CODES_DESCRIPTION: Final = "What members answered in earlier cycles belongs to questions that are still there, and can be read as they are now."

Rule = Literal[
    "missing_translation",
    "language_without_code",
    "constraint_without_message",
    "goal_without_question",
    "duplicate_label",
    "missing_label",
    "unused_choices",
    "misspelt_column",
    "misspelt_sheet",
    "logic_without_effect",
    "no_version",
    "name_beyond_odk",
    "cycle_beyond_odk",
    "code_gone",
    "answers_unreadable",
]


@dataclass(frozen=True)
class Remark:
    """One thing to look at.

    Attributes:
        check: The check that it belongs to.
        rule: What was looked for.
        severity: ``warning``, or ``query`` where it may well be meant so.
        sheet: Sheet of the questionnaire.
        row: Row as Excel counts, None where no single one is meant.
        column: Heading of the column, or ''.
        seen: What was found there.
        mend: What the editor should do.
    """

    check: str
    rule: Rule
    severity: Literal["warning", "query"]
    sheet: str
    row: int | None
    column: str
    seen: str
    mend: str
