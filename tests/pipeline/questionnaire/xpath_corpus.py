"""The corpus of expressions, the instance over which they are evaluated, and both engines: ours and that of Enketo."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from questionnaire_forms import Row, ask, group, make_form

from pipeline.questionnaire.evaluation import Evaluation
from pipeline.questionnaire.expressions import ExpressionError
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.instance import make_template
from pipeline.questionnaire.rewriting import Rewriting

FOLDER = Path(__file__).parent / "xpath_engine"
TODAY = date(2014, 9, 30)
KINDS = ("string", "number", "boolean")
CHOICES: Sequence[Row] = [
    {"list_name": "kinds", "name": code, "label::English (en)": code, "label::Français (fr)": code}
    for code in ("law", "unit", "campaign")
]
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "n": ("integer", "7"),
    "m": ("integer", "0"),
    "seven": ("decimal", "7.0"),
    "d": ("decimal", "2.5"),
    "e": ("integer", ""),
    "year": ("integer", "2013"),
    "s": ("text", "Ministry of Justice"),
    "t": ("text", "abc"),
    "u": ("text", ""),
    "spaced": ("text", "  two   words "),
    "mail": ("text", "desk@example.org"),
    "day": ("date", "2014-02-01"),
    "due": ("date", "2014-03-15"),
    "leap": ("date", "2012-02-29"),
    "undated": ("date", ""),
    "one": ("select_one yes_no", "yes"),
    "many": ("select_multiple kinds", "law unit campaign"),
    "none": ("select_multiple kinds", ""),
    "here": ("text", "here"),
}
IN_ROWS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "label": ("text", {"A": "a", "B": "b", "C": "c"}),
    "value": ("integer", {"A": "3", "C": "12"}),
    "whole": ("integer", {"A": "1", "B": "8", "C": "7"}),
    "begins": ("date", {"A": "2014-01-01", "B": "2014-06-01", "C": "2013-12-31"}),
    "kind": ("select_multiple kinds", {"A": "law", "B": "unit law", "C": ""}),
}
CONTEXTS = {"here": ("", "here"), "row": ("B", "label")}


class Asked(NamedTuple):
    """An expression of the corpus, as an editor writes it, and the context in which it stands."""

    context: str
    expression: str


@dataclass(frozen=True)
class Difference:
    """A known difference: what either engine says, and why ours says what it says."""

    ours: str
    theirs: str
    why: str


def read_corpus() -> list[Asked]:
    """The expressions in order."""
    return [Asked(row["context"], row["expression"]) for row in _rows("corpus.tsv")]


def read_differences() -> dict[tuple[Asked, str], Difference]:
    """The known differences by expression and kind of result."""
    return {
        (Asked(row["context"], row["expression"]), row["result"]): Difference(row["ours"], row["theirs"], row["why"])
        for row in _rows("differences.tsv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


class Corpus:
    """The form and the instance of the corpus."""

    def __init__(self, folder: Path):
        questions = group("p", *(ask(kind, code) for code, (kind, _) in QUESTIONS.items()))
        rows = group("items", *(ask(kind, code) for code, (kind, _) in IN_ROWS.items()), kind="repeat")
        self.form: Form = make_form(folder, [*questions, *group("list", *rows)], choices=CHOICES)
        values = {("", code): value for code, (_, value) in QUESTIONS.items()}
        values |= {(row, code): value for code, (_, given) in IN_ROWS.items() for row, value in given.items()}
        self.instance = make_template(self.form).fill(values, {"items": list("ABC")})

    def expand(self, asked: Asked) -> str:
        """The expression with every ``${code}`` replaced by a path, as pyxform does it."""
        repeat = self.form.by_code[CONTEXTS[asked.context][1]].repeat

        def path(match: re.Match[str]) -> str:
            question = self.form.by_code.get(match[1])
            if question is None:
                return f"/data/list/{match[1]}"
            return f"../{match[1]}" if question.repeat == repeat and repeat else question.path

        return re.sub(r"\$\{(\w+)\}", path, asked.expression)

    def ours(self, asked: Asked) -> dict[str, str]:
        """What stocktake makes of an expression: a text per kind of result, or why it refuses it."""
        row, code = CONTEXTS[asked.context]
        node = self.instance.nodes[row, code]
        evaluation = Evaluation(today=TODAY, row=row, node=node)
        source = self.expand(asked)
        results: dict[str, str] = {}
        for kind, wrapped in zip(KINDS, (source, f"number({source})", source), strict=True):
            rewriting = Rewriting(self.form, self.form.by_code[code], lambda path: len(node.xpath(path)) or 1)
            try:
                is_condition = kind == "boolean"
                rewritten = rewriting.condition(wrapped) if is_condition else rewriting.value(wrapped)
                result = evaluation.compile(rewritten, rewriting.calls)(node)
            except ExpressionError as error:
                return {"refused": str(error)}
            results[kind] = str(result).lower() if is_condition else str(result)
        return results

    def theirs(self, asked: Sequence[Asked], node: str, modules: str) -> list[dict[str, str]]:
        """What openrosa-xpath-evaluator makes of expressions: as ``ours``, or ``error``."""
        xml = etree.tostring(self.instance.root, encoding="unicode")
        lines: list[Mapping[str, str]] = [{"instance": xml, "today": TODAY.isoformat()}]
        for one in asked:
            row, code = CONTEXTS[one.context]
            context = f"/data/list/items[{'ABC'.index(row) + 1}]/{code}" if row else self.form.by_code[code].path
            lines.append({"context": context, "expression": self.expand(one)})
        done = subprocess.run(
            [node, str(FOLDER / "evaluate.cjs")],
            input="\n".join(map(json.dumps, lines)),
            env={**os.environ, "TZ": "UTC", "NODE_PATH": modules},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]


def differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What differs: kind of result -> ours and theirs. Where one engine refuses, that is the one difference."""
    if "refused" in ours or "error" in theirs:
        is_same = "refused" in ours and "error" in theirs
        return {} if is_same else {"any": (ours.get("string", "refused"), theirs.get("string", "error"))}
    return {kind: (ours[kind], theirs[kind]) for kind in KINDS if not are_equal(kind, ours[kind], theirs[kind])}


def are_equal(kind: str, ours: str, theirs: str) -> bool:
    """Whether two results are the same; numbers up to the last bit, in which the engines' libraries may differ."""
    if kind != "number" or "NaN" in (ours, theirs):
        return ours == theirs
    return abs(float(ours) - float(theirs)) <= 1e-15 * abs(float(ours)) or float(ours) == float(theirs)
