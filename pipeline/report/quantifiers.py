"""Words for shares, computed and never typed.

Source: the bands that United Nations reports use (a few below 10 %, some 10 to 40, many 41 to 70, most 71 to 90,
almost all above 90, all 100). Between the bands the share in whole percent decides (40.4 % is "some", 40.5 % "many");
the outer bounds are exact, so that 9.9 % is never "some" and "all" means every single one. All of it is decided in whole
numbers: 40.4999 % is "some".
"""

from __future__ import annotations

from typing import Final

from pipeline.translations import SOURCE_LANGUAGE, Catalogue

BANDS = (
    ("a few", "fewer than 10 %"),
    ("some", "10 to 40 %"),
    ("many", "41 to 70 %"),
    ("most", "71 to 90 %"),
    ("almost all", "more than 90 %, but not all"),
    ("all", "100 %"),
)
NOUNS: Final = ("members", "members that reported", "commitments", "rated commitments", "milestones", "questions")


def quantifier(part: int, whole: int) -> str:
    """The word for ``part`` of ``whole``.

    Args:
        part: A count from 0 to ``whole``.
        whole: The denominator.

    Returns:
        no, a few, some, many, most, almost all or all; "no" for nothing of nothing.

    Raises:
        ValueError: ``part`` is not between 0 and ``whole``.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share.")
    if part == 0:
        return "no"
    if part == whole:
        return "all"
    # In whole numbers: below 10 %, above 90 %, below 40.5 %, below 70.5 %.
    if 10 * part < whole:
        return "a few"
    if 10 * part > 9 * whole:
        return "almost all"
    if 200 * part < 81 * whole:
        return "some"
    return "many" if 200 * part < 141 * whole else "most"


def quantified(part: int, whole: int, noun: str, catalogue: Catalogue | None = None) -> str:
    """The word, what is counted, and the count: ``most members (42 of 54)``, ``la plupart des membres (42 sur 54)``.

    Args:
        part: A count from 0 to ``whole``.
        whole: The denominator.
        noun: What is counted, in English and the plural; in other languages one of NOUNS, whose phrases translators
            write as a whole, because gender and number of the word follow the noun.
        catalogue: The language; English if left out.

    Raises:
        ValueError: ``part`` is not between 0 and ``whole``, or the noun has no phrases in that language.
    """
    word = quantifier(part, whole)
    if catalogue is None or catalogue.language == SOURCE_LANGUAGE:
        return f"{word} {noun} ({part:,} of {whole:,})"
    if noun not in NOUNS:
        raise ValueError(f"There are no words for shares of {noun!r} in {catalogue.language}; of {', '.join(NOUNS)}.")
    return catalogue.text(_message(word, noun), part=catalogue.number(part), whole=catalogue.number(whole))


def messages() -> tuple[str, ...]:
    """Every English phrase that :func:`quantified` takes from the catalogues, for translators."""
    words = ("no", *(word for word, _ in BANDS))
    return tuple(_message(word, noun) for noun in NOUNS for word in words)


def _message(word: str, noun: str) -> str:
    return f"{word} {noun} (%(part)s of %(whole)s)"
