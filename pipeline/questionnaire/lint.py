"""The lint of the questionnaire: what is allowed, and yet a member or the secretariat would stumble over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from pipeline.questionnaire.lint_texts import constraints_without_message, duplicate_labels, missing_translations
from pipeline.questionnaire.lint_use import (
    cycles_beyond_odk,
    idle_logic,
    misspelt_headings,
    names_beyond_odk,
    unused_choices,
)
from pipeline.questionnaire.remark import FORM_CHECKS, Remark
from pipeline.questionnaire.xlsform import read_rows
from pipeline.questionnaire.xlsform_problems import Loading

COLUMNS = ("severity", "rule", "sheet", "row", "column", "seen", "mend")


def lint_form(questionnaire: Path, goals: Collection[str]) -> list[Remark]:
    """Look through a questionnaire.

    Args:
        questionnaire: The XLSForm, a .xlsx file.
        goals: Codes of the operational goals of the alliance.

    Returns:
        The remarks, by check in the order of ``FORM_CHECKS``, then as they stand in the file.

    Raises:
        AllianceError: It cannot be loaded at all.
    """
    loading = read_rows(questionnaire)
    found = [
        *missing_translations(loading),
        *constraints_without_message(loading),
        *_goals_without_question(loading, goals),
        *duplicate_labels(loading),
        *unused_choices(loading),
        *misspelt_headings(loading),
        *idle_logic(loading),
        *names_beyond_odk(loading),
        *cycles_beyond_odk(loading),
    ]
    order = list(FORM_CHECKS)
    return sorted(found, key=lambda remark: order.index(remark.check))


def _goals_without_question(loading: Loading, goals: Collection[str]) -> Iterator[Remark]:
    asked = {place.row.get("goal") for place in loading.questions() if place.is_answered}
    for goal in goals:
        if goal not in asked:
            seen = f"No question that members answer is about the goal {goal}."
            mend = "Write its code under goal in the rows of the questions that inform it."
            check = "every_goal_is_asked_about"
            yield Remark(check, "goal_without_question", "warning", "survey", None, "goal", seen, mend)


def by_check(remarks: Sequence[Remark]) -> Mapping[str, Sequence[Remark]]:
    """The remarks per check of ``FORM_CHECKS``, those without any included.

    Args:
        remarks: What ``lint_form`` gave.
    """
    return {check: [remark for remark in remarks if remark.check == check] for check in FORM_CHECKS}


def remarks_table(remarks: Sequence[Remark]) -> pd.DataFrame:
    """The remarks as a frame with the columns severity, rule, sheet, row, column, seen, mend.

    Args:
        remarks: The remarks.
    """
    rows = [[getattr(remark, column) for column in COLUMNS] for remark in remarks]
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))
