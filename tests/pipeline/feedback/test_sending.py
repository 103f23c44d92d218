"""Sending against a real mail server in another process that refuses, hangs up, dies and stalls at every stage."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.feedback.ledger import Ledger
from pipeline.feedback.ledger_facts import bounce_token
from pipeline.feedback.refusals import LedgerError, SendingError
from pipeline.feedback.smtp import Outgoing, Postbox
from pipeline.frames import frame
from tests.pipeline.feedback.sending_cases import Desk, alliance, peer_server
from tests.pipeline.feedback.smtp_peer import Peer, new_peer

MEMBERS = ["ALB", "FRA", "ESP"]


@pytest.fixture
def peer(tmp_path: Path) -> Generator[Peer]:
    made = new_peer(tmp_path / "peer")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def desk(peer: Peer, tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "letters", alliance(MEMBERS, peer_server(peer.port)), f"sqlite:///{tmp_path / 'l.sqlite'}")
    made.prepare(MEMBERS)
    return made


def received(peer: Peer) -> list[str]:
    return [letter["sha256"] for letter in peer.received()]


class TestEachOnce:
    def test_every_letter_arrives_byte_for_byte_at_the_focal_points_of_its_member(self, desk: Desk, peer: Peer) -> None:
        assert desk.send() == dict.fromkeys(MEMBERS, "sent")
        assert received(peer) == [desk.sha(member) for member in MEMBERS], "dots at the beginning of lines included"
        first = peer.received()[0]
        assert first["recipients"] == ["focal_point@alb.example", "deputy@alb.example"]
        assert first["sender"] == "office@alliance.example"
        assert any(option.startswith("SIZE=") for option in first["options"])

    def test_sent_again_nothing_goes_out(self, desk: Desk, peer: Peer) -> None:
        desk.send()
        told = desk.told()
        assert {state for state, _ in told.values()} == {"sent"}
        assert "Sent already" in told["ALB"][1]
        assert len(received(peer)) == 3

    def test_a_changed_letter_of_a_round_that_was_sent_is_refused_with_words(self, desk: Desk, peer: Peer) -> None:
        desk.send()
        desk.prepare(MEMBERS, text="Dear colleague, once more")
        state, why = desk.told()["ALB"]
        assert state == "held"
        assert "Another letter of this kind and round is sent" in why
        assert len(received(peer)) == 3

    def test_the_letter_of_the_next_round_goes_out(self, desk: Desk, peer: Peer) -> None:
        desk.send()
        desk.prepare(MEMBERS, round=2)
        assert desk.send() == dict.fromkeys(MEMBERS, "sent")
        assert len(set(received(peer))) == 6

    def test_two_senders_at_once_send_each_letter_once(self, desk: Desk, peer: Peer) -> None:
        peer.faults({"at": "end", "do": "wait 0.1"})
        refused: list[str] = []
        start = threading.Barrier(2)

        def send() -> None:
            start.wait()
            try:
                desk.send()
            except LedgerError as error:
                refused.append(str(error))

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.send()
        assert sorted(received(peer)) == sorted(desk.sha(member) for member in MEMBERS)
        assert all("being sent just now" in words for words in refused)


class TestApproval:
    def test_a_code_of_other_letters_sends_nothing_and_is_not_told_the_right_one(self, desk: Desk, peer: Peer) -> None:
        from pipeline.feedback.letters_overview import overview_code

        with pytest.raises(SendingError, match="Read their overview") as caught:
            desk.send("0123456789ab")
        assert overview_code(desk.letters) not in str(caught.value)
        assert received(peer) == []
        assert desk.states() == {}

    def test_a_letter_that_changed_on_the_disk_after_approval_is_not_sent(self, desk: Desk, peer: Peer) -> None:
        path = desk.folder / "FRA-corrections.eml"
        path.write_bytes(path.read_bytes().replace(b"Dear", b"dear"))
        assert desk.send() == {"ALB": "sent", "FRA": "changed", "ESP": "sent"}
        assert desk.sha("FRA") not in received(peer)
        assert len(received(peer)) == 2

    def test_a_letter_that_changes_while_others_are_sent_is_not_sent(self, desk: Desk, peer: Peer) -> None:
        path = desk.folder / "ESP-corrections.eml"
        desk.alliance = alliance(MEMBERS, peer_server(peer.port, letters_per_minute=1))
        waited = desk.clock.sleep

        def meddle(seconds: float) -> None:
            path.write_bytes(b"Subject: something else\r\n\r\n")
            waited(seconds)

        desk.clock.sleep = meddle
        assert desk.send() == {"ALB": "sent", "FRA": "sent", "ESP": "changed"}
        assert desk.states()[desk.id("ESP")] == "changed"
        assert len(received(peer)) == 2

    def test_a_file_that_is_gone_is_a_changed_letter(self, desk: Desk) -> None:
        (desk.folder / "FRA-corrections.eml").unlink()
        assert desk.send()["FRA"] == "changed"

    def test_a_letter_that_waits_and_is_prepared_no_more_is_changed(self, desk: Desk, peer: Peer) -> None:
        peer.faults({"at": "mail", "do": "451 later"})
        assert set(desk.send().values()) == {"deferred"}
        former = desk.id("ALB")
        peer.faults()
        desk.prepare(["ALB"], round=2, kind="receipt")
        assert desk.send() == {"ALB": "sent"}
        assert desk.states()[former] == "changed"

    def test_members_narrow_what_is_sent(self, desk: Desk, peer: Peer) -> None:
        assert desk.send(members=["FRA"]) == {"FRA": "sent"}
        assert received(peer) == [desk.sha("FRA")]
        assert set(desk.states()) == {desk.id("FRA")}

    def test_a_member_without_a_letter_is_named(self, desk: Desk) -> None:
        with pytest.raises(SendingError, match="no letter to XYZ"):
            desk.send(members=["ALB", "XYZ"])


class TestDryRun:
    def test_it_says_what_would_be_sent_and_writes_nothing(self, desk: Desk, peer: Peer, tmp_path: Path) -> None:
        (desk.folder / "FRA-corrections.eml").unlink()
        told = desk.told(dry_run=True)
        assert {member: state for member, (state, _) in told.items()} == {
            "ALB": "would_be_sent",
            "FRA": "changed",
            "ESP": "would_be_sent",
        }
        assert received(peer) == []
        assert not (tmp_path / "l.sqlite").exists()

    def test_after_sending_it_says_that_all_are_sent(self, desk: Desk) -> None:
        desk.send()
        assert desk.send(dry_run=True) == dict.fromkeys(MEMBERS, "sent")


class TestRecipients:
    def test_who_is_no_focal_point_any_more_is_not_written_to(self, desk: Desk, peer: Peer) -> None:
        points = tuple(point for point in desk.alliance.focal_points if point.address != "deputy@fra.example")
        desk.alliance = replace(desk.alliance, focal_points=points)
        state, why = desk.told()["FRA"]
        assert state == "held"
        assert "deputy@fra.example is no focal point of FRA" in why
        assert len(received(peer)) == 2

    def test_a_focal_point_of_another_member_is_not_written_to(self, desk: Desk, peer: Peer) -> None:
        desk.letters.loc[desk.letters["member"] == "FRA", "recipients"] = "focal_point@esp.example"
        assert desk.send()["FRA"] == "held"

    def test_a_letter_whose_own_line_names_others_is_held(self, desk: Desk) -> None:
        desk.letters.loc[desk.letters["member"] == "FRA", "recipients"] = "focal_point@fra.example"
        state, why = desk.told()["FRA"]
        assert (state, "other recipients" in why) == ("held", True)

    def test_a_member_without_focal_points_is_held(self, desk: Desk) -> None:
        desk.alliance = replace(desk.alliance, focal_points=desk.alliance.focal_points[2:])
        desk.prepare(MEMBERS)
        state, why = desk.told()["ALB"]
        assert (state, "no focal point" in why) == ("held", True)

    @pytest.mark.parametrize(("host", "state"), [("mail.alliance.example", "held"), ("127.0.0.1", "would_be_sent")])
    def test_a_demonstration_writes_to_persons_only_on_this_machine(self, desk: Desk, host: str, state: str) -> None:
        point = replace(desk.alliance.focal_points[0], address="someone@ministry.alb-gov.org")
        desk.alliance = replace(
            alliance(MEMBERS, peer_server(25, host=host)), focal_points=(point, *desk.alliance.focal_points[1:])
        )
        desk.prepare(MEMBERS)
        told = desk.told(dry_run=True)
        assert told["ALB"][0] == state
        assert told["FRA"][0] == "would_be_sent", "addresses of examples may be written to by any server"


class TestFaults:
    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end"])
    def test_a_refusal_for_good_is_refused_and_not_tried_again(self, desk: Desk, peer: Peer, stage: str) -> None:
        peer.faults({"at": stage, "do": "550 5.7.1 no", "for": "fra.example" if stage != "mail" else ""})
        told = desk.told(members=["FRA"])
        assert told["FRA"][0] == "refused"
        assert "550 5.7.1 no" in told["FRA"][1]
        peer.faults()
        assert desk.send()["FRA"] == "refused"
        assert desk.sha("FRA") not in received(peer)

    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end"])
    def test_a_passing_refusal_is_tried_again_in_the_same_run(self, desk: Desk, peer: Peer, stage: str) -> None:
        peer.faults({"at": stage, "do": "451 4.2.0 later", "times": 1})
        assert desk.send() == dict.fromkeys(MEMBERS, "sent")
        assert sorted(received(peer)) == sorted(desk.sha(member) for member in MEMBERS)
        assert 60 in desk.clock.slept

    def test_a_refusal_that_does_not_pass_ends_the_run_and_another_run_tries_again(
        self, desk: Desk, peer: Peer
    ) -> None:
        peer.faults({"at": "rcpt", "do": "451 4.2.0 later", "for": "fra.example"})
        assert desk.send() == {"ALB": "sent", "FRA": "deferred", "ESP": "sent"}
        with Ledger.open(desk.ledger) as ledger:
            table = ledger.letters("2014").set_index("member")
        assert table.loc["FRA", "attempts"] == 3
        peer.faults()
        assert desk.send()["FRA"] == "sent"

    @pytest.mark.parametrize("stage", ["ehlo", "mail", "rcpt", "data"])
    def test_a_connection_that_breaks_before_the_end_of_the_letter_is_made_again(
        self, desk: Desk, peer: Peer, stage: str
    ) -> None:
        peer.faults({"at": stage, "do": "drop", "times": 1})
        assert desk.send() == dict.fromkeys(MEMBERS, "sent")
        assert sorted(received(peer)) == sorted(desk.sha(member) for member in MEMBERS)

    @pytest.mark.parametrize(("stage", "arrived"), [("end", False), ("taken", True)])
    def test_a_connection_that_breaks_after_the_end_of_the_letter_leaves_it_uncertain(
        self, desk: Desk, peer: Peer, stage: str, arrived: bool
    ) -> None:
        peer.faults({"at": stage, "do": "drop", "for": "fra.example"})
        assert desk.send() == {"ALB": "sent", "FRA": "uncertain", "ESP": "sent"}
        assert (desk.sha("FRA") in received(peer)) == arrived
        peer.faults()
        state, why = desk.told()["FRA"]
        assert state == "uncertain"
        assert "resolve" in why
        assert received(peer).count(desk.sha("FRA")) == arrived, "it is not sent again by itself"
        desk.resolve(desk.id("FRA"), "sent" if arrived else "send_again")
        assert desk.send()["FRA"] == "sent"
        assert received(peer).count(desk.sha("FRA")) == 1

    @pytest.mark.parametrize(
        ("stage", "state"),
        [
            ("mail", "deferred"),
            ("data", "deferred"),
            ("end", "uncertain"),
            ("taken", "uncertain"),
        ],
    )
    def test_a_server_that_dies_loses_no_letter(self, desk: Desk, peer: Peer, stage: str, state: str) -> None:
        peer.faults({"at": stage, "do": "die", "for": "fra.example" if stage != "mail" else "", "times": 1})
        told = desk.send(members=["FRA", "ESP"])
        assert told["FRA"] == state
        assert told["ESP"] == "approved", "not tried, and still waiting"
        assert peer.process is not None
        peer.process.wait()
        peer.faults()
        peer.start()
        if state == "uncertain":
            desk.resolve(desk.id("FRA"), "sent" if desk.sha("FRA") in received(peer) else "send_again")
        assert desk.send() == dict.fromkeys(MEMBERS, "sent")
        assert sorted(received(peer)) == sorted(desk.sha(member) for member in MEMBERS)

    @pytest.mark.parametrize("how", ["drop", "die"])
    def test_a_connection_that_breaks_while_a_long_letter_goes_out_defers_it(self, tmp_path: Path, how: str) -> None:
        """A short letter is out as a whole before the break is noticed, and uncertain; 40 MB never are."""
        peer = new_peer(tmp_path / "roomy", size=100_000_000)
        peer.start()
        peer.faults({"at": "content", "do": how})
        content = b"Subject: long\r\n\r\n" + b"all work and no play makes a letter long\r\n" * 1_000_000
        letter = Outgoing("office@alliance.example", ("deputy@fra.example",), content)
        claimed: list[bool] = []
        with Postbox(peer_server(peer.port), "") as postbox:
            outcome = postbox.deliver(letter, lambda: not claimed.append(True), wait_for_all=False)
        assert outcome is not None
        peer.stop()
        assert (outcome.event, claimed) == ("deferred", [True])
        assert received(peer) == []

    def test_one_of_two_recipients_that_is_unknown_is_named_and_the_other_gets_the_letter(
        self, desk: Desk, peer: Peer
    ) -> None:
        peer.faults({"at": "rcpt", "do": "550 5.1.1 unknown", "for": "deputy@fra.example"})
        state, why = desk.told()["FRA"]
        assert state == "sent"
        assert "focal_point@fra.example" in why
        assert "Not for deputy@fra.example (550 5.1.1 unknown)" in why
        assert [letter["recipients"] for letter in peer.received()][1] == ["focal_point@fra.example"]

    def test_one_of_two_recipients_that_must_wait_holds_the_letter_until_the_last_attempt(
        self, desk: Desk, peer: Peer
    ) -> None:
        peer.faults({"at": "rcpt", "do": "451 greylisted", "for": "deputy@fra.example", "times": 1})
        assert desk.send(members=["FRA"])["FRA"] == "sent"
        assert [letter["recipients"] for letter in peer.received()] == [
            ["focal_point@fra.example", "deputy@fra.example"]
        ]

    def test_a_letter_larger_than_the_server_takes_is_refused_with_both_sizes(self, desk: Desk, tmp_path: Path) -> None:
        small = new_peer(tmp_path / "small", size=500)
        small.start()
        desk.alliance = alliance(MEMBERS, peer_server(small.port))
        state, why = desk.told()["ALB"]
        small.stop()
        assert state == "refused"
        assert "takes 500" in why

    def test_a_server_that_answers_late_is_waited_for(self, desk: Desk, peer: Peer) -> None:
        peer.faults({"at": "taken", "do": "wait 0.5", "times": 1})
        assert desk.send() == dict.fromkeys(MEMBERS, "sent")

    def test_a_server_that_never_answers_leaves_the_letter_uncertain(self, desk: Desk, peer: Peer) -> None:
        peer.faults({"at": "taken", "do": "wait 30", "times": 1})
        letter = Outgoing("office@alliance.example", ("deputy@fra.example",), b"Subject: x\r\n\r\nx\r\n")
        with Postbox(peer_server(peer.port), "", timeout=5, last_timeout=0.2) as postbox:
            outcome = postbox.deliver(letter, lambda: True, wait_for_all=False)
        assert outcome is not None
        assert outcome.event == "uncertain"

    def test_a_letter_that_cannot_be_claimed_is_not_sent(self, peer: Peer) -> None:
        letter = Outgoing("office@alliance.example", ("deputy@fra.example",), b"Subject: x\r\n\r\nx\r\n")
        with Postbox(peer_server(peer.port), "") as postbox:
            assert postbox.deliver(letter, lambda: False, wait_for_all=False) is None
            assert received(peer) == []
            after = postbox.deliver(letter, lambda: True, wait_for_all=False)
        assert after is not None
        assert after.event == "sent"

    def test_a_server_that_is_not_there_stops_the_run_before_anything_was_sent(self, desk: Desk, peer: Peer) -> None:
        peer.stop()
        with pytest.raises(SendingError, match="nothing answers there"):
            desk.send()
        assert set(desk.states().values()) == {"approved"}


class TestEnvelope:
    @pytest.mark.parametrize(
        "address",
        ["a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example\nDATA", "a@b.example> SIZE=1", "=?utf-8?q?a?=@b.example"],
    )
    @pytest.mark.parametrize("where", ["sender", "recipient"])
    def test_an_address_that_holds_more_than_an_address_goes_nowhere(
        self, peer: Peer, address: str, where: str
    ) -> None:
        sender, recipient = (address, "a@b.example") if where == "sender" else ("a@b.example", address)
        with Postbox(peer_server(peer.port), "") as postbox, pytest.raises(ValueError, match="envelope"):
            postbox.deliver(Outgoing(sender, (recipient,), b"x\r\n"), lambda: True, wait_for_all=False)
        assert received(peer) == []

    def test_undeliverable_letters_return_to_an_address_that_names_the_letter(self, desk: Desk, peer: Peer) -> None:
        server = peer_server(peer.port, bounce_address="bounces+{token}@alliance.example")
        desk.alliance = alliance(MEMBERS, server)
        desk.send(members=["FRA"])
        (letter,) = peer.received()
        assert letter["sender"] == f"bounces+{bounce_token(desk.id('FRA'))}@alliance.example"

    def test_no_more_letters_go_out_in_a_minute_than_the_provider_allows(self, desk: Desk, peer: Peer) -> None:
        desk.alliance = alliance(MEMBERS, peer_server(peer.port, letters_per_minute=20))
        desk.send()
        assert desk.clock.slept == [3.0, 3.0]


class TestLedgerKeepsFindings:
    def test_open_findings_that_a_letter_names_are_told_once_it_is_sent(self, desk: Desk) -> None:
        def row(finding: str, member: str, status: str = "open") -> dict[str, Any]:
            words = {"rule": "required_answer", "rule_version": 1, "row": "", "message": "Answer."}
            return {"finding": finding, "member": member, "severity": "error", "status": status, **words}

        rows = [row("aaaaaaaaa1", "ALB"), row("aaaaaaaaa2", "ALB", "waived"), row("aaaaaaaaa3", "ALB")]
        desk.findings = frame("findings", [*rows, row("bbbbbbbbb1", "FRA")])
        desk.prepare(MEMBERS, text="[aaaaaaaaa1] and [aaaaaaaaa2] and [bbbbbbbbb1]")
        desk.send(members=["ALB"])
        with Ledger.open(desk.ledger) as ledger:
            told = ledger.told("2014").to_dict("records")
        assert told == [{"member": "ALB", "round": 1, "finding": "aaaaaaaaa1", "severity": "error"}]
