"""What the headings of a table of responses mean, in the ways in which survey systems write them.

The same question ``victims`` in the group ``pt1`` is ``victims`` in a plain table and in LimeSurvey, ``pt1-victims`` in
ODK Central, ``pt1/victims`` in KoboToolbox and ``New victims (victims)`` in EUSurvey with assigned values. One choice of
several is ``obstacles/legal`` in the first two, ``obstacles[legal]`` in LimeSurvey, and ``Legal (legal)`` to the right of
its question in EUSurvey. What belongs to an item of a repeat is ``c_title[ALB-01]``, ``commitments[ALB-01_c_title]`` (a
LimeSurvey array), or ``Commitments First (ALB-01):Title (c_title)`` (an EUSurvey table). Codes in LimeSurvey have neither
signs nor more than 20 letters, so ``og11new`` is taken for ``og11_new`` where no other code is like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.gather.number_text import fold
from pipeline.gather.responses.nodes import path_of, repeat_path, silent_paths
from pipeline.gather.responses.said import Subject
from pipeline.questionnaire.form import Form, Question

_BRACKETS = re.compile(r"([^\[\]]+)\[([^\[\]]+)\](?:\[[12]\])?")
_ASSIGNED = re.compile(r".*\(([^()]{1,100})\)\s*", re.DOTALL)
_ASSIGNED_TABLE = re.compile(r".*\(([^()]{1,100})\):.*\(([^()]{1,100})\)\s*", re.DOTALL)

_SUBJECTS: Mapping[str, Subject] = {"reason": "reason", "comment": "comment"}


@dataclass(frozen=True)
class Meaning:
    """What a column holds.

    Attributes:
        question: The question.
        subject: The answer, or what stands beside it.
        row: Label of the item of a repeat, as the heading has it; '' where it names none.
        choice: The choice that is picked in it or not; None where it holds the whole answer.
    """

    question: Question
    subject: Subject = "answer"
    row: str = ""
    choice: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The names by which headings may call the questions of a form.

    Attributes:
        form: The questionnaire.
        names: Codes and paths, as they are.
        plain: Codes without signs and case, those left out that two questions share.
        silent: Names of notes, calculations and the like, which nobody answers.
    """

    form: Form
    names: Mapping[str, tuple[Question, Subject]]
    plain: Mapping[str, tuple[Question, Subject]]
    silent: frozenset[str]


def vocabulary(form: Form) -> Vocabulary:
    """Collect the names of all questions that a member answers."""
    names: dict[str, tuple[Question, Subject]] = {}
    plain: dict[str, tuple[Question, Subject] | None] = {}
    for question in form.asked:
        path = path_of(question)
        inside = path[len(repeat_path(question)) :] if question.repeat else path
        for name in (question.code, "/".join(path), "-".join(path), "/".join(inside), "-".join(inside)):
            names.setdefault(name, (question, "answer"))
            for suffix, subject in _SUBJECTS.items():
                if f"{question.code}_{suffix}" not in form.by_code:
                    names.setdefault(f"{name}_{suffix}", (question, subject))
        _add_plain(plain, question.code, (question, "answer"))
        for suffix, subject in _SUBJECTS.items():
            _add_plain(plain, f"{question.code}{suffix}", (question, subject))
    silent = {name for path in silent_paths(form) for name in (path[-1], "/".join(path), "-".join(path))} - set(names)
    return Vocabulary(form, names, {name: known for name, known in plain.items() if known}, frozenset(silent))


def _add_plain(plain: dict[str, tuple[Question, Subject] | None], code: str, known: tuple[Question, Subject]) -> None:
    name = bare(code)
    plain[name] = None if name in plain else known


def bare(code: str) -> str:
    """A code without signs and case, as LimeSurvey lets one write it."""
    return re.sub(r"[^0-9a-z]", "", code.lower())


def meanings(headings: Iterable[str], words: Vocabulary) -> list[Meaning | None]:
    """What each heading means, from left to right; None for those that mean no question."""
    found: list[Meaning | None] = []
    several: Question | None = None
    for heading in headings:
        meaning = _meaning(heading.strip(), words, several)
        found.append(meaning)
        if meaning and meaning.choice is None:
            several = meaning.question if meaning.question.type == "select_multiple" else None
    return found


def _meaning(heading: str, words: Vocabulary, several: Question | None) -> Meaning | None:
    if known := _named(heading, words):
        return Meaning(*known)
    if match := _BRACKETS.fullmatch(heading):
        return _bracketed(match[1].strip(), match[2].strip(), words)
    if match := _ASSIGNED_TABLE.fullmatch(heading):
        known = _named(match[2], words)
        return Meaning(*known, row=match[1].strip()) if known and known[0].repeat else None
    if match := _ASSIGNED.fullmatch(heading):
        return _assigned(match[1].strip(), words, several)
    name, slash, code = heading.rpartition("/")
    known = _named(name, words) if slash else None
    choice = choice_of(code, known[0], words.form) if known else None
    return Meaning(known[0], choice=choice) if known and choice else None


def _named(name: str, words: Vocabulary) -> tuple[Question, Subject] | None:
    if name in words.names:
        return words.names[name]
    return words.plain.get(bare(name)) if re.fullmatch(r"[A-Za-z][0-9A-Za-z]*", name) else None


def _bracketed(name: str, inside: str, words: Vocabulary) -> Meaning | None:
    known = _named(name, words)
    if known and inside in _SUBJECTS:
        return Meaning(known[0], _SUBJECTS[inside])
    if known and known[0].repeat:
        return Meaning(*known, row=inside)
    if known:
        return _picked(known[0], inside, words)
    # An array: the label of the row, then the question of the column.
    for place in (place for place, sign in enumerate(inside) if sign == "_" and place):
        column = _named(inside[place + 1 :], words)
        if column and column[0].repeat:
            return Meaning(*column, row=inside[:place])
    return None


def _picked(question: Question, inside: str, words: Vocabulary) -> Meaning | None:
    if inside == "other" and (other := _named(f"{question.code}_other", words)):
        return Meaning(*other)
    if choice := choice_of(inside, question, words.form):
        return Meaning(question, choice=choice)
    remarked = inside.removesuffix("comment")
    return Meaning(question, "comment") if choice_of(remarked, question, words.form) else None


def _assigned(code: str, words: Vocabulary, several: Question | None) -> Meaning | None:
    if known := _named(code, words):
        return Meaning(*known)
    # To the right of a question with several answers are its choices, one by one, where they are split.
    choice = choice_of(code, several, words.form) if several else None
    return Meaning(several, choice=choice) if several and choice else None


def choice_of(text: str, question: Question, form: Form) -> str | None:
    """The choice of a question with several answers that a heading names by its code, with or without signs."""
    if question.type != "select_multiple" or not text:
        return None
    codes = [choice.code for choice in form.choices.get(question.choices or "", ())]
    if text in codes:
        return text
    alike = [code for code in codes if bare(code) == bare(text)]
    return alike[0] if len(alike) == 1 else None


_KEPT_BY_SYSTEMS: Mapping[str, frozenset[str]] = {
    "received": frozenset({"submissiondate", "_submission_time", "submitdate", "date submitted", "last update"}),
    "made": frozenset({"creation date"}),
    "id": frozenset({"key", "_uuid", "id", "response id", "contribution id"}),
    "language": frozenset({"startlanguage", "start language", "languages"}),
    "version": frozenset({"formversion"}),
    "index": frozenset({"_index"}),
    "parent": frozenset({"parent_key", "_parent_index"}),
    "review": frozenset({"reviewstate", "_validation_status"}),
    "nothing": frozenset(
        (
            *(
                "submitterid",
                "submittername",
                "attachmentspresent",
                "attachmentsexpected",
                "status",
                "deviceid",
                "edits",
            ),
            *("lastpage", "last page", "seed", "startdate", "date started", "datestamp", "date last action", "ipaddr"),
            *("ip address", "refurl", "referrer url", "token", "access code", "firstname", "lastname", "email", "tid"),
            *("invitation number", "user name", "total score", "start", "end", "today", "username", "phonenumber"),
            *("simserial", "subscriberid", "audit", "__version__", "_version_"),
        )
    ),
}


def system_meaning(heading: str, words: Vocabulary) -> str | None:
    """What is kept under a heading that means no question.

    Returns:
        received, made, id, language, version, index, parent or review, for what survey systems keep of a response;
        nothing, for what is of no use here; None where it cannot be told.
    """
    if heading in words.silent:
        return "nothing"
    name = fold(heading)
    for meaning, names in _KEPT_BY_SYSTEMS.items():
        if name in names:
            return meaning
    own = ("_", "meta/", "meta-", "meta[", "formhub/", "set-of-")
    return "nothing" if name.startswith(own) or "-set-of-" in name else None
