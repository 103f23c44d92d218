"""Words that a form may leave to the product: the reasons for a missing answer, and "other" among choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.questionnaire.form import Choice, Texts

MISSING_REASON_LIST: Final = "missing_reason"
OTHER: Final = "other"
"""Code of the choice that ``or_other`` adds."""

_REASONS: Final[Mapping[str, Mapping[str, str]]] = {
    "not_available": {"en": "Not available", "fr": "Non disponible", "es": "No disponible"},
    "not_applicable": {"en": "Not applicable", "fr": "Sans objet", "es": "No aplicable"},
    "not_yet": {"en": "Not yet", "fr": "Pas encore", "es": "Todavía no"},
    "confidential": {"en": "Confidential", "fr": "Confidentiel", "es": "Confidencial"},
}
_OTHER_LABEL: Final = {"en": "Other", "fr": "Autre", "es": "Otro"}
SPECIFY_OTHER: Final = {"en": "Specify other.", "fr": "Précisez.", "es": "Especifique."}


def _choice(code: str, labels: Mapping[str, str]) -> Choice:
    return Choice(code, Texts({("label", language): words for language, words in labels.items()}, "en"))


DEFAULT_REASONS: Final = tuple(_choice(code, labels) for code, labels in _REASONS.items())
"""The list ``missing_reason`` of a form that has none."""

OTHER_CHOICE: Final = _choice(OTHER, _OTHER_LABEL)
"""The choice that ``or_other`` adds; pyxform calls it "Other" in every language."""
