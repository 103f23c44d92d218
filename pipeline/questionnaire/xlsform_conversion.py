"""What pyxform makes of an XLSForm: the XForm, its binds, and its way of replacing ``${name}`` by a path."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from pipeline.errors import AllianceError, Problem

if TYPE_CHECKING:
    from pyxform.survey import Survey

_XFORMS: Final = "{http://www.w3.org/2002/xforms}"
_PYXFORM_ROW: Final = re.compile(r"\[row : (\d+)\]")
_PYXFORM_NAME: Final = re.compile(r"element named '([^']+)'")
_PYXFORM_SHEET: Final = re.compile(r"'(survey|choices|settings)' sheet")


@dataclass(frozen=True)
class Conversion:
    """What pyxform made.

    Attributes:
        survey: Its survey.
        xform: The XForm.
        binds: Attributes of the binds by path.
    """

    survey: Survey
    xform: str
    binds: Mapping[str, Mapping[str, str]]

    @property
    def root(self) -> str:
        """Name of the root node of the instance."""
        return str(self.survey.name)

    def expand(self, text: str, path: str) -> str:
        """Replace every ``${name}`` as pyxform does in an expression of a question.

        Args:
            text: The expression.
            path: Path of the question below the root node.
        """
        element: Any = self.survey
        for name in path.split("/"):
            element = next(child for child in element.children if child.name == name)
        return str(self.survey.insert_xpaths(text, context=element)).strip()


def convert(path: Path, version: str, rows: Mapping[str, int], own_choices: Collection[int]) -> Conversion:
    """Let pyxform make the XForm.

    Args:
        path: The XLSForm.
        version: Version of the form, where its settings have none.
        rows: Row in the sheet ``survey`` by name, for messages in which pyxform tells the name alone.
        own_choices: Rows in the sheet ``choices`` that no question offers and the XForm shall not have.

    Raises:
        AllianceError: With what pyxform finds wrong first, with sheet and row as far as it tells.
    """
    from lxml import etree
    from pyxform.builder import create_survey_element_from_dict
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform

    # These are the steps of pyxform.xls2xform.convert, which does not hand out the survey that expands references.
    try:
        workbook = get_xlsform(xlsform=str(path))
        # Rows are emptied, not removed, so that all others keep their numbers.
        workbook.choices = [
            {} if number in own_choices else row for number, row in enumerate(workbook.choices or (), start=2)
        ]
        content = workbook_to_json(workbook_dict=workbook, fallback_form_name=workbook.fallback_form_name, warnings=[])
        content.setdefault("version", version)
        survey = cast("Survey", create_survey_element_from_dict(content))
        xform = survey.to_xml(validate=False, warnings=[])
    except PyXFormError as error:
        raise AllianceError([_problem(path.name, str(error), rows)]) from error
    tree = etree.fromstring(xform.encode("utf-8"))
    binds = {
        str(bind.get("nodeset")): {str(k): str(v) for k, v in bind.items()} for bind in tree.iter(f"{_XFORMS}bind")
    }
    return Conversion(survey, xform, binds)


def _problem(file: str, message: str, rows: Mapping[str, int]) -> Problem:
    told, sheet, name = (pattern.search(message) for pattern in (_PYXFORM_ROW, _PYXFORM_SHEET, _PYXFORM_NAME))
    row = int(told[1]) if told else rows.get(name[1] if name else "")
    seen = " ".join(_PYXFORM_ROW.sub("", message).split())
    return Problem(
        file,
        seen if seen.endswith(".") else f"{seen}.",
        "Mend it as the XLSForm reference says (https://xlsform.org).",
        sheet=sheet[1] if sheet else ("survey" if row else ""),
        row=row,
    )
