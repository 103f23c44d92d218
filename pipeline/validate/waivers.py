"""What staff accepted or took back: a decision about a finding holds for what was seen when it was made.

A finding keeps its id while its answer changes. Staff who waive it have seen one answer; another one, which breaks the
same rule, is news to them. So a waiver holds in every version in which the same text is seen as in the version that counted
at the end of the day of the decision, or in the last one before it in which the finding stood.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

DECIDED: Final = ["decision", "decided_by", "decided_on", "reason"]


def no_waivers() -> pd.DataFrame:
    """Where staff waived nothing: finding, member, decision, decided_by, decided_on, reason."""
    columns = {name: pd.Series(dtype="str") for name in ("finding", "member", *DECIDED)}
    return pd.DataFrame(columns).astype({"decided_on": "datetime64[s]"})


def judge(standing: pd.DataFrame, waivers: pd.DataFrame) -> pd.DataFrame:
    """Say of each finding in each version which decision of staff holds there.

    Args:
        standing: A row per finding and version in which it stands: the columns of ``findings``, version, received.
        waivers: One row per decision: finding, member, decision (waive or withdraw), decided_by, decided_on, reason.

    Returns:
        The same rows in their order, with the four columns of the decision; missing where none holds.
    """
    judged = standing.merge(waivers, on=["member", "finding"], how="left", validate="many_to_one")
    day = judged["received"].dt.tz_localize(None).dt.normalize()
    known = judged.loc[day <= judged["decided_on"]].sort_values("version", kind="stable")
    meant = known.drop_duplicates(["member", "finding"], keep="last").set_index(["member", "finding"])["seen"]
    place = pd.MultiIndex.from_frame(judged[["member", "finding"]])
    text = meant.fillna("").reindex(place).set_axis(judged.index)
    return judged.assign(**{name: judged[name].where(judged["seen"].fillna("") == text) for name in DECIDED})


def without_effect(standing: pd.DataFrame, history: pd.DataFrame, waivers: pd.DataFrame) -> pd.DataFrame:
    """The decisions of staff that hold for nothing in the versions that count, and why.

    Args:
        standing: What :func:`judge` gives.
        history: Table ``finding_history``.
        waivers: All decisions.

    Returns:
        Finding, member, decision, decided_on and why, in the order of ``waivers``.
    """
    owners = dict(zip(history["finding"], history["member"], strict=True))
    stands = history.loc[history["status"].isin(["open", "waived", "withdrawn"])].set_index("finding")
    first = standing.groupby("finding")["received"].min().dt.date.to_dict()
    idle = waivers.loc[~waivers["finding"].isin(stands.index[stands["decided_by"].notna()])]

    def why(finding: str, member: str, day: pd.Timestamp) -> str:
        if finding not in owners:
            return "There is no finding of that id."
        if owners[finding] != member:
            return f"It is a finding of {owners[finding]}."
        if finding not in stands.index:
            return "It stands no more."
        if finding in first and first[finding] > day.date():
            return f"On that day it had not been found yet; it was first seen in what arrived on {first[finding]}."
        return f"The answer is another one since, so it is open again: {stands['seen'].fillna('')[finding]}"

    columns = [idle[name] for name in ("finding", "member", "decided_on")]
    reasons = [why(*row) for row in zip(*columns, strict=True)]
    shown = idle[["finding", "member", "decision", "decided_on"]]
    return shown.assign(why=pd.Series(reasons, index=idle.index, dtype="str"))
