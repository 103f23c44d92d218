"""Nodes of a web form's submission: what each of them says, by its path, whatever the file is written in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.gather.found import Note
from pipeline.gather.responses.said import Response, Said, Subject
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.text import clean_text

Path = tuple[str, ...]
"""Names of nodes from below the root down to a node."""

# What form engines add of their own; pyxform's reserved names, and what ODK Collect, Enketo and KoboToolbox record.
_ENGINE_NODES = {
    *("meta", "formhub", "__version__", "_version_", "start", "end", "today", "deviceid", "username", "phonenumber"),
    *("simserial", "subscriberid", "email", "audit", "start-geopoint", "background-audio"),
}


@dataclass(frozen=True)
class Node:
    """A node with a text.

    Attributes:
        path: Names from below the root down to it.
        item: Which of the items of each repeat it is in: names down to the repeat, and the item's place from 1.
        text: Its text.
    """

    path: Path
    item: tuple[Path, int] | None
    text: str


@dataclass(frozen=True)
class _Places:
    """What stands where in a form."""

    questions: Mapping[Path, tuple[Question, Subject]]
    silent: frozenset[Path]


def read_nodes(nodes: Iterable[Node], form: Form) -> Response:
    """Take the nodes of one submission for answers.

    A node is known by its whole path: a code alone could be that of a question that has moved. The items of a repeat
    have no keys in a web form, so they are called NEW-1, NEW-2, ... in their order, items without any answer left out.

    Args:
        nodes: Its nodes, in their order.
        form: The questionnaire.

    Returns:
        What it says, with a note for every filled node that is no question.
    """
    places, said, notes = _places_of(form), list[Said](), list[Note]()
    keys: dict[tuple[Path, int], str] = {}
    for node in nodes:
        known = places.questions.get(node.path)
        if not node.text.strip() or node.path in places.silent or node.path[0] in _ENGINE_NODES:
            continue
        if known is None or bool(known[0].repeat) != bool(node.item):
            notes.append(Note("unknown_field", seen=clean_text("/".join(node.path))[:200]))
            continue
        question, subject = known
        row = _key(node.item, keys) if node.item else ""
        said.append(Said(row, question, clean_text(node.text), subject))
    return Response(said, tuple(dict.fromkeys(notes)))


def _key(item: tuple[Path, int], keys: dict[tuple[Path, int], str]) -> str:
    if item not in keys:
        number = 1 + sum(repeat == item[0] for repeat, _ in keys)
        keys[item] = layout.new_row_key(number)
    return keys[item]


def path_of(question: Question) -> Path:
    """The path of a question from below the root: ``/data/pt1/victims`` is (pt1, victims)."""
    return tuple(question.path.strip("/").split("/")[1:])


def repeat_paths(form: Form) -> frozenset[Path]:
    """The paths of the form's repeats."""
    return frozenset(repeat_path(question) for question in form.questions if question.repeat)


def repeat_path(question: Question) -> Path:
    """The path of the repeat that a question stands in: the innermost node of its name around the question."""
    around = path_of(question)[:-1]
    depth = max((place for place, name in enumerate(around, 1) if name == question.repeat), default=len(around))
    return around[:depth]


def silent_paths(form: Form) -> frozenset[Path]:
    """The paths of what nobody answers: notes, calculations, and the number of items that pyxform keeps of a repeat."""
    silent = {path_of(question) for question in form.questions if not question.is_answered_by_member}
    return frozenset(silent | {(*path[:-1], f"{path[-1]}_count") for path in repeat_paths(form)})


def _places_of(form: Form) -> _Places:
    questions: dict[Path, tuple[Question, Subject]] = {}
    for question in form.asked:
        path = path_of(question)
        questions[path] = (question, "answer")
        questions.setdefault((*path[:-1], f"{path[-1]}_reason"), (question, "reason"))
        questions.setdefault((*path[:-1], f"{path[-1]}_comment"), (question, "comment"))
    return _Places(questions, silent_paths(form))
