"""The elements of checklists: how many there are, and which are in place, not in place, or without an answer."""

from __future__ import annotations

import pandas as pd

from pipeline.questionnaire.form import Form
from pipeline.score.facts import KEYS, Facts, subjects, why_missing
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
    checklist = commitments["kind"] == "checklist"
    asked = pd.Series([q.indicator for q in form.asked if q.role == "element" and q.repeat is None], dtype=object)
    total = commitments["indicator"].astype(object).map(asked.value_counts()).where(checklist).astype("Float64")
    keys = subjects(commitments, own_row=False)
    told = facts.table[facts.table["role"] == "element"].sort_values("order", kind="stable")
    told = told.assign(why=pd.Series(why_missing(told), index=told.index, dtype=object))
    answered = told[told["value"].notna()]
    columns = {
        "elements_in_place": answered[answered["value"] == "yes"].groupby(KEYS).size().reindex(keys, fill_value=0),
        "elements_missing": answered[answered["value"] != "yes"].groupby(KEYS)["question"].agg(" ".join).reindex(keys),
        "elements_reason": told[told["why"].notna()].groupby(KEYS)["why"].min().reindex(keys),
        "element_sources": told.assign(source=grouped(told["question"].tolist(), facts.sources(told)))
        .groupby(KEYS)["source"]
        .agg(",".join)
        .map("{{{}}}".format)
        .reindex(keys),
    }
    found = {
        name: column.astype(object).reset_index(drop=True).where(checklist, None) for name, column in columns.items()
    }
    found["elements_in_place"] = pd.to_numeric(found["elements_in_place"]).where(total.notna())
    return found | {"elements_total": total}
