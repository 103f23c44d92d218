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
_PLACED: Final = ("status", "evidence_of", "evidence_date", *_EVIDENCE)
_LOOKED_AT: Final = [*_ITEM, "question", "role", "value", "answered"]
_HOST: Final = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)"
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
        - ``has_evidence``: at a status, whether its row or a row of documents has evidence for it; missing where neither asks
          for any.
        - ``beside_evidence``: at the date of evidence, whether its row has the title or the link of some.
        - ``rows_with_link``: at the link of evidence, how many rows of the member have the same.
        - ``host``: the name of the host in a link, in lower case.
        - ``repeats_text``: at a text in the member's own words that is long enough, whether it is that of the last cycle.

        An answer that breaks the form's own rule has no change and names no commitment: the rule is what is said of it.
    """
    broken = (~assessment["holds"]).fillna(value=False).astype(bool)
    # Few rows have such a role, and few columns of them matter: the table as a whole is never copied.
    is_question = assessment["subject"] == QUESTION
    placed = assessment.loc[is_question & assessment["role"].isin(_PLACED), _LOOKED_AT]
    items = placed.loc[placed["row"] != ""]
    derived = {
        "names_commitment": _names_commitment(placed),
        "has_evidence": _has_evidence(items),
        "beside_evidence": _beside_evidence(items),
        "rows_with_link": _rows_with_link(items),
        "host": _host(assessment.loc[is_question & (assessment["type"] == "file"), "value"]),
        "repeats_text": _repeats_text(
            assessment.loc[is_question & (assessment["type"] == "text"), ["role", "value", "previous_text"]]
        ),
    }
    whole = {name: column.reindex(assessment.index) for name, column in derived.items()}
    whole["names_commitment"] = whole["names_commitment"].mask(broken)
    return assessment.assign(change=_change(assessment).mask(broken), **whole)


def _change(table: pd.DataFrame) -> pd.Series[Any]:
    difference = (table["number"] - table["previous"]).abs()
    change = (difference / table["previous"].abs()).round(12).mask(difference == 0, 0.0)
    fell = (table["role"] == "stock") & (table["number"] < table["previous"])
    return change.mask(fell | table["role"].isin(_NO_JUMP))


def _names_commitment(placed: pd.DataFrame) -> pd.Series[Any]:
    named = placed.loc[(placed["role"] == "evidence_of") & placed["value"].notna(), ["member", "value"]]
    is_status = (placed["role"] == "status") & (placed["row"] != "")
    known = pd.MultiIndex.from_frame(placed.loc[is_status, ["member", "row"]])
    return pd.Series(pd.MultiIndex.from_frame(named).isin(known), index=named.index, dtype="boolean")


def _has_evidence(items: pd.DataFrame) -> pd.Series[Any]:
    statuses = items.loc[items["role"] == "status", _ITEM]
    documents = items.loc[(items["role"] == "evidence_of") & items["answered"], ["member", "value"]]
    rows = pd.MultiIndex.from_frame(statuses[_ITEM])
    named = pd.MultiIndex.from_frame(statuses[["member", "row"]]).isin(pd.MultiIndex.from_frame(documents))
    found = pd.Series(named | _has_own_evidence(items, statuses), index=statuses.index, dtype="boolean")
    # A form that asks for no evidence cannot miss any.
    wanted = pd.MultiIndex.from_frame(items.loc[items["role"].isin(_EVIDENCE), _ITEM])
    return found.where(rows.isin(wanted) | statuses["member"].isin(_members_with(items, "evidence_of")))


def _members_with(items: pd.DataFrame, role: str) -> pd.Series[Any]:
    return items.loc[items["role"] == role, "member"]


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


def _host(links: pd.Series[Any]) -> pd.Series[Any]:
    host = links.dropna().str.extract(_HOST, expand=False)
    return host.str.lower().str.rstrip(".")


def _repeats_text(texts: pd.DataFrame) -> pd.Series[Any]:
    own = texts["role"].isna() | texts["role"].isin(_OWN_WORDS)
    both = texts.loc[own & texts["value"].notna() & texts["previous_text"].notna()]
    now, before = (both[name].map(_folded) for name in ("value", "previous_text"))
    return (now == before).astype("boolean").where(now.str.len() >= SHORTEST_COPY)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
