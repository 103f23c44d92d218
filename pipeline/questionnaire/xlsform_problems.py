"""What is wrong in the sheets ``settings``, ``choices`` and ``checks`` of an XLSForm, as its editor sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import MISSING_REASONS
from pipeline.questionnaire.xlsform_rows import SheetRow, XlsFormSheets, language_code
from pipeline.questionnaire.xlsform_survey import SEVERITIES, Walk, reference_problems


@dataclass(frozen=True)
class Loading:
    """What the parts of loading share.

    Attributes:
        sheets: The rows of the sheets.
        walk: What the walk through the sheet ``survey`` found.
        languages: Language codes, the default first.
    """

    sheets: XlsFormSheets
    walk: Walk
    languages: tuple[str, ...]

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.sheets.file

    @property
    def default_language(self) -> str:
        """Language of texts whose column names none."""
        return self.languages[0]

    def problem(self, sheet: str, row: SheetRow | None, seen: str, mend: str, column: str = "") -> Problem:
        """A problem with its place."""
        return Problem(self.file, seen, mend, sheet=sheet, row=row.number if row else None, column=column)


def form_languages(sheets: XlsFormSheets, settings: SheetRow) -> tuple[str, ...]:
    """The languages of a form, the default first.

    Args:
        sheets: The sheets.
        settings: The row of the sheet ``settings``.

    Raises:
        AllianceError: A translated column does not name its language by code.
    """
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


def settings_problems(loading: Loading, settings: SheetRow) -> list[Problem]:
    """What is wrong in the sheet ``settings``.

    Args:
        loading: What was read.
        settings: The row of the sheet.
    """
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


def list_name(row: SheetRow) -> str:
    """Name of the list that a row of the sheet ``choices`` belongs to."""
    return row.get("list_name")


def choice_problems(loading: Loading) -> list[Problem]:
    """What is wrong with the lists of choices, and with the questions that use them.

    Args:
        loading: What was read.
    """
    rows = [row for row in loading.sheets.rows.get("choices", ()) if list_name(row)]
    found: list[Problem] = []
    seen_codes: dict[tuple[str, str], SheetRow] = {}
    for row in rows:
        code = row.get("name")
        known = seen_codes.setdefault((list_name(row), code), row)
        if not code or any(sign.isspace() for sign in code):
            seen = f"The code '{code}' is empty or has a blank in it."
            found.append(loading.problem("choices", row, seen, "Write a code without blanks.", "name"))
        elif known is not row:
            seen = f"The code '{code}' stands in the list '{list_name(row)}' in row {known.number} already."
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


def _label_problems(loading: Loading, rows: Sequence[SheetRow]) -> list[Problem]:
    """Choices of a list that read the same: in a drop-down nobody could tell them apart."""
    found: list[Problem] = []
    known: dict[tuple[str, str, str], SheetRow] = {}
    for row in rows:
        texts = loading.sheets.texts(row, loading.default_language)
        for language in loading.languages:
            label = texts.by_field.get(("label", language), "")
            first = known.setdefault((list_name(row), language, label.casefold()), row)
            if label and first is not row and first.get("name") != row.get("name"):
                seen = f"The label '{label}' ({language}) stands in row {first.number} already."
                found.append(loading.problem("choices", row, seen, "Give each choice a label of its own.", "label"))
    return found


def check_problems(loading: Loading) -> list[Problem]:
    """What is wrong in the sheet ``checks``, its expressions apart.

    Args:
        loading: What was read.
    """
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
