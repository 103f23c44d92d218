"""SIGKILL of the sender at random moments of its work: no letter is received twice, and none is lost without standing in the ledger.

Letters are sent in batches by processes that are killed after a random time and started again until the batch is sent.
After each kill the ledger is held against the record of the mail server. What is uncertain is settled by that record.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.feedback.ledger import Ledger
from tests.pipeline.feedback.sending_cases import Desk, alliance, peer_server, run_sender
from tests.pipeline.feedback.smtp_peer import Peer, new_peer

BATCH = [f"M{number:02}" for number in range(16)]
MOST_KILLS = 8
FAULTS = (
    {"at": "mail", "do": "drop", "chance": 0.02},
    {"at": "rcpt", "do": "451 greylisted", "chance": 0.02},
    {"at": "data", "do": "451 busy", "chance": 0.02},
    {"at": "content", "do": "drop", "chance": 0.02},
    {"at": "end", "do": "drop", "chance": 0.02},
    {"at": "end", "do": "452 no room", "chance": 0.02},
    {"at": "taken", "do": "drop", "chance": 0.02},
    {"at": "taken", "do": "wait 0.01", "chance": 0.1},
)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.pipeline.feedback.sending_cases"])


class Harness:
    """Batches of letters, senders that are killed, and what must hold after each kill."""

    def __init__(self, folder: Path, peer: Peer, ledger: str):
        self.peer = peer
        self.ledger = ledger
        self.folder = folder
        self.kills = Counter[str]()
        self.in_doubt = 0
        self.round = 0
        # The first process takes longer: others are forked from what it has loaded.
        self.usual = max([self.undisturbed() for _ in range(3)][1:])

    def prepared(self) -> Desk:
        self.round += 1
        desk = Desk(self.folder / str(self.round), alliance(BATCH, peer_server(self.peer.port)), self.ledger)
        desk.prepare(BATCH, self.round)
        return desk

    def undisturbed(self) -> float:
        """How long a batch takes that nobody disturbs: later ones are killed within that time."""
        desk = self.prepared()
        started = time.monotonic()
        assert not self.run(desk, None)
        assert set(self.check(desk).values()) == {"sent"}
        return time.monotonic() - started

    def batch(self, random_moment: random.Random) -> None:
        """Send one batch, killing its senders, and settle what is uncertain until every letter is there."""
        desk = self.prepared()
        for start in range(3 * MOST_KILLS):
            killed = self.run(desk, random_moment.uniform(0, self.usual) if start < MOST_KILLS else None)
            states = self.check(desk)
            if killed:
                found = set(states.values())
                self.in_doubt += "uncertain" in found
                self.kills["before" if not found else "after" if found == {"sent"} else "amid"] += 1
                continue
            for message_id, state in states.items():
                if state == "uncertain":
                    there = self.shas(desk)[message_id] in self.counts()
                    desk.resolve(message_id, "sent" if there else "send_again")
            if set(self.check(desk).values()) == {"sent"}:
                return
        raise AssertionError("the batch was never sent")

    def run(self, desk: Desk, seconds: float | None) -> bool:
        """Start a sender and kill it after some time; whether it was still at work."""
        process = _context.Process(target=run_sender, args=(desk,))
        process.start()
        process.join(seconds)
        killed = process.exitcode is None
        process.kill()
        process.join()
        assert process.exitcode in (0, -9), "the sender failed by itself"
        self.peer.settle()
        return killed

    def check(self, desk: Desk) -> Mapping[str, str]:
        """Hold the ledger against what was received."""
        counts, shas = self.counts(), self.shas(desk)
        assert max(counts.values(), default=0) <= 1, "a letter was received twice"
        states = {message_id: state for message_id, state in desk.states().items() if message_id in shas}
        for message_id, state in states.items():
            if counts[shas[message_id]]:
                assert state in ("sent", "uncertain"), f"received, and {state} in the ledger"
            else:
                assert state in ("approved", "deferred", "uncertain"), f"not received, and {state} in the ledger"
        unknown = [message_id for message_id in shas if message_id not in states]
        assert not any(counts[shas[message_id]] for message_id in unknown), "received, and not in the ledger"
        return states

    def counts(self) -> Counter[str]:
        return Counter(str(letter["sha256"]) for letter in self.peer.received())

    def shas(self, desk: Desk) -> Mapping[str, str]:
        return dict(zip(desk.letters["message_id"], desk.letters["sha256"], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("where", "kills"), [("sqlite", 200), ("postgresql", 30)])
def test_no_letter_is_received_twice_and_none_is_lost_however_often_its_sender_is_killed(
    where: str, kills: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = where == "postgresql"
    ledger = request.getfixturevalue("new_database")() if server else f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    peer = new_peer(tmp_path / "peer")
    peer.start()
    random_moment = random.Random(20141205)
    try:
        harness = Harness(tmp_path, peer, ledger)
        peer.faults(*FAULTS)
        while harness.kills["amid"] < kills:
            harness.batch(random_moment)
    finally:
        peer.stop()
    assert harness.in_doubt >= kills / 20, "some kills must hit a sender between claim and answer"
    with Ledger.open(ledger) as opened:
        assert set(opened.letters("2014")["state"]) == {"sent"}
    assert harness.counts().total() == harness.round * len(BATCH)
