"""Whether the questionnaire still fits what members answered in earlier cycles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from pipeline.questionnaire.form import Form
from pipeline.questionnaire.remark import CODES_CHECK, Remark

_LEAST_SHARE: Final = 0.5
"""Where half of what was said to a question cannot be read as it is asked now, the question is to blame."""
_SHOWN: Final = 3


def lint_codes(form: Form, earlier_answers: pd.DataFrame, earlier_notes: pd.DataFrame) -> list[Remark]:
    """Hold the codes and types of a questionnaire against the workbooks of earlier cycles.

    Args:
        form: The questionnaire.
        earlier_answers: Table ``earlier_answers``.
        earlier_notes: Table ``earlier_notes``.

    Returns:
        A remark per code that has answers in earlier workbooks and stands in the questionnaire no more, and per question
        of which half of the earlier answers or more cannot be read as its type and list are now.
    """
    return [*_gone(earlier_notes), *_unreadable(form, earlier_answers)]


def _gone(earlier_notes: pd.DataFrame) -> Iterator[Remark]:
    gone = earlier_notes[(earlier_notes["note"] == "unknown_code") & earlier_notes["seen"].notna()]
    for (code, cycle), found in gone.groupby(["seen", "cycle"], sort=True):
        members = found["member"].nunique()
        seen = f"In {cycle}, {_members(members)} answered '{code}', which is no question any more."
        mend = "If the question was only renamed, give it this name again: its earlier answers are lost otherwise."
        yield Remark(CODES_CHECK, "code_gone", "warning", "survey", None, "name", seen, mend)


def _unreadable(form: Form, earlier_answers: pd.DataFrame) -> Iterator[Remark]:
    said = earlier_answers[earlier_answers["raw"].notna()]
    for code, found in said.groupby("question", sort=False):
        question = form.by_code.get(str(code))
        unread = found[found["problem"].notna() & (found["problem"] != "no_value_word")]
        if question is None or len(unread) < max(2, _LEAST_SHARE * len(found)):
            continue
        examples = dict.fromkeys(str(raw)[:40] for raw in unread["raw"])
        shown = ", ".join(f"'{text}'" for text in [*examples][:_SHOWN])
        kind = f"{question.type} {question.choices}" if question.choices else question.type
        seen = f"{len(unread)} of {len(found)} earlier answers to '{code}' cannot be read as {kind}: {shown}."
        mend = "If the type or the list of choices was changed, give the question a new code, or its choices their old codes."
        yield Remark(CODES_CHECK, "answers_unreadable", "warning", "survey", question.row, "type", seen, mend)


def _members(count: int) -> str:
    return "1 member" if count == 1 else f"{count} members"
