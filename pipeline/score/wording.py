"""How ratings are put into words: numbers, values with unit and year, and clauses, in one language.

What a method says stands in its module; what belongs here is what several of them say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pipeline.translations import Catalogue

Row = Mapping[str, Any]
"""A row of ``commitment_scores``, with None where it has no value."""
_EDGES: Final = (0.0, 0.1, 0.6, 0.95, 1.0)


def _no_names() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, eq=False)
class Words:
    """One language, and what the alliance calls its own things in it.

    Attributes:
        catalogue: The words of stocktake, and how the language writes numbers and dates.
        elements: Name of each element of a checklist, by the code of its question.
        statuses: Name of each status, by its code.
        units: Name of each unit, by its English one.
    """

    catalogue: Catalogue
    elements: Mapping[str, str] = field(default_factory=_no_names)
    statuses: Mapping[str, str] = field(default_factory=_no_names)
    units: Mapping[str, str] = field(default_factory=_no_names)

    @cached_property
    def localised(self) -> Callable[[str, bool], str]:
        """Turns a number as Python writes it (1,234.5) into one of the language, with or without groups."""
        symbols = self.catalogue.locale.number_symbols["latn"]
        signs = {".": symbols["decimal"], "-": symbols["minusSign"], "+": symbols["plusSign"]}
        grouped, plain = (str.maketrans(signs | {",": group}) for group in (symbols["group"], ""))
        return lambda text, groups: text.translate(grouped if groups else plain)

    @cached_property
    def separator(self) -> str:
        """What stands between two clauses of a sentence."""
        return self.catalogue.text("%(first)s; %(second)s", first="", second="")

    @cached_property
    def percent_sign(self) -> str:
        """The sign with the blank before it; English as the United Nations and the EU write it beside other languages."""
        pattern = str(self.catalogue.locale.percent_formats[None].pattern)
        return " %" if self.catalogue.language == "en" else pattern.rpartition("0")[2]


@lru_cache(maxsize=1 << 16)
def shown(words: Words, value: float, *, signed: bool = False, apart: tuple[float | None, ...] = ()) -> str:
    """Return a value for a sentence: thousands separated, up to four decimals, no trailing zeros.

    Args:
        words: The language.
        value: Any finite value.
        signed: Whether a positive value has its sign as well.
        apart: Values to which another one is never rounded; it then has all its decimals.
    """
    text = _rounded(value)
    for other in apart:
        if other is not None and value != other and text == _rounded(other):
            text = f"{Decimal(repr(float(value))):,f}"
    text = f"+{text}" if signed and value > 0 else text
    return words.localised(text, abs(value) >= words.catalogue.grouped_from)


@lru_cache(maxsize=1 << 16)
def _rounded(value: float) -> str:
    if 0 < abs(value) < 0.001:
        return f"{value:.3g}"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(maxsize=1 << 16)
def percent(words: Words, share: float, digits: int = 0, apart: float = 0.0) -> str:
    """Return a share as a percentage that is never rounded across a boundary: 0.9496 is "94.96 %" and not "95 %".

    Args:
        words: The language.
        share: The share, 1 for 100 %.
        digits: Decimals to begin with; more are shown where a boundary asks for them.
        apart: A boundary beside those of the rating bands.
    """
    text = _percentage(share, digits, apart)
    return words.localised(text, abs(share) * 100 >= words.catalogue.grouped_from) + words.percent_sign


@lru_cache(maxsize=1 << 16)
def _percentage(share: float, digits: int, apart: float) -> str:
    text = f"{share * 100:,.{digits}f}"
    rounded = float(text.replace(",", ""))
    crossed = any((rounded >= 100 * edge) != (share >= edge) for edge in (*_EDGES, apart))
    if digits < 6 and (crossed or (rounded == 0) != (share == 0)):
        return _percentage(share, digits + 1, apart)
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1 << 16)
def day_shown(words: Words, day: date) -> str:
    """Return a day with the month in words."""
    return words.catalogue.day(day)


def clauses(words: Words, parts: Sequence[str]) -> str:
    """Return clauses one after the other, set apart as the language does it."""
    return words.separator.join(parts)


def quantity(words: Words, value: float, row: Row) -> str:
    """Return a value, told apart from the target, with the row's unit in brackets; so 1 and 2 can have the same unit."""
    unit, text = row["unit"], shown(words, value, apart=(row["target_value"], row["target_upper"]))
    return f"{text} ({words.units.get(unit, unit)})" if unit else text


def in_year(words: Words, value: str, year: float | None) -> str:
    """Return e.g. "10.2 in 2023", the year where it is known."""
    return value if year is None else words.catalogue.text("%(value)s in %(year)s", value=value, year=int(year))


def ends(series: str) -> tuple[tuple[int, float], tuple[int, float]]:
    """Return the first and the last year of a series with their values; see the column ``series``."""
    pairs = [pair.split("=") for pair in series.split()]
    years = [int(year) for year, _ in pairs]
    first, last = min(years), max(years)
    return (first, float(pairs[years.index(first)][1])), (last, float(pairs[years.index(last)][1]))


def start_value(words: Words, row: Row) -> str:
    """Return the baseline with its year."""
    return in_year(words, shown(words, row["baseline_value"]), row["baseline_year"])


def latest_value(words: Words, row: Row) -> str:
    """Return the latest value with its unit and year."""
    return in_year(words, quantity(words, row["current_value"], row), row["current_year"])


def target_words(words: Words, row: Row, progress: Callable[..., str]) -> str:
    """Return what a rating says of a numeric commitment with a target.

    Args:
        words: The language.
        row: A rated row of ``commitment_scores``.
        progress: Says the method's number, where values did not move away from the target; given start, now, goal and
            share (a percentage).
    """
    say, goal, now = words.catalogue.text, _target(words, row), latest_value(words, row)
    if row["rating"] == "achieved":
        return say("%(goal)s is reached with %(now)s", goal=goal, now=now)
    start, ratio = start_value(words, row), row["progress_value"]
    if ratio is None:
        return say(
            "from %(start)s to %(now)s, with %(goal)s, which the baseline had reached and the latest value has not",
            start=start, now=now, goal=goal,
        )  # fmt: skip
    if ratio < 0:
        return say(
            "from %(start)s to %(now)s, with %(goal)s, values moved away from it (ratio %(ratio)s)",
            start=start, now=now, goal=goal, ratio=shown(words, ratio),
        )  # fmt: skip
    return progress(start=start, now=now, goal=goal, share=percent(words, ratio))


def _target(words: Words, row: Row) -> str:
    say, target, year = words.catalogue.text, shown(words, row["target_value"]), row["target_year"]
    if row["direction"] == 0:
        upper = shown(words, row["target_upper"])
        if year is None:
            return say("the range from %(lower)s to %(upper)s", lower=target, upper=upper)
        return say("the range from %(lower)s to %(upper)s by %(year)s", lower=target, upper=upper, year=int(year))
    if year is None:
        if row["direction"] == 1:
            return say("the target of %(target)s or more", target=target)
        return say("the target of %(target)s or less", target=target)
    if row["direction"] == 1:
        return say("the target of %(target)s or more by %(year)s", target=target, year=int(year))
    return say("the target of %(target)s or less by %(year)s", target=target, year=int(year))


def with_due_date(words: Words, said: str, row: Row) -> str:
    """Return what was said, followed by the due date where there is one: "..., overdue since 1 March 2013"."""
    if row["due_date"] is None:
        return said
    day, say = day_shown(words, row["due_date"]), words.catalogue.text
    if row["overdue"]:
        return say("%(said)s, overdue since %(day)s", said=said, day=day)
    return say("%(said)s, due on %(day)s", said=said, day=day)
