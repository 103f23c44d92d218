"""Loading the questionnaire from its XLSForm (survey, choices, settings, and our own sheet ``checks``).

python-calamine gives the rows and their places; pyxform makes the XForm, from whose binds come the expressions as XPath
with every ``${code}`` replaced by a path. What is our own (goal, indicator, role, unit, severity, tolerance, the sheet
``checks``) passes through pyxform untouched, so the same file serves ODK and KoboToolbox.
Source: XLSForm specification, https://xlsform.org/en/ref-table/.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import (
    MISSING_REASONS,
    Check,
    Choice,
    Form,
    Question,
    QuestionType,
    Section,
    Severity,
)
from pipeline.questionnaire.xlsform_rows import SheetRow, XlsFormSheets, language_code, read_sheets
from pipeline.questionnaire.xlsform_survey import (
    SEVERITIES,
    Place,
    Walk,
    reference_problems,
    tolerance,
    walk_survey,
)

if TYPE_CHECKING:
    from pyxform.survey import Survey

_XFORMS = "{http://www.w3.org/2002/xforms}"
_PYXFORM_ROW = re.compile(r"\[row : (\d+)\]")
_PYXFORM_SHEET = re.compile(r"'(survey|choices|settings)' sheet")


@dataclass(frozen=True)
class _Loading:
    """What the parts of loading share."""

    sheets: XlsFormSheets
    walk: Walk
    languages: tuple[str, ...]

    @property
    def file(self) -> str:
        return self.sheets.file

    @property
    def default_language(self) -> str:
        return self.languages[0]

    def problem(self, sheet: str, row: SheetRow | None, seen: str, mend: str, column: str = "") -> Problem:
        return Problem(self.file, seen, mend, sheet=sheet, row=row.number if row else None, column=column)


def load_form(path: Path) -> Form:
    """Load and check the questionnaire.

    Args:
        path: The XLSForm, a .xlsx file.

    Returns:
        The form; expressions are XPath 1.0 with the ODK functions (``pipeline.questionnaire.xpath`` checks them).

    Raises:
        AllianceError: With all problems of the first stage that has any: the rows as the editor sees them, then what
            pyxform finds. Each names sheet, row, what was seen and the mend.
    """
    sheets = read_sheets(path)
    settings = next(iter(sheets.rows.get("settings", ())), SheetRow(2, {}))
    languages = _languages(sheets, settings)
    loading = _Loading(sheets, walk_survey(sheets.rows["survey"], sheets.file), languages)
    problems = [
        *loading.walk.problems,
        *_settings_problems(loading, settings),
        *_choice_problems(loading),
        *_check_problems(loading),
    ]
    if problems:
        raise AllianceError(problems)
    survey, binds = _convert(path)
    root = str(survey.name)
    return Form(
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


def _languages(sheets: XlsFormSheets, settings: SheetRow) -> tuple[str, ...]:
    found = sheets.languages()
    unnamed = [
        Problem(sheets.file, f"The column '{name}' has no language code.", "Write e.g. label::English (en).", sheet, 1)
        for sheet in ("survey", "choices", "checks")
        for name in sheets.headings.get(sheet, ())
        if "::" in name and not name.startswith("media::") and not language_code(name.split("::", 1)[1])
    ]
    if unnamed:
        raise AllianceError(unnamed)
    default = language_code(settings.get("default_language")) or (found[0] if found else "en")
    return (default, *(code for code in found if code != default))


def _settings_problems(loading: _Loading, settings: SheetRow) -> list[Problem]:
    mends = {
        "form_id": "Give the form an id that never changes.",
        "version": "Give the form a version, and a new one with every change.",
        "form_title": "Give the form a title.",
    }
    missing = [
        loading.problem("settings", settings, f"There is no {column}.", mend, column)
        for column, mend in mends.items()
        if not settings.get(column)
    ]
    translated = [
        loading.problem("settings", None, f"pyxform cannot read '{column}'.", "Name it e.g. form_title_fr.", column)
        for column in loading.sheets.headings.get("settings", ())
        if "::" in column
    ]
    return missing + translated


def _list_name(row: SheetRow) -> str:
    return row.get("list_name")


def _choice_problems(loading: _Loading) -> list[Problem]:
    rows = [row for row in loading.sheets.rows.get("choices", ()) if _list_name(row)]
    found: list[Problem] = []
    seen_codes: dict[tuple[str, str], SheetRow] = {}
    for row in rows:
        code = row.get("name")
        known = seen_codes.setdefault((_list_name(row), code), row)
        if not code or any(sign.isspace() for sign in code):
            seen = f"The code '{code}' is empty or has a blank in it."
            found.append(loading.problem("choices", row, seen, "Write a code without blanks.", "name"))
        elif known is not row:
            seen = f"The code '{code}' stands in the list '{_list_name(row)}' in row {known.number} already."
            found.append(loading.problem("choices", row, seen, "Give each choice a code of its own.", "name"))
    found += _label_problems(loading, rows)
    lists = {name for name, _ in seen_codes}
    for place in loading.walk.questions():
        if place.kind.startswith("select_") and place.choices not in lists:
            seen = f"There is no list of choices '{place.choices}'."
            mend = "Write the list's name behind the type, and its choices in the sheet choices."
            found.append(loading.problem("survey", place.row, seen, mend, "type"))
    for code in MISSING_REASONS:
        if ("missing_reason", code) not in seen_codes:
            seen = f"The list 'missing_reason' has no '{code}'."
            mend = "Add it: these are the reasons that a member can give for a missing answer."
            found.append(loading.problem("choices", None, seen, mend))
    return found


def _label_problems(loading: _Loading, rows: Sequence[SheetRow]) -> list[Problem]:
    """Choices of a list that read the same: in a drop-down nobody could tell them apart."""
    found: list[Problem] = []
    known: dict[tuple[str, str, str], SheetRow] = {}
    for row in rows:
        texts = loading.sheets.texts(row, loading.default_language)
        for language in loading.languages:
            label = texts.by_field.get(("label", language), "")
            first = known.setdefault((_list_name(row), language, label.casefold()), row)
            if label and first is not row and first.get("name") != row.get("name"):
                seen = f"The label '{label}' ({language}) stands in row {first.number} already."
                found.append(loading.problem("choices", row, seen, "Give each choice a label of its own.", "label"))
    return found


def _check_problems(loading: _Loading) -> list[Problem]:
    names = Counter(place.name for place in loading.walk.places)
    questions = {place.name: place for place in loading.walk.questions()}
    known: dict[str, SheetRow] = {}
    found: list[Problem] = []
    for row in loading.sheets.rows.get("checks", ()):
        first = known.setdefault(row.get("name"), row)
        if not row.get("name") or row.get("name") == "question" or first is not row:
            seen = f"'{row.get('name')}' is no name of its own."
            found.append(loading.problem("checks", row, seen, "Give each check a name of its own.", "name"))
        place = questions.get(row.get("question"))
        if place is None or place.kind in ("note", "calculate"):
            seen = f"'{row.get('question')}' is no question that a member answers."
            found.append(loading.problem("checks", row, seen, "Name the question to correct.", "question"))
        if not row.get("expression"):
            found.append(
                loading.problem("checks", row, "There is no expression.", "Write what must be true.", "expression")
            )
        if row.get("severity") not in ("", *SEVERITIES):
            seen = f"'{row.get('severity')}' is no severity."
            found.append(loading.problem("checks", row, seen, f"Use {', '.join(SEVERITIES)}.", "severity"))
        if not loading.sheets.texts(row, loading.default_language).get("message", loading.default_language):
            seen = f"There is no message in the language '{loading.default_language}'."
            found.append(loading.problem("checks", row, seen, "Write what the member shall do.", "message"))
        for column in ("expression", "applies"):
            found += reference_problems(row.get(column), names, row, column, "checks", loading.file)
    return found


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


def _titles(loading: _Loading, settings: SheetRow) -> Mapping[str, str]:
    """The title per language: ``form_title``, and ``form_title_fr`` and so on for translations (pyxform has none)."""
    title = settings.get("form_title")
    return {code: settings.get(f"form_title_{code.lower()}") or title for code in loading.languages}


def _sections(loading: _Loading) -> tuple[Section, ...]:
    repeats = {place.section: place.name for place in loading.walk.groups() if place.kind == "repeat"}
    return tuple(
        Section(place.name, repeats.get(place.name), loading.sheets.texts(place.row, loading.default_language))
        for place in loading.walk.groups()
        if not place.groups
    )


def _question(
    loading: _Loading, place: Place, position: int, survey: Survey, binds: Mapping[str, Mapping[str, str]], root: str
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


def _relevant(loading: _Loading, place: Place, survey: Survey) -> str:
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


def _choices(loading: _Loading) -> Mapping[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in loading.sheets.rows.get("choices", ()):
        if _list_name(row):
            texts = loading.sheets.texts(row, loading.default_language)
            lists.setdefault(_list_name(row), []).append(Choice(row.get("name"), texts))
    return {name: tuple(choices) for name, choices in lists.items()}


def _checks(loading: _Loading, survey: Survey) -> tuple[Check, ...]:
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
