r"""The patterns of regex(): Java's regular expressions, as ODK has them, put into those of the package ``regex``.

A pattern comes from the alliance, the text it is tried on from a member: ``regex`` gives up after a time, Python's own
``re`` does not. What the two dialects share is taken over, what can be said in both ways is translated (``\d``, ``\w``
and ``\s`` are ASCII in Java, ``.`` stops at more line ends), and everything else is refused when the form is loaded.
One difference is left: ``(?i)`` ignores the case of all letters, Java's that of ASCII letters only.
Source: java.util.regex.Pattern, Java SE 17; https://pypi.org/project/regex/.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from regex import Pattern

SECONDS: Final = 0.5
"""Processor time for trying one pattern on one text: a hundred thousand times what a harmless one takes."""

_SETS: Final = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\x0b\f\r"}
_POSIX: Final = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "A-Za-z",
    "Digit": "0-9",
    "Alnum": "A-Za-z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Space": r" \t\n\x0b\f\r",
}
_ANY: Final = r"[^\n\r\x85\u2028\u2029]"
_PART: Final = re.compile(
    r"""\\Q(?P<quoted>.*?)(?:\\E|$)
    |\\(?P<negated>[pP])(?P<property>[LMNPSZC]|\{\w+\})
    |\\(?P<set>[dwsDWS])
    |(?P<same>\\(?:[tnrf\\]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^A-Za-z0-9]))
    |(?P<outside>\\(?:[bBAz]|[1-9]|k<(?P<group>\w+)>)
        |\(\?(?:[:=!>]|<[=!]|<[A-Za-z]\w*>|[ism]+(?:-[ism]+)?[:)])
        |\((?!\?)|\{\d+(?:,\d*)?\}|[)|^$?*+])
    |(?P<any>\.)
    |(?P<opened>\[\^?(?!\]))
    |(?P<closed>\])
    |(?P<brace>[{}])
    |(?P<plain>[^\\\[\]{}(])""",
    re.VERBOSE | re.DOTALL,
)


class PatternError(ValueError):
    """A pattern that is wrong, or that would mean something else here than in ODK; says which part."""


@lru_cache(maxsize=1024)
def compile_pattern(java: str) -> Pattern[str]:
    """Compile a pattern.

    Args:
        java: As it stands in the form.

    Raises:
        PatternError: It is wrong, or uses what Java and ``regex`` understand differently.
    """
    import regex

    try:
        return regex.compile(translate_pattern(java), regex.VERSION1)
    except (regex.error, RecursionError, OverflowError) as error:
        raise PatternError(str(error)) from error


def translate_pattern(java: str) -> str:
    """The pattern in the words of ``regex`` (its version 1).

    Args:
        java: As it stands in the form.

    Raises:
        PatternError: A part of it cannot be translated.
    """
    stops_at_lines = re.search(r"\(\?[im]*s", java) is None
    translated: list[str] = []
    position, is_inside = 0, False
    while position < len(java):
        match = _PART.match(java, position)
        if match is None:
            raise PatternError(f"'{java[position : position + 10]}' is not supported")
        kind = {"property": "negated", "group": "outside"}.get(str(match.lastgroup), str(match.lastgroup))
        if kind in ("closed", "brace") and not is_inside:
            raise PatternError(f"'{match[0]}' belongs to nothing; write '\\{match[0]}' for the sign itself")
        translated.append(_part(match, kind, is_inside=is_inside, stops_at_lines=stops_at_lines))
        is_inside = (is_inside or kind == "opened") and kind != "closed"
        position = match.end()
    if is_inside:
        raise PatternError("'[' is not closed")
    return "".join(translated)


def _part(match: re.Match[str], kind: str, *, is_inside: bool, stops_at_lines: bool) -> str:
    """One part of the pattern, translated."""
    text = match[0]
    if kind == "quoted":
        return "".join(_literal(sign) for sign in match["quoted"])
    if is_inside and kind in ("set", "negated") and re.match(r"-[^]]", match.string[match.end() :]):
        raise PatternError(f"'{text}' cannot begin a range; write the sign '-' last")
    if kind == "set":
        content = _SETS[match["set"].lower()]
        return content if is_inside and match["set"].islower() else f"[{'^' * match['set'].isupper()}{content}]"
    if kind == "negated":
        return _property(match["property"].strip("{}"), match["negated"] == "P", is_inside=is_inside)
    if is_inside:
        return _inside(match, kind)
    if match["group"]:
        return f"(?P={match['group']})"
    return _ANY if kind == "any" and stops_at_lines else text


def _inside(match: re.Match[str], kind: str) -> str:
    r"""One part between square brackets, where only ``\``, ``]`` and a first ``^`` are special in what is let through."""
    text = match[0]
    following = match.string[match.end() : match.end() + 1]
    if kind == "opened" or (text in ("&", "|", "~", "-") and following == text):
        raise PatternError(f"'{text}{following}' between square brackets is not supported")
    if kind == "outside":
        if text.startswith("\\"):
            raise PatternError(f"'{text}' between square brackets is not supported")
        return "".join(_literal(sign) for sign in text)
    if text == "-" and re.match(r"\\[dwsDWSpP]", match.string[match.end() :]):
        if match.string[match.start() - 1] not in "[^":
            raise PatternError(f"'{following}' cannot end a range; write the sign '-' last")
        return _literal(text)
    return _literal(text) if kind in ("any", "brace") or text in ("&", "~", "#") else text


def _property(name: str, is_negated: bool, *, is_inside: bool) -> str:
    """A class of characters by its name."""
    content = _POSIX.get(name)
    if content is not None:
        return content if is_inside and not is_negated else f"[{'^' * is_negated}{content}]"
    if not re.fullmatch(r"[LMNPSZC][a-z]?|Is[A-Z]\w+", name):
        raise PatternError(f"the class of characters '{name}' is not supported")
    return rf"\{'P' if is_negated else 'p'}{{{name}}}"


def _literal(sign: str) -> str:
    return sign if sign.isalnum() or ord(sign) > 127 else f"\\x{ord(sign):02x}"


def matches(text: str, java: str, seconds: float = SECONDS) -> bool | None:
    """Whether the whole text matches a pattern, as in ODK.

    Args:
        text: Any text.
        java: The pattern as it stands in the form.
        seconds: How long to try, in processor time, so that a busy machine makes no difference.

    Returns:
        None where that could not be found out in time.

    Raises:
        PatternError: The pattern cannot be used; loading the form has refused such patterns.
    """
    try:
        return compile_pattern(java).fullmatch(text, timeout=seconds) is not None
    except TimeoutError:
        return None
