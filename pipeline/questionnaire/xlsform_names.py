"""Names of questions and groups, and the ``${name}`` by which expressions refer to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.errors import Problem
from pipeline.questionnaire.xlsform_rows import SheetRow
from pipeline.questionnaire.xlsform_survey import Place, survey_problem
from pipeline.questionnaire.xlsform_types import METADATA

REFERENCE: Final = re.compile(r"\$\{\s*(?:last-saved#)?([^}#]*)\}")
_EXPRESSIONS: Final = ("relevant", "constraint", "required", "calculation", "choice_filter")
_WORDS: Final = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
_NAME: Final = re.compile(r"^[^\W\d][\w.-]*$")


class References:
    """Holds the names of a survey against the references to them.

    Args:
        places: All places of the survey.
        file: Name of the file, for the problems.
    """

    def __init__(self, places: Sequence[Place], file: str):
        self._file = file
        self._count = Counter(place.name for place in places)
        self._device_only = {p.name for p in places if p.type.kind == METADATA and not p.calculation}

    def problems(
        self, text: str, row: SheetRow, column: str, *, sheet: str = "survey", is_expression: bool = True
    ) -> list[Problem]:
        """What is wrong with the references in a text.

        Args:
            text: An expression or label.
            row: The row it stands in.
            column: Its heading.
            sheet: Its sheet.
            is_expression: Whether it is evaluated.
        """
        found: list[Problem] = []
        for name in dict.fromkeys(match[1].strip() for match in REFERENCE.finditer(text)):
            wrong = self._wrong(name, is_expression=is_expression)
            if wrong:
                found.append(survey_problem(self._file, row, *wrong, column, sheet))
        return found

    def _wrong(self, name: str, *, is_expression: bool) -> tuple[str, str] | None:
        if self._count[name] == 0:
            seen = f"${{{name}}} refers to a question that does not exist."
            return seen, "Write the name of a question of the sheet survey."
        if self._count[name] > 1:
            return f"${{{name}}} could be any of {self._count[name]} rows of that name.", "Give them different names."
        if is_expression and name in self._device_only:
            return f"What ${{{name}}} stands for is known to a device, not to a workbook.", "Ask a question instead."
        return None


def name_problems(places: Sequence[Place], file: str) -> list[Problem]:
    """Names that cannot be codes, that two questions share, or that a group and the repeat around it share.

    Args:
        places: All places of the survey.
        file: Name of the file.
    """
    found: list[Problem] = []
    for place in places:
        if place.kind and not _NAME.match(place.name):
            seen = f"The name '{place.name}' is empty or has signs that a code cannot have."
            mend = "Use letters, digits, '_', '-' and '.', and begin with a letter."
            found.append(survey_problem(file, place.row, seen, mend, "name"))
        if place.kind == "group" and place.repeat and place.name == place.repeat:
            seen = f"The group '{place.name}' has the name of the repeat around it."
            found.append(survey_problem(file, place.row, seen, "Give it another name.", "name"))
    first: dict[str, Place] = {}
    for place in places:
        known = first.setdefault(place.name.casefold(), place) if place.is_question else place
        if known is not place and place.name:
            seen = f"The name '{place.name}' is used in row {known.row.number} already."
            found.append(survey_problem(file, place.row, seen, "Give each question a name of its own.", "name"))
    return found


def reference_problems(places: Sequence[Place], references: References) -> list[Problem]:
    """What is wrong with the references in the sheet ``survey``.

    Args:
        places: All places of the survey.
        references: The names.
    """
    return [
        problem
        for place in places
        for column, text in place.row.cells.items()
        if column.partition("::")[0] in (*_EXPRESSIONS, *_WORDS)
        for problem in references.problems(text, place.row, column, is_expression=column in _EXPRESSIONS)
    ]
