"""goals.csv: policy targets and operational goals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, cast

from pipeline.alliance.csv_table import read_csv
from pipeline.alliance.items import Read, note_repeated, read_items
from pipeline.alliance.model import Goal
from pipeline.alliance.rows import Row, nearest
from pipeline.errors import Problem

FILE = "goals.csv"
_COLUMNS = ("goal", "kind", "parent", "wording", "source")
_KINDS: Final = ("policy_target", "operational_goal")
_CODE: Final = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")  # goes into names of bookmarks, figures and choices
_WORDINGS: Final = ("official", "paraphrase")


def read_goals(folder: Path, languages: Sequence[str], problems: list[Problem]) -> Read[Goal]:
    """Read goals.csv.

    Args:
        folder: The alliance's folder.
        languages: The alliance's languages, in each of which a goal has a text; none where they could not be read.
        problems: Where problems are noted.

    Returns:
        Policy targets and operational goals in the order of the file, each goal with an existing target.
    """
    texts = [f"text_{language}" for language in languages or ("en",)]
    optional = () if languages else ("text_fr", "text_es")
    rows = read_csv(folder / FILE, [*_COLUMNS, *texts], problems, optional)
    read = read_items(rows, "goal", lambda row: _goal(row, languages))
    note_repeated(read, lambda goal: goal.code, "goal", "goal")
    _check_parents(read)
    return read


def _goal(row: Row, languages: Sequence[str]) -> Goal:
    kind = row.one_of("kind", _KINDS)
    parent = row.optional("parent")
    if kind == "policy_target" and parent:
        row.note("parent", "A policy target has no parent.", "Empty the cell, or make it an operational_goal.")
    if kind == "operational_goal" and not parent:
        row.note("parent", "The policy target is missing.", "Write the code of the policy target, e.g. PT1.")
    code = row.text("goal")
    if code and not _CODE.fullmatch(code):
        seen = f"'{code}' cannot be a code."
        row.note("goal", seen, "Use letters without accents, digits, dots and hyphens, and no blanks, e.g. OG1.1.")
    return Goal(
        code=code,
        kind=cast(Literal["policy_target", "operational_goal"], kind),
        parent=parent or None,
        texts={language: row.text(f"text_{language}") for language in languages},
        wording=cast(Literal["official", "paraphrase"], row.one_of("wording", _WORDINGS)),
        source=row.text("source"),
    )


def _check_parents(read: Read[Goal]) -> None:
    kinds = {goal.code: goal.kind for goal in read.items}
    for placed in read.placed:
        parent = placed.item.parent
        if parent is None:
            continue
        if read.lacks(parent):
            mend = f"Use the code of a policy target.{nearest(parent, kinds)}"
            placed.row.note("parent", f"There is no goal {parent}.", mend)
        elif kinds.get(parent) == "operational_goal":
            placed.row.note("parent", f"{parent} is an operational goal.", "Use the code of a policy target.")
