"""Rewriting the filter of a question's choices (``choice_filter``): an expression about one choice at a time.

Bare names are columns of the choice; ``name`` is its code. Paths lead to answers, seen from the question. A filter is
evaluated in three states, in which only missing answers are unknown: a cell that is empty on the sheet ``choices`` is
known to be empty.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.questionnaire.expressions import Call, Expression, ExpressionError, Negation, Operation, Path
from pipeline.questionnaire.parts import COMPARISONS, Part
from pipeline.questionnaire.rewriting import SEARCHES, Rewriting

_OF_CONTEXT = ("string", "string-length", "normalize-space", "position", "last", "once")


@dataclass
class FilterRewriting(Rewriting):
    """One filter on its way.

    Attributes:
        choices: Name of the list that is filtered.
        columns: Names of its columns, ``name`` among them.
    """

    choices: str = ""
    columns: frozenset[str] = frozenset()

    def _truth(self, expression: Expression, positive: bool) -> str:
        operands = _operands(expression)
        if not any(self._looks_at_columns(operand) for operand in operands):
            return super()._truth(expression, positive)
        # Unknown where an answer is missing, else what it is in two states.
        truth = self._holds(expression)
        for operand in operands:
            if self._looks_at_answers(operand):
                truth = self._polar("given", positive, self._scalar(operand).xpath, truth)
        return truth

    def _call(self, call: Call) -> Part:
        if call.name in _OF_CONTEXT and (not call.arguments or call.name == "once"):
            seen = f"{call.name}() has no meaning in a choice_filter."
            raise ExpressionError(seen, "Compare columns of the sheet choices with ${code}.")
        return super()._call(call)

    def _path(self, path: Path) -> Part:
        column = _bare_name(path)
        if column is None:
            if path.start is None and not path.absolute and path.steps[0].test != "..":
                seen = f"'{path.steps[0].test}' in a choice_filter is neither a column nor an answer."
                raise ExpressionError(seen, "Write the name of a column of the sheet choices, or ${code}.")
            return super()._path(path)
        if column not in self.columns:
            seen = f"The list '{self.choices}' has no column '{column}' on the sheet choices."
            raise ExpressionError(seen, f"There are {', '.join(sorted(self.columns))}. For an answer write ${{code}}.")
        return Part(self._own("column", f"'{column}'"), "text")

    def _looks_at_columns(self, expression: Expression) -> bool:
        return any(_bare_name(path) is not None for path in _paths(expression))

    def _looks_at_answers(self, expression: Expression) -> bool:
        return any(_bare_name(path) is None for path in _paths(expression))


def _operands(expression: Expression) -> tuple[Expression, ...]:
    """What a comparison or a search looks at; nothing for all else."""
    match expression:
        case Operation(operator, left, right) if operator in COMPARISONS:
            return left, right
        case Call(name, arguments) if name in SEARCHES:
            return arguments
        case _:
            return ()


def _bare_name(path: Path) -> str | None:
    """The name of a column, or None for a path of any other kind."""
    if path.start is not None or path.absolute or len(path.steps) != 1:
        return None
    step = path.steps[0]
    is_name = step.test[0].isalpha() or step.test[0] == "_"
    return step.test if is_name and not step.predicates and not {":", "("} & set(step.test) else None


def _paths(expression: Expression) -> list[Path]:
    """All paths in an expression, those within predicates left out."""
    match expression:
        case Path():
            return [expression]
        case Operation(_, left, right):
            return [*_paths(left), *_paths(right)]
        case Negation(operand):
            return _paths(operand)
        case Call(_, arguments):
            return [path for argument in arguments for path in _paths(argument)]
        case _:
            return []
