"""Numbers as people type them: decimal comma or point, thousands in any style, percent signs, units behind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

LARGEST = Decimal(10) ** 15
"""Beyond this Excel no longer stores every digit, and no answer of a policy form can be meant."""

_GROUPERS = " '_"
# One sign for each that means the same; marks of direction, which right-to-left keyboards add, mean nothing.
_SAME = str.maketrans(
    {
        **dict.fromkeys("\t\n\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("’‘´`\u02bc\u2032\u066c\uff07", "'"),
        **dict.fromkeys("−–‐‑‒﹣－", "-"),
        "．": ".",
        "，": ",",
        "＋": "+",
        "％": "%",
        "٪": "%",
        "\u066b": ",",
        **dict.fromkeys("\u200b\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\ufeff"),
    }
)
_SIGNED = re.compile(r"([+\-]?)([\d.,].*)", re.DOTALL)
_NUMBER_AND_REST = re.compile(rf"([\d.,{_GROUPERS}]*)(.*)", re.DOTALL)
_CURRENCY_FIRST = re.compile(r"([€$£¥]|[a-z]{3}(?= ))\s?([\d.,][\d., ']*)")
# "ca. 12", ">10", "12+", "40-48", "10 to 12" and "1.2E+05", which is what Excel shows where digits do not fit: somebody
# knows more than is written here.
_ABOUT = (
    "ca|circa|approx|approximately|about|around|roughly|some|nearly|almost|over|under|more than|less than|fewer than|at least|"
    "at most|up to|environ|env|autour de|pres de|plus de|moins de|au moins|au plus|jusqu'a|aprox|aproximadamente|"
    "alrededor de|cerca de|casi|unos|unas|mas de|menos de|al menos|como minimo|hasta|max|min"
)
_INEXACT = re.compile(
    rf"(?:[~≈<>≤≥±=]{{1,2}}|(?:{_ABOUT})\b\.?) ?[+\-]?[\d.,][\d.,' ]{{0,30}}(?:[^\d].{{0,30}})?"
    r"|[\d.,][\d.,' ]{0,30} ?(?:-|to|a|et|y|and|or|ou|o|±|\+/-) ?[\d.,][\d.,' ]{0,30}(?:[^\d].{0,30})?"
    r"|[\d.,][\d.,' ]{0,30}(?:[+?]|e[+\-]?\d{1,3})"
)
_GROUPED = re.compile(rf"([1-9]\d{{0,2}}([{_GROUPERS}])\d{{3}}(?:\2\d{{3}})*)(?:[.,](\d+))?")
_IN_PARENTHESES = re.compile(r"\([\d.,' ]{1,30}\)")

# Units that are written in more than one way. A unit of another size (days for hours, thousands) is never dropped.
_UNIT_WORDS = (
    {"%", "percent", "per cent", "pct", "pour cent", "por ciento", "percentage"},
    {"hours", "hour", "h", "hr", "hrs", "heures", "heure", "horas", "hora"},
    {"days", "day", "d", "jours", "jour", "j", "dias", "dia"},
    {"months", "month", "mois", "meses", "mes"},
    {"victims", "victim", "victimes", "victime", "victimas", "victima"},
    {"children", "child", "enfants", "enfant", "ninos", "nino"},
    {"persons", "person", "people", "personnes", "personne", "personas", "persona"},
    {"cases", "case", "cas", "casos", "caso"},
    {"reports", "report", "signalements", "signalement", "denuncias", "denuncia"},
    {"campaigns", "campaign", "campagnes", "campagne", "campanas", "campana"},
    {"staff", "officers", "officer", "agents", "agent", "agentes", "agente"},
    {"units", "unit", "unites", "unite", "unidades", "unidad"},
    {"years", "year", "ans", "an", "annees", "annee", "anos", "ano"},
    {"eur", "euro", "euros", "€"},
    {"usd", "us$", "$"},
)


@dataclass(frozen=True)
class ReadNumber:
    """A number read from text, or why none was read."""

    number: Decimal | None = None
    read_as: str | None = None
    problem: str | None = None


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Fold case, accents, typographic signs and white space, to compare what people type."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("–", "-").replace("−", "-"))
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())


def plain(number: Decimal) -> str:
    """A number with a decimal point, without exponent and without superfluous zeros."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def read_number(text: str, units: Collection[str] = ()) -> ReadNumber:
    """Read a number that was typed as text.

    A single point or comma before exactly three digits can be a decimal sign or a thousands separator; such a number
    is ambiguous, and so no value, unless the digits before it rule one reading out ("0.125", "1234,567"; not "01.234").

    Args:
        text: What was typed.
        units: Spellings of the question's unit; it may stand behind the number, any other may not.

    Returns:
        The number with its rule (number, decimal_comma, thousands, percent, unit_removed), or the problem
        (ambiguous_number, inexact_number, unexpected_unit, not_a_number, out_of_range).
    """
    typed = _plain_signs(text)
    signed = _SIGNED.fullmatch(typed)
    if signed is None:
        return _without_digits_first(typed, units)
    sign, unsigned = signed.groups()
    split = _NUMBER_AND_REST.fullmatch(unsigned)
    assert split is not None  # noqa: S101 - the pattern matches every text
    # No more than blanks is taken off: a mark behind a number may be that of minutes, or of a footnote.
    digits, rest = split[1].strip(), split[2].strip()
    if rest and not _is_unit(rest, units):
        return ReadNumber(problem=_problem_of_rest(typed, rest))
    read = _read_digits(digits)
    if read.number is None:
        return read
    if read.number >= LARGEST:
        return ReadNumber(problem="out_of_range")
    number = -read.number if sign == "-" else read.number
    if rest:
        return ReadNumber(number, "percent" if is_percent(rest) else "unit_removed")
    return ReadNumber(number, read.read_as)


def is_percent(unit: str) -> bool:
    """Whether a unit, as it is written in a form or behind a number, is the percent."""
    return fold(unit) in _UNIT_WORDS[0]


def _plain_signs(text: str) -> str:
    text = text.translate(_SAME)
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return text.strip()


def _without_digits_first(typed: str, units: Collection[str]) -> ReadNumber:
    """Read what begins with neither a digit nor a sign: a currency in front, or words about a number."""
    folded = fold(typed)
    if currency := _CURRENCY_FIRST.fullmatch(folded):
        return read_number(f"{currency[2]} {currency[1]}", units)
    if _INEXACT.fullmatch(folded):
        return ReadNumber(problem="inexact_number")
    # Book-keepers mean a negative number by it, others a remark.
    return ReadNumber(problem="ambiguous_number" if _IN_PARENTHESES.fullmatch(folded) else "not_a_number")


def _problem_of_rest(typed: str, rest: str) -> str:
    if _INEXACT.fullmatch(fold(typed)):
        return "inexact_number"
    return "unexpected_unit" if _looks_like_unit(rest) else "not_a_number"


def _is_unit(rest: str, units: Collection[str]) -> bool:
    typed, wanted = fold(rest).rstrip("."), {fold(unit) for unit in units} - {""}
    return typed in wanted or any(typed in words and wanted & words for words in _UNIT_WORDS)


def _looks_like_unit(rest: str) -> bool:
    return len(rest) <= 30 and all(sign.isalpha() or sign in "%€$£ ./" for sign in rest)


def _read_digits(text: str) -> ReadNumber:
    """Read digits with separators and neither sign nor unit."""
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        return _number(grouped[1].replace(grouped[2], ""), grouped[3], "thousands")
    if any(grouper in text for grouper in _GROUPERS) or not text.strip(".,"):
        return ReadNumber(problem="not_a_number")
    points, commas = text.count("."), text.count(",")
    if not points and not commas:
        return _number(text, None, "number")
    if points and commas:
        return _read_both(text)
    return _read_one_kind(text, "." if points else ",")


def _read_both(text: str) -> ReadNumber:
    """Digits with points and commas: the last sign is the decimal one, if it stands once and the others group by three."""
    decimal = "." if text.rindex(".") > text.rindex(",") else ","
    whole, _, fraction = text.rpartition(decimal)
    grouper = "," if decimal == "." else "."
    if decimal in whole or not fraction.isdigit() or not _is_grouped(whole, grouper):
        return ReadNumber(problem="not_a_number")
    return _number(whole.replace(grouper, ""), fraction, "thousands")


def _read_one_kind(text: str, sign: str) -> ReadNumber:
    if text.count(sign) > 1:
        if not _is_grouped(text, sign):
            return ReadNumber(problem="not_a_number")
        return _number(text.replace(sign, ""), None, "thousands")
    whole, _, fraction = text.partition(sign)
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole.strip("0"):
        return ReadNumber(problem="ambiguous_number")
    return _number(whole or "0", fraction, "decimal_comma" if sign == "," else "number")


def _is_grouped(whole: str, grouper: str) -> bool:
    if grouper == "," and re.fullmatch(r"[1-9]\d?(?:,\d{2})+,\d{3}", whole):
        return True  # the grouping of South Asia: 12,34,567
    return bool(re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(grouper)}\d{{3}})+", whole))


def _number(whole: str, fraction: str | None, read_as: str) -> ReadNumber:
    return ReadNumber(Decimal(f"{whole}.{fraction or '0'}"), read_as)
