"""The sheet ``survey``: a walk through its groups and repeats that tells where every question stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.errors import Problem
from pipeline.questionnaire.xlsform_rows import SheetRow

SEVERITIES = ("error", "warning", "query")
QUESTION_TYPES = ("text", "integer", "decimal", "date", "select_one", "select_multiple", "note", "calculate")
REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}#]*)\}")
_LOGIC = ("relevant", "constraint", "required", "calculation", "label", "hint")
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")


@dataclass(frozen=True)
class Place:
    """A question, group or repeat of the survey and where it stands.

    Attributes:
        row: Its row in the sheet.
        kind: group, repeat, or the question's type.
        name: Its code.
        choices: Name of the list of choices, or ''.
        groups: Names of the groups and repeats around it, the outermost first.
        section: Code of the top-level group, '' outside of all.
        repeat: Name of the repeat around it, or None.
    """

    row: SheetRow
    kind: str
    name: str
    choices: str
    groups: tuple[str, ...]
    section: str
    repeat: str | None

    @property
    def path(self) -> str:
        """Path below the form's root node."""
        return "/".join((*self.groups, self.name))


@dataclass
class Walk:
    """What the walk through the sheet found."""

    places: list[Place] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def questions(self) -> list[Place]:
        """The questions in order."""
        return [place for place in self.places if place.kind in QUESTION_TYPES]

    def groups(self) -> list[Place]:
        """The groups and repeats in order."""
        return [place for place in self.places if place.kind in ("group", "repeat")]


def walk_survey(rows: Sequence[SheetRow], file: str) -> Walk:
    """Walk through the sheet ``survey`` and note everything that stocktake cannot work with.

    Args:
        rows: The rows of the sheet.
        file: Name of the file, for the problems.
    """
    walk = Walk()
    open_places: list[Place] = []
    for row in rows:
        words = row.get("type").split()
        if not words:
            continue
        kind = _kind(words)
        if kind.startswith("begin_"):
            place = _place(row, kind.removeprefix("begin_"), "", open_places)
            walk.places.append(place)
            open_places.append(place)
        elif kind.startswith("end_"):
            walk.problems += _close(row, kind.removeprefix("end_"), open_places, file)
        else:
            choices = words[1] if kind.startswith("select_") and len(words) > 1 else ""
            walk.places.append(_place(row, kind, choices, open_places))
    for place in open_places:
        walk.problems.append(
            _problem(file, place.row, f"The {place.kind} is not closed.", f"Add a row 'end {place.kind}'.")
        )
    walk.problems += [problem for place in walk.places for problem in _place_problems(place, file)]
    walk.problems += _name_problems(walk, file) + _repeat_problems(walk, file) + _reference_problems(walk, file)
    return walk


def _kind(words: Sequence[str]) -> str:
    joined = "_".join(words[:2]).lower()
    return joined if joined in ("begin_group", "end_group", "begin_repeat", "end_repeat") else words[0].lower()


def _place(row: SheetRow, kind: str, choices: str, around: Sequence[Place]) -> Place:
    repeat = next((place.name for place in around if place.kind == "repeat"), None)
    first = around[0] if around else None
    section = first.name if first and first.kind == "group" else ""
    return Place(row, kind, row.get("name"), choices, tuple(place.name for place in around), section, repeat)


def _close(row: SheetRow, kind: str, open_places: list[Place], file: str) -> list[Problem]:
    if open_places and open_places[-1].kind == kind:
        open_places.pop()
        return []
    return [_problem(file, row, f"'end {kind}' closes nothing.", "Remove it, or add the row that begins it.")]


def _problem(file: str, row: SheetRow, seen: str, mend: str, column: str = "", sheet: str = "survey") -> Problem:
    return Problem(file, seen, mend, sheet=sheet, row=row.number, column=column)


def _place_problems(place: Place, file: str) -> list[Problem]:
    row = place.row
    found: list[Problem] = []
    if place.kind in ("group", "repeat"):
        if place.kind == "repeat" and not place.section:
            found.append(_problem(file, row, "The repeat stands outside of all groups.", "Put a group around it."))
        return found
    if place.kind not in QUESTION_TYPES:
        seen = f"The type '{row.get('type')}' is not supported."
        return [_problem(file, row, seen, f"Use one of {', '.join(QUESTION_TYPES)}, or groups and repeats.", "type")]
    if not place.section:
        seen = f"The question '{place.name}' stands outside of all groups."
        found.append(_problem(file, row, seen, "Put it into a top-level group: each is a sheet of the workbook."))
    if row.get("choice_filter"):
        found.append(_problem(file, row, "choice_filter is not supported.", "Leave it out.", "choice_filter"))
    if row.get("repeat_count"):
        found.append(_problem(file, row, "repeat_count is not supported.", "Leave it out.", "repeat_count"))
    severity = row.get("severity")
    if severity and severity not in SEVERITIES:
        found.append(_problem(file, row, f"'{severity}' is no severity.", f"Use {', '.join(SEVERITIES)}.", "severity"))
    if row.get("tolerance") and tolerance(row.get("tolerance")) is None:
        seen = f"The tolerance '{row.get('tolerance')}' is not a number of 0 or more."
        found.append(_problem(file, row, seen, "Write a share with a decimal point, e.g. 0.5 for 50 %.", "tolerance"))
    return found


def tolerance(text: str) -> float | None:
    """The tolerance as a share, None where the text is not a finite number of 0 or more."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _name_problems(walk: Walk, file: str) -> list[Problem]:
    found: list[Problem] = []
    for place in walk.places:
        if not _NAME.match(place.name):
            seen = f"The name '{place.name}' is empty or has signs that a code cannot have."
            mend = "Use letters without accents, digits, '_', '-' and '.', and begin with a letter."
            found.append(_problem(file, place.row, seen, mend, "name"))
    first: dict[str, Place] = {}
    for place in walk.questions():
        known = first.setdefault(place.name.casefold(), place)
        if known is not place and place.name:
            seen = f"The name '{place.name}' is used in row {known.row.number} already."
            found.append(_problem(file, place.row, seen, "Give each question a name of its own.", "name"))
    return found


def _repeat_problems(walk: Walk, file: str) -> list[Problem]:
    found: list[Problem] = []
    repeats = [place for place in walk.places if place.kind == "repeat"]
    sections: dict[str, Place] = {}
    for place in repeats:
        if place.repeat:
            found.append(
                _problem(file, place.row, "A repeat stands inside a repeat.", "Use one level of repeats only.")
            )
        elif place.section and sections.setdefault(place.section, place) is not place:
            seen = f"The group '{place.section}' has a second repeat."
            found.append(_problem(file, place.row, seen, "Put each repeat into a top-level group of its own."))
    for place in walk.groups():
        if place.kind == "group" and place.repeat and place.name == place.repeat:
            seen = f"The group '{place.name}' has the name of the repeat around it."
            found.append(_problem(file, place.row, seen, "Give it another name.", "name"))
    for place in walk.questions():
        stray = place.section in sections and place.repeat is None and place.kind not in ("note", "calculate")
        if stray:
            seen = f"The question '{place.name}' stands beside the repeat of the group '{place.section}'."
            mend = "Move it into another top-level group: a sheet holds either questions or a repeat."
            found.append(_problem(file, place.row, seen, mend))
    return found


def _reference_problems(walk: Walk, file: str) -> list[Problem]:
    names = Counter(place.name for place in walk.places)
    found: list[Problem] = []
    for place in walk.places:
        for column, text in place.row.cells.items():
            if column.partition("::")[0] in _LOGIC:
                found += reference_problems(text, names, place.row, column, "survey", file)
    return found


def reference_problems(
    text: str, names: Counter[str], row: SheetRow, column: str, sheet: str, file: str
) -> list[Problem]:
    """Problems of the ``${code}`` references in a text: codes that no row has, or more than one.

    Args:
        text: An expression or label.
        names: How often each name is used in the survey.
        row: The row it stands in.
        column: Its heading.
        sheet: Its sheet.
        file: Name of the file.
    """
    found: list[Problem] = []
    for name in dict.fromkeys(match[1].strip() for match in REFERENCE.finditer(text)):
        if names[name] == 0:
            seen = f"${{{name}}} refers to a question that does not exist."
            found.append(_problem(file, row, seen, "Write the name of a question of the sheet survey.", column, sheet))
        elif names[name] > 1:
            seen = f"${{{name}}} could be any of {names[name]} rows of that name."
            found.append(_problem(file, row, seen, "Give them different names.", column, sheet))
    return found
