"""The elements of checklists: how many there are, and which are in place, not in place, or without an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from pipeline.questionnaire.form import Form
from pipeline.score.facts import KEYS, Facts, plain, why_missing
from pipeline.score.sources import grouped


def elements(form: Form, commitments: pd.DataFrame, facts: Facts) -> dict[str, pd.Series]:
    """Count the elements of each commitment's indicator.

    An element is in place where the answer is ``yes``, not in place with any other answer, unknown without one.

    Args:
        form: The questionnaire; the questions with the role ``element`` are the elements of their indicator.
        commitments: Rows of the table ``commitments`` with a fresh index.
        facts: Facts of the cycle.

    Returns:
        Columns elements_in_place, elements_total, elements_missing (codes in the form's order), elements_reason (a
        code of why an element has no answer, the first in the alphabet) and element_sources (JSON), missing for other kinds
        than checklist.
    """
    checklist = (commitments["kind"] == "checklist").to_numpy(dtype=bool)
    asked = pd.Series([q.indicator for q in form.asked if q.role == "element" and q.repeat is None], dtype=object)
    total = commitments["indicator"].astype(object).map(asked.value_counts()).where(checklist).astype("Float64")
    told = facts.table[facts.table["role"] == "element"].sort_values("order", kind="stable")
    groups: dict[tuple[str | None, str | None], _Group] = {}
    columns = (*(plain(told[name]) for name in (*KEYS, "question", "value")), why_missing(told))
    sources = grouped(plain(told["question"]), facts.sources(told))
    for member, subject, question, value, why, source in zip(*columns, sources, strict=True):
        group = groups.setdefault((member, subject), _Group())
        if value is not None:
            (group.in_place if value == "yes" else group.missing).append(question or "")
        group.reasons += [why] if why else []
        group.sources.append(source)
    keys = zip(plain(commitments["member"]), plain(commitments["indicator"]), strict=True)
    found = [groups.get(key, _NOTHING) if is_list else _NOTHING for key, is_list in zip(keys, checklist, strict=True)]
    in_place = np.array([len(group.in_place) for group in found], dtype="float64")
    return {
        "elements_in_place": pd.Series(in_place).where(total.notna()),
        "elements_missing": _texts(" ".join(group.missing) for group in found),
        "elements_reason": _texts(min(group.reasons, default="") for group in found),
        "element_sources": _texts(f"{{{','.join(group.sources)}}}" if group.sources else "" for group in found),
        "elements_total": total,
    }


@dataclass
class _Group:
    """What a member said of the elements of one list: codes of questions, codes of reasons, and where it stands."""

    in_place: list[str] = field(default_factory=list[str])
    missing: list[str] = field(default_factory=list[str])
    reasons: list[str] = field(default_factory=list[str])
    sources: list[str] = field(default_factory=list[str])


_NOTHING: Final = _Group()


def _texts(texts: Iterable[str]) -> pd.Series:
    return pd.Series([text or None for text in texts], dtype=object)
