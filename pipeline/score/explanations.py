"""Every rating in one sentence with its numbers, in the languages that stocktake itself speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pipeline.score.method import Method
from pipeline.score.wording import Row, Words, clauses, ends, shown

if TYPE_CHECKING:
    from pipeline.questionnaire.form import Form
    from pipeline.translations import Catalogue

COLUMNS: Final[Mapping[str, str]] = {"en": "explanation", "fr": "explanation_fr", "es": "explanation_es"}
"""The column of ``commitment_scores`` for each language."""
_UNSAID: Final = {*COLUMNS.values(), "commitment", "member", "goal", "sources", "start_date", "cut_off", "weight"}
HEADS: Final[Mapping[str, str]] = {
    "achieved": "Achieved: %(why)s.",
    "on_track": "On track: %(why)s.",
    "acceleration_needed": "Acceleration needed: %(why)s.",
    "limited": "Limited: %(why)s.",
    "deterioration": "Deterioration: %(why)s.",
    "not_available": "Not available: %(why)s.",
}
REASONS: Final[Mapping[str, str]] = {
    "no_submission": "no workbook of the member was accepted in this cycle",
    "no_answer": "there is neither an answer nor a reason for its absence",
    "value_not_available": "the member says that the answer is not available",
    "value_not_applicable": "the member says that the question does not apply",
    "value_not_yet": "the member says that the answer is not there yet",
    "value_confidential": "the member says that the answer is confidential",
    "unreadable": "the answer could not be read",
    "value_missing": "there is no value",
    "year_missing": "the year of the value is missing or cannot be a year",
    "year_in_future": "the year of the value is still to come",
    "direction_missing": "it is not said whether higher or lower is better",
    "baseline_missing": "there is no baseline",
    "target_missing": "there is no target",
    "target_year_missing": "there is no target year",
    "target_year_not_after_baseline": "the target year is not after the year of the baseline",
    "fewer_than_two_years": "the latest value is not from a later year than the baseline",
    "signs_differ": "baseline and latest value have different signs, so that growth has no meaning",
    "target_sign_differs": "baseline and target have different signs, so that growth has no meaning",
    "out_of_range": "a value is too large or too small to be computed with",
    "break_in_series": "there is a break in the series after the baseline, so that the values cannot be compared",
    "unit_changed": "the questionnaire asks in another unit than that of the register",
    "figures_mixed": "the register counts a total, and the questionnaire asks for the figure of a year",
    "value_too_old": "the latest value is older than the alliance allows",
    "rate_missing": "the register names no yearly rate or no reading of it",
    "growth_undefined": "growth from zero or from a negative value has no rate",
    "years_too_far_apart": "the first and the last year of the series are too far apart",
    "years_missing": "values of some years are missing, so that growth cannot be read for each year",
    "withdrawn": "the commitment was withdrawn",
    "no_evidence": "there is no evidence on its status",
    "elements_unknown": "the rating depends on elements that were not answered",
}


def messages() -> list[str]:
    """The messages that are said by their code, for the collection of what is to be translated."""
    return [*HEADS.values(), *REASONS.values()]


def words_of(form: Form, catalogue: Catalogue, named_units: Mapping[str, Mapping[str, str]]) -> Words:
    """Return the words of a language: those of stocktake, and the form's own for elements, statuses and units.

    Args:
        form: The questionnaire.
        catalogue: The words of stocktake in the language.
        named_units: Name per language of units that no question has.
    """
    language, asked = catalogue.language, form.asked
    lists = {question.choices for question in asked if question.role == "status" and question.choices}
    codes = {choice.code: name for name in sorted(lists) for choice in form.choices[name]}
    units = {unit: names.get(language, "") for unit, names in named_units.items()}
    units |= {question.unit: question.texts.get("unit", language) for question in asked if question.unit}
    return Words(
        catalogue,
        elements={question.code: question.short_label(language) for question in asked if question.role == "element"},
        statuses={code: form.choice_label(name, code, language) for code, name in codes.items()},
        units={unit: name for unit, name in units.items() if name},
    )


def explanations(scores: pd.DataFrame, known: Mapping[str, Method], spoken: Iterable[Words]) -> dict[str, list[str]]:
    """Explain every rating in one sentence per language.

    Args:
        scores: Table ``commitment_scores``; the explanations themselves are not needed.
        known: The methods by name.
        spoken: The languages.

    Returns:
        The column per language, see COLUMNS, in the order of ``scores``.
    """
    languages, columns = list(spoken), _columns(scores)
    said: list[list[str]] = [[] for _ in languages]
    # A row at a time, since to keep all of them as dictionaries takes longer than to say them.
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        method = known[row["method"]]
        for words, texts in zip(languages, said, strict=True):
            texts.append(explain(words, row, method))
    return {COLUMNS[words.catalogue.language]: texts for words, texts in zip(languages, said, strict=True)}


def _columns(scores: pd.DataFrame) -> dict[str, list[Any]]:
    # Plain Python values, None for what is missing: asking pandas row by row takes most of the time.
    return {str(name): _plain(scores[name]) for name in scores.columns if name not in _UNSAID}


def _plain(column: pd.Series) -> list[Any]:
    missing = column.isna()
    if missing.all():
        return [None] * len(column)
    return (column.astype(object).where(~missing, None) if missing.any() else column).tolist()


def explain(words: Words, row: Row, method: Method) -> str:
    """Return the sentence that explains one rating.

    Args:
        words: The language.
        row: A row of ``commitment_scores``, with None where it has no value.
        method: The method that rated it.
    """
    why = method.explain(words, row) if row["rating"] != "not_available" else _reason(words, row)
    return words.catalogue.text(HEADS[row["rating"]], why=why)


def _reason(words: Words, row: Row) -> str:
    reason = words.catalogue.text(REASONS[row["reason"]])
    if row["reason"] != "growth_undefined":
        return reason
    (first_year, first), (last_year, last) = ends(row["series"])
    change = words.catalogue.text(
        "the change from %(first)s to %(last)s is %(change)s",
        first=first_year, last=last_year, change=shown(words, last - first, signed=True),
    )  # fmt: skip
    return clauses(words, [reason, change])
