"""Parts of the questionnaire that have no effect, mostly because something was misspelt or forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from pipeline.questionnaire.remark import Remark, Rule
from pipeline.questionnaire.xlsform_headings import OWN_SURVEY
from pipeline.questionnaire.xlsform_problems import Loading
from pipeline.questionnaire.xlsform_survey import FALSE_WORDS
from pipeline.questionnaire.xlsform_types import METADATA
from pipeline.questionnaire.xlsform_words import MISSING_REASON_LIST

_CHECK: Final = "nothing_is_without_use"
_READ: Final = {
    "survey": (
        *("type", "name", "label", "hint", "relevant", "constraint", "constraint_message", "required"),
        *("required_message", "calculation", "choice_filter", "parameters", "readonly", "disabled", "appearance"),
        *("guidance_hint", "repeat_count", "default", "trigger", "media", *OWN_SURVEY),
    ),
    "choices": ("list_name", "name", "label", "media"),
    "checks": ("name", "question", "expression", "applies", "severity", "message"),
    "rules": ("rule", "severity", "note"),
    "settings": ("form_id", "version", "form_title", "default_language", "instance_name", "style", "namespaces"),
}
_SHEETS: Final = ("survey", "choices", "settings", "checks", "rules")
_REFERENCE: Final = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")


def unused_choices(loading: Loading) -> Iterator[Remark]:
    """Lists of choices that no question offers.

    Args:
        loading: What was read.
    """
    used = {place.type.choices for place in loading.places} | {MISSING_REASON_LIST}
    first = {row.get("list_name"): row.number for row in reversed(loading.choices())}
    for name in dict.fromkeys(row.get("list_name") for row in loading.choices()):
        is_label_set = any(f"tick_labelset={name}" in place.row.get("parameters") for place in loading.places)
        if name not in used and not is_label_set:
            seen = f"No question offers the list '{name}'."
            yield _remark(
                "unused_choices", "choices", first[name], "list_name", seen, "Use it in a type, or remove it."
            )


def misspelt_headings(loading: Loading) -> Iterator[Remark]:
    """Columns and sheets that nobody reads and whose names are close to one that is read.

    Args:
        loading: What was read.
    """
    for sheet, known in _READ.items():
        for heading in loading.sheets.headings.get(sheet, ()):
            field = heading.partition("::")[0]
            close = get_close_matches(field.partition(":")[0].lower(), known, 1, 0.8)
            if field and field not in known and not field.startswith("form_title_") and close:
                seen = f"The column '{heading}' is not read."
                yield _remark("misspelt_column", sheet, 1, heading, seen, f"Did you mean '{close[0]}'?")
    for sheet in loading.sheets.headings:
        close = get_close_matches(sheet, _SHEETS, 1, 0.8)
        if sheet not in _SHEETS and close and close[0] not in loading.sheets.headings:
            yield _remark(
                "misspelt_sheet", sheet, None, "", f"The sheet '{sheet}' is not read.", f"Name it '{close[0]}'."
            )


def idle_logic(loading: Loading) -> Iterator[Remark]:
    """Conditions at rows that no member answers, and a form without a version.

    Args:
        loading: What was read.
    """
    for place in loading.questions():
        if place.is_answered:
            continue
        what = "metadata" if place.type.kind == METADATA else place.kind
        for column in ("constraint", "required", "role", "tolerance"):
            if place.row.get(column) not in ("", *FALSE_WORDS):
                seen = f"The {column} of '{place.name}' has no effect: a {what} is not answered by members."
                mend = "Move it to the question that it is about, or leave it out."
                yield _remark("logic_without_effect", "survey", place.row.number, column, seen, mend)
    declared = next(iter(loading.sheets.rows.get("settings", ())), None)
    if declared is None or not declared.get("version"):
        seen = "The form has no version; it is told by its codes, types and choices."
        mend = "Write one, and a new one with every change: ODK Central wants it, and members can name it."
        yield _remark("no_version", "settings", loading.settings.number, "version", seen, mend)


def names_beyond_odk(loading: Loading) -> Iterator[Remark]:
    """Names with letters of scripts that have no capitals: ODK Validate takes no path with them.

    Args:
        loading: What was read.
    """
    for place in loading.places:
        if any(sign.isalpha() and sign.lower() == sign.upper() for sign in place.name):
            seen = f"ODK Collect cannot run a form with the name '{place.name}'."
            mend = "For the web, use Latin, Greek or Cyrillic letters in names; labels may be in any script."
            yield Remark(
                *("web_forms_can_run_it", "name_beyond_odk", "query", "survey", place.row.number, "name", seen, mend)
            )


def cycles_beyond_odk(loading: Loading) -> Iterator[Remark]:
    """Questions that take up their own value of another row, as a running total does: ODK sees a cycle there.

    Args:
        loading: What was read.
    """
    named = {
        (place.name, column): set(_REFERENCE.findall(place.row.get(column)))
        for place in loading.questions()
        for column in ("calculation", "relevant")
    }
    for place in loading.questions():
        for column in ("calculation", "relevant"):
            if place.name in _reached(named[place.name, column], named):
                seen = f"ODK Collect cannot run a form in which the {column} of '{place.name}' takes up '{place.name}' itself."
                mend = "For the web, do without the value of another row: sum up over all rows, or ask for it."
                yield Remark(
                    *("web_forms_can_run_it", "cycle_beyond_odk", "query", "survey", place.row.number, column),
                    *(seen, mend),
                )


def _reached(names: set[str], named: Mapping[tuple[str, str], set[str]]) -> set[str]:
    """The questions that an expression with these names depends on."""
    found, new = set[str](), names
    while new:
        found |= new
        new = {name for (by, _), more in named.items() if by in new for name in more} - found
    return found


def _remark(rule: Rule, sheet: str, row: int | None, column: str, seen: str, mend: str) -> Remark:
    severity = "query" if rule in ("unused_choices", "no_version") else "warning"
    return Remark(_CHECK, rule, severity, sheet, row, column, seen, mend)
