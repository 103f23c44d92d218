"""The questionnaire as a plain XForm, so that ODK Central and KoboToolbox can ask the same questions on the web."""

from __future__ import annotations

from pathlib import Path

from pipeline.questionnaire.xlsform import make_form, read_form


def write_xform(questionnaire: Path) -> bytes:
    """Write the XForm of a questionnaire.

    It holds what a web form understands: questions, groups, repeats, choices, conditions, constraints and calculations,
    with the texts of all languages. What is the product's own stays out: goals, indicators, roles, units, severities,
    tolerances, short labels, the reasons for missing answers, and the sheet ``checks``.

    Args:
        questionnaire: The XLSForm, a .xlsx file.

    Returns:
        The XForm in UTF-8; the same questionnaire gives the same bytes. Its version is that of the settings, else the one
        that ``load_form`` gives.

    Raises:
        AllianceError: The questionnaire cannot be loaded; what the product could not assess is not put on the web either.
    """
    loading, conversion = read_form(questionnaire)
    make_form(loading, conversion)
    return conversion.xform.encode("utf-8")
