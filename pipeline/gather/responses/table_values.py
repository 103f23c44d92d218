"""What survey systems write into the cells of their exports, where that is neither the form's notation nor typed."""

from __future__ import annotations

import re

from pipeline.gather.cells import Cell
from pipeline.gather.number_text import fold
from pipeline.gather.responses.headings import Meaning, bare
from pipeline.gather.responses.tables import System
from pipeline.gather.values import raw_text
from pipeline.questionnaire.form import Form, Question

_PICKED = frozenset({"1", "1.0", "y", "yes", "oui", "si", "x", "true", "vrai", "verdadero", "selected"})
_NOT_PICKED = frozenset({"0", "0.0", "n", "no", "non", "false", "faux", "falso", "not selected", "n/a", ""})

# "Legal (legal);Data (data)": labels may hold semicolons, so that the codes behind them are looked for.
_ASSIGNED_CODES = re.compile(r"\(([^()]{1,100})\)\s*(?:;|$)")


def meant_by(cell: Cell, meaning: Meaning, system: System, form: Form) -> str | None:
    """What a cell means in the form's notation, where its system has one of its own.

    Args:
        cell: What stands there.
        meaning: What the column holds.
        system: Who wrote the table.
        form: The questionnaire.

    Returns:
        The text to be read in its place, or None where it is read as it is.
    """
    if not isinstance(cell, str) or meaning.subject != "answer":
        return None
    if system == "limesurvey":
        return _of_limesurvey(cell, meaning.question, form)
    if system == "eusurvey" and meaning.question.choices:
        codes = [_code(match, meaning.question, form) for match in _ASSIGNED_CODES.findall(cell)]
        return " ".join(code for code in codes if code) if codes and all(codes) else None
    return None


def _of_limesurvey(text: str, question: Question, form: Form) -> str | None:
    # "Mask equations" puts an apostrophe before an equals sign, so that no spreadsheet program computes it.
    if text.startswith("'="):
        return text[1:]
    if question.choices is None:
        return None
    if {choice.code for choice in form.choices[question.choices]} == {"yes", "no"} and text in ("Y", "N"):
        return "yes" if text == "Y" else "no"
    return _code(text, question, form) if question.type == "select_one" else None


def _code(text: str, question: Question, form: Form) -> str | None:
    """The choice whose code a text is, with or without signs; None where none is, or two are."""
    codes = [choice.code for choice in form.choices[question.choices or ""]]
    alike = [code for code in codes if text in (code, bare(code))]
    return alike[0] if len(alike) == 1 else None


def is_picked(cell: Cell, choice: str, question: Question, form: Form) -> bool | None:
    """Whether a column of one choice says that it was picked.

    Returns:
        None where that cannot be told.
    """
    text = fold(raw_text(cell))
    labels = {
        fold(c.texts.get("label", language))
        for c in form.choices[question.choices or ""]
        if c.code == choice
        for language in form.languages
    }
    if text in _PICKED or text == fold(choice) or text in labels - {""}:
        return True
    return False if text in _NOT_PICKED else None
