"""The methodology of a package: the published methods and rules in full, as they stand in the code that computed."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Final

from pipeline.score.method import methods
from pipeline.settings import PROJECT
from pipeline.validate.rule_book import all_rules

FOLDER: Final = "methodology"
_DOCS: Final = ("composite.md", "expressions.md", "handover.md", "inbox.md", "letters.md", "scoring.md")


def methodology_files() -> dict[str, bytes]:
    """The files by name: every scoring method, every rule, and the documentation that is there."""
    docs = {name: PROJECT / "docs" / name for name in _DOCS}
    return {
        f"{FOLDER}/methods.md": _page("Scoring methods", _methods()),
        f"{FOLDER}/rules.md": _page("Rules that answers are held to", _rules()),
        **{f"{FOLDER}/{name}": path.read_bytes() for name, path in docs.items() if path.is_file()},
    }


def _page(title: str, parts: Iterator[str]) -> bytes:
    return "\n\n".join([f"# {title}", *parts, ""]).encode("utf-8")


def _methods() -> Iterator[str]:
    for name, method in sorted(methods().items()):
        published = inspect.getdoc(sys.modules[method.rate.__module__]) or ""
        yield f"## {name}, version {method.version}\n\nRates: {', '.join(method.kinds)}.\n\n{published.strip()}"


def _rules() -> Iterator[str]:
    for rule in all_rules():
        severity = rule.severity or "that of the question"
        published = inspect.cleandoc(rule.description or "")
        yield f"## {rule.name}, version {rule.version}\n\nSeverity: {severity}.\n\n{published.strip()}"
