"""How texts from outside are cut and laid out in letters; their characters stay what they are."""

from __future__ import annotations

import re
from typing import Final

from pipeline.questionnaire.form import Form
from pipeline.text import clean_text

_REFERENCE: Final = re.compile(r"\$\{[^}]*\}")
_LONGEST_LABEL: Final = 110
ELLIPSIS: Final = "…"


def shorten(text: str, longest: int) -> str:
    """Cut a text that is longer than ``longest`` characters and put an ellipsis, between words where that is near."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > longest // 2 else cut).rstrip() + ELLIPSIS


def as_lines(text: str) -> list[str]:
    """The lines of a text, split at everything that a mail program could take for a line break."""
    return clean_text(text).splitlines()


def one_line(text: str) -> str:
    """A text whose line breaks are blanks."""
    return " ".join(as_lines(text))


def question_label(form: Form, code: str | None, language: str) -> str:
    """The short wording of a question: its label on one line, references to other answers left out, '' for no question."""
    question = form.by_code.get(code or "")
    if question is None:
        return ""
    label = _REFERENCE.sub(ELLIPSIS, question.texts.get("label", language))
    return shorten(" ".join(label.split()), _LONGEST_LABEL)
