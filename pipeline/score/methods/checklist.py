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

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.score.method import Flags, Floats, Method, numbers, outcome, texts, truths
from pipeline.score.series import first_reason
from pipeline.score.wording import counted, due_words


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


def _explain(row: Mapping[str, Any]) -> str:
    in_place, total = int(row["elements_in_place"]), int(row["elements_total"])
    missing = str(row["elements_missing"]).split() if pd.notna(row["elements_missing"]) else []
    unknown = total - in_place - len(missing)
    verb = "is" if in_place == 1 else "are"
    text = f"{in_place} of {counted(total, 'element', 'elements')} {verb} in place"
    text += "" if in_place == total else due_words(row)
    names: Mapping[str, str] = row.get("element_names", {})
    text += f"; not in place: {', '.join(names.get(code, code) for code in missing)}" if missing else ""
    text += f"; not answered: {counted(unknown, 'element', 'elements')}" if unknown else ""
    if row["rating"] == "deterioration":
        text += f"; at the start there were {int(row['baseline_value'])}"
    return text


METHOD = Method(name="checklist", version=1, kinds=("checklist",), rate=rate, explain=_explain)
