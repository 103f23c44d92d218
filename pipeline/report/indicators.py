"""What a member reported for its numeric indicators, as rows of its page."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.questionnaire.form import Question
from pipeline.report.material import Material, Row
from pipeline.report.notation import NO_BREAK, number
from pipeline.report.wml import Cell, cell, paragraph

NUMBERS = ("value", "stock")


def indicator_rows(material: Material, code: str) -> Iterator[list[Cell | str]]:
    """One row per numeric indicator and kind of number (of the year, or in total) that the member gave.

    Args:
        material: The tables.
        code: The member.

    Yields:
        Indicator with notes, year, value, value of the year before.
    """
    for question, answer in _asked(material, code):
        if answer["number"] is not None:
            yield _row(material, code, question, answer["number"])


def indicators_missing(material: Material, code: str) -> str:
    """The numeric indicators without a value and the member's reasons, in one sentence; '' where none is missing."""
    found = [
        f"{question.texts.get('label', 'en')} ({answer['missing_reason'].replace('_', ' ')})"
        for question, answer in _asked(material, code)
        if answer["number"] is None and answer["missing_reason"]
    ]
    return f"No value: {'; '.join(found)}." if found else ""


def _asked(material: Material, code: str) -> Iterator[tuple[Question, Row]]:
    for question in material.alliance.form.asked:
        if question.indicator and question.repeat is None and question.role in NUMBERS:
            answer = material.answers.get((code, "", question.code))
            if answer:
                yield question, answer


def _row(material: Material, code: str, question: Question, value: float) -> list[Cell | str]:
    before = _answer(material, code, question, "previous_value") if question.role == "value" else None
    notes = _notes(material, code, question)
    told = [paragraph(notes, style="TableNote")] if notes else []
    return [
        cell(question.texts.get("label", "en"), *told),
        cell(_answer(material, code, question, "year") or "–", style="TableCentred"),
        cell(_shown(value, question.unit), style="TableCentred"),
        cell(_shown(float(before), "") if before else "–", style="TableCentred"),
    ]


def _answer(material: Material, code: str, question: Question, role: str) -> str | None:
    for other in material.alliance.form.with_role(role, indicator=question.indicator):
        answer = material.answers.get((code, "", other.code))
        if answer and answer["value"]:
            return answer["value"]
    return None


def _shown(value: float, unit: str) -> str:
    shown = "%" if unit == "percent" else unit
    return f"{number(value)}{NO_BREAK}{shown}".rstrip(NO_BREAK)


def _notes(material: Material, code: str, question: Question) -> str:
    marks = (("estimated", "estimated"), ("break", "break in the series"))
    found = [words for role, words in marks if _answer(material, code, question, role) == "yes"]
    source = _answer(material, code, question, "source")
    return "; ".join([*found, f"source: {source}"] if source else found)
