"""The words of a form folded once, so that reading ten thousand cells does not fold them ten thousand times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Final

from pipeline.gather.number_text import fold
from pipeline.questionnaire.form import Form

SEPARATOR: Final = re.compile(r"([;,\n])")
"""What stands between typed choices, and sometimes in their labels."""

Spellings = Mapping[str, frozenset[str]]
"""Spelling -> codes of the choices that are spelled so; more than one where labels are the same words."""


class Vocabulary:
    """The spellings of the choices and questions of one form.

    Attributes:
        form: The form.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self._choices: dict[tuple[str, str], list[tuple[str, Spellings, Spellings]]] = {}
        self._longest: dict[str, int] = {}

    def choices(self, name: str, language: str) -> list[tuple[str, Spellings, Spellings]]:
        """The spellings of a list of choices in the order in which they count.

        Args:
            name: Name of the list.
            language: Language of the workbook, whose labels count first.

        Returns:
            Per rule (label, code, label_other_language): the spellings as written and folded.
        """
        if (name, language) not in self._choices:
            listed = self.form.choices.get(name, ())
            others = [other for other in self.form.languages if other != language]
            rules = {
                "label": [(choice.code, choice.texts.get("label", language)) for choice in listed],
                "code": [(choice.code, choice.code) for choice in listed],
                "label_other_language": [
                    (choice.code, choice.texts.get("label", other)) for other in others for choice in listed
                ],
            }
            self._choices[name, language] = [
                (rule, _spellings(offered, str.strip), _spellings(offered, fold)) for rule, offered in rules.items()
            ]
        return self._choices[name, language]

    def longest(self, name: str) -> int:
        """The most pieces that a label of a list consists of, taken apart where typed choices are."""
        if name not in self._longest:
            labels = [
                choice.texts.get("label", language)
                for choice in self.form.choices.get(name, ())
                for language in self.form.languages
            ]
            self._longest[name] = max((len(SEPARATOR.split(label)) for label in labels), default=1) // 2 + 1
        return self._longest[name]

    @cached_property
    def reasons(self) -> Mapping[str, str]:
        """Folded label or code -> code of each missing-reason."""
        reasons: dict[str, str] = {}
        for choice in self.form.choices.get("missing_reason", ()):
            labels = [choice.texts.get("label", language) for language in self.form.languages]
            for spelling in (*labels, choice.code):
                if fold(spelling):
                    reasons.setdefault(fold(spelling), choice.code)
        return reasons

    @cached_property
    def labels(self) -> Mapping[str, frozenset[str]]:
        """Code of a question -> its folded labels in the languages of the form."""
        return self._wordings("label")

    @cached_property
    def hints(self) -> Mapping[str, frozenset[str]]:
        """Code of a question -> its folded hints in the languages of the form; none where it has no hint."""
        return self._wordings("hint")

    def _wordings(self, text: str) -> Mapping[str, frozenset[str]]:
        return {
            question.code: frozenset(fold(question.texts.get(text, language)) for language in self.form.languages)
            - {""}
            for question in self.form.questions
        }

    @cached_property
    def units(self) -> Mapping[str, tuple[str, ...]]:
        """Code of a question -> the spellings of its unit, as a workbook may show it."""
        return {
            question.code: tuple(
                dict.fromkeys(
                    [
                        question.unit,
                        *(question.texts.get("unit", other) for other in self.form.languages),
                        *(["%"] if question.unit == "percent" else []),
                    ]
                )
            )
            for question in self.form.questions
        }


def _spellings(offered: Iterable[tuple[str, str]], same: Callable[[str], str]) -> Spellings:
    codes: dict[str, set[str]] = {}
    for code, spelling in offered:
        if same(spelling):
            codes.setdefault(same(spelling), set()).add(code)
    return {spelling: frozenset(meant) for spelling, meant in codes.items()}


class _Same:
    """A form as the key of a cache: forms hold mappings and have no hash, so only the very same object is equal."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.form is self.form

    def __hash__(self) -> int:
        return id(self.form)


@lru_cache(maxsize=8)
def _vocabulary(key: _Same) -> Vocabulary:
    return Vocabulary(key.form)


def vocabulary_of(form: Form) -> Vocabulary:
    """The vocabulary of a form, made once for the same object."""
    return _vocabulary(_Same(form))
