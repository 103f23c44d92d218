"""Whether baseline, latest value and target of a commitment can be compared at all: breaks, units, totals, old values.

| guard | what happens |
|---|---|
| a break in the series after the baseline, up to the latest value | not available, ``break_in_series``; by any method, as the target was set on the old basis too |
| ... and the member gave a baseline of the time after it | that baseline is used, flag ``baseline_after_break`` |
| the questionnaire asks in another unit than that of the register | not available, ``unit_changed`` |
| a predecessor had another unit | its values are left out of the series, flag ``unit_changed`` |
| the register counts a total, and the questionnaire or the baseline is that of a year | not available, ``figures_mixed`` |
| the figure of a year is larger than the total | flag ``exceeds_total`` |
| the latest value is older than the alliance allows (``oldest_value``) | not available, ``value_too_old`` |
| it is from before the period of the cycle | flag ``old_value`` |
| an estimate | flag ``estimated`` |
| the target year is past, by the latest value or by the cut-off | flag ``target_year_passed``; the formulas stand |

Source: comparability over time as in the European Statistics Code of Practice (principle 14); which guard flags and which
rates nothing is stocktake's choice: what would compare two different things is not rated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from pipeline.questionnaire.form import Form
from pipeline.score.facts import Facts, plain, subjects, year_of, years_of

TOTAL: Final = "cumulative"


def value_roles(commitments: pd.DataFrame) -> pd.Series:
    """Return the role of the answer that is the latest value: ``stock`` for totals of an indicator, else ``value``."""
    total = is_total(commitments) & commitments["indicator"].notna()
    return total.map({True: "stock", False: "value"})


def is_total(commitments: pd.DataFrame) -> pd.Series:
    """Return whether the register counts a total up to now, and not the figure of a year."""
    return (commitments["figures"] == TOTAL).fillna(value=False).astype(bool)


def last_break(commitments: pd.DataFrame, cycles: Iterable[Facts]) -> pd.Series:
    """Return the latest year whose value cannot be compared with the year before, as members said in any cycle.

    Args:
        commitments: Rows of the table ``commitments`` with a fresh index.
        cycles: Facts of every cycle.

    Returns:
        The years, missing where no break is known.
    """
    keys = subjects(commitments, own_row=False)
    latest = pd.Series(float("nan"), index=commitments.index)
    for facts in cycles:
        if not facts.has("break", "yes"):
            continue
        said = facts.of("break", keys, ["value"])["value"] == "yes"
        year = years_of(year_of(facts, keys)).where(said)
        latest = latest.where(~(year > latest) & (latest.notna() | year.isna()), year)
    return latest


def asked_otherwise(commitments: pd.DataFrame, form: Form) -> tuple[pd.Series, pd.Series]:
    """Return which commitments have another unit than their question, and which totals are not asked for at all."""
    asked = {
        (question.indicator, question.role): question.unit.strip().casefold()
        for question in form.asked
        if question.indicator and question.repeat is None and question.role in ("value", "stock")
    }
    roles = plain(value_roles(commitments))
    places = [(name or "", role or "") for name, role in zip(plain(commitments["indicator"]), roles, strict=True)]
    units = pd.Series([asked.get(place, "") for place in places], index=commitments.index, dtype=object)
    own = _plain_unit(commitments["unit"])
    not_asked = pd.Series([role == "stock" and (name, role) not in asked for name, role in places], commitments.index)
    return (units != "") & (own != "") & (units != own), not_asked.astype(bool)


def same_unit(register: pd.DataFrame, forerunners: pd.DataFrame) -> tuple[pd.DataFrame, Sequence[str]]:
    """Leave out forerunners whose values are in another unit, and what these continue themselves.

    Args:
        register: Rows with commitment and unit.
        forerunners: See :func:`pipeline.score.predecessors.lines`.

    Returns:
        The forerunners that are left, and the commitments that lost any.
    """
    if forerunners.empty:
        return forerunners, ()
    units = dict(zip(register["commitment"], _plain_unit(register["unit"]), strict=True))
    own, theirs = (forerunners[name].map(units).fillna("") for name in ("commitment", "subject"))
    other = (own != "") & (theirs != "") & (own != theirs)
    first = forerunners["steps"].where(other).groupby(forerunners["commitment"]).transform("min")
    lost = forerunners["steps"] >= first
    return forerunners[~lost], sorted(set(forerunners.loc[lost, "commitment"]))


def _plain_unit(units: pd.Series) -> pd.Series:
    return units.astype(object).where(units.notna(), "").str.strip().str.casefold()
