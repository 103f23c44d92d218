"""Dates as people type them, in the languages of the form; what can be read in two ways is never guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pipeline.gather.number_text import fold

FIRST_YEAR, LAST_YEAR = 1900, 2199
# Serial numbers of Excel's calendar from 1954 to 2119: years, counts and plain days lie outside.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_ROMAN_MONTHS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?z?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})\s?([-/. ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:\.?(?:st|nd|rd|th|er|ere|o|a))?[\s.\-/]+([^\W\d]+)[\s.,\-/]+(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"([^\W\d]+)[\s.]+(\d{1,2})(?:st|nd|rd|th)?[\s,.]+(\d{4}|\d{2})")
_MONTH_ONLY = re.compile(r"([^\W\d]+)[\s.,\-/]+\d{4}")
_YEAR_OR_MONTH = re.compile(r"\d{4}|\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2}")


@dataclass(frozen=True)
class ReadDate:
    """A date read from a cell, or why none was read."""

    date: dt.date | None = None
    read_as: str | None = None
    problem: str | None = None


def read_serial(number: float, *, from_1904: bool = False) -> ReadDate:
    """Read a number in the cell of a date question as a serial number of the workbook's calendar.

    Source: ECMA-376 part 1, 18.17.4.1 (day 0 is 1899-12-30, or 1904-01-01 in the 1904 date system).

    Args:
        number: What stands in the cell.
        from_1904: Whether the workbook counts its days from 1904.
    """
    if number == int(number) and FIRST_YEAR <= number <= LAST_YEAR:
        return ReadDate(problem="incomplete_date")
    if number == int(number) and re.fullmatch(r"\d{8}", str(int(number))):
        return read_date(str(int(number)), ())
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return ReadDate(problem="not_a_date")
    return ReadDate((_EPOCH_1904 if from_1904 else _EPOCH) + dt.timedelta(days=int(number)), "serial_date")


def read_date(text: str, languages: Sequence[str]) -> ReadDate:
    """Read a date that was typed as text.

    Args:
        text: What was typed.
        languages: Languages whose names of months are known; English always is.

    Returns:
        The date with its rule (iso_date, text_date), or the problem: ambiguous_date where day and month could swap or
        the century is left open, incomplete_date without a day, not_a_date.
    """
    typed = fold(text).strip(" .,;")
    for pattern in (_ISO, _COMPACT):
        if match := pattern.fullmatch(typed):
            parts = [int(part) for part in match.groups() if part.isdigit()]
            return _checked(parts[0], parts[1], parts[2], "iso_date")
    if match := _NUMERIC.fullmatch(typed):
        return _numeric(int(match[1]), int(match[3]), match[4])
    return _with_month_name(typed, tuple(languages))


def _checked(year: int, month: int, day: int, read_as: str) -> ReadDate:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ReadDate(problem="not_a_date")
    try:
        return ReadDate(dt.date(year, month, day), read_as)
    except ValueError:
        return ReadDate(problem="not_a_date")


def _numeric(first: int, second: int, year: str) -> ReadDate:
    if len(year) == 2:
        return ReadDate(problem="ambiguous_date")
    if first <= 12 and second <= 12 and first != second:
        return ReadDate(problem="ambiguous_date")
    day, month = (first, second) if second <= 12 else (second, first)
    return _checked(int(year), month, day, "text_date")


def _with_month_name(typed: str, languages: tuple[str, ...]) -> ReadDate:
    # "4 de marzo de 2014", "le 4 mars 2014", "Monday, 3 March 2014"
    bare = re.sub(r"\b(?:de|del|of|le|el|the|d')\s*\b", "", typed).strip()
    months = _months(languages)
    first, _, rest = bare.partition(" ")
    # "before 4 March 2014" names no day, "Tuesday 4 March 2014" does.
    dated = rest.strip() if first.rstrip(".,") in _weekdays(languages) else bare
    for candidate in dict.fromkeys((bare, dated)):
        if (match := _DAY_FIRST.fullmatch(candidate)) and (month := _month(match[2], months)):
            return _named(match[1], month, match[3])
        if (match := _MONTH_FIRST.fullmatch(candidate)) and (month := _month(match[1], months)):
            return _named(match[2], month, match[3])
    if _YEAR_OR_MONTH.fullmatch(bare) or ((match := _MONTH_ONLY.fullmatch(bare)) and _month(match[1], months)):
        return ReadDate(problem="incomplete_date")
    return ReadDate(problem="not_a_date")


def _named(day: str, month: int, year: str) -> ReadDate:
    if len(year) == 2:
        return ReadDate(problem="ambiguous_date")
    return _checked(int(year), month, int(day), "text_date")


def _month(word: str, months: Mapping[str, int]) -> int | None:
    """The month that a name, an abbreviation of at least three letters or a Roman number means, if it is only one."""
    if word in _ROMAN_MONTHS:
        return _ROMAN_MONTHS.index(word) + 1
    if len(word) < 3:
        return None
    if word in months:
        return months[word]
    meant = {number for name, number in months.items() if name.startswith(word)}
    return meant.pop() if len(meant) == 1 else None


@cache
def _months(languages: tuple[str, ...]) -> Mapping[str, int]:
    """Names and abbreviations of the months from CLDR (by Babel), folded; a word that means two months is left out."""
    meanings: dict[str, set[int]] = {}
    for name, number in _names("months", languages):
        meanings.setdefault(name, set()).add(number)
    known = {word: numbers.pop() for word, numbers in meanings.items() if len(numbers) == 1}
    return {"setiembre": 9, "set": 9, **known}  # as September is written in much of Latin America


@cache
def _weekdays(languages: tuple[str, ...]) -> frozenset[str]:
    """Names and abbreviations of the days of the week from CLDR, folded."""
    return frozenset(name for name, _ in _names("days", languages))


def _names(of: Literal["months", "days"], languages: Sequence[str]) -> Iterator[tuple[str, int]]:
    from babel import Locale

    for language in ("en", *languages):
        names = getattr(Locale.parse(language.replace("-", "_")), of)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[context][width].items():
                    yield fold(name).rstrip("."), number
