"""The ledger as tables that staff read: ``ledger`` and ``told``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipeline.feedback.ledger_states import Standing
from pipeline.frames import frame

_COPIED = ("message_id", "cycle", "member", "kind", "round", "language", "recipients", "subject", "sha256")


def letters_frame(
    letters: Iterable[Mapping[str, Any]],
    standings: Mapping[str, Standing],
    replies: Iterable[Mapping[str, Any]],
    *,
    sending: bool,
) -> pd.DataFrame:
    """The table ``ledger``.

    Args:
        letters: Rows of the ledger's ``letters``.
        standings: How each stands, by message id.
        replies: Rows of the ledger's ``replies`` to these letters.
        sending: Whether a sender is at work; if not, what it claimed and did not settle is uncertain.
    """
    bounced: dict[str, list[str]] = {}
    away: dict[str, str] = {}
    for reply in sorted(replies, key=lambda reply: (reply["at"], reply["reference"], reply["recipient"])):
        if reply["kind"] == "bounced":
            said = ": ".join(filter(None, (reply["recipient"], reply["detail"])))
            bounced.setdefault(reply["message_id"], []).append(said)
        else:
            away[reply["message_id"]] = reply["at"]
    rows = [
        {
            **{name: letter[name] for name in _COPIED},
            **_standing(standings[letter["message_id"]], sending=sending),
            "bounced": "; ".join(dict.fromkeys(bounced.get(letter["message_id"], ()))) or None,
            "auto_replied": away.get(letter["message_id"]),
        }
        for letter in letters
    ]
    rows.sort(key=lambda row: (row["cycle"], row["member"], row["round"], row["kind"], row["since"], row["message_id"]))
    return frame("ledger", rows)


def told_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The table ``told``.

    Args:
        rows: Letters that were sent, joined with the findings that they name.
    """
    named = {
        (row["member"], row["round"], row["finding"]): {
            name: row[name] for name in ("member", "round", "finding", "severity")
        }
        for row in rows
    }
    return frame("told", [named[key] for key in sorted(named)])


def _standing(standing: Standing, *, sending: bool) -> Mapping[str, Any]:
    state = "uncertain" if standing.state == "sending" and not sending else standing.state
    return {"state": state, "since": standing.since, "attempts": standing.attempts, "detail": standing.detail}
