"""Choices as people type or pick them: labels in any language of the form, codes, yes and no as booleans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.gather.number_text import fold
from pipeline.gather.vocabulary import SEPARATOR, vocabulary_of
from pipeline.questionnaire.form import Form

# A tick says yes. A cross does not: in a box it can mean either.
_TRUE = {"true", "vrai", "verdadero", "1", "✓", "✔", "☑", "✅", "[✓]"}
_FALSE = {"false", "faux", "falso", "0"}


@dataclass(frozen=True)
class ReadChoice:
    """Codes of choices read from a cell, or why none was read."""

    codes: tuple[str, ...] = ()
    read_as: str | None = None
    problem: str | None = None


def read_choice(text: str, choices: str, form: Form, language: str) -> ReadChoice:
    """Read one choice.

    Args:
        text: What was typed or picked.
        choices: Name of the list of choices.
        form: The questionnaire.
        language: Language of the workbook.

    Returns:
        The code with its rule (label, label_other_language, code, boolean), or the problem: not_a_choice, or
        ambiguous_choice where labels of different languages are the same words.
    """
    for read_as, *ways in vocabulary_of(form).choices(choices, language):
        # As typed first, so that a language in which accents tell words apart is served.
        for spellings, typed in zip(ways, (text.strip(), fold(text)), strict=True):
            codes = spellings.get(typed, frozenset())
            if len(codes) == 1:
                return ReadChoice(tuple(codes), read_as)
            if codes:
                return ReadChoice(problem="ambiguous_choice")
    return _as_boolean(text, choices, form)


def _as_boolean(text: str, choices: str, form: Form) -> ReadChoice:
    if {"yes", "no"} <= {choice.code for choice in form.choices[choices]}:
        if fold(text) in _TRUE:
            return ReadChoice(("yes",), "boolean")
        if fold(text) in _FALSE:
            return ReadChoice(("no",), "boolean")
    return ReadChoice(problem="not_a_choice")


def read_choices(text: str, choices: str, form: Form, language: str) -> ReadChoice:
    """Read any number of choices, separated by semicolons, line ends or commas, or codes separated by blanks.

    Labels may hold such signs themselves. Where what was typed can be taken apart in ways that mean different choices,
    nobody can tell which are meant.

    Args:
        text: What was typed.
        choices: Name of the list of choices.
        form: The questionnaire.
        language: Language of the workbook.

    Returns:
        The codes in the order of the form, with the rule of the least usual of them, or the problem of the first that
        is none, or ambiguous_choice.
    """
    pieces = SEPARATOR.split(text)
    meant = _meanings(pieces, choices, form, language)
    if len(meant) > 1:
        return ReadChoice(problem="ambiguous_choice")
    for codes, rules in meant.items():
        order = [choice.code for choice in form.choices[choices] if choice.code in codes]
        read_as = next((rule for rule in ("label_other_language", "boolean", "code", "label") if rule in rules), None)
        return ReadChoice(tuple(order), read_as) if order else ReadChoice(problem="not_a_choice")
    wrong = (_read_piece(piece, choices, form, language) for piece in pieces[::2])
    return ReadChoice(problem=next((read for read in wrong if isinstance(read, str)), "not_a_choice"))


def _meanings(
    pieces: Sequence[str], choices: str, form: Form, language: str
) -> Mapping[frozenset[str], frozenset[str]]:
    """The sets of codes that pieces can mean, of which two are enough, each with the rules that gave it.

    ``pieces`` is what was typed, with every separator in between as a piece of its own.
    """
    longest = vocabulary_of(form).longest(choices)
    # From the end on: what follows each separator can mean.
    after: dict[int, dict[frozenset[str], frozenset[str]]] = {len(pieces) + 1: {frozenset(): frozenset()}}
    for begin in range(len(pieces) - 1, -1, -2):
        meant: dict[frozenset[str], frozenset[str]] = {}
        for end in range(begin + 1, min(begin + 2 * longest, len(pieces) + 1), 2):
            read = _read_piece("".join(pieces[begin:end]), choices, form, language)
            if not isinstance(read, str):
                for codes, rules in after[end + 1].items():
                    meant[codes | frozenset(read)] = rules | frozenset(read.values())
        after[begin] = dict(islice(meant.items(), 2))
    return after[0]


def _read_piece(piece: str, choices: str, form: Form, language: str) -> dict[str, str] | str:
    typed = piece.strip()
    if not typed.strip("•*-"):
        return {}
    read = read_choice(typed, choices, form, language)
    if read.problem:
        read = read_choice(typed.lstrip("•*- \t"), choices, form, language)
    if read.read_as:
        return {read.codes[0]: read.read_as}
    codes = typed.split()
    if {choice.code for choice in form.choices[choices]}.issuperset(codes):
        return dict.fromkeys(codes, "code")
    return read.problem or "not_a_choice"
