"""The language that a translated column of an XLSForm is in: its code where one can be told from its name."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_CODE: Final = re.compile(r"^.*\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*\)\s*$")
_NAMED_IN: Final = ("en", "fr", "es")


def language_code(name: str) -> str:
    """The code of a language column.

    Args:
        name: What stands behind the ``::`` of a heading, e.g. ``Français (fr)``.

    Returns:
        The code in the brackets; without one, the code of the language that English, French or Spanish calls so, or
        whose code it is; '' where it is none of these.
    """
    match = _CODE.match(name)
    if match:
        language, *rest = match[1].split("-")
        return "-".join((language.lower(), *rest))
    return _codes_by_name().get(" ".join(name.split()).casefold(), "")


@cache
def _codes_by_name() -> dict[str, str]:
    from babel import Locale

    known = {code: dict(Locale.parse(code).languages) for code in _NAMED_IN}
    codes = [code for code in known["en"] if code.isalpha()]
    by_name = {
        known[language][code].casefold(): code for language in _NAMED_IN for code in codes if code in known[language]
    }
    return by_name | {code: code for code in codes}
