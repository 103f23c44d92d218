"""Every flag that a row of ``commitment_scores`` can carry, declared once: its code and what it tells a reader.

A flag never changes a rating by itself, but where its meaning says so. docs/scoring.md publishes this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FLAGS: Final[Mapping[str, str]] = {
    "baseline_after_break": "after a break in the series, the baseline that the member gave for the time since is used",
    "baseline_differs": "the member stated another baseline than the register, whose baseline was used",
    "baseline_from_answers": "the register has no baseline; the one that the member stated was used",
    "before_start": "a milestone whose agreed start is after the cut-off: not started is then on track",
    "beyond_natural_limit": "the latest value lies beyond the value that the series should not be able to pass",
    "break_in_series": "the member says that the latest value cannot be compared with those before",
    "due_date_changed": "the member stated another due date than the register, whose date was used",
    "elements_unknown": "some elements were not answered, and could not have changed the rating",
    "estimated": "the member says that the value is an estimate",
    "exceeds_total": "the figure of the year is larger than the total that the member gave",
    "goal_post_moved": "the rating looks better only because the target, the baseline, the due date or the words moved since the last cycle",
    "growth_undefined": "in some year the value grew from zero, which has no rate",
    "near_natural_limit": "thresholds were eased, since the baseline is near the natural limit (C is below 1)",
    "no_evidence_given": "reported as complete, without title or link of evidence; it stays achieved",
    "old_value": "the latest value is from before the period of the cycle",
    "overdue": "due before the cut-off, and not complete",
    "ratio_clamped": "the ratio is so large or small that the score stands at the end of its scale",
    "restated": "two cycles gave different values for one year; the later statement was used",
    "sign_contradicts": "the sign that the register gives is not that of the baseline",
    "single_interval": "only one year lies between the first and the latest value",
    "small_numbers": "a value below 10 is among those compared: one case more or less matters",
    "status_went_back": "an earlier cycle had reported more: deterioration",
    "target_differs": "the member stated another target than the register, whose target was used",
    "target_from_answers": "the register has no target; the one that the member stated was used",
    "target_very_close": "the baseline lies within 1 % of the target, where ratios explode",
    "target_year_passed": "the target year has passed, by the latest value or by the cut-off",
    "unit_changed": "values that a predecessor gave in another unit were left out",
    "zero_counted": "a baseline or target of 0 was counted as 0.001",
}
