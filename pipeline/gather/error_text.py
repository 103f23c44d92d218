"""Errors of formulas, as spreadsheet programs in English, French and Spanish show them."""

from __future__ import annotations

import re
from typing import Final

_ERRORS: Final = re.compile(
    r"#(?:REF!|N/A|N/D|N/A!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|BUSY!|CONNECT!|EXTERNAL!|UNKNOWN!"
    r"|GETTING_DATA|GETTING_DATA!|VALEUR!|NOM\?|NOMBRE!|NUL!|PROPAGATION!|CHARGEMENT_DONN[EÉ]ES"
    r"|¡REF!|¡DIV/0!|¡VALOR!|VALOR!|¿NOMBRE\?|¡NUM!|¡NUL!|¡NULO!|¡DESBORDAMIENTO!|¡CALC!)|Err:5[0-9]{2}",
    re.IGNORECASE,
)


def is_error(text: str) -> bool:
    """Whether a text is nothing but the error of a formula, e.g. ``#REF!``; nobody types these as an answer."""
    return text.startswith(("#", "E", "e")) and _ERRORS.fullmatch(text.strip()) is not None
