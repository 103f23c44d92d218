"""The words of stocktake itself in the languages of an alliance, from gettext catalogues that translators edit.

What the alliance writes (questions, goals, names) brings its own translations; here is what the product says around
them: headings of workbooks, sentences of letters, words of findings.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal, format_percent

from pipeline.errors import AllianceError, Problem

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

SOURCE_LANGUAGE: Final = "en"
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")
_PARTS: Final = re.compile(r"(%\(\w+\)s)")
_OPENED: Final = re.compile(r'(msg\w+(\[\d+\])?)?\s*"')
_TEXT: Final = re.compile(r'[^"]*"([^"\\]|\\.)*"')
# Day before month and a 24-hour clock, as the United Nations and the EU write English.
_LOCALES: Final = {"en": "en_GB"}
# Spanish writes 1234 and 12.345: CLDR's minimumGroupingDigits, which Babel does not apply.
_GROUPED_FROM: Final = {"es": 10_000}


def _english_plural(n: int) -> int:
    return int(n != 1)


@dataclass(frozen=True)
class Catalogue:
    """The words of one language, and how it writes dates and numbers.

    Attributes:
        language: BCP 47 code, e.g. fr.
        translated: Translations per English message: one form for a text, one per plural form for a plural. A message
            that is not there is said in English.
        plural_form: The number of the plural form for a count, by the catalogue's own rule.
    """

    language: str
    translated: Mapping[tuple[str, ...], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, ...], tuple[str, ...]]
    )
    plural_form: Callable[[int], int] = _english_plural

    @cached_property
    def _formats(self) -> dict[str, str]:
        return {}

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale by which dates and numbers are written."""
        return Locale.parse(_LOCALES.get(self.language, self.language.replace("-", "_")))

    def text(self, message: str, /, **values: object) -> str:
        """Say ``message`` in the language of the catalogue.

        Args:
            message: The English message, a literal in the code so that it can be collected for translation; named
                placeholders are written ``%(name)s``, any other percent sign is itself.
            **values: A value per placeholder, inserted as plain text and never looked at again.

        Raises:
            ValueError: A placeholder has no value.
        """
        said = self._formats.get(message)
        if said is None:
            said = self._formats[message] = _as_format(self.translated.get((message,), (message,))[0])
        return _insert(message, said, values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Say a message about ``n`` things, in the plural form that the language has for ``n``.

        Args:
            one: The English message for one thing.
            many: The English message for any other count.
            n: How many; in the message ``%(n)s`` is the count as the language writes it.
            **values: A value per further placeholder.

        Raises:
            ValueError: A placeholder has no value.
        """
        forms = self.translated.get((one, many))
        said = (one, many)[_english_plural(n)] if forms is None else forms[self.plural_form(n)]
        return _insert(many, _as_format(said), {"n": self.number(n), **values})

    @cached_property
    def grouped_from(self) -> int:
        """The least number whose thousands are set apart."""
        return _GROUPED_FROM.get(self.locale.language, 0)

    def number(self, value: float) -> str:
        """A number as the language writes it, with up to three decimals, e.g. ``1,234.5``."""
        return _number(value, self.locale, grouped=abs(value) >= self.grouped_from)

    def percent(self, share: float) -> str:
        """A share (1 is all) as a whole percentage; only all of it is 100 %, and only nothing is 0 %."""
        return format_percent(share if share <= 0 or share >= 1 else min(max(share, 0.01), 0.99), locale=self.locale)

    def day(self, day: date) -> str:
        """A day with the month in words, e.g. ``30 June 2014``."""
        told = format_date(day, format="long", locale=self.locale)
        # CLDR has no ordinal numbers in dates; in French the first of a month is always one.
        return told.replace("1 ", "1er ", 1) if self.locale.language == "fr" and day.day == 1 else told

    def moment(self, moment: datetime, time_zone: str) -> str:
        """A moment in a time zone, to the minute, with the difference to UTC, e.g. ``2 June 2014, 14:05 (UTC+02:00)``.

        Args:
            moment: An aware date and time.
            time_zone: IANA name of the zone in which it is told.
        """
        local = moment.astimezone(ZoneInfo(time_zone))
        told = format_datetime(local, format="HH:mm", locale=self.locale)
        return f"{self.day(local.date())}, {told} ({utc_offset(local)})"


def utc_offset(moment: datetime) -> str:
    """The difference of an aware moment's clock to UTC, e.g. ``UTC+02:00``."""
    offset = f"{moment:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


@lru_cache(maxsize=4096)
def _number(value: float, locale: Locale, *, grouped: bool) -> str:
    return format_decimal(value, locale=locale, group_separator=grouped)


def _insert(message: str, said: str, values: Mapping[str, object]) -> str:
    """Fill in the places of ``said``, the format of what translates ``message``."""
    try:
        return said % values
    except KeyError as error:
        raise ValueError(f"No value for %({error.args[0]})s in the message {message!r}.") from None


@lru_cache(maxsize=4096)
def _as_format(said: str) -> str:
    """A message as Python's format, which is filled in many times faster: every percent sign but a placeholder's is doubled."""
    return "".join(
        part if place else part.replace("%", "%%") for place, part in zip(cycle((False, True)), _PARTS.split(said))
    )


def load_catalogue(folder: Path, language: str) -> Catalogue:
    """Read the words of ``language``.

    Args:
        folder: Folder with one gettext catalogue per language, e.g. ``report_templates/translations``.
        language: BCP 47 code; English is the language of the messages and needs no catalogue.

    Returns:
        The catalogue; entries that are empty or marked fuzzy are left out, so that they are said in English.

    Raises:
        AllianceError: The catalogue is missing or damaged, or translations have other placeholders than their
            messages; all such entries are named together.
    """
    path = folder / f"{language}.po"
    if not path.is_file():
        if language == SOURCE_LANGUAGE:
            return Catalogue(language)
        raise AllianceError(
            [Problem(path.name, f"There is no catalogue for the language {language}.", f"Put it into {folder.name}.")]
        )
    catalog = _read(path, language)
    translated: dict[tuple[str, ...], tuple[str, ...]] = {}
    problems: list[Problem] = []
    for message in catalog:
        forms = _forms(message.string or "")
        if not message.id or message.fuzzy or not any(forms):
            continue
        problems += _faults(path.name, message, forms)
        translated[_forms(message.id)] = forms
    if problems:
        raise AllianceError(problems)
    return Catalogue(language, translated, _plural_rule(path.name, catalog))


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _read(path: Path, language: str) -> Catalog:
    try:
        # Babel takes the last character of a text for its quotation mark, whatever it is.
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if _OPENED.match(line.strip()) and not _TEXT.fullmatch(line.strip()):
                seen = "The text does not end with a quotation mark, or has one inside."
                raise AllianceError([Problem(path.name, seen, 'Put one at the end; inside write \\".', row=number)])
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except PoFileError as error:
        # Babel counts lines from 0 here and repeats that number in its words.
        seen = f"{str(error).removesuffix(f' on {error.lineno}')}."
        mend = "Mend the entry in an editor for .po files."
        raise AllianceError([Problem(path.name, seen, mend, row=error.lineno + 1)]) from error
    except UnicodeDecodeError as error:
        raise AllianceError([Problem(path.name, "It is not in UTF-8.", "Save it as UTF-8.")]) from error


def _faults(file: str, message: Message, forms: tuple[str, ...]) -> list[Problem]:
    """What is wrong with the placeholders of one entry; each form must have those that all English forms have."""
    english = [set(_PLACEHOLDER.findall(form)) for form in _forms(message.id)]
    required, allowed = set.intersection(*english), set.union(*english)
    problems: list[Problem] = []
    for form in forms:
        here = set(_PLACEHOLDER.findall(form))
        wrong = [f"it lacks %({name})s" for name in sorted(required - here)]
        wrong += [f"%({name})s is not in the message" for name in sorted(here - allowed)]
        wrong += ["it is empty"] if not form else []
        if wrong:
            seen = f"The translation {form!r} of {_forms(message.id)[0]!r} does not fit: {', '.join(wrong)}."
            mend = "Use the placeholders of the message, each written as there."
            problems.append(Problem(file, seen, mend, row=message.lineno))
    return problems


def _plural_rule(file: str, catalog: Catalog) -> Callable[[int], int]:
    try:
        rule = gettext.c2py(catalog.plural_expr)  # pyright: ignore[reportAttributeAccessIssue]
        beyond = [n for n in range(1000) if not 0 <= rule(n) < catalog.num_plurals]
    except (ValueError, ZeroDivisionError) as error:
        seen = f"The plural rule {catalog.plural_expr!r} cannot be read: {error}."
        raise AllianceError([Problem(file, seen, "Correct the line Plural-Forms of the heading.")]) from error
    if beyond:
        seen = f"The plural rule {catalog.plural_expr!r} gives a form beyond nplurals for {beyond[0]}."
        raise AllianceError([Problem(file, seen, "Correct the line Plural-Forms of the heading.")])
    return rule
