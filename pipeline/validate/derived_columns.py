"""Columns that rules look at and that follow from the table ``assessment`` alone: made once, for all rules."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from pipeline.validate.rule import QUESTION

SHORTEST_COPY: Final = 40
"""Characters, blanks folded: a shorter text may well be the same again."""

_ITEM: Final = ["member", "section", "row"]
_OWN_WORDS: Final = ("change", "achievements", "obstacles", "priorities")
_EVIDENCE: Final = ("evidence_title", "evidence_link")
# Jumps of these are the business of rules of their own.
_NO_JUMP: Final = ("baseline_value", "baseline_year", "target_value")


def checked_columns(assessment: pd.DataFrame) -> pd.DataFrame:
    """The columns that rules look at: those of ``assessment``, and the following.

    Args:
        assessment: Table ``assessment``.

    Returns:
        A new frame with the same rows and, missing wherever they do not apply:

        - ``change``: |number - previous| / |previous|, rounded to 12 decimals so that 33 after 30 is a change of 0.1 and
          not of a hair more; infinite for any change from zero; not of baselines, targets and stocks that fell.
        - ``names_commitment``: at the role ``evidence_of``, whether the member has a commitment of that number.
        - ``in_time``: at a day of completion, whether it lies between ``first_day`` and ``last_day``.
        - ``has_evidence``: at a status, whether its row or a row of documents has evidence for it.
        - ``beside_evidence``: at the date of evidence, whether its row has the title or the link of some.
        - ``rows_with_link``: at the link of evidence, how many rows of the member have the same.
        - ``host``: the name of the host in a link, in lower case.
        - ``repeats_text``: at a text in the member's own words that is long enough, whether it is that of the last cycle.

        An answer that breaks the form's own rule has no change and names no commitment: the rule is what is said of it.
    """
    broken = (~assessment["holds"]).fillna(value=False).astype(bool)
    questions = assessment.loc[assessment["subject"] == QUESTION]
    items = questions.loc[questions["row"] != ""]
    return assessment.assign(
        change=_change(assessment).mask(broken),
        names_commitment=_names_commitment(questions).reindex(assessment.index).mask(broken),
        in_time=_in_time(questions).reindex(assessment.index),
        has_evidence=_has_evidence(items).reindex(assessment.index),
        beside_evidence=_beside_evidence(items).reindex(assessment.index),
        rows_with_link=_rows_with_link(items).reindex(assessment.index),
        host=_host(questions).reindex(assessment.index),
        repeats_text=_repeats_text(questions).reindex(assessment.index),
    )


def _change(table: pd.DataFrame) -> pd.Series[Any]:
    difference = (table["number"] - table["previous"]).abs()
    change = (difference / table["previous"].abs()).round(12).mask(difference == 0, 0.0)
    fell = (table["role"] == "stock") & (table["number"] < table["previous"])
    return change.mask(fell | table["role"].isin(_NO_JUMP))


def _names_commitment(questions: pd.DataFrame) -> pd.Series[Any]:
    named = questions.loc[(questions["role"] == "evidence_of") & questions["value"].notna(), ["member", "value"]]
    is_status = (questions["role"] == "status") & (questions["row"] != "")
    known = pd.MultiIndex.from_frame(questions.loc[is_status, ["member", "row"]])
    return pd.Series(pd.MultiIndex.from_frame(named).isin(known), index=named.index, dtype="boolean")


def _in_time(questions: pd.DataFrame) -> pd.Series[Any]:
    days = questions.loc[(questions["role"] == "completed_on") & questions["date"].notna()]
    days = days.loc[days["first_day"].notna() | days["last_day"].notna()]
    early = (days["date"] < days["first_day"]).astype("boolean")
    return ~(early | (days["date"] > days["last_day"]).astype("boolean"))


def _has_evidence(items: pd.DataFrame) -> pd.Series[Any]:
    statuses = items.loc[items["role"] == "status", _ITEM]
    documents = items.loc[(items["role"] == "evidence_of") & items["answered"], ["member", "value"]]
    named = pd.MultiIndex.from_frame(statuses[["member", "row"]]).isin(pd.MultiIndex.from_frame(documents))
    return pd.Series(named | _has_own_evidence(items, statuses), index=statuses.index, dtype="boolean")


def _beside_evidence(items: pd.DataFrame) -> pd.Series[Any]:
    dates = items.loc[items["role"] == "evidence_date", _ITEM]
    return pd.Series(_has_own_evidence(items, dates), index=dates.index, dtype="boolean")


def _has_own_evidence(items: pd.DataFrame, places: pd.DataFrame) -> Any:
    """Whether the title or the link of evidence is answered in the row of each place."""
    given = items.loc[items["role"].isin(_EVIDENCE) & items["answered"], _ITEM]
    return pd.MultiIndex.from_frame(places).isin(pd.MultiIndex.from_frame(given))


def _rows_with_link(items: pd.DataFrame) -> pd.Series[Any]:
    links = items.loc[(items["role"] == "evidence_link") & items["answered"], ["member", "value", "question"]]
    return links.groupby(["member", "value"])["question"].transform("size").astype("float64")


def _host(questions: pd.DataFrame) -> pd.Series[Any]:
    links = questions.loc[(questions["type"] == "file") & questions["value"].notna(), "value"]
    host = links.str.extract(r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)", expand=False)
    return host.str.lower().str.rstrip(".")


def _repeats_text(questions: pd.DataFrame) -> pd.Series[Any]:
    own = questions["role"].isna() | questions["role"].isin(_OWN_WORDS)
    texts = questions.loc[
        (questions["type"] == "text") & own & questions["value"].notna() & questions["previous_text"].notna(),
        ["value", "previous_text"],
    ]
    now, before = (texts[name].map(_folded) for name in ("value", "previous_text"))
    return (now == before).astype("boolean").where(now.str.len() >= SHORTEST_COPY)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
