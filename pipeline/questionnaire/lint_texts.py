"""Texts of the questionnaire that are missing in a language, or by which questions cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.questionnaire.remark import Remark
from pipeline.questionnaire.xlsform_items import texts_of
from pipeline.questionnaire.xlsform_languages import language_code
from pipeline.questionnaire.xlsform_problems import Loading
from pipeline.questionnaire.xlsform_rows import SheetRow
from pipeline.questionnaire.xlsform_settings import titles
from pipeline.questionnaire.xlsform_survey import Place

_IN_EVERY_LANGUAGE = "texts_are_in_every_language"


def missing_translations(loading: Loading) -> Iterator[Remark]:
    """Texts that a row has in some language and lacks in another one of the form.

    Args:
        loading: What was read.
    """
    rows = {"choices": loading.choices(), "checks": loading.sheets.rows.get("checks", ())}
    places = [place.row for place in loading.places if not place.is_added]
    for sheet, found in {"survey": places, **rows}.items():
        for row in found:
            yield from _missing_in_row(loading, sheet, row)
    yield from _missing_titles(loading)
    for sheet, heading, language in loading.sheets.translated():
        if not language_code(language) and language != "default":
            seen = f"The language '{language}' has no code, and is none that English, French or Spanish calls so."
            mend = "Write it with its code, e.g. label::English (en); workbooks are made in languages with a code."
            yield Remark(_IN_EVERY_LANGUAGE, "language_without_code", "warning", sheet, 1, heading, seen, mend)


def _missing_in_row(loading: Loading, sheet: str, row: SheetRow) -> Iterator[Remark]:
    by_field = dict(loading.sheets.texts(row, loading.default_language).by_field)
    if row.get("unit"):
        by_field.setdefault(("unit", "en"), row.get("unit"))
    for field in dict.fromkeys(field for field, _ in by_field):
        missing = [language for language in loading.languages if not by_field.get((field, language))]
        for language in missing:
            words = next(text for (name, _), text in by_field.items() if name == field)
            seen = f"The {field.replace('_', ' ')} '{_cut(words)}' is missing in the language '{language}'."
            column = _column(loading, field, language)
            yield Remark(
                *(_IN_EVERY_LANGUAGE, "missing_translation", "warning", sheet, row.number, column),
                *(seen, "Translate it; members of that language see it in the default language."),
            )


def _missing_titles(loading: Loading) -> Iterator[Remark]:
    shown = titles(loading.settings, loading.languages)
    for language in loading.languages[1:]:
        if not loading.settings.get(f"form_title_{language.lower()}"):
            column = f"form_title_{language.lower()}"
            seen = f"The title '{_cut(shown[language])}' is missing in the language '{language}'."
            mend = f"Add the column {column} to the sheet settings."
            yield Remark(
                *(_IN_EVERY_LANGUAGE, "missing_translation", "warning", "settings", loading.settings.number, column),
                *(seen, mend),
            )


def _column(loading: Loading, field: str, language: str) -> str:
    """The heading under which a text belongs: that of another field in the same language shows how it is named."""
    named = [name for _, _, name in loading.sheets.translated() if (language_code(name) or name) == language]
    return f"{field}::{named[0]}" if named else field


def constraints_without_message(loading: Loading) -> Iterator[Remark]:
    """Questions with a constraint and no message in any language: the member is told that something is wrong, not what.

    Args:
        loading: What was read.
    """
    for place in loading.questions():
        fields = {field for field, _ in texts_of(loading, place).by_field}
        if place.row.get("constraint") and place.is_answered and "constraint_message" not in fields:
            seen = f"The constraint of '{place.name}' has no message."
            mend = "Write under constraint_message what a right answer is, in every language."
            yield Remark(
                *("constraints_say_what_is_wrong", "constraint_without_message", "warning", "survey"),
                *(place.row.number, "constraint_message", seen, mend),
            )


def duplicate_labels(loading: Loading) -> Iterator[Remark]:
    """Questions of a section that read the same, and questions without words.

    Args:
        loading: What was read.
    """
    check = "questions_can_be_told_apart"
    known: dict[tuple[str, str | None, str, str, str], Place] = {}
    for place in loading.questions():
        if not place.is_answered or place.is_added:
            continue
        by_field = texts_of(loading, place).by_field
        if not any(field == "label" for field, _ in by_field):
            seen = f"The question '{place.name}' has no label."
            mend = "Write one: members see the code in its place."
            yield Remark(check, "missing_label", "warning", "survey", place.row.number, "label", seen, mend)
        for (field, language), words in by_field.items():
            key = (place.section, place.repeat, field, language, " ".join(words.casefold().split()))
            first = known.setdefault(key, place)
            if field in ("label", "short") and first is not place:
                seen = f"'{_cut(words)}' ({language}) stands in row {first.row.number} of the same section already."
                column = _column(loading, field, language)
                mend = "Word them differently, so that a letter can name either."
                yield Remark(check, "duplicate_label", "warning", "survey", place.row.number, column, seen, mend)


def _cut(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"
