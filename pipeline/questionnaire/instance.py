"""The instance of the form for one member: the XML tree over which its expressions are evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pipeline.questionnaire.form import Form
from pipeline.text import clean_text

if TYPE_CHECKING:
    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage]

_MOST_ROWS_KEPT: Final = 60


@dataclass
class Instance:
    """One member's instance.

    Attributes:
        root: The root node.
        nodes: (row, question) -> node; the row is '' outside of repeats.
    """

    root: _Element
    nodes: dict[tuple[str, str], _Element]


@dataclass
class InstanceTemplate:
    """The empty instance, made once per form and copied per member.

    Attributes:
        root: The tree without the rows of repeats.
        codes: Per node of the tree in document order, the code of its question, or None.
        repeats: Per repeat, the path of the node in which its rows stand, the place there, and one empty row.
    """

    root: _Element
    codes: list[str | None] = field(default_factory=list[str | None])
    repeats: dict[str, _RepeatTemplate] = field(default_factory=dict[str, "_RepeatTemplate"])
    _lent: dict[tuple[int, ...], Instance] = field(default_factory=dict[tuple[int, ...], "Instance"])

    def lend(self, values: Mapping[tuple[str, str], str], rows: Mapping[str, Sequence[str]]) -> Instance:
        """Like :meth:`fill`, in a tree that serves the next member with as many rows as well: making one takes longer.

        Args:
            values: (row, question) -> value in the form's own notation.
            rows: Repeat -> keys of its rows in order.
        """
        shape = tuple(len(rows.get(name, ())) for name in self.repeats)
        if sum(shape) > _MOST_ROWS_KEPT:
            return self.fill(values, rows)
        if shape not in self._lent:
            numbers = {
                name: [str(number) for number in range(size)] for name, size in zip(self.repeats, shape, strict=True)
            }
            self._lent[shape] = self.fill({}, numbers)
        made = self._lent[shape]
        nodes = {("", code): made.nodes["", code] for code in filter(None, self.codes)}
        for name, repeat in self.repeats.items():
            for number, key in enumerate(rows.get(name, ())):
                nodes |= {(key, code): made.nodes[str(number), code] for code in filter(None, repeat.codes)}
        for node in nodes.values():
            node.text = None
        _write(nodes, values)
        return Instance(made.root, nodes)

    def fill(self, values: Mapping[tuple[str, str], str], rows: Mapping[str, Sequence[str]]) -> Instance:
        """Make an instance with a member's answers.

        Args:
            values: (row, question) -> value in the form's own notation.
            rows: Repeat -> keys of its rows in order.
        """
        root = deepcopy(self.root)
        elements = list(root.iter())
        nodes = {("", code): node for code, node in zip(self.codes, elements, strict=True) if code}
        for name, repeat in self.repeats.items():
            parent = elements[repeat.parent]
            for offset, key in enumerate(rows.get(name, ())):
                row = deepcopy(repeat.row)
                parent.insert(repeat.place + offset, row)
                nodes |= {(key, code): node for code, node in zip(repeat.codes, row.iter(), strict=True) if code}
        _write(nodes, values)
        return Instance(root, nodes)


def _write(nodes: Mapping[tuple[str, str], _Element], values: Mapping[tuple[str, str], str]) -> None:
    for place, value in values.items():
        if value and place in nodes:
            nodes[place].text = value if value.isprintable() else clean_text(value)  # nearly all are


@dataclass
class _RepeatTemplate:
    parent: int  # number of the node in document order
    place: int
    row: _Element
    codes: list[str | None]


def make_template(form: Form) -> InstanceTemplate:
    """Build the empty instance of a form from the paths of its questions.

    Args:
        form: The questionnaire.
    """
    from lxml import etree

    root = etree.Element(form.root)
    repeats: dict[str, Any] = {}
    codes: dict[Any, str] = {}
    for question in form.questions:
        node = root
        names = question.path.strip("/").split("/")[1:]
        for depth, name in enumerate(names[:-1]):
            node = _child(node, name)
            if question.repeat == name and _is_repeat(form, names[: depth + 1], name):
                repeats[name] = node
        codes[etree.SubElement(node, names[-1])] = question.code
    return _split(root, repeats, codes)


def _child(node: Any, name: str) -> Any:
    """The group of that name; questions are unique in the form, so no question can be meant."""
    from lxml import etree

    found = node.find(name)
    return found if found is not None else etree.SubElement(node, name)


def _is_repeat(form: Form, names: Sequence[str], repeat: str) -> bool:
    """Whether the path is the repeat's: the longest one that all of its questions share and that ends in its name."""
    prefix = "/" + "/".join((form.root, *names)) + "/"
    inside = [question for question in form.questions if question.repeat == repeat]
    return all(question.path.startswith(prefix) for question in inside)


def _split(root: Any, repeats: Mapping[str, Any], codes: Mapping[Any, str]) -> InstanceTemplate:
    """Take one row of each repeat out of the tree, and remember where it belongs."""
    rows = {
        name: (node.getparent(), node.getparent().index(node), node, [codes.get(e) for e in node.iter()])
        for name, node in repeats.items()
    }
    for parent, _, node, _ in rows.values():
        parent.remove(node)
    elements = list(root.iter())
    template = InstanceTemplate(root, [codes.get(element) for element in elements])
    for name, (parent, place, node, inside) in rows.items():
        template.repeats[name] = _RepeatTemplate(elements.index(parent), place, node, inside)
    return template
