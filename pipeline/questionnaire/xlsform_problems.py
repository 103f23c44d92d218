"""What is wrong in the sheets ``settings``, ``choices``, ``checks`` and ``rules`` of an XLSForm, as its editor sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.errors import Problem
from pipeline.questionnaire.form import MISSING_REASONS
from pipeline.questionnaire.xlsform_names import References
from pipeline.questionnaire.xlsform_rows import SheetRow, XlsFormSheets, language_key
from pipeline.questionnaire.xlsform_sections import Planned
from pipeline.questionnaire.xlsform_support import SEVERITIES
from pipeline.questionnaire.xlsform_survey import FALSE_WORDS, Place
from pipeline.questionnaire.xlsform_words import MISSING_REASON_LIST

_NO_SETTINGS: Final = {
    "flat": "It takes the groups away, which are the sheets of the workbook.",
    "add_none_option": "Add the choice to the sheet choices yourself.",
}


@dataclass(frozen=True)
class Loading:
    """What the parts of loading share.

    Attributes:
        sheets: The rows of the sheets.
        settings: The row of the sheet ``settings``; what it leaves open is filled in.
        places: The rows of the survey with their places.
        sections: The sections.
        languages: Language codes, the default first.
    """

    sheets: XlsFormSheets
    settings: SheetRow
    places: Sequence[Place]
    sections: Sequence[Planned]
    languages: tuple[str, ...]

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.sheets.file

    @property
    def default_language(self) -> str:
        """Language of texts whose column names none."""
        return self.languages[0]

    def questions(self) -> list[Place]:
        """The questions in order."""
        return [place for place in self.places if place.is_question]

    def choices(self) -> list[SheetRow]:
        """The rows of the sheet ``choices`` that belong to a list."""
        return [row for row in self.sheets.rows.get("choices", ()) if row.get("list_name")]

    def own_choices(self) -> list[int]:
        """Rows of the reasons for missing answers, which are no choices of the form unless a question offers them."""
        if any(place.type.choices == MISSING_REASON_LIST for place in self.places):
            return []
        return [row.number for row in self.choices() if row.get("list_name") == MISSING_REASON_LIST]

    def problem(self, sheet: str, row: SheetRow | None, seen: str, mend: str, column: str = "") -> Problem:
        """A problem with its place."""
        return Problem(self.file, seen, mend, sheet=sheet, row=row.number if row else None, column=column)


def form_languages(sheets: XlsFormSheets, settings: SheetRow) -> tuple[str, ...]:
    """The languages of a form, the default first.

    Args:
        sheets: The sheets.
        settings: The row of the sheet ``settings``.

    Returns:
        The default is that of the settings; else English, if there are texts without a language or no texts at all;
        else that of the first translated column. A language whose code cannot be told goes by its name.
    """
    found = sheets.languages()
    plain = any(heading == "label" for sheet in ("survey", "choices") for heading in sheets.headings.get(sheet, ()))
    declared = settings.get("default_language")
    undeclared = "en" if plain or not found else found[0]
    default = language_key(declared) if declared not in ("", "default") else undeclared
    return (default, *(code for code in found if code != default))


def settings_problems(loading: Loading) -> Iterator[Problem]:
    """What is wrong in the sheet ``settings``, and with the headings of all sheets.

    Args:
        loading: What was read.
    """
    row = loading.settings
    for column, mend in _NO_SETTINGS.items():
        if row.get(column) not in ("", *FALSE_WORDS):
            yield loading.problem("settings", row, f"The setting '{column}' is not supported.", mend, column)
    for column in loading.sheets.headings.get("settings", ()):
        if column.startswith("form_title::"):
            seen = f"pyxform cannot read '{column}'."
            yield loading.problem("settings", None, seen, "Name it e.g. form_title_fr.", column)
    for entity in loading.sheets.rows.get("entities", ())[:1]:
        yield loading.problem("entities", entity, "Entities are not supported.", "Remove the sheet.")
    yield from _doubled_columns(loading)
    yield from _undeclared_prefixes(loading)


def _undeclared_prefixes(loading: Loading) -> Iterator[Problem]:
    """Columns for attributes in a namespace that the settings do not declare: no program could read the XForm."""
    from pyxform.constants import NSMAP

    declared = {name.partition(":")[2] for name in NSMAP} | {"jr", "entities"}
    declared |= {part.partition("=")[0] for part in loading.settings.get("namespaces").split()}
    for heading in loading.sheets.headings.get("survey", ()):
        sheet, _, attribute = heading.partition("::")
        prefix, colon, _ = attribute.partition("::")[0].partition(":")
        if sheet in ("bind", "instance", "control") and colon and prefix not in declared:
            seen = f"The column '{heading}' is in a namespace that is not declared."
            mend = "Declare it in the column namespaces of the sheet settings, or leave the column out."
            yield Problem(loading.file, seen, mend, "survey", 1, heading)


def _doubled_columns(loading: Loading) -> Iterator[Problem]:
    """Two columns of the same text in the same language: one of them would be lost."""
    known: dict[tuple[str, str, str], str] = {}
    for sheet, heading, language in loading.sheets.translated():
        key = (sheet, heading.partition("::")[0], language_key(language))
        first = known.setdefault(key, heading)
        if first != heading:
            seen = f"The columns '{first}' and '{heading}' are both in the language '{key[2]}'."
            yield Problem(loading.file, seen, "Keep one of them.", sheet, 1, heading)


def choice_problems(loading: Loading) -> Iterator[Problem]:
    """What is wrong with the lists of choices, and with the questions that use them.

    Args:
        loading: What was read.
    """
    seen_codes: dict[tuple[str, str], SheetRow] = {}
    for row in loading.choices():
        name, code = row.get("list_name"), row.get("name")
        known = seen_codes.setdefault((name, code), row)
        if not code or any(sign.isspace() for sign in code):
            seen = f"The code '{code}' is empty or has a blank in it."
            yield loading.problem("choices", row, seen, "Write a code without blanks.", "name")
        elif known is not row:
            seen = f"The code '{code}' stands in the list '{name}' in row {known.number} already."
            yield loading.problem("choices", row, seen, "Give each choice a code of its own.", "name")
    yield from _label_problems(loading)
    lists = {name for name, _ in seen_codes}
    for place in loading.places:
        if place.type.kind.startswith("select_") and place.type.choices not in lists:
            seen = f"There is no list of choices '{place.type.choices}'."
            mend = "Write the list's name behind the type, and its choices in the sheet choices."
            yield loading.problem("survey", place.row, seen, mend, "type")
    for code in MISSING_REASONS if MISSING_REASON_LIST in lists else ():
        if (MISSING_REASON_LIST, code) not in seen_codes:
            seen = f"The list '{MISSING_REASON_LIST}' has no '{code}'."
            mend = "Add it, or remove the list: these are the reasons that a member can give for a missing answer."
            yield loading.problem("choices", None, seen, mend)


def _label_problems(loading: Loading) -> Iterator[Problem]:
    """Choices of a list that read the same: in a drop-down nobody could tell them apart."""
    known: dict[tuple[str, str, str], SheetRow] = {}
    for row in loading.choices():
        texts = loading.sheets.texts(row, loading.default_language)
        for language in loading.languages:
            label = texts.by_field.get(("label", language), "")
            first = known.setdefault((row.get("list_name"), language, label.casefold()), row)
            if label and first is not row and first.get("name") != row.get("name"):
                seen = f"The label '{label}' ({language}) stands in row {first.number} already."
                yield loading.problem("choices", row, seen, "Give each choice a label of its own.", "label")


def check_problems(loading: Loading, references: References) -> Iterator[Problem]:
    """What is wrong in the sheet ``checks``, its expressions apart.

    Args:
        loading: What was read.
        references: The names of the survey.
    """
    questions = {place.name: place for place in loading.questions()}
    known: dict[str, SheetRow] = {}
    for row in loading.sheets.rows.get("checks", ()):
        first = known.setdefault(row.get("name"), row)
        if not row.get("name") or row.get("name") == "question" or first is not row:
            seen = f"'{row.get('name')}' is no name of its own."
            yield loading.problem("checks", row, seen, "Give each check a name of its own.", "name")
        yield from _check_row_problems(loading, row, questions)
        for column in ("expression", "applies"):
            yield from references.problems(row.get(column), row, column, sheet="checks")


def _check_row_problems(loading: Loading, row: SheetRow, questions: Mapping[str, Place]) -> Iterator[Problem]:
    place = questions.get(row.get("question"))
    if place is None or not place.is_answered:
        seen = f"'{row.get('question')}' is no question that a member answers."
        yield loading.problem("checks", row, seen, "Name the question to correct.", "question")
    if not row.get("expression"):
        yield loading.problem("checks", row, "There is no expression.", "Write what must be true.", "expression")
    if row.get("severity") not in ("", *SEVERITIES):
        seen = f"'{row.get('severity')}' is no severity."
        yield loading.problem("checks", row, seen, f"Use {', '.join(SEVERITIES)}.", "severity")
    if not loading.sheets.texts(row, loading.default_language).get("message", loading.default_language):
        seen = f"There is no message in the language '{loading.default_language}'."
        yield loading.problem("checks", row, seen, "Write what the member shall do.", "message")


def rule_problems(loading: Loading) -> Iterator[Problem]:
    """What is wrong in the sheet ``rules``; whether there are such rules is no matter of the form.

    Args:
        loading: What was read.
    """
    known: dict[str, SheetRow] = {}
    for row in loading.sheets.rows.get("rules", ()):
        name = row.get("rule")
        first = known.setdefault(name, row)
        if not name:
            yield loading.problem("rules", row, "There is no name of a rule.", "Name the rule.", "rule")
        elif first is not row:
            seen = f"The rule {name} stands in row {first.number} already."
            yield loading.problem("rules", row, seen, "Keep one of the two.", "rule")
        if row.get("severity") not in (*SEVERITIES, "off"):
            seen = f"'{row.get('severity')}' is no severity."
            yield loading.problem("rules", row, seen, f"Use {', '.join(SEVERITIES)}, off.", "severity")
