"""What a member reported for its numeric indicators, as rows of its page."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.questionnaire.form import Question
from pipeline.report.material import Material
from pipeline.report.notation import NO_BREAK, number
from pipeline.report.wml import Cell, cell, paragraph

NUMBERS = ("value", "stock")


def indicator_rows(material: Material, code: str) -> Iterator[list[Cell | str]]:
    """One row per numeric indicator and kind of number (of the year, or in total) that the member filled in.

    Args:
        material: The tables.
        code: The member.

    Yields:
        Indicator with notes, year, value, value of the year before.
    """
    for question in material.alliance.form.asked:
        if question.indicator and question.repeat is None and question.role in NUMBERS:
            answer = material.answers.get((code, "", question.code))
            if answer and (answer["number"] is not None or answer["missing_reason"]):
                yield _row(material, code, question)


def _row(material: Material, code: str, question: Question) -> list[Cell | str]:
    answer = material.answers[code, "", question.code]
    before = _answer(material, code, question, "previous_value") if question.role == "value" else None
    notes = _notes(material, code, question, answer["missing_reason"])
    told = [paragraph(notes, style="TableNote")] if notes else []
    return [
        cell(question.texts.get("label", "en"), *told),
        cell(_answer(material, code, question, "year") or "–", style="TableCentred"),
        cell(_shown(answer["number"], question.unit), style="TableCentred"),
        cell(_shown(float(before), "") if before else "–", style="TableCentred"),
    ]


def _answer(material: Material, code: str, question: Question, role: str) -> str | None:
    for other in material.alliance.form.with_role(role, indicator=question.indicator):
        answer = material.answers.get((code, "", other.code))
        if answer and answer["value"]:
            return answer["value"]
    return None


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    shown = "%" if unit == "percent" else unit
    return f"{number(value)}{NO_BREAK}{shown}".rstrip(NO_BREAK)


def _notes(material: Material, code: str, question: Question, missing_reason: str | None) -> str:
    found = [f"no value: {missing_reason.replace('_', ' ')}"] if missing_reason else []
    for role, words in (("estimated", "estimated"), ("break", "break in the series")):
        if _answer(material, code, question, role) == "yes":
            found.append(words)
    source = _answer(material, code, question, "source")
    found += [f"source: {source}"] if source else []
    return "; ".join(found)
