"""The sheet ``settings``: what identifies the form, and what stands in for it where the form does not say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.questionnaire.xlsform_rows import SheetRow, XlsFormSheets


def read_settings(sheets: XlsFormSheets, path: Path) -> SheetRow:
    """The row of settings, with what it leaves open filled in.

    Args:
        sheets: The sheets.
        path: The file.

    Returns:
        The row. As in pyxform, the id is the name of the file and the title is the id where the form does not say. A
        form without a version has a digest of its codes, types and choices as such: answers to another set of questions
        are never taken for answers to this one, and a mended word makes no new version.
    """
    row = next(iter(sheets.rows.get("settings", ())), SheetRow(2, {}))
    form_id = row.get("form_id") or path.stem
    title = row.get("form_title") or form_id
    version = row.get("version") or _digest(sheets)
    return SheetRow(row.number, {**row.cells, "form_id": form_id, "form_title": title, "version": version})


def titles(settings: SheetRow, languages: Sequence[str]) -> Mapping[str, str]:
    """The title per language: ``form_title``, and ``form_title_fr`` and so on for translations (pyxform has none).

    Args:
        settings: The row of settings.
        languages: Language codes of the form.
    """
    title = settings.get("form_title")
    return {code: settings.get(f"form_title_{code.lower()}") or title for code in languages}


def _digest(sheets: XlsFormSheets) -> str:
    digest = hashlib.sha256()
    for name, columns in (("survey", ("type", "name", "parameters")), ("choices", ("list_name", "name"))):
        for row in sheets.rows.get(name, ()):
            digest.update(repr((name, *(row.get(column) for column in columns))).encode())
    return digest.hexdigest()[:12]
