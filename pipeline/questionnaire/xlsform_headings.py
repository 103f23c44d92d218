"""The headings of an XLSForm under the names that the product looks for.

Which spellings mean the same is pyxform's to say: its own function and its tables of aliases are asked, so that
``relevance``, ``bind::relevant`` and ``Relevant`` are one column here as there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

OWN_SURVEY: Final = ("goal", "indicator", "role", "unit", "short", "severity", "tolerance")
"""Columns of the sheet ``survey`` that are ours; pyxform lets them pass."""

_NAMES: Final[Mapping[tuple[str, ...], str]] = {
    ("bind", "relevant"): "relevant",
    ("bind", "required"): "required",
    ("bind", "constraint"): "constraint",
    ("bind", "calculate"): "calculation",
    ("bind", "readonly"): "readonly",
    ("bind", "jr:constraintMsg"): "constraint_message",
    ("bind", "jr:requiredMsg"): "required_message",
    ("bind", "entities:saveto"): "save_to",
    ("control", "appearance"): "appearance",
    ("control", "jr:count"): "repeat_count",
    ("list name",): "list_name",
    ("id_string",): "form_id",
    ("title",): "form_title",
}


def canonical_headings(sheet: str, headings: list[str]) -> list[str]:
    """The headings of a sheet as they are looked for: ``field``, ``field::language``, or as they stand if unknown.

    Args:
        sheet: Name of the sheet in lower case.
        headings: The headings as they stand.
    """
    doubled = any("::" in heading for heading in headings)
    return [_canonical(sheet, " ".join(heading.split()), doubled) for heading in headings]


def _canonical(sheet: str, heading: str, doubled: bool) -> str:
    from pyxform import aliases
    from pyxform.parsing.sheet_headers import process_header
    from pyxform.question import MultipleChoiceQuestion, Option
    from pyxform.survey import Survey

    known: dict[str, tuple[Any, set[str]]] = {
        "survey": (aliases.survey_header, set(MultipleChoiceQuestion.get_slot_names())),
        "choices": (aliases.list_header, set(Option.get_slot_names())),
        "settings": (aliases.settings_header, set(Survey.get_slot_names())),
    }
    if sheet not in known or not heading:
        return _own(heading)
    header_aliases, columns = known[sheet]
    _, tokens = process_header(heading, doubled, header_aliases, columns)
    for length in (2, 1):
        name = _NAMES.get(tokens[:length])
        if name:
            return "::".join((name, *tokens[length:]))
    own = _snake(tokens[0])
    is_own = (sheet == "survey" and own in OWN_SURVEY) or sheet == "settings"
    return "::".join((own if is_own else tokens[0], *tokens[1:]))


def _own(heading: str) -> str:
    """A heading of a sheet that pyxform does not know: the field in lower case, then the language as it stands."""
    field, mark, language = heading.partition("::")
    return f"{_snake(field)}{mark}{language.strip()}"


def _snake(words: str) -> str:
    return re.sub(r"\s+", "_", words.strip().lower())
