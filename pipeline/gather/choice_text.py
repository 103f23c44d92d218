"""Choices as people type or pick them: labels in any language of the form, codes, yes and no as booleans."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.gather.number_text import fold
from pipeline.gather.vocabulary import vocabulary_of
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

    Labels may hold commas themselves: the longest run of pieces that is a label is taken for one.

    Returns:
        The codes in the order of the form, with the rule of the least usual of them, or the problem of the first that
        is none.
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip(" \t•*-") for part in re.split(r"[;\n]", text))):
        read = _read_part(part, choices, form, language)
        if isinstance(read, str):
            return ReadChoice(problem=read)
        found.update(read)
    if not found:
        return ReadChoice(problem="not_a_choice")
    order = [choice.code for choice in form.choices[choices]]
    rules = set(found.values())
    read_as = next(rule for rule in ("label_other_language", "boolean", "code", "label") if rule in rules)
    return ReadChoice(tuple(code for code in order if code in found), read_as)


def _read_part(part: str, choices: str, form: Form, language: str) -> dict[str, str] | str:
    codes = {choice.code for choice in form.choices[choices]}
    if codes.issuperset(part.split()):
        return dict.fromkeys(part.split(), "code")
    pieces = part.split(",")
    found: dict[str, str] = {}
    begin = 0
    while begin < len(pieces):
        for end in range(len(pieces), begin, -1):
            read = read_choice(",".join(pieces[begin:end]).strip(), choices, form, language)
            if read.codes and read.read_as:
                found[read.codes[0]] = read.read_as
                begin = end
                break
        else:
            if pieces[begin].strip():
                return read_choice(pieces[begin], choices, form, language).problem or "not_a_choice"
            begin += 1
    return found
