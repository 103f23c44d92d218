"""The questionnaire in memory: sections, questions, choices and checks, as its XLSForm declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

QuestionType = Literal[
    "text", "integer", "decimal", "range", "date", "select_one", "select_multiple", "file", "note", "calculate"
]
NUMERIC_TYPES: tuple[QuestionType, ...] = ("integer", "decimal", "range")
Severity = Literal["error", "warning", "query"]
MISSING_REASONS = ("not_available", "not_applicable", "not_yet", "confidential")


@dataclass(frozen=True)
class Texts:
    """Texts of one item per field (label, short, unit, hint, constraint_message, required_message, message) and language."""

    by_field: Mapping[tuple[str, str], str]
    default_language: str

    def get(self, name: str, language: str) -> str:
        """The text of field ``name`` in ``language``, else in the default language, else ''."""
        return self.by_field.get((name, language)) or self.by_field.get((name, self.default_language), "")


@dataclass(frozen=True)
class Choice:
    """One choice of a list.

    Attributes:
        code: What is stored.
        texts: label per language.
        columns: Further columns of the sheet ``choices`` by heading, which a ``choice_filter`` may look at.
    """

    code: str
    texts: Texts
    columns: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class NumberRange:
    """What a question of type ``range`` accepts: from ``start`` to ``end``, in steps of ``step`` from the start."""

    start: float
    end: float
    step: float


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        code: Unique in the form; the anchor of the answer in workbooks.
        position: Order in the form, from 1.
        row: Row in the sheet ``survey`` of the XLSForm, for messages to its editor.
        type: XLSForm type without the list name.
        section: Code of the section it belongs to, which is a sheet of the workbook.
        repeat: Name of the repeat it stands in, or None.
        path: Path of its node in the form's instance, e.g. ``/data/pt1/og11_new``.
        choices: Name of its list of choices, or None.
        required, relevant, constraint, calculate: XPath 1.0 with the ODK functions; '' where there is none. A
            ``relevant`` already includes those of the groups around it.
        goal: Operational goal that it informs, or None.
        indicator: Indicator that it belongs to, or None.
        role: What the answer is to its indicator or commitment, or None; alliance/README.md lists all roles.
        unit: Unit of the answer, or ''.
        severity: Severity of findings about it.
        tolerance: Largest relative change from the last cycle that needs no confirmation, or None.
        texts: label, short, unit, hint, constraint_message, required_message per language.
        choice_filter: XPath 1.0 that is true for the choices which the form offers, evaluated once per choice with its
            columns and ``name`` as variables of the filter; '' where all are offered.
        number_range: What a question of type ``range`` accepts, else None.
    """

    code: str
    position: int
    row: int
    type: QuestionType
    section: str
    repeat: str | None
    path: str
    choices: str | None
    required: str
    relevant: str
    constraint: str
    calculate: str
    goal: str | None
    indicator: str | None
    role: str | None
    unit: str
    severity: Severity
    tolerance: float | None
    texts: Texts
    choice_filter: str = ""
    number_range: NumberRange | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.type in NUMERIC_TYPES

    @property
    def is_answered_by_member(self) -> bool:
        """Whether a member types the answer (notes and calculations have none)."""
        return self.type not in ("note", "calculate")

    def short_label(self, language: str) -> str:
        """A few words for lists and sentences: the text ``short``, else the label, else the code."""
        return self.texts.get("short", language) or self.texts.get("label", language) or self.code


@dataclass(frozen=True)
class Section:
    """One sheet of the workbook: a top-level group, a repeat beside other questions, or what stands outside of groups.

    Attributes:
        code: Name of the group or repeat; ``form`` for what stands outside of all groups.
        repeat: Name of the repeat it consists of, or None.
        texts: label per language.
    """

    code: str
    repeat: str | None
    texts: Texts


@dataclass(frozen=True)
class Check:
    """A rule across questions, from the sheet ``checks``.

    Attributes:
        name: Unique; findings carry it as their rule.
        row: Row in the sheet ``checks``.
        question: Question at which the finding is shown; a check of a repeat is assessed once per row.
        expression: XPath that must be true; evaluated with the question's node as context.
        applies: XPath that says when it is assessed; '' for always.
        severity: Severity of the finding.
        texts: message per language.
    """

    name: str
    row: int
    question: str
    expression: str
    applies: str
    severity: Severity
    texts: Texts


@dataclass(frozen=True)
class RuleSeverity:
    """How serious findings of a rule are for this alliance, from the sheet ``rules``.

    Attributes:
        rule: Name of a rule of stocktake, or of a note on reading.
        row: Row in the sheet ``rules``.
        severity: Severity of its findings; ``off`` where members are not told of them.
    """

    rule: str
    row: int
    severity: Severity | Literal["off"]


@dataclass(frozen=True)
class Form:
    """The whole questionnaire of an alliance.

    Attributes:
        id: form_id of the settings sheet.
        version: version of the settings sheet.
        title: Title per language.
        languages: Language codes in the order of the form; the first is the default.
        sections: In order.
        questions: In order, notes and calculations included.
        choices: Choices per list, in order. The list ``missing_reason`` must hold MISSING_REASONS.
        checks: In order.
        file: Name of the XLSForm, for messages.
        rule_severities: The rules whose findings are as serious as the alliance says.
    """

    id: str
    version: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    checks: tuple[Check, ...]
    file: str = "questionnaire.xlsx"
    root: str = field(default="data")
    rule_severities: tuple[RuleSeverity, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Question]:
        """Questions by code."""
        return {question.code: question for question in self.questions}

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The questions that a member answers, in order."""
        return tuple(question for question in self.questions if question.is_answered_by_member)

    @cached_property
    def commitments_repeat(self) -> str | None:
        """Name of the repeat with a row per commitment: the one that asks for their status; None if there is none."""
        return next((question.repeat for question in self.asked if question.role == "status" and question.repeat), None)

    def in_section(self, section: str) -> tuple[Question, ...]:
        """The questions of a section, notes and calculations included, in order."""
        return tuple(question for question in self.questions if question.section == section)

    def in_repeat(self, repeat: str | None) -> tuple[Question, ...]:
        """The questions of a repeat (or outside of all, for None) that a member answers, in order."""
        return tuple(question for question in self.asked if question.repeat == repeat)

    def with_role(self, role: str, *, indicator: str | None = None, repeat: str | None = None) -> tuple[Question, ...]:
        """The questions that have a role, of one indicator and of one repeat (or outside of both, for None)."""
        return tuple(
            question
            for question in self.asked
            if (question.role, question.indicator, question.repeat) == (role, indicator, repeat)
        )

    def choice_label(self, choices: str, code: str, language: str) -> str:
        """The label of a choice, or its code where the list does not have it."""
        for choice in self.choices.get(choices, ()):
            if choice.code == code:
                return choice.texts.get("label", language)
        return code
