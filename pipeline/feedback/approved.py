"""Sending what staff approved, from what the last run of a cycle left: its tables and its folders of letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.alliance.model import Alliance
from pipeline.feedback.letters_overview import overview_code
from pipeline.feedback.refusals import SendingError
from pipeline.feedback.sending import Means, send
from pipeline.frames import read_table
from pipeline.settings import Settings


@dataclass(frozen=True)
class Choice:
    """What staff chose.

    Attributes:
        which: The letters, or the thanks at the close.
        members: Codes of the members to write to; all where empty.
        overview: The code of the overview that was read.
        by: Who approves.
        dry_run: Only say what would be sent.
    """

    which: Literal["letters", "closing_letters"]
    members: tuple[str, ...]
    overview: str
    by: str
    dry_run: bool


@dataclass(frozen=True)
class Sent:
    """What came of it: the table ``sending``, and the letters that were prepared."""

    sending: pd.DataFrame
    letters: pd.DataFrame


def send_approved(alliance: Alliance, cycle: str, settings: Settings, choice: Choice, means: Means) -> Sent:
    """Send letters as they lie in the folder of a cycle, or say what would be sent.

    Args:
        alliance: The alliance that writes.
        cycle: Name of the cycle.
        settings: The folders of the installation.
        choice: What staff chose.
        means: Ledger, password and clock.

    Returns:
        What became, or would become, of each letter.

    Raises:
        SendingError: The letters have not been prepared, or the choice cannot be followed; says what to change.
        LedgerError: Another sender is at work, or the ledger cannot be used.
    """
    letters, findings = (_table(settings, cycle, name) for name in (choice.which, "findings"))
    if not choice.dry_run and not choice.by.strip():
        raise SendingError("Say who approves: fill in by with your name or desk. The ledger keeps it.")
    cut_off = alliance.cycle(cycle).cut_off
    if choice.which == "closing_letters" and not choice.dry_run and means.clock().date() <= cut_off:
        raise SendingError(
            f"The cycle {cycle} takes answers until {cut_off:%Y-%m-%d} (cut_off in cycles.yaml). Send the thanks after that "
            "day, so that they are right about what every member answered."
        )
    # What a run would do may be asked before anybody has approved anything.
    overview = choice.overview if choice.overview.strip() or not choice.dry_run else overview_code(letters)
    members = [member.strip().upper() for member in choice.members]
    folder = settings.output(cycle) / choice.which
    sending = send(
        alliance,
        cycle,
        letters,
        findings,
        folder,
        overview,
        means,
        members=members,
        dry_run=choice.dry_run,
        by=choice.by.strip(),
    )
    return Sent(sending, letters)


def _table(settings: Settings, cycle: str, name: str) -> pd.DataFrame:
    path = settings.table(cycle, name)
    if not path.is_file():
        job = "thanks" if name == "closing_letters" else "answers"
        raise SendingError(f"{name} of {cycle} have not been made yet. Run the job {job} for {cycle}, and read them.")
    return read_table(path, name)
