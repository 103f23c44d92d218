"""What the shell's tags may name: texts, figures and the places of blocks, and nothing that could do anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pipeline.alliance.model import Goal
from pipeline.report.block import Block
from pipeline.report.figures import prefix
from pipeline.report.material import Material, Row
from pipeline.report.notation import day
from pipeline.report.quantifiers import quantified
from pipeline.report.shell import place
from pipeline.report.tables import records
from pipeline.report.wml import reference

STATUS = {"draft": "Draft for signature", "final": "Final", "revision": "Revised version"}
DRAFT = "Draft: not approved; numbers and wording may change."
MARK = "Demonstration: all answers are made up."


class Figure:
    """A figure in a sentence: ``{{ figure.answered }}`` is the number, ``{{ figure.answered.of }}`` has its N."""

    def __init__(self, row: Row, percent: Row | None):
        self._row = row
        self._is_withheld = row["value"] is None
        self.percent = self._in_brackets(percent["shown"]) if percent else None
        whole = row["denominator"]
        self.of = None if whole is None else f"{row['shown']} of {int(whole):,}"
        if self._is_withheld:
            self.of = str(self)

    def __str__(self) -> str:
        return self._in_brackets(self._row["shown"])

    def _in_brackets(self, shown: str) -> str:
        return f"[{shown}]" if self._is_withheld else shown

    def quantified(self, noun: str) -> str:
        """The share in words with its numbers, e.g. ``most members (42 of 54)``."""
        if self._is_withheld:
            return f"{self} {noun}"
        return quantified(int(self._row["value"]), int(self._row["denominator"]), noun)

    def counted(self, one: str, many: str) -> str:
        """The number with the noun that fits it, e.g. ``1 file was`` or ``3 files were``."""
        return f"{self} {one if self._row['value'] == 1 else many}"

    def known(self) -> bool:
        """Whether the edition shows it."""
        return not self._is_withheld

    def any(self) -> bool:
        """Whether it is more than zero, or withheld."""
        return self._is_withheld or bool(self._row["value"])


class Figures:
    """The figures by key; those of a target or goal by the rest of the key."""

    def __init__(self, rows: Sequence[Row], key_prefix: str = ""):
        self._rows = {row["figure"]: row for row in rows}
        self._prefix = key_prefix

    def __getitem__(self, key: str) -> Figure:
        row = self._rows[self._prefix + key]
        return Figure(row, self._rows.get(f"{self._prefix}{key}_percent"))


class References:
    """Cross-references by the key of a caption, for tags like ``{{r ref.heat_map }}``."""

    def __getitem__(self, key: str) -> Markup:
        return reference(key)


def context(material: Material, blocks: Sequence[Block]) -> dict[str, Any]:
    """Everything that tags may name.

    Args:
        material: The tables.
        blocks: All blocks.

    Returns:
        alliance, cycle, edition, figure, targets, members, and the places of the blocks by name.
    """
    rows = records(material.tables.figures)
    return {
        "alliance": _alliance(material),
        "cycle": _cycle(material),
        "edition": _edition(material),
        "figure": Figures(rows),
        "ref": References(),
        "targets": [_target(material, rows, blocks, goal) for goal in material.alliance.policy_targets],
        "members": [_member(material, blocks, code) for code in material.member],
        **_places(blocks, "report"),
        **{name: place(name) for name in ("contents", "list_of_tables", "list_of_figures")},
    }


def _places(blocks: Sequence[Block], per: str, about: str = "") -> Mapping[str, Markup]:
    return {block.name: place(block.name, about) for block in blocks if block.per == per}


def _alliance(material: Material) -> dict[str, str]:
    alliance = material.alliance
    return {
        "name": alliance.name["en"],
        "short_name": alliance.short_name,
        "office": alliance.office["en"],
        "contact": alliance.contact,
    }


def _cycle(material: Material) -> dict[str, Any]:
    cycle = material.cycle
    days = ("period_start", "period_end", "opens", "deadline", "cut_off", "report_date")
    return {
        "name": cycle.name,
        "title": cycle.title["en"],
        "reference": cycle.reference,
        "status": STATUS[cycle.status],
        "draft": DRAFT if cycle.status == "draft" else "",
        "secretariat": cycle.secretariat,
        "successor": cycle.successor,
        "first": not material.alliance.earlier_cycles(cycle.name),
        "demonstration": cycle.demonstration,
        "mark": MARK if cycle.demonstration else "",
        **{name: day(getattr(cycle, name)) for name in days},
    }


def _edition(material: Material) -> dict[str, Any]:
    edition = material.edition
    return {
        "title": edition.title,
        "whole": edition.whole,
        "arrivals": edition.arrivals,
        "aside": material.aside,
        "withholds": not edition.whole,
    }


def _target(material: Material, rows: Sequence[Row], blocks: Sequence[Block], target: Goal) -> dict[str, Any]:
    return {
        **_goal(rows, target),
        "goals": [_goal(rows, goal) for goal in material.alliance.operational_goals(target.code)],
        **_places(blocks, "target", target.code),
    }


def _goal(rows: Sequence[Row], goal: Goal) -> dict[str, Any]:
    return {
        "code": goal.code,
        "text": goal.text("en"),
        "official": goal.wording == "official",
        "source": goal.source,
        "figure": Figures(rows, prefix(goal.code)),
    }


def _member(material: Material, blocks: Sequence[Block], code: str) -> dict[str, Any]:
    return {"code": code, "name": material.name(code), **_places(blocks, "member", code)}
