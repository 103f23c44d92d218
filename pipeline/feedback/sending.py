"""Sending the letters of a cycle that staff approved, each at most once, by one sender at a time.

Staff approve by quoting the code of the overview that they have read. A run may end at any moment and be started again:
the ledger knows what was sent, and what may have been.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.alliance.model import Alliance, SmtpServer
from pipeline.alliance.ways_out import FILE, PASSWORD_VARIABLE, TOKEN
from pipeline.feedback.ledger import Ledger
from pipeline.feedback.ledger_facts import Place, bounce_token
from pipeline.feedback.ledger_states import History
from pipeline.feedback.letters_overview import overview_code
from pipeline.feedback.outbox import (
    CHANGED,
    PreparedLetter,
    held_back,
    ledger_letter,
    open_findings,
    outdated,
    prepared_letters,
)
from pipeline.feedback.refusals import SendingError
from pipeline.feedback.smtp import Outgoing, Postbox
from pipeline.feedback.smtp_failures import NotReachedError
from pipeline.frames import frame

ATTEMPTS: Final = 3
"""How often a deferred letter, or a server that does not answer, is tried in one run."""

PAUSE: Final = 60.0
"""Seconds between two attempts."""

_EARLIER: Final = "It is no longer among the prepared letters."


@dataclass(frozen=True)
class Means:
    """What sending needs from outside.

    Attributes:
        ledger: Address of the ledger.
        password: Password for the mail server; '' where it asks for none.
        clock: The time, aware.
        sleep: Waits for a number of seconds.
    """

    ledger: str
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    password: str = field(default="", repr=False)


def send(
    alliance: Alliance,
    cycle: str,
    letters: pd.DataFrame,
    findings: pd.DataFrame,
    folder: Path,
    overview: str,
    means: Means,
    *,
    members: Sequence[str] = (),
    dry_run: bool = False,
    by: str = "",
) -> pd.DataFrame:
    """Send the letters of a cycle, or say what would be sent.

    Args:
        alliance: The alliance that writes.
        cycle: Name of the cycle.
        letters: Table ``letters`` or ``closing_letters``.
        findings: Table ``findings``: the ledger keeps which open ones a letter names.
        folder: Where the files of the letters lie.
        overview: The code of the overview that staff have read, see
            :func:`pipeline.feedback.letters_overview.overview_code`. It approves exactly these letters.
        means: Ledger, password and clock.
        members: Codes of the members to write to; all where empty.
        dry_run: Send nothing and write nothing down.
        by: Who approves.

    Returns:
        The table ``sending``: what became, or would become, of each letter to these members.

    Raises:
        SendingError: No mail server is set up or it lets nobody in, the code is of other letters, or a member has no
            letter. What was sent until then stands in the ledger.
        LedgerError: Another sender is at work, or the ledger cannot be used.
    """
    server = _server(alliance)
    prepared = prepared_letters(cycle, letters, folder)
    chosen = _chosen(prepared, members)
    _check_approval(letters, overview)
    with Ledger.open(means.ledger) as ledger:
        if dry_run:
            held = _held(chosen, ledger.histories(cycle), alliance, server)
            return _table(chosen, {}, held, waiting=("would_be_sent", None))
        if server.user and not means.password:
            raise SendingError(f"There is no password for {server.user} on {server.host}. Set {PASSWORD_VARIABLE}.")
        with ledger.sending(means.clock()):
            known = ledger.histories(cycle)
            for message_id in outdated(prepared, known, {letter.place.member for letter in chosen}):
                ledger.withdraw(message_id, _EARLIER, means.clock())
            held = _held(chosen, known, alliance, server)
            for letter in chosen:
                if held.get(letter.message_id, ("", ""))[1] == CHANGED and letter.message_id in _ids(known):
                    ledger.withdraw(letter.message_id, CHANGED, means.clock())
            ready = [letter for letter in chosen if letter.message_id not in held]
            by_member = open_findings(findings)
            approved = [ledger_letter(letter, by_member.get(letter.place.member, {})) for letter in ready]
            ledger.approve(approved, f"Approved by {by or 'staff'}, with the overview {overview}.", means.clock())
            told = _drain(ready, alliance, server, ledger, means)
            return _table(chosen, ledger.histories(cycle), held, waiting=("approved", told))


def _server(alliance: Alliance) -> SmtpServer:
    if alliance.ways_out.smtp is None:
        raise SendingError(f"No mail server is set up. Fill in the section smtp of {FILE} in the alliance's folder.")
    return alliance.ways_out.smtp


def _chosen(prepared: Sequence[PreparedLetter], members: Sequence[str]) -> list[PreparedLetter]:
    present = {letter.place.member for letter in prepared}
    unknown = [member for member in dict.fromkeys(members) if member not in present]
    if unknown:
        raise SendingError(
            f"There is no letter to {', '.join(unknown)}. Correct members, or prepare the letters again."
        )
    return [letter for letter in prepared if not members or letter.place.member in members]


def _check_approval(letters: pd.DataFrame, overview: str) -> None:
    if overview.strip().lower() != overview_code(letters):
        raise SendingError(
            f"The code {overview!r} is not that of the letters as they are prepared now. Read their overview (again), and "
            "give the code that stands there."
        )


def _held(
    chosen: Sequence[PreparedLetter], known: Mapping[Place, History], alliance: Alliance, server: SmtpServer
) -> dict[str, tuple[str, str]]:
    """State and reason of the letters that must not be sent, by message id."""
    reasons = {
        letter.message_id: held_back(
            letter, known.get(letter.place, History()), alliance, alliance.cycle(letter.place.cycle), server
        )
        for letter in chosen
    }
    return {message_id: reason for message_id, reason in reasons.items() if reason is not None}


def _ids(known: Mapping[Place, History]) -> set[str]:
    return {message_id for history in known.values() for message_id in history.standings}


def _table(
    chosen: Sequence[PreparedLetter],
    known: Mapping[Place, History],
    held: Mapping[str, tuple[str, str]],
    waiting: tuple[str, str | None],
) -> pd.DataFrame:
    """The table ``sending``; ``waiting`` is the state and the detail of letters that nothing came of."""
    rows: list[dict[str, str | None]] = []
    for letter in chosen:
        standing = known.get(letter.place, History()).standings.get(letter.message_id)
        state, detail = held.get(letter.message_id) or waiting
        if standing is not None and letter.message_id not in held and standing.state != waiting[0]:
            state, detail = standing.state, standing.detail
        rows.append({"member": letter.place.member, "kind": letter.place.kind, "state": state, "detail": detail})
    return frame("sending", rows)


def _drain(
    ready: Sequence[PreparedLetter], alliance: Alliance, server: SmtpServer, ledger: Ledger, means: Means
) -> str | None:
    """Hand all letters that may be sent to the server; why it ended before the last one, None where it did not.

    Raises:
        SendingError: Nothing can be sent by this server, or it never answered.
    """
    waiting, pace = list(ready), _Pace(server.letters_per_minute, means)
    reached = False
    with Postbox(server, means.password) as postbox:
        for attempt in range(1, ATTEMPTS + 1):
            deferred: list[PreparedLetter] = []
            for letter in waiting:
                pace.wait()
                try:
                    done = _deliver(letter, alliance, server, ledger, postbox, means, wait_for_all=attempt < ATTEMPTS)
                except NotReachedError as error:
                    if attempt == ATTEMPTS and not reached:
                        raise SendingError(f"{error} Nothing was sent.") from None
                    if attempt == ATTEMPTS:
                        return f"Not tried: {error} Run it again later."
                    deferred += waiting[waiting.index(letter) :]
                    break
                reached = True
                if not done:
                    deferred.append(letter)
            waiting = deferred
            if waiting and attempt < ATTEMPTS:
                means.sleep(PAUSE)
    return None


def _deliver(
    letter: PreparedLetter,
    alliance: Alliance,
    server: SmtpServer,
    ledger: Ledger,
    postbox: Postbox,
    means: Means,
    *,
    wait_for_all: bool,
) -> bool:
    """Send one letter, or write down why not; whether it need not be tried again in this run."""
    content = letter.read()
    if content is None:
        ledger.withdraw(letter.message_id, CHANGED, means.clock())
        return True
    sender = (server.bounce_address or alliance.contact).replace(TOKEN, bounce_token(letter.message_id))
    outcome = postbox.deliver(
        Outgoing(sender, letter.recipients, content),
        lambda: ledger.claim(letter.message_id, means.clock()),
        wait_for_all=wait_for_all,
    )
    if outcome is None:
        return True
    ledger.settle(letter.message_id, outcome.event, outcome.detail, means.clock())
    return outcome.event != "deferred"


class _Pace:
    """Lets letters go no quicker than the server's provider allows."""

    def __init__(self, letters_per_minute: int, means: Means):
        self._interval = timedelta(minutes=1) / letters_per_minute
        self._means = means
        self._next: datetime | None = None

    def wait(self) -> None:
        """Wait until the next letter may go."""
        now = self._means.clock()
        if self._next is not None and now < self._next:
            self._means.sleep((self._next - now).total_seconds())
            now = self._next
        self._next = now + self._interval
