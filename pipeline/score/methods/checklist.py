"""Checklist: the share of elements in place, and which are missing.

Rule, with n of N elements in place and the due date:

| in place | not overdue | overdue |
|---|---|---|
| all | achieved | achieved |
| at least two thirds | on track | acceleration needed |
| at least one third | acceleration needed | limited |
| fewer | limited | limited |

Fewer elements in place than at the baseline (``baseline_value``) is deterioration. Overdue means due before the cut-off of
the cycle and not complete. An element that was not answered is neither in place nor missing: the rating is given only
where it would be the same with all of these in place as with none, achieved set aside (nothing is achieved before
every element is known to be in place); else it is not available. The method has no score.

Source: stocktake; the elements are those of operational goal 2.1. Thirds are compared in whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.score.method import Flags, Floats, Method, numbers, outcome, texts, truths
from pipeline.score.series import first_reason
from pipeline.score.wording import Row, Words, clauses, with_due_date

if TYPE_CHECKING:
    from pipeline.translations import Catalogue


def rate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Rate checklists by the share of elements in place.

    Args:
        inputs: Columns elements_in_place, elements_total, elements_missing (codes of elements answered as not in
            place, separated by blanks), overdue and, where known, baseline_value (elements in place at the start).

    Returns:
        Outcome per row; ``progress_value`` is the share known to be in place.
    """
    known, total = numbers(inputs, "elements_in_place"), numbers(inputs, "elements_total")
    missing = np.array([len(str(codes or "").split()) for codes in texts(inputs, "elements_missing")], dtype="float64")
    overdue, baseline = truths(inputs, "overdue"), numbers(inputs, "baseline_value")
    unknown = total - known - missing
    least = _rating(known, total, baseline, overdue)
    most = _rating(known + unknown, total, baseline, overdue)
    capped = np.where((most == "achieved") & (unknown > 0), _rating(total - 1, total, baseline, overdue), most)
    checks = [
        ("value_missing", np.isnan(known) | ~(total > 0)),
        ("no_answer", unknown == total),
        ("elements_unknown", least != capped),
    ]
    flags = {"overdue": overdue & (known < total), "elements_unknown": unknown > 0}
    with np.errstate(all="ignore"):
        share = known / total
    return outcome(inputs, progress=share, rating=least, reason=first_reason(checks, len(inputs)), flags=flags)


def _rating(in_place: Floats, total: Floats, baseline: Floats, overdue: Flags) -> Any:
    most, some = 3 * in_place >= 2 * total, 3 * in_place >= total
    conditions = [in_place < baseline, in_place >= total, most & ~overdue, most | (some & ~overdue)]
    return np.select(conditions, ["deterioration", "achieved", "on_track", "acceleration_needed"], "limited")


def _explain(words: Words, row: Row) -> str:
    catalogue, in_place, total = words.catalogue, int(row["elements_in_place"]), int(row["elements_total"])
    missing = (row["elements_missing"] or "").split()
    unknown = total - in_place - len(missing)
    said = _in_place(catalogue, in_place, total)
    parts = [said if in_place == total else with_due_date(words, said, row)]
    if missing:
        names = ", ".join(words.elements.get(code, code) for code in missing)
        parts.append(catalogue.plural("not in place: %(names)s", "not in place: %(names)s", len(missing), names=names))
    if unknown:
        parts.append(catalogue.plural("%(n)s element is not answered", "%(n)s elements are not answered", unknown))
    if row["rating"] == "deterioration":
        before = int(row["baseline_value"])
        parts.append(catalogue.plural("at the start %(n)s was in place", "at the start %(n)s were in place", before))
    return clauses(words, parts)


def _in_place(catalogue: Catalogue, in_place: int, total: int) -> str:
    if total > 1:
        return catalogue.plural(
            "%(n)s of %(total)s elements is in place", "%(n)s of %(total)s elements are in place", in_place,
            total=catalogue.number(total),
        )  # fmt: skip
    if in_place:
        return catalogue.text("the only element is in place")
    return catalogue.text("the only element is not in place")


METHOD = Method(name="checklist", version=1, kinds=("checklist",), rate=rate, explain=_explain)
