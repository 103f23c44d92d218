"""What staff see of the ledger first: what waits for them, and what to do about it."""

from __future__ import annotations

import pandas as pd

from pipeline.feedback.ledger_overview import ledger_overview
from pipeline.frames import frame
from tests.pipeline.feedback.ledger_letters import at, letter


def row(member: str, state: str, bounced: str | None = None) -> dict[str, object]:
    of_member = letter(member=member)
    return {
        **{name: getattr(of_member.place, name) for name in ("cycle", "member", "kind", "round")},
        **{name: getattr(of_member, name) for name in ("message_id", "language", "subject", "sha256")},
        "recipients": " ".join(of_member.recipients),
        "state": state,
        "since": at(0),
        "attempts": 1,
        "bounced": bounced,
    }


def test_what_was_not_sent_or_came_back_is_told_with_what_to_do() -> None:
    shown = ledger_overview(
        frame(
            "ledger",
            [row("ALB", "sent"), row("DEU", "uncertain"), row("FRA", "sent", "focal@fra.example: 5.1.1 nobody")],
        )
    )
    told = shown["to look at"].set_index("member")
    assert list(told.index) == ["DEU", "FRA"]
    assert "resolve_letter" in told.loc["DEU", "what_to_do"]
    assert told.loc["DEU", "message_id"] == letter(member="DEU").message_id
    assert "focal_points.csv" in told.loc["FRA", "what_to_do"]
    assert list(shown["letters"]["member"]) == ["ALB", "DEU", "FRA"]
    assert shown["states"].to_dict("records") == [
        {"kind": "corrections", "state": "sent", "letters": 2},
        {"kind": "corrections", "state": "uncertain", "letters": 1},
    ]


def test_a_ledger_without_letters_shows_empty_tables() -> None:
    assert all(part.empty for part in ledger_overview(frame("ledger", [])).values())


def test_every_state_that_waits_has_words() -> None:
    states = ["approved", "deferred", "refused", "uncertain", "changed"]
    table = frame("ledger", [row(member, state) for member, state in zip("ABCDE", states, strict=True)])
    assert not pd.isna(ledger_overview(table)["to look at"]["what_to_do"]).any()


def test_what_may_have_arrived_stands_before_everything_else() -> None:
    table = frame("ledger", [row("ALB", "deferred"), row("DEU", "refused"), row("FRA", "uncertain")])
    assert list(ledger_overview(table)["to look at"]["member"]) == ["FRA", "DEU", "ALB"]
