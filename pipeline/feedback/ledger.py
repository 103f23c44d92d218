"""The ledger of letters: what was approved, sent, or may have been, so that no letter is sent twice and none is lost.

Before a letter's content goes to the mail server it is claimed here; what the server answers is written down after it.
Whoever dies between the two leaves a claim without an answer. Nobody can know then whether the letter arrived, so it is
shown to staff as uncertain and waits for their word (:meth:`Ledger.resolve`).

Facts are only added (see ``ledger_store``), and states are worked out from them (see ``ledger_states``). Reading never
makes a ledger where there is none.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import select
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from pipeline.feedback import ledger_rows
from pipeline.feedback.ledger_facts import LedgerLetter, Place, Reply, bounce_token
from pipeline.feedback.ledger_states import STATE_AFTER, WAITING, Event, History
from pipeline.feedback.ledger_store import (
    LETTERS,
    REPLIES,
    TOLD,
    has_tables,
    ledger_url,
    make_engine,
    make_tables,
)
from pipeline.feedback.refusals import LedgerError
from pipeline.feedback.sender_lock import is_sending, sender_lock

if TYPE_CHECKING:
    import pandas as pd

_ABANDONED: Final = "The sender stopped after the letter's content had gone out and before an answer was written down."
_EVERY_STATE: Final = frozenset(STATE_AFTER.values())


class Ledger:
    """A ledger that is open. All times that it is given are aware."""

    def __init__(self, url: URL, engine: Engine):
        self._url = url
        self._engine = engine
        self._made = False

    @classmethod
    @contextlib.contextmanager
    def open(cls, url: str) -> Generator[Ledger]:
        """Open a ledger; where there is none yet, the first thing that is written makes it.

        Args:
            url: ``sqlite:///<file>`` or ``postgresql+psycopg2://...``, see :attr:`pipeline.settings.Settings.ledger`.

        Raises:
            LedgerError: The address is of another kind, or the database cannot be used.
        """
        address = ledger_url(url)
        engine = make_engine(address)
        try:
            yield cls(address, engine)
        except OperationalError as error:
            # Not the text of SQLAlchemy: it has the statement and its values in it.
            place = address.render_as_string(hide_password=True)
            said = " ".join(str(error.orig).split()).rstrip(".")
            raise LedgerError(f"The ledger {place} cannot be used ({said}). Check STOCKTAKE_LEDGER.") from None
        finally:
            engine.dispose()

    def letters(self, cycle: str) -> pd.DataFrame:
        """The table ``ledger``: every letter of a cycle that was ever approved, and how it stands."""
        from pipeline.feedback.ledger_frames import letters_frame

        with self._reading() as connection:
            if connection is None:
                return letters_frame((), {}, (), sending=False)
            of_cycle = LETTERS.c.cycle == cycle
            letters = ledger_rows.rows_of(connection, select(LETTERS).where(of_cycle))
            replies = ledger_rows.rows_of(connection, select(REPLIES).join(LETTERS).where(of_cycle))
            standings = {
                message_id: standing
                for history in ledger_rows.histories(connection, cycle).values()
                for message_id, standing in history.standings.items()
            }
        claimed = any(standing.state == "sending" for standing in standings.values())
        return letters_frame(letters, standings, replies, sending=claimed and self.is_sending())

    def told(self, cycle: str) -> pd.DataFrame:
        """The table ``told``: the findings that were named in letters of a cycle that were sent."""
        from pipeline.feedback.ledger_frames import told_frame

        with self._reading() as connection:
            if connection is None:
                return told_frame(())
            histories = ledger_rows.histories(connection, cycle)
            query = select(LETTERS, TOLD.c.finding, TOLD.c.severity).join(TOLD).where(LETTERS.c.cycle == cycle)
            named = ledger_rows.rows_of(connection, query)
        return told_frame(
            row for row in named if any(history.state(row["message_id"]) == "sent" for history in histories.values())
        )

    def histories(self, cycle: str) -> Mapping[Place, History]:
        """What happened in each place of a cycle."""
        with self._reading() as connection:
            return {} if connection is None else ledger_rows.histories(connection, cycle)

    def place_of(self, message_id: str) -> Place | None:
        """Where a letter belongs that was ever approved, None for any other."""
        with self._reading() as connection:
            return None if connection is None else ledger_rows.place_of(connection, message_id)

    def message_of(self, token: str) -> str | None:
        """The letter of a token, see :func:`pipeline.feedback.ledger_facts.bounce_token`; None where no letter has it."""
        with self._reading() as connection:
            ids = () if connection is None else connection.execute(select(LETTERS.c.message_id)).scalars().all()
        return next((message_id for message_id in ids if bounce_token(message_id) == token.lower()), None)

    def is_sending(self) -> bool:
        """Whether a sender is at work."""
        return is_sending(self._engine, self._url)

    @contextlib.contextmanager
    def sending(self, at: datetime) -> Generator[None]:
        """Be the only sender; what a dead one left without an answer becomes uncertain first.

        Args:
            at: Now.

        Raises:
            LedgerError: Another sender is at work.
        """
        with sender_lock(self._engine, self._url):
            self._abandon(at)
            yield

    def approve(self, letters: Sequence[LedgerLetter], reason: str, at: datetime) -> None:
        """Write down that exact letters may be sent, and that those that they replace may no longer be.

        Args:
            letters: Letters in whose places nothing else was sent or may have been; no place twice.
            reason: How staff approved them.
            at: Now.

        Raises:
            LedgerError: A letter must not be sent in its place. Nothing is written then.
        """
        with self._writing() as connection:
            for letter in letters:
                _approve(connection, letter, reason, ledger_rows.moment(at))

    def claim(self, message_id: str, at: datetime) -> bool:
        """Claim a letter before its content goes to the mail server.

        Returns:
            Whether it was claimed; if not, it must not be sent: it is not waiting, or somebody else acted first.
        """
        return self._add(message_id, WAITING, "claimed", None, at)

    def settle(
        self, message_id: str, event: Literal["sent", "refused", "deferred", "uncertain"], detail: str, at: datetime
    ) -> None:
        """Write down what came of a letter, whatever was written down about it meanwhile."""
        while not self._add(message_id, _EVERY_STATE, event, detail, at):
            pass

    def withdraw(self, message_id: str, detail: str, at: datetime) -> bool:
        """Write down that a waiting letter is no longer what was approved; whether it was waiting."""
        return self._add(message_id, WAITING, "changed", detail, at)

    def resolve(
        self, message_id: str, decision: Literal["sent", "send_again"], by: str, reason: str, at: datetime
    ) -> None:
        """Settle a letter of which nobody but staff can say whether it arrived, or let one go out again that was refused.

        Args:
            message_id: The letter.
            decision: ``sent``: it arrived. ``send_again``: it did not, or shall go out again all the same.
            by: Who decided.
            reason: Why, e.g. who confirmed that it arrived.
            at: Now.

        Raises:
            LedgerError: There is no such letter, it waits for no decision, or ``by`` or ``reason`` is missing.
        """
        if not by.strip() or not reason.strip():
            raise LedgerError("Say who decided (by) and why (reason); both are kept.")
        if decision not in ("sent", "send_again"):
            raise LedgerError(f"{decision!r} is no decision. Write sent or send_again.")
        place = self.place_of(message_id)
        if place is None:
            raise LedgerError(f"The ledger has no letter {message_id}. Copy the message_id from the ledger.")
        allowed = ("uncertain",) if decision == "sent" else ("uncertain", "refused")
        with sender_lock(self._engine, self._url):
            self._abandon(at)
            if not self._add(message_id, allowed, f"settled_{decision}", reason.strip(), at, by.strip()):
                state = self.histories(place.cycle)[place].state(message_id)
                raise LedgerError(f"The letter {message_id} ({place}) is {state}, and waits for no such decision.")

    def record_reply(self, reply: Reply) -> bool:
        """Write down what came back for a letter.

        Returns:
            Whether that is new: the same reply is written down once.

        Raises:
            LedgerError: There is no such letter.
        """
        if self.place_of(reply.message_id) is None:
            raise LedgerError(f"The ledger has no letter {reply.message_id}.")
        try:
            with self._writing() as connection:
                ledger_rows.add_reply(connection, reply)
        except IntegrityError:
            return False
        return True

    def _abandon(self, at: datetime) -> None:
        """Make what was claimed and not settled uncertain; only for who holds the lock."""
        with self._reading() as connection:
            everything = {} if connection is None else ledger_rows.histories(connection, None)
        for history in everything.values():
            for message_id, standing in history.standings.items():
                if standing.state == "sending":
                    self._add(message_id, ("sending",), "uncertain", _ABANDONED, at)

    def _add(
        self,
        message_id: str,
        states: Collection[str],
        event: str,
        detail: str | None,
        at: datetime,
        by: str | None = None,
    ) -> bool:
        """Add an event to a letter that is in one of ``states``; to be claimed it must have no rival either.

        Returns:
            Whether it was added; not where somebody else added one since the state was read.
        """
        try:
            with self._writing() as connection:
                place = ledger_rows.place_of(connection, message_id)
                if place is None:
                    raise LedgerError(f"The ledger has no letter {message_id}.")
                history = ledger_rows.history(connection, place)
                if history.state(message_id) not in states or (event == "claimed" and history.rival(message_id)):
                    return False
                new = Event(history.last + 1, message_id, event, ledger_rows.moment(at), by, detail)
                ledger_rows.add_event(connection, place, new)
        except IntegrityError:
            return False
        return True

    @contextlib.contextmanager
    def _reading(self) -> Generator[Connection | None]:
        self._made = self._made or has_tables(self._engine, self._url)
        if not self._made:
            yield None
            return
        with self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Generator[Connection]:
        if not self._made:
            make_tables(self._engine, self._url)
            self._made = True
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection


def _approve(connection: Connection, letter: LedgerLetter, reason: str, at: str) -> None:
    """Approve a letter in a transaction; see :meth:`Ledger.approve`."""
    known = ledger_rows.message_with(connection, letter.sha256)
    if known not in (None, letter.message_id) or ledger_rows.place_of(connection, letter.message_id) not in (
        None,
        letter.place,
    ):
        raise LedgerError(f"The {letter.place} has the content of a letter that the ledger has already.")
    history = ledger_rows.history(connection, letter.place)
    state, rival = history.state(letter.message_id), history.rival(letter.message_id)
    if rival or state not in (None, "changed", *WAITING):
        raise LedgerError(f"The {letter.place} must not be sent: {rival or letter.message_id} stands in its place.")
    if known is None:
        ledger_rows.add_letter(connection, letter)
    replaced = [other for other, standing in history.standings.items() if standing.state in WAITING]
    number = history.last
    for other in replaced:
        if other != letter.message_id:
            number += 1
            detail = f"Another letter was approved in its place: {letter.message_id}."
            ledger_rows.add_event(connection, letter.place, Event(number, other, "changed", at, None, detail))
    if state not in WAITING:
        approved = Event(number + 1, letter.message_id, "approved", at, None, reason)
        ledger_rows.add_event(connection, letter.place, approved)
