"""Reading what came in another form than our workbooks: submissions of web forms, and exports that staff put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pipeline.alliance.model import Alliance
from pipeline.gather.guard import FILE_LIMIT
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal, refuse
from pipeline.gather.responses.exports import read_export
from pipeline.gather.responses.kobo_submission import load_json, read_kobo_submission
from pipeline.gather.responses.odk_submission import read_odk_submission
from pipeline.questionnaire.form import Form


def read_responses(content: bytes, way: str, alliance: Alliance) -> tuple[Reading, ...] | Refusal:
    """Read the answers of one member or of several.

    Args:
        content: All bytes of what arrived.
        way: By which way: ``odk_central``, ``kobotoolbox`` or ``exports``.
        alliance: The alliance, with its questionnaire and the settings of its ways in.

    Returns:
        A reading per response, those of an export in the order of their arrival as far as it tells that; or the refusal
        of the whole file. Rows of new commitments are called NEW-1, NEW-2, ...; see ``items.name_items``.

    Raises:
        ValueError: No such way carries responses.
    """
    if len(content) > FILE_LIMIT:
        return refuse("too_large")
    match way:
        case "odk_central":
            server = alliance.ways_in.odk_central
            identifiers = {form.partition("/")[2] for form in server.forms.values()} if server else ()
            read = read_odk_submission(content, alliance.form, identifiers)
            return read if isinstance(read, Refusal) else (_with_claim(read, alliance.form),)
        case "kobotoolbox":
            return _kobo(content, alliance.form)
        case "exports":
            return read_export(content, alliance)
        case _:
            raise ValueError(f"{way!r} is no way by which responses come in.")


def _kobo(content: bytes, form: Form) -> tuple[Reading, ...] | Refusal:
    loaded = load_json(content)
    if isinstance(loaded, Refusal):
        return loaded
    if not isinstance(loaded, Mapping):
        return refuse("damaged", "The submission is JSON, but not the object that KoboToolbox gives for one.")
    return (_with_claim(read_kobo_submission(cast("Mapping[str, Any]", loaded), form), form),)


def _with_claim(reading: Reading, form: Form) -> Reading:
    """A reading with the member that the question of the role ``member`` was answered with."""
    asked = {question.code for question in form.with_role("member")}
    named = next((answer.value for answer in reading.answers if answer.question in asked and answer.value), None)
    return replace(reading, member=named)
