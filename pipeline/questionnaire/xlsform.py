"""Loading the questionnaire from its XLSForm (survey, choices, settings, and our own sheets ``checks`` and ``rules``).

python-calamine gives the rows and their places; pyxform makes the XForm, from whose binds come the expressions as XPath
with every ``${code}`` replaced by a path. What is our own (goal, indicator, role, unit, severity, tolerance, short, the
sheets ``checks`` and ``rules``) passes through pyxform untouched, so the same file serves ODK and KoboToolbox.
Source: XLSForm specification, https://xlsform.org/en/ref-table/.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.xlsform_conversion import Conversion, convert
from pipeline.questionnaire.xlsform_items import checks_of, choices_of, question_of, severities_of, texts_of
from pipeline.questionnaire.xlsform_names import References, name_problems, reference_problems
from pipeline.questionnaire.xlsform_problems import (
    Loading,
    check_problems,
    choice_problems,
    form_languages,
    rule_problems,
    settings_problems,
)
from pipeline.questionnaire.xlsform_rows import read_sheets
from pipeline.questionnaire.xlsform_sections import plan_sections, section_of
from pipeline.questionnaire.xlsform_settings import read_settings, titles
from pipeline.questionnaire.xlsform_support import row_problems
from pipeline.questionnaire.xlsform_survey import walk_survey
from pipeline.questionnaire.xpath import compile_form


def load_form(path: Path) -> Form:
    """Load and check the questionnaire.

    Args:
        path: The XLSForm, a .xlsx file.

    Returns:
        The form; its expressions are XPath 1.0 with the ODK functions, and all of them can be evaluated.

    Raises:
        AllianceError: With all problems of the first stage that has any: the rows as the editor sees them, then what
            pyxform finds, then expressions that are not supported, each with sheet, row, what was seen and the mend;
            in the end, that there is no question which members answer.
    """
    form = make_form(*read_form(path))
    if not form.asked:
        mend = "Add a question that members answer, e.g. of type text."
        raise AllianceError([Problem(form.file, "The questionnaire asks nothing.", mend, sheet="survey")])
    return form


def make_form(loading: Loading, conversion: Conversion) -> Form:
    """Make the form of what was read.

    Args:
        loading: What its sheets say.
        conversion: What pyxform made of it.

    Raises:
        AllianceError: With every expression that is wrong or not supported.
    """
    title = titles(loading.settings, loading.languages)
    groups = {place.path: texts_of(loading, place) for place in loading.places if place.kind in ("group", "repeat")}
    form = Form(
        id=loading.settings.get("form_id"),
        version=loading.settings.get("version"),
        title=title,
        languages=loading.languages,
        sections=tuple(section_of(plan, groups, title, loading.default_language) for plan in loading.sections),
        questions=tuple(
            question_of(loading, place, position, conversion)
            for position, place in enumerate(loading.questions(), start=1)
        ),
        choices=choices_of(loading),
        checks=checks_of(loading, conversion),
        file=loading.file,
        root=conversion.root,
        rule_severities=severities_of(loading),
    )
    compile_form(form)  # refuses what is not supported now, not when the first member's answers are assessed
    return form


def read_form(path: Path) -> tuple[Loading, Conversion]:
    """Read an XLSForm and let pyxform convert it.

    Args:
        path: The XLSForm, a .xlsx file.

    Returns:
        What its sheets say, without a problem, and what pyxform made of it.

    Raises:
        AllianceError: As for ``load_form``, expressions apart.
    """
    loading = read_rows(path)
    rows = {place.name: place.row.number for place in loading.places}
    return loading, convert(path, loading.settings.get("version"), rows, loading.own_choices())


def read_rows(path: Path) -> Loading:
    """Read the rows of an XLSForm as its editor sees them.

    Args:
        path: The XLSForm, a .xlsx file.

    Raises:
        AllianceError: With all problems of the rows.
    """
    sheets = read_sheets(path)
    settings = read_settings(sheets, path)
    walk = walk_survey(sheets.rows["survey"], sheets.file)
    places, sections = plan_sections(walk.places)
    loading = Loading(sheets, settings, places, sections, form_languages(sheets, settings))
    problems = [*walk.problems, *_problems(loading)]
    if problems:
        raise AllianceError(problems)
    return loading


def _problems(loading: Loading) -> Iterator[Problem]:
    references = References(loading.places, loading.file)
    for place in loading.places:
        yield from row_problems(place, loading.file)
    yield from name_problems(loading.places, loading.file)
    yield from reference_problems(loading.places, references)
    yield from settings_problems(loading)
    yield from choice_problems(loading)
    yield from check_problems(loading, references)
    yield from rule_problems(loading)
