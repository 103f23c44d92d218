"""Words for shares, computed and never typed.

Source: the bands that United Nations reports use (a few below 10 %, some 10 to 40, many 41 to 70, most 71 to 90,
almost all above 90, all 100). Between the bands the share in whole percent decides (40.4 % is "some", 40.5 % "many");
the outer bounds are exact, so that 9.9 % is never "some" and "all" means every single one.
"""

from __future__ import annotations

from pipeline.report.notation import exact_percent, rounded

BANDS = (
    ("a few", "fewer than 10 %"),
    ("some", "10 to 40 %"),
    ("many", "41 to 70 %"),
    ("most", "71 to 90 %"),
    ("almost all", "more than 90 %, but not all"),
    ("all", "100 %"),
)


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
    share = exact_percent(part, whole)
    if share < 10:
        return "a few"
    if share > 90:
        return "almost all"
    whole_percent = rounded(share)
    if whole_percent <= 40:
        return "some"
    return "many" if whole_percent <= 70 else "most"


def quantified(part: int, whole: int, noun: str) -> str:
    """The word, what is counted, and the count: ``most members (42 of 54)``."""
    return f"{quantifier(part, whole)} {noun} ({part:,} of {whole:,})"
