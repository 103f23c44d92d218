"""What staff see of the ledger first: what waits for them, then every letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

_SHOWN: Final = ["member", "kind", "round", "state", "since", "recipients", "bounced", "auto_replied", "detail"]

WHAT_TO_DO: Final[Mapping[str, str]] = {
    "uncertain": "Ask the member whether it arrived, then run the job resolve_letter with its message_id.",
    "refused": "Correct the address in focal_points.csv; or run the job resolve_letter with send_again.",
    "changed": "Read the letter as it is now, and run send_letters with the overview code that letters shows now.",
    "deferred": "Run send_letters again; what was sent is not sent again.",
    "approved": "It waits to be sent: run send_letters again.",
    "bounced": "Correct the address in focal_points.csv, or ask the member by other means.",
}
"""What staff do about a letter that is in a state, or that came back."""


def ledger_overview(letters: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Part the ledger of a cycle into what waits for staff and everything.

    Args:
        letters: Table ``ledger``.

    Returns:
        By heading: ``to look at`` (letters that are neither sent nor on their way, and those that came back, with what to
        do), ``states`` (letters per kind and state) and ``letters`` (all of them).
    """
    came_back = letters["bounced"].notna()
    waiting = letters[came_back | ~letters["state"].isin(["sent", "sending"])]
    # An uncertain letter that bounced has arrived somewhere: what to do is about the address.
    reason = waiting["state"].where(waiting["bounced"].isna(), "bounced")
    rank = {state: number for number, state in enumerate(WHAT_TO_DO)}
    reason = reason.iloc[reason.map(rank).argsort(kind="stable")]
    waiting = waiting.loc[reason.index]
    to_look_at = waiting[[*_SHOWN, "message_id"]].assign(what_to_do=reason.map(dict(WHAT_TO_DO)))
    first = ["what_to_do", "message_id"]
    states = letters.groupby(["kind", "state"], observed=True).size().reset_index(name="letters")
    return {
        "to look at": to_look_at[[*_SHOWN[:4], *first, *_SHOWN[4:]]],
        "states": states,
        "letters": letters[[*_SHOWN, "attempts", "message_id"]],
    }
