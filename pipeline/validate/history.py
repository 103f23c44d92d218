"""The life of findings over the versions of a member's submission: open, fixed, waived or withdrawn, round by round.

Nothing of it is remembered: every version is read and validated again by the rules of today, so that the same archive,
the same waivers and the same letters give the same history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from pipeline.frames import conform
from pipeline.validate.rounds import make_rounds
from pipeline.validate.waivers import judge

_ID: Final = ["member", "finding"]


@dataclass(frozen=True)
class Life:
    """The tables ``findings``, ``finding_history`` and ``rounds``, and all that stood in any version.

    ``standing`` has a row per finding and version in which it stands: the columns of ``findings``, version, round, received,
    and the decision of staff that holds there; see :func:`pipeline.validate.waivers.judge`.
    """

    findings: pd.DataFrame
    history: pd.DataFrame
    rounds: pd.DataFrame
    standing: pd.DataFrame


def trace(submissions: pd.DataFrame, found: pd.DataFrame, waivers: pd.DataFrame, told: pd.DataFrame) -> Life:
    """Follow every finding from the first version of its member's submission to the one that counts.

    Args:
        submissions: Table ``submissions``.
        found: What the rules find in every version: the columns of ``findings`` and version; of each member in the order
            in which its findings shall stand.
        waivers: What staff waived and withdrew, see :func:`pipeline.validate.waivers.judge`.
        told: Table ``told``: the findings that were named in letters that were sent.

    Raises:
        TableError: A finding stands twice in one version.
    """
    versions = submissions.loc[submissions["version"].notna(), ["member", "version", "round", "received", "status"]]
    standing = judge(
        found.drop(columns=["status", "first_round", "waiver"]).merge(versions.drop(columns="status")), waivers
    )
    latest = versions.loc[versions["status"] == "accepted"].set_index("member")["version"]
    history = _history(standing, latest, versions, told)
    return Life(
        findings=_findings(standing, latest, history),
        history=history,
        rounds=make_rounds(submissions, standing),
        standing=standing,
    )


def _findings(standing: pd.DataFrame, latest: pd.Series, history: pd.DataFrame) -> pd.DataFrame:
    """The findings about the versions that count, with what became of them."""
    now = standing.loc[standing["version"] == standing["member"].map(latest)]
    known = history[[*_ID, "status", "first_round"]]
    return conform("findings", now.merge(known, on=_ID, validate="one_to_one").assign(waiver=lambda all: all["reason"]))


def _history(standing: pd.DataFrame, latest: pd.Series, versions: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    order = {member: place for place, member in enumerate(standing["member"].unique())}
    distance = standing["member"].map(latest).astype("Int64") - standing["version"]
    stood = standing.assign(now=distance == 0, before=distance == 1, earlier=distance > 1)
    grouped = stood.groupby(_ID, sort=False)
    spans = grouped.agg(
        first_round=("round", "min"),
        last_round=("round", "max"),
        now=("now", "any"),
        before=("before", "any"),
        earlier=("earlier", "any"),
    ).reset_index()
    last = stood.sort_values("version", kind="stable").drop_duplicates(_ID, keep="last")
    history = last.drop(columns=["now", "before", "earlier"]).merge(spans, on=_ID, validate="one_to_one")
    latest_told = told.sort_values("round", kind="stable").drop_duplicates(_ID, keep="last")
    history = history.merge(latest_told[[*_ID, "round"]].rename(columns={"round": "told"}), on=_ID, how="left")
    history["status"] = _status(history, _is_taken_back(history, standing, versions))
    history["change"] = _change(history)
    history = pd.concat([history, _only_told(latest_told, history)], ignore_index=True)
    return conform("finding_history", history.sort_values("member", key=lambda m: m.map(order), kind="stable"))


def _status(history: pd.DataFrame, taken_back: pd.Series) -> pd.Series:
    status = pd.Series("open", index=history.index, dtype="str")
    status = status.mask(history["decision"] == "waive", "waived")
    status = status.mask(~history["now"], "fixed")
    return status.mask(taken_back | (history["decision"] == "withdraw"), "withdrawn")


def _change(history: pd.DataFrame) -> pd.Series:
    """What became of each finding from the version before to the one that counts."""
    change = pd.Series("new", index=history.index, dtype="str")
    change = change.mask(history["earlier"], "reopened").mask(history["before"], "still_open")
    change = change.mask(~history["now"], "fixed").mask(~history["now"] & ~history["before"], None)
    return change.mask(history["status"].isin(["waived", "withdrawn"]), history["status"])


def _is_taken_back(history: pd.DataFrame, standing: pd.DataFrame, versions: pd.DataFrame) -> pd.Series:
    """Whether a letter told a finding that stands no more, and did not stand in the version that the letter was about."""
    stands = set(zip(standing["member"], standing["finding"], standing["version"], strict=True))
    rounds: dict[str, list[tuple[int, int]]] = {}
    for member, round, version in zip(versions["member"], versions["round"], versions["version"], strict=True):
        rounds.setdefault(member, []).append((int(round), int(version)))

    def is_taken_back(member: str, finding: str, told: int) -> bool:
        about = max((version for round, version in rounds.get(member, []) if round <= told), default=0)
        return (member, finding, about) not in stands

    gone = history["told"].notna() & ~history["now"]
    rows = history.loc[gone, [*_ID, "told"]].itertuples(index=False, name=None)
    verdicts = pd.Series([is_taken_back(*row) for row in rows], index=history.index[gone], dtype="bool")
    return verdicts.reindex(history.index, fill_value=False)


def _only_told(told: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """What was told in a letter and no rule of today finds in any version: its words are in that letter alone."""
    known = pd.MultiIndex.from_frame(history[_ID])
    rows = told.loc[~pd.MultiIndex.from_frame(told[_ID]).isin(known)]
    return rows.assign(
        told=rows["round"], first_round=rows["round"], last_round=rows["round"], status="withdrawn", change="withdrawn"
    )
