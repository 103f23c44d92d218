"""The words in which a rating is explained: numbers, values with unit and year, and why there is no rating.

English only; the tables carry the codes from which other languages can be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

REASONS: Final[Mapping[str, str]] = {
    "no_submission": "no workbook of the member was accepted in this cycle",
    "no_answer": "there is neither an answer nor a reason for its absence",
    "value_not_available": "the member says that the answer is not available",
    "value_not_applicable": "the member says that the question does not apply",
    "value_not_yet": "the member says that the answer is not there yet",
    "value_confidential": "the member says that the answer is confidential",
    "unreadable": "the answer could not be read",
    "value_missing": "there is no value",
    "year_missing": "the year of the value is missing or cannot be a year",
    "year_in_future": "the year of the value is still to come",
    "direction_missing": "it is not said whether higher or lower is better",
    "baseline_missing": "there is no baseline",
    "target_missing": "there is no target",
    "target_year_missing": "there is no target year",
    "target_year_not_after_baseline": "the target year is not after the year of the baseline",
    "fewer_than_two_years": "the latest value is not from a later year than the baseline",
    "signs_differ": "baseline and latest value have different signs, so that growth has no meaning",
    "target_sign_differs": "baseline and target have different signs, so that growth has no meaning",
    "rate_missing": "the register names no yearly rate or no reading of it",
    "growth_undefined": "growth from zero or from a negative value has no rate",
    "years_too_far_apart": "the first and the last year of the series are too far apart",
    "years_missing": "values of some years are missing, so that growth cannot be read for each year",
    "withdrawn": "the commitment was withdrawn",
    "no_evidence": "there is no evidence on its status",
    "elements_unknown": "the rating depends on elements that were not answered",
}
_EDGES: Final = (0.0, 0.1, 0.6, 0.95, 1.0)


def plain(code: str) -> str:
    """Return a code as words: ``acceleration_needed`` as "acceleration needed"."""
    return code.replace("_", " ")


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun: "1 element", "2 elements"."""
    return f"{count:,} {one if count == 1 else many}"


def shown(value: float) -> str:
    """Return a value for a sentence: thousands separated, up to four decimals, no trailing zeros."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) >= 0.001 or value == 0 else f"{value:.3g}"
    return "0" if text == "-0" else text


def percent(share: float, digits: int = 0, apart: float = 0.0) -> str:
    """Return a share as a percentage that is never rounded across a boundary: 0.9496 is "94.96 %" and not "95 %".

    Args:
        share: The share, 1 for 100 %.
        digits: Decimals to begin with; more are shown where a boundary asks for them.
        apart: A boundary beside those of the rating bands.
    """
    text = f"{share * 100:,.{digits}f}"
    rounded = float(text.replace(",", ""))
    crossed = any((rounded >= 100 * edge) != (share >= edge) for edge in (*_EDGES, apart))
    if digits < 6 and (crossed or (rounded == 0) != (share == 0)):
        return percent(share, digits + 1, apart)
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def has(row: Mapping[str, Any], column: str) -> bool:
    """Whether the row has a value in the column."""
    return bool(pd.notna(row.get(column)))


def in_unit(row: Mapping[str, Any]) -> str:
    """Return the row's unit in brackets with a blank before it, or nothing; so 1 and 2 can have the same unit."""
    return f" ({row['unit']})" if has(row, "unit") else ""


def value_in_year(row: Mapping[str, Any], stem: str) -> str:
    """Return e.g. "10.2 in 2023" from the columns ``<stem>_value`` and ``<stem>_year``, the year where known."""
    value = shown(float(row[f"{stem}_value"]))
    return f"{value} in {int(row[f'{stem}_year'])}" if has(row, f"{stem}_year") else value


def target_words(row: Mapping[str, Any], progress: str) -> str:
    """Return what a rating says of a numeric commitment with a target.

    Args:
        row: A rated row of ``commitment_scores``.
        progress: The method's number in words, used where values did not move away from the target.
    """
    bound = "or more" if row["direction"] == 1 else "or less"
    by = f" by {int(row['target_year'])}" if has(row, "target_year") else ""
    goal = f"the target of {shown(float(row['target_value']))} {bound}{by}"
    if row["rating"] == "achieved":
        return f"{goal} is reached with {value_in_year(row, 'current')}{in_unit(row)}"
    journey = f"from {value_in_year(row, 'baseline')} to {value_in_year(row, 'current')}{in_unit(row)}, with {goal}"
    if not has(row, "progress_value"):
        return f"{journey}, which the baseline had reached and the latest value has not"
    if row["progress_value"] < 0:
        return f"{journey}, values moved away from it (ratio {shown(float(row['progress_value']))})"
    return f"{journey}, {progress}"


def due_words(row: Mapping[str, Any]) -> str:
    """Return what is to be said on the due date: ", overdue since 1 March 2013", ", due on ..." or nothing."""
    if not has(row, "due_date"):
        return ""
    day = pd.Timestamp(row["due_date"])
    date = f"{day.day} {day:%B %Y}"
    return f", overdue since {date}" if has(row, "overdue") and row["overdue"] else f", due on {date}"
