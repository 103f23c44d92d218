"""Codes that are not the alliance's own: countries, languages, time zones, addresses."""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global

KOSOVO: Final = ("XKX", "XK")
"""Kosovo has no code in ISO 3166; XKX (European Union) and XK (CLDR) are of the range left to users."""

_WITHDRAWN = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})
_USER_ASSIGNED = re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z]{2}|ZZ[A-Z]")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")


def territory(code: str) -> str | None:
    """The code by which CLDR names a country, or None where there is no such country.

    Args:
        code: ISO 3166-1 alpha-3 code, or XKX.

    Returns:
        An alpha-2 code. Withdrawn codes and those left to users (other than XKX) have none. Source: the territory
        aliases of CLDR, as Babel carries them.
    """
    if code == KOSOVO[0]:
        return KOSOVO[1]
    if not re.fullmatch("[A-Z]{3}", code) or code in _WITHDRAWN or _USER_ASSIGNED.fullmatch(code):
        return None
    aliases = get_global("territory_aliases").get(code, ())
    return aliases[0] if len(aliases) == 1 else None


def territory_name(code: str, language: str) -> str | None:
    """The name of a country in CLDR, which is today's, or None where CLDR has none.

    Args:
        code: ISO 3166-1 alpha-3 code, or XKX.
        language: Language code, e.g. fr.
    """
    short = territory(code)
    locale = _locale(language)
    return None if short is None or locale is None else locale.territories.get(short)


def is_language(code: str) -> bool:
    """Whether CLDR knows the language, e.g. fr or pt-BR."""
    return _locale(code) is not None


@cache
def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@cache
def is_time_zone(name: str) -> bool:
    """Whether the IANA time zone is known, e.g. Europe/Tirane."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of zones such as "Europe"
        return False
    return True


def is_address(address: str) -> bool:
    """Whether an e-mail address is a plain one that may go on an envelope.

    Stricter than RFC 5321 on purpose: no quoted names, no encoded words, no characters beyond ASCII, exactly one @.
    """
    return len(address) <= 254 and _ADDRESS.fullmatch(address) is not None
