"""Milestone: the completion scale of the Open Government Partnership, read with the due date.

Rule:

| status | not overdue | overdue |
|---|---|---|
| complete | achieved | achieved |
| substantial | on track | acceleration needed |
| limited | acceleration needed | limited |
| not started, agreed start still to come | on track | - |
| not started | limited | limited |
| no evidence, withdrawn | not available | not available |

Overdue means due before the cut-off of the cycle and not complete. A status below that of an earlier cycle is
deterioration (flag ``status_went_back``): only what got worse is called so, never what is merely late. No evidence is
not "not started": it is not available, with that reason. "Complete" without evidence stays achieved, is flagged
``no_evidence_given`` and is a finding to the member. Milestones have no number and no score; statuses are counted,
and their codes never averaged.

Source: Open Government Partnership, Independent Reporting Mechanism, levels of completion (not started, limited,
substantial, complete); mapping to the common scale by stocktake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from pipeline.score.method import Method, outcome, texts, truths
from pipeline.score.series import first_reason
from pipeline.score.wording import Row, Words, clauses, with_due_date

STATUSES: Final = ("no_evidence", "not_started", "limited", "substantial", "complete", "withdrawn")
STEPS: Final[Mapping[str, int]] = {"not_started": 0, "limited": 1, "substantial": 2, "complete": 3}
IN_TIME: Final = {
    "complete": "achieved",
    "substantial": "on_track",
    "limited": "acceleration_needed",
    "not_started": "limited",
}
LATE: Final = {
    "complete": "achieved",
    "substantial": "acceleration_needed",
    "limited": "limited",
    "not_started": "limited",
}


def rate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Rate milestones by status and due date.

    Args:
        inputs: Columns status and overdue, and in flags any of ``before_start`` (the agreed start is after the
            cut-off), ``status_went_back`` and ``no_evidence_given``.

    Returns:
        Outcome per row; ``progress_value`` and ``score`` are missing.
    """
    status, overdue = texts(inputs, "status"), truths(inputs, "overdue")
    given = [str(codes or "").split() for codes in texts(inputs, "flags")]
    early, back, bare = (
        np.array([code in codes for codes in given], dtype=bool)
        for code in ("before_start", "status_went_back", "no_evidence_given")
    )
    rating = np.where(overdue, status.map(LATE), status.map(IN_TIME)).astype(object)
    rating[early & ~overdue & (status == "not_started").to_numpy()] = "on_track"
    rating[back & status.isin(list(STEPS)).to_numpy()] = "deterioration"
    checks = [(code, (status == code).to_numpy(dtype=bool)) for code in ("no_evidence", "withdrawn")]
    checks.append(("value_missing", ~status.isin(STATUSES).to_numpy(dtype=bool)))
    done = (status == "complete").to_numpy(dtype=bool)
    flags = {"overdue": overdue & ~done, "before_start": early, "status_went_back": back, "no_evidence_given": bare}
    reason = first_reason(checks, len(inputs))
    return outcome(inputs, progress=np.full(len(inputs), np.nan), rating=rating, reason=reason, flags=flags)


def _explain(words: Words, row: Row) -> str:
    say, status, flags = words.catalogue.text, str(row["status"]), (row["flags"] or "").split()
    said = say("the status is “%(status)s”", status=words.statuses.get(status, status.replace("_", " ")))
    parts = [said if status == "complete" else with_due_date(words, said, row)]
    if "before_start" in flags:
        parts.append(say("its agreed start is still to come"))
    if "status_went_back" in flags:
        parts.append(say("an earlier cycle had reported more"))
    if "no_evidence_given" in flags:
        parts.append(say("the member gave no evidence"))
    return clauses(words, parts)


METHOD = Method(name="milestone", version=1, kinds=("milestone",), rate=rate, explain=_explain)
