"""All rules of stocktake, found in ``pipeline.validate.rules``: one module a rule, nothing else has to be told."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping

from pipeline.registry import discover
from pipeline.validate import rules
from pipeline.validate.notes import NOTES
from pipeline.validate.rule import Rule


def all_rules() -> list[Rule]:
    """The rules, in the alphabetical order of their modules.

    Raises:
        TypeError: A module of ``pipeline.validate.rules`` defines no rule.
        ValueError: A rule does not have the name of its module, by which people look for it.
    """
    found = discover(rules, "RULE", Rule)
    modules = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    for module, rule in zip(modules, found, strict=True):
        if rule.name != module:
            raise ValueError(f"The rule of pipeline/validate/rules/{module}.py is named {rule.name}.")
    return found


def rule_names() -> Mapping[str, str]:
    """What each rule says, in one sentence, by the name of the rule."""
    return {rule.name: rule.summary for rule in all_rules()}


def reserved_names() -> frozenset[str]:
    """The names that no check of a form may have: findings carry the name of their rule, note or check."""
    return frozenset({*(rule.name for rule in all_rules()), *NOTES})
