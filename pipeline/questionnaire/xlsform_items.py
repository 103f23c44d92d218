"""Questions, choices and checks of the form, made of the rows of its XLSForm and of what pyxform makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from pipeline.questionnaire.form import Check, Choice, Question, QuestionType, RuleSeverity, Severity, Texts
from pipeline.questionnaire.xlsform_conversion import Conversion
from pipeline.questionnaire.xlsform_names import REFERENCE
from pipeline.questionnaire.xlsform_problems import Loading
from pipeline.questionnaire.xlsform_ranges import range_constraint
from pipeline.questionnaire.xlsform_rows import SheetRow
from pipeline.questionnaire.xlsform_support import tolerance
from pipeline.questionnaire.xlsform_survey import Place
from pipeline.questionnaire.xlsform_words import DEFAULT_REASONS, MISSING_REASON_LIST, OTHER, OTHER_CHOICE

_NO_COLUMNS: Final = ("list_name", "name", "label", "media")
"""Columns of the sheet ``choices`` that say what a choice is, and not what it belongs to."""


def question_of(loading: Loading, place: Place, position: int, conversion: Conversion) -> Question:
    """The question of a row.

    Args:
        loading: What was read.
        place: The row and where it stands.
        position: Its number in the form, from 1.
        conversion: What pyxform made.
    """
    path = f"/{conversion.root}/{place.path}"
    bind, row = conversion.binds.get(path, {}), place.row
    share, choice_filter = row.get("tolerance"), row.get("choice_filter")
    has_choices = place.kind in ("select_one", "select_multiple")
    return Question(
        code=place.name,
        position=position,
        row=row.number,
        type=cast("QuestionType", place.kind),
        section=place.section,
        repeat=place.repeat,
        path=path,
        choices=place.type.choices if has_choices else None,
        required=bind.get("required", "").strip(),
        relevant=_relevant(loading, place, conversion),
        constraint=_constraint(place, bind.get("constraint", "").strip()),
        calculate=place.calculation or bind.get("calculate", "").strip(),
        goal=row.get("goal") or None,
        indicator=row.get("indicator") or None,
        role=row.get("role") or None,
        unit=row.get("unit"),
        severity=cast("Severity", row.get("severity") or "error"),
        tolerance=tolerance(share) if share else None,
        texts=texts_of(loading, place),
        choice_filter=conversion.expand(choice_filter, place.path) if choice_filter and has_choices else "",
        number_range=place.number_range,
    )


def texts_of(loading: Loading, place: Place) -> Texts:
    """The texts of a question, group or repeat; the hint that a type brings along stands in for a missing one.

    Args:
        loading: What was read.
        place: The row and where it stands.
    """
    texts = _texts_of_row(loading, place.row)
    if place.type.hint and not any(field == "hint" for field, _ in texts.by_field):
        return Texts({**texts.by_field, ("hint", "en"): place.type.hint}, texts.default_language)
    return texts


def _texts_of_row(loading: Loading, row: SheetRow) -> Texts:
    """The texts of a row. Where a web form shows an answer (``${name}``), a workbook names the question."""
    texts = loading.sheets.texts(row, loading.default_language)
    if not any("${" in text for text in texts.by_field.values()):
        return texts
    rows = {place.name: place.row for place in loading.places}

    def named(name: str, language: str) -> str:
        words = loading.sheets.texts(rows[name], loading.default_language) if name in rows else Texts({}, language)
        label = words.get("short", language) or words.get("label", language)
        return f"[{REFERENCE.sub('…', label) or name}]"

    by_field = {
        (field, language): REFERENCE.sub(lambda match, spoken=language: named(match[1].strip(), spoken), text)
        for (field, language), text in texts.by_field.items()
    }
    return Texts(by_field, texts.default_language)


def _constraint(place: Place, own: str) -> str:
    if place.number_range is None:
        return own
    limits = range_constraint(place.number_range)
    return f"({own}) and {limits}" if own else limits


def _relevant(loading: Loading, place: Place, conversion: Conversion) -> str:
    """The question's own condition and those of the groups around it, as paths seen from the question.

    The binds of groups cannot be used: inside of repeats their paths start at the group's node.
    """
    around = {group.path: group for group in loading.places if group.kind in ("group", "repeat")}
    paths = ["/".join(place.groups[:depth]) for depth in range(1, len(place.groups) + 1)]
    conditions = [around[path].row.get("relevant") for path in paths] + [place.row.get("relevant")]
    expanded = [_plain_truth(conversion.expand(text, place.path)) for text in conditions if text]
    return expanded[0] if len(expanded) == 1 else " and ".join(f"({text})" for text in expanded)


def _plain_truth(condition: str) -> str:
    from pyxform.aliases import BINDING_CONVERSIONS

    return str(BINDING_CONVERSIONS.get(condition, condition))


def choices_of(loading: Loading) -> Mapping[str, tuple[Choice, ...]]:
    """The choices per list; ``missing_reason`` is the product's own where the form has none.

    Args:
        loading: What was read.
    """
    lists: dict[str, list[Choice]] = {}
    for row in loading.choices():
        lists.setdefault(row.get("list_name"), []).append(_choice(loading, row))
    for place in loading.places:
        choices = lists.get(place.type.choices, [])
        if place.type.or_other and all(choice.code != OTHER for choice in choices):
            choices.append(OTHER_CHOICE)
    lists.setdefault(MISSING_REASON_LIST, list(DEFAULT_REASONS))
    return {name: tuple(choices) for name, choices in lists.items()}


def _choice(loading: Loading, row: SheetRow) -> Choice:
    texts = _texts_of_row(loading, row)
    columns = {name: text for name, text in row.cells.items() if name.partition("::")[0] not in _NO_COLUMNS}
    if not texts.get("label", loading.default_language):
        # As in a web form, a choice without a label is shown by its code.
        label = next((text for (field, _), text in texts.by_field.items() if field == "label"), row.get("name"))
        texts = Texts({**texts.by_field, ("label", loading.default_language): label}, loading.default_language)
    return Choice(row.get("name"), texts, columns)


def checks_of(loading: Loading, conversion: Conversion) -> tuple[Check, ...]:
    """The checks of the sheet ``checks``, their expressions as those of their questions.

    Args:
        loading: What was read.
        conversion: What pyxform made.
    """
    paths = {place.name: place.path for place in loading.questions()}
    return tuple(
        Check(
            name=row.get("name"),
            row=row.number,
            question=row.get("question"),
            expression=conversion.expand(row.get("expression"), paths[row.get("question")]),
            applies=conversion.expand(row.get("applies"), paths[row.get("question")]) if row.get("applies") else "",
            severity=cast("Severity", row.get("severity") or "error"),
            texts=_texts_of_row(loading, row),
        )
        for row in loading.sheets.rows.get("checks", ())
    )


def severities_of(loading: Loading) -> tuple[RuleSeverity, ...]:
    """What the sheet ``rules`` says of the severity of rules; nothing where there is no such sheet.

    Args:
        loading: What was read.
    """
    return tuple(
        RuleSeverity(row.get("rule"), row.number, cast("Severity", row.get("severity")))
        for row in loading.sheets.rows.get("rules", ())
    )
