"""What a rule is: declared as data in a module of ``pipeline.validate.rules``, checked by Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pipeline.questionnaire.form import Severity

QUESTION: Final = "question"
"""The ``subject`` of rows of the table ``assessment`` that stand for a question; other rows stand for a check."""


@dataclass(frozen=True)
class Where:
    """One condition on the rows that a rule is about; a missing value equals nothing, so that it meets ``!=`` and ``missing``.

    Attributes:
        column: Column of the table ``assessment``.
        operator: How the column is compared.
        value: What it is compared with: a boolean or text, a tuple of texts for ``in``, nothing for ``missing``.
    """

    column: str
    operator: Literal["==", "!=", "in", "missing"]
    value: bool | str | tuple[str, ...] = ""


IS_QUESTION: Final = Where("subject", "==", QUESTION)
IS_CHECK: Final = Where("subject", "!=", QUESTION)
IS_ASKED: Final = (IS_QUESTION, Where("relevant", "==", True))
"""The questions that the form asks."""
IS_SOUND: Final = (*IS_ASKED, Where("answered", "==", True), Where("holds", "!=", False))
"""Answers to them that can be read and do not break the form's own rule."""


@dataclass(frozen=True)
class Words:
    """What a member is told, in English; both sentences are messages of the translation catalogues.

    Attributes:
        wrong: What is wrong. Placeholders: see :func:`pipeline.validate.findings.explain`.
        mend: What the member should do, in the second person.
    """

    wrong: str
    mend: str


@dataclass(frozen=True)
class Rule:
    """One rule over the table ``assessment``.

    Attributes:
        name: Name of its module; findings carry it.
        version: Raised whenever the rule decides otherwise than before.
        description: The published rule: the docstring of its module.
        severity: Severity of its findings, or None for the severity of the question or check.
        where: The rows that it is about; all conditions hold.
        expectation: Name of the class in ``great_expectations.expectations`` that must be met by these rows.
        arguments: Arguments of the expectation. Beside the columns of ``assessment`` there are those that
            :func:`pipeline.validate.derived_columns.checked_columns` derives. Missing values are not assessed.
        words: What the member is told.
        words_by_problem: What the member is told instead for a code in the column ``problem``.
        words_by_type: What the member is told instead about a question of a type.
        form_text: Field of the texts of the question or check that is said where the form has it.
        form_text_says: Which of the two sentences the form's own text takes the place of.
    """

    name: str
    version: int
    description: str | None
    severity: Severity | None
    where: tuple[Where, ...]
    expectation: str
    arguments: Mapping[str, Any]
    words: Words
    words_by_problem: Mapping[str, Words] = field(default_factory=dict[str, Words])
    words_by_type: Mapping[str, Words] = field(default_factory=dict[str, Words])
    form_text: str = ""
    form_text_says: Literal["wrong", "mend"] = "wrong"

    @property
    def all_words(self) -> tuple[Words, ...]:
        """Everything that a member may be told about it."""
        return (self.words, *self.words_by_problem.values(), *self.words_by_type.values())

    @property
    def summary(self) -> str:
        """The first paragraph of the published rule, on one line."""
        return " ".join((self.description or "").strip().split("\n\n")[0].split())
