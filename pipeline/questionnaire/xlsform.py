"""Loading the questionnaire from its XLSForm (survey, choices, settings, and our own sheet ``checks``).

python-calamine gives the rows and their places; pyxform makes the XForm, from whose binds come the expressions as XPath
with every ``${code}`` replaced by a path. What is our own (goal, indicator, role, unit, severity, tolerance, short, the
sheet ``checks``) passes through pyxform untouched, so the same file serves ODK and KoboToolbox.
Source: XLSForm specification, https://xlsform.org/en/ref-table/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import (
    Check,
    Choice,
    Form,
    Question,
    QuestionType,
    Section,
    Severity,
)
from pipeline.questionnaire.xlsform_problems import (
    Loading,
    check_problems,
    choice_problems,
    form_languages,
    list_name,
    settings_problems,
)
from pipeline.questionnaire.xlsform_rows import SheetRow, read_sheets
from pipeline.questionnaire.xlsform_survey import (
    Place,
    tolerance,
    walk_survey,
)
from pipeline.questionnaire.xpath import compile_form

if TYPE_CHECKING:
    from pyxform.survey import Survey

_XFORMS = "{http://www.w3.org/2002/xforms}"
_PYXFORM_ROW = re.compile(r"\[row : (\d+)\]")
_PYXFORM_SHEET = re.compile(r"'(survey|choices|settings)' sheet")


def load_form(path: Path) -> Form:
    """Load and check the questionnaire.

    Args:
        path: The XLSForm, a .xlsx file.

    Returns:
        The form; its expressions are XPath 1.0 with the ODK functions, and all of them can be evaluated.

    Raises:
        AllianceError: With all problems of the first stage that has any: the rows as the editor sees them, then what
            pyxform finds, then expressions that are not supported. Each names sheet, row, what was seen and the mend.
    """
    sheets = read_sheets(path)
    settings = next(iter(sheets.rows.get("settings", ())), SheetRow(2, {}))
    languages = form_languages(sheets, settings)
    loading = Loading(sheets, walk_survey(sheets.rows["survey"], sheets.file), languages)
    problems = [
        *loading.walk.problems,
        *settings_problems(loading, settings),
        *choice_problems(loading),
        *check_problems(loading),
    ]
    if problems:
        raise AllianceError(problems)
    survey, binds = _convert(path)
    root = str(survey.name)
    form = Form(
        id=settings.get("form_id"),
        version=settings.get("version"),
        title=_titles(loading, settings),
        languages=languages,
        sections=_sections(loading),
        questions=tuple(
            _question(loading, place, position, survey, binds, root)
            for position, place in enumerate(loading.walk.questions(), start=1)
        ),
        choices=_choices(loading),
        checks=_checks(loading, survey),
        file=sheets.file,
        root=root,
    )
    compile_form(form)  # refuses what is not supported now, not when the first member's answers are assessed
    return form


def _convert(path: Path) -> tuple[Survey, Mapping[str, Mapping[str, str]]]:
    """Let pyxform make the XForm; give its survey and the attributes of its binds by path."""
    from lxml import etree
    from pyxform.builder import create_survey_element_from_dict
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform

    # These are the steps of pyxform.xls2xform.convert, which does not hand out the survey that expands references.
    try:
        workbook = get_xlsform(xlsform=str(path))
        content = workbook_to_json(workbook_dict=workbook, fallback_form_name=workbook.fallback_form_name, warnings=[])
        survey = cast("Survey", create_survey_element_from_dict(content))
        xform = survey.to_xml(validate=False, warnings=[])
    except PyXFormError as error:
        raise AllianceError([_pyxform_problem(path.name, str(error))]) from error
    tree = etree.fromstring(xform.encode("utf-8"))
    binds = {
        str(bind.get("nodeset")): {str(k): str(v) for k, v in bind.items()} for bind in tree.iter(f"{_XFORMS}bind")
    }
    return survey, binds


def _pyxform_problem(file: str, message: str) -> Problem:
    row, sheet = _PYXFORM_ROW.search(message), _PYXFORM_SHEET.search(message)
    seen = " ".join(_PYXFORM_ROW.sub("", message).split())
    return Problem(
        file,
        seen if seen.endswith(".") else f"{seen}.",
        "Mend it as the XLSForm reference says (https://xlsform.org).",
        sheet=sheet[1] if sheet else ("survey" if row else ""),
        row=int(row[1]) if row else None,
    )


def _titles(loading: Loading, settings: SheetRow) -> Mapping[str, str]:
    """The title per language: ``form_title``, and ``form_title_fr`` and so on for translations (pyxform has none)."""
    title = settings.get("form_title")
    return {code: settings.get(f"form_title_{code.lower()}") or title for code in loading.languages}


def _sections(loading: Loading) -> tuple[Section, ...]:
    repeats = {place.section: place.name for place in loading.walk.groups() if place.kind == "repeat"}
    return tuple(
        Section(place.name, repeats.get(place.name), loading.sheets.texts(place.row, loading.default_language))
        for place in loading.walk.groups()
        if not place.groups
    )


def _question(
    loading: Loading, place: Place, position: int, survey: Survey, binds: Mapping[str, Mapping[str, str]], root: str
) -> Question:
    path = f"/{root}/{place.path}"
    bind, row = binds.get(path, {}), place.row
    share = row.get("tolerance")
    return Question(
        code=place.name,
        position=position,
        row=row.number,
        type=cast("QuestionType", place.kind),
        section=place.section,
        repeat=place.repeat,
        path=path,
        choices=place.choices or None,
        required=bind.get("required", "").strip(),
        relevant=_relevant(loading, place, survey),
        constraint=bind.get("constraint", "").strip(),
        calculate=bind.get("calculate", "").strip(),
        goal=row.get("goal") or None,
        indicator=row.get("indicator") or None,
        role=row.get("role") or None,
        unit=row.get("unit"),
        severity=cast("Severity", row.get("severity") or "error"),
        tolerance=tolerance(share) if share else None,
        texts=loading.sheets.texts(row, loading.default_language),
    )


def _relevant(loading: Loading, place: Place, survey: Survey) -> str:
    """The question's own condition and those of the groups around it, as paths seen from the question.

    The binds of groups cannot be used: inside of repeats their paths start at the group's node.
    """
    around = {group.path: group for group in loading.walk.groups()}
    paths = ["/".join((*place.groups, place.name)[:depth]) for depth in range(1, len(place.groups) + 1)]
    conditions = [around[path].row.get("relevant") for path in paths] + [place.row.get("relevant")]
    expanded = [_expand(survey, text, place.name) for text in conditions if text]
    return expanded[0] if len(expanded) == 1 else " and ".join(f"({text})" for text in expanded)


def _expand(survey: Survey, text: str, code: str) -> str:
    """Replace ``${code}`` as pyxform does in an expression of the question ``code``."""
    context: Any = survey.get_element_by_name(code)
    return str(survey.insert_xpaths(text, context=context)).strip()


def _choices(loading: Loading) -> Mapping[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in loading.sheets.rows.get("choices", ()):
        if list_name(row):
            texts = loading.sheets.texts(row, loading.default_language)
            lists.setdefault(list_name(row), []).append(Choice(row.get("name"), texts))
    return {name: tuple(choices) for name, choices in lists.items()}


def _checks(loading: Loading, survey: Survey) -> tuple[Check, ...]:
    return tuple(
        Check(
            name=row.get("name"),
            row=row.number,
            question=row.get("question"),
            expression=_expand(survey, row.get("expression"), row.get("question")),
            applies=_expand(survey, row.get("applies"), row.get("question")) if row.get("applies") else "",
            severity=cast("Severity", row.get("severity") or "error"),
            texts=loading.sheets.texts(row, loading.default_language),
        )
        for row in loading.sheets.rows.get("checks", ())
    )
