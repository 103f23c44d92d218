"""Expressions of the form over one member's answers: evaluated where something new is seen, else remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from pipeline.questionnaire.evaluation import Evaluation
from pipeline.questionnaire.inputs import Inputs
from pipeline.questionnaire.instance import Instance, InstanceTemplate
from pipeline.text import clean_text

if TYPE_CHECKING:
    from lxml.etree import XPath

_MOST: Final = 2_048
"""So many outcomes of one expression are remembered: texts of members hardly ever come again."""
_UNKNOWN: Final = object()


class Answers:
    """One member's answers on their way: what is not relevant is emptied, what is calculated is written.

    Attributes:
        evaluation: What compiled expressions call back.
        rows: Repeat -> keys of its rows in order.
        texts: (row, question) -> value; nothing where it is empty.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        template: InstanceTemplate,
        rows: Mapping[str, Sequence[str]],
        values: Mapping[tuple[str, str], str],
    ):
        """Begin with what the member answered.

        Args:
            evaluation: Begun for this member.
            template: The form's empty instance.
            rows: Repeat -> keys of its rows in order.
            values: (row, question) -> value in the form's own notation.
        """
        self.evaluation = evaluation
        self.rows = rows
        self.texts: dict[tuple[str, str], str] = {
            # Nearly all are printable, and then clean.
            place: value if value.isprintable() else clean_text(value)
            for place, value in values.items()
            if value
        }
        self._template = template

    @cached_property
    def instance(self) -> Instance:
        """The same as the XML tree over which expressions are evaluated, filled when the first one is.

        It is the next member's as soon as that one's is filled.
        """
        return self._template.lend(self.texts, self.rows)

    def write(self, row: str, code: str, text: str) -> None:
        """Write an answer, or empty it."""
        if self.texts.get((row, code), "") == text:
            return
        self.texts[row, code] = text
        if "instance" in self.__dict__:
            self.instance.nodes[row, code].text = text or None


@dataclass
class Expression:
    """A compiled expression.

    Attributes:
        xpath: As libxml2 evaluates it.
        gives: A truth, a verdict in three states, or a text.
        inputs: What it looks at, None where that cannot be told, so that it is evaluated each time.
        known: The outcome by what was seen.
    """

    xpath: XPath
    gives: Literal["truth", "verdict", "text"]
    inputs: Inputs | None = None
    known: dict[tuple[object, ...], Any] = field(default_factory=dict[tuple[object, ...], Any])

    def outcome(self, answers: Answers, row: str, code: str, choice: str = "") -> Any:
        """The outcome at one place.

        Args:
            answers: The member's answers.
            row: Key of the row, '' outside of repeats.
            code: Code of the question whose node is the context.
            choice: Code of the choice that a filter is about.
        """
        evaluation, inputs = answers.evaluation, self.inputs
        # What runs out of time is not the same for everyone.
        if inputs is None or (inputs.has_patterns and evaluation.given_up):
            return self._evaluated(answers, row, code)
        seen = inputs.seen(answers.texts, answers.rows, row, evaluation.last_saved, evaluation.today), choice
        outcome = self.known.get(seen, _UNKNOWN)
        if outcome is _UNKNOWN:
            outcome = self._evaluated(answers, row, code)
            if len(self.known) < _MOST and not (inputs.has_patterns and evaluation.given_up):
                self.known[seen] = outcome
        return outcome

    def _evaluated(self, answers: Answers, row: str, code: str) -> Any:
        evaluation, node = answers.evaluation, answers.instance.nodes[row, code]
        evaluation.row, evaluation.node = row, node
        match self.gives:
            case "verdict":
                return evaluation.verdict(self.xpath, node)
            case "truth":
                return bool(self.xpath(node))
            case "text":
                return clean_text(str(self.xpath(node)))
