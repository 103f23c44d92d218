"""Words by which people say that there is no value, and which missing-reason each of them means."""

from __future__ import annotations

from typing import Final

from pipeline.gather.number_text import fold
from pipeline.gather.vocabulary import vocabulary_of
from pipeline.questionnaire.form import Form

# A word that can mean more than one reason ("n/a" is not available, not applicable or no answer) has None: the member
# is asked, never guessed for. Words that are answers in themselves ("none", "0") are not here.
_MEANINGS: Final = {
    "-": None,
    "--": None,
    "---": None,
    "/": None,
    ".": None,
    "...": None,
    "?": None,
    "??": None,
    "n/a": None,
    "n.a.": None,
    "n.a": None,
    "n. a.": None,
    "na": None,
    "n/c": None,
    "nc": None,
    "tbd": None,
    "tbc": None,
    "nd": "not_available",
    "n.d.": "not_available",
    "n.d": "not_available",
    "n/d": "not_available",
    "s/d": "not_available",
    "sin datos": "not_available",
    "no data": "not_available",
    "pas de donnees": "not_available",
    "not available": "not_available",
    "non disponible": "not_available",
    "no disponible": "not_available",
    "s.o.": "not_applicable",
    "s.o": "not_applicable",
    "s/o": "not_applicable",
    "s. o.": "not_applicable",
    "sans objet": "not_applicable",
    "not applicable": "not_applicable",
    "non applicable": "not_applicable",
    "no aplicable": "not_applicable",
    "no aplica": "not_applicable",
    "no procede": "not_applicable",
    "not yet": "not_yet",
    "pas encore": "not_yet",
    "aun no": "not_yet",
    "todavia no": "not_yet",
    "confidential": "confidential",
    "confidentiel": "confidential",
    "confidencial": "confidential",
}

_NOTHING: Final = {"none", "nil", "neant", "aucun", "aucune", "rien", "ninguno", "ninguna", "nada", "ningun"}


def no_value_word(text: str, form: Form) -> tuple[bool, str | None]:
    """Whether a text says that there is no value, and the missing-reason that it means.

    Args:
        text: What was typed, in any language of the form; the labels of its list ``missing_reason`` count too.
        form: The questionnaire.

    Returns:
        (True, code of the reason, or None where the word leaves it open), or (False, None).
    """
    typed = fold(text.replace("…", "...").replace("—", "-"))
    if reason := vocabulary_of(form).reasons.get(typed):
        return True, reason
    return typed in _MEANINGS, _MEANINGS.get(typed)


def says_nothing(text: str) -> bool:
    """Whether a text is "none" in some language: an answer to a question for words, and a zero or a gap to any other."""
    return fold(text).strip(" .") in _NOTHING
