"""What staff see after sending: what waits for them first, then what became of every letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from pipeline.feedback.ledger_overview import WHAT_TO_DO

_ORDER: Final = ("uncertain", "refused", "changed", "held", "deferred", "approved", "sending", "would_be_sent", "sent")
_WAITS: Final = ("uncertain", "refused", "changed", "held", "deferred", "approved")


@dataclass(frozen=True)
class Shown:
    """What staff are shown.

    Attributes:
        summary: Letters per state, on one line.
        warnings: A line about each letter that is uncertain, with what to do.
        tables: By heading.
    """

    summary: str
    warnings: tuple[str, ...]
    tables: dict[str, pd.DataFrame]


def sending_overview(sending: pd.DataFrame, letters: pd.DataFrame) -> Shown:
    """Order what became of letters by how much it concerns staff.

    Args:
        sending: Table ``sending``.
        letters: Table ``letters`` or ``closing_letters``: to whom each letter goes.

    Returns:
        The tables ``to look at`` (with what to do) and ``letters`` (all), and both in words.
    """
    about = letters[["member", "kind", "round", "recipients", "message_id"]]
    rank = {state: number for number, state in enumerate(_ORDER)}
    merged = sending.merge(about, on=["member", "kind"], how="left", validate="one_to_one")
    ordered = merged.sort_values("state", key=lambda states: states.map(rank), kind="stable")
    table = ordered[["member", "kind", "round", "state", "recipients", "detail", "message_id"]].reset_index(drop=True)
    waits = table[table["state"].isin(_WAITS)]
    to_look_at = waits.assign(what_to_do=waits["state"].map(_to_do()))
    to_look_at = to_look_at[["member", "kind", "round", "state", "what_to_do", "detail", "message_id", "recipients"]]
    uncertain = waits[waits["state"] == "uncertain"]
    warnings = tuple(
        f"The {row['kind']} to {row['member']} may have arrived: {row['detail']} {WHAT_TO_DO['uncertain']} "
        f"message_id: {row['message_id']}"
        for row in uncertain.to_dict("records")
    )
    counts = table["state"].value_counts()
    summary = " · ".join(f"{counts[state]} {state.replace('_', ' ')}" for state in _ORDER if state in counts)
    return Shown(summary or "There was no letter to send.", warnings, {"to look at": to_look_at, "letters": table})


def _to_do() -> Mapping[str, str]:
    return {**WHAT_TO_DO, "held": "Read the detail; the letter is not sent until that is mended."}
