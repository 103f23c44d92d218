"""XPath 1.0 expressions as trees, so that they can be checked and rewritten before anything evaluates them.

Source of the grammar: XML Path Language (XPath) Version 1.0, W3C Recommendation 16 November 1999, sections 2 and 3.7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


class ExpressionError(Exception):
    """An expression cannot be used; says what was seen in it, and the mend."""

    def __init__(self, seen: str, mend: str):
        self.seen = seen
        self.mend = mend
        super().__init__(f"{seen} {mend}")


@dataclass(frozen=True)
class Number:
    """A number as written."""

    text: str


@dataclass(frozen=True)
class Text:
    """A text literal with its quotes, as written."""

    text: str

    @property
    def value(self) -> str:
        """What stands between the quotes."""
        return self.text[1:-1]


@dataclass(frozen=True)
class Operation:
    """Two operands with an operator between them."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negation:
    """A minus sign before an operand."""

    operand: Expression


@dataclass(frozen=True)
class Call:
    """A call of a function."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Step:
    """One step of a path: the separator before it, its axis and node test as written, and its predicates."""

    separator: str
    test: str
    predicates: tuple[Expression, ...]


@dataclass(frozen=True)
class Path:
    """A location path, from the root, from the context node, or from what another expression gives."""

    start: Expression | None
    absolute: bool
    steps: tuple[Step, ...]
    predicates: tuple[Expression, ...] = ()  # of the start


Expression = Number | Text | Operation | Negation | Call | Path

_NAME: Final = r"[^\W\d][\w.\-]*"
_TOKEN: Final = re.compile(
    rf"""\s*(?:(?P<text>"[^"]*"|'[^']*')
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    |(?P<sign>\.\.|//|::|!=|<=|>=|[.@,()\[\]/|+\-=<>*$]))""",
    re.VERBOSE,
)
_WORD_OPERATORS: Final = ("and", "or", "div", "mod")
_NODE_TYPES: Final = ("node", "text", "comment", "processing-instruction")
_MOST_OPERATORS: Final = 150
_DEEPEST: Final = 30
"""What the rewriting, which follows the tree of an expression, can still climb with a margin."""
_LEVELS: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))


@dataclass(frozen=True)
class _Token:
    kind: str  # text, number, name, sign, operator or end
    text: str


def _tokens(source: str) -> Iterator[_Token]:
    position, before = 0, _Token("start", "")
    source = source.rstrip()
    while position < len(source):
        match = _TOKEN.match(source, position)
        if not match:
            raise ExpressionError(
                f"'{source[position:].strip()[:20]}' cannot be understood.", "Correct the expression."
            )
        kind = str(match.lastgroup)
        token = _Token(kind, match[kind])
        # Section 3.7: after an operand, * and the words are operators; anywhere else they are names.
        after_operand = before.kind in ("text", "number", "name") or before.text in (")", "]", "..", ".")
        is_operator = after_operand and (token.text == "*" or (kind == "name" and token.text in _WORD_OPERATORS))
        before = _Token("operator", token.text) if is_operator else token
        yield before
        position = match.end()
    yield _Token("end", "")


@lru_cache(maxsize=4_096)
def parse_expression(source: str) -> Expression:
    """Parse an expression; the workbook of every member asks for the same ones again.

    Args:
        source: XPath 1.0, references already replaced by paths.

    Raises:
        ExpressionError: It does not follow the grammar, uses variables, or has more than 150 operators or 30 brackets in
            brackets.
    """
    parser = _Parser(tuple(_tokens(source)))
    expression = parser.level(0)
    parser.expect_end()
    return expression


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: tuple[_Token, ...]):
        self._tokens = tokens
        self._at = 0
        self._operators = 0
        self._depth = 0

    @property
    def _here(self) -> _Token:
        return self._tokens[self._at]

    @property
    def _next(self) -> _Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def _take(self) -> _Token:
        token = self._here
        self._at += 1
        return token

    def _skip(self, text: str) -> bool:
        if self._here.kind in ("sign", "operator") and self._here.text == text:
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            found = f"'{self._here.text}'" if self._here.text else "the end"
            raise ExpressionError(f"'{text}' is missing before {found}.", "Correct the expression.")

    def expect_end(self) -> None:
        if self._here.kind != "end":
            raise ExpressionError(f"'{self._here.text}' stands where nothing can follow.", "Correct the expression.")

    def level(self, number: int) -> Expression:
        """The operators of one level of precedence and all that bind closer."""
        if number == len(_LEVELS):
            return self._unary()
        left = self.level(number + 1)
        while self._here.text in _LEVELS[number] and self._here.kind in ("sign", "operator"):
            operator = self._operator()
            left = Operation(operator, left, self.level(number + 1))
        return left

    def _operator(self) -> str:
        self._operators += 1
        if self._operators > _MOST_OPERATORS:
            seen = f"The expression has more than {_MOST_OPERATORS} operators."
            raise ExpressionError(seen, "Put parts of it into questions of the type calculate.")
        return self._take().text

    def _inner(self) -> Expression:
        """An expression in brackets."""
        self._depth += 1
        if self._depth > _DEEPEST:
            seen = f"More than {_DEEPEST} brackets stand in each other."
            raise ExpressionError(seen, "Put parts of it into questions of the type calculate.")
        inner = self.level(0)
        self._depth -= 1
        return inner

    def _unary(self) -> Expression:
        if self._here.text == "-" and self._here.kind == "sign":
            self._operator()
            return Negation(self._unary())
        left = self._path()
        while self._here.text == "|" and self._here.kind == "sign":
            left = Operation(self._operator(), left, self._path())
        return left

    def _path(self) -> Expression:
        token = self._here
        if token.kind == "sign" and token.text in ("/", "//"):
            return Path(None, True, self._steps())
        if self._starts_step():
            return Path(None, False, (self._step(""), *self._steps()))
        start = self._primary()
        predicates, steps = self._predicates(), self._steps()
        return Path(start, False, steps, predicates) if predicates or steps else start

    def _steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        while self._here.kind == "sign" and self._here.text in ("/", "//"):
            separator = self._take().text
            if not self._starts_step():
                raise ExpressionError(f"Nothing follows '{separator}'.", "Write the path in full.")
            steps.append(self._step(separator))
        return tuple(steps)

    def _starts_step(self) -> bool:
        token, following = self._here, self._next
        if token.kind == "name":
            return following.text != "(" or token.text in _NODE_TYPES
        return token.kind == "sign" and token.text in (".", "..", "@", "*")

    def _step(self, separator: str) -> Step:
        token = self._take()
        test = token.text
        if token.text in (".", ".."):
            return Step(separator, test, ())
        if token.text == "@" or self._skip("::"):
            separated = "" if token.text == "@" else "::"
            token = self._take()
            if token.kind != "name" and token.text != "*":
                raise ExpressionError(f"Nothing follows '{test}{separated}'.", "Write the path in full.")
            test += f"{separated}{token.text}"
        if token.text in _NODE_TYPES and self._skip("("):
            self._expect(")")
            test += "()"
        return Step(separator, test, self._predicates())

    def _predicates(self) -> tuple[Expression, ...]:
        predicates: list[Expression] = []
        while self._skip("["):
            predicates.append(self._inner())
            self._expect("]")
        return tuple(predicates)

    def _primary(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "text":
            return Text(token.text)
        if token.kind == "name":
            self._expect("(")
            return Call(token.text, self._arguments())
        if token.text == "(":
            inner = self._inner()
            self._expect(")")
            return inner
        if token.text == "$":
            raise ExpressionError("Variables ($) are not supported.", "Write ${code} for the answer to a question.")
        raise ExpressionError(
            f"'{token.text or 'the end'}' stands where a value is expected.", "Correct the expression."
        )

    def _arguments(self) -> tuple[Expression, ...]:
        if self._skip(")"):
            return ()
        arguments = [self._inner()]
        while self._skip(","):
            arguments.append(self._inner())
        self._expect(")")
        return tuple(arguments)
