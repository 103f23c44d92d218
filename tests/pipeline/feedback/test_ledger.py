"""The ledger of letters, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from pipeline.feedback.ledger import Ledger
from pipeline.feedback.ledger_facts import Reply, bounce_token
from pipeline.feedback.refusals import LedgerError
from tests.pipeline.feedback.ledger_letters import at, letter


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}"
    return request.getfixturevalue("new_database")()


@pytest.fixture
def ledger(url: str) -> Generator[Ledger]:
    with Ledger.open(url) as opened:
        yield opened


def state(ledger: Ledger, message_id: str) -> str:
    table = ledger.letters("2014").set_index("message_id")
    return str(table.loc[message_id, "state"])


def uncertain(ledger: Ledger) -> str:
    """A letter whose sender died between claim and answer."""
    first = letter()
    ledger.approve([first], "overview 0123456789ab", at(0))
    assert ledger.claim(first.message_id, at(1))
    return first.message_id


class TestReading:
    def test_a_ledger_that_never_was_is_empty_and_is_not_made_by_reading(self, tmp_path: Path) -> None:
        with Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as ledger:
            assert ledger.letters("2014").empty
            assert ledger.told("2014").empty
            assert ledger.histories("2014") == {}
            assert ledger.message_of("0" * 16) is None
            assert not ledger.is_sending()
        assert list(tmp_path.iterdir()) == []

    def test_a_server_that_never_kept_a_ledger_gives_an_empty_one(self, ledger: Ledger) -> None:
        assert ledger.letters("2014").empty
        assert ledger.told("2014").empty

    def test_another_cycle_is_not_among_the_letters(self, ledger: Ledger) -> None:
        ledger.approve([letter()], "overview", at(0))
        assert ledger.letters("2013").empty

    def test_a_letter_stands_with_everything_that_was_approved(self, ledger: Ledger) -> None:
        ledger.approve([letter()], "overview 0123456789ab", at(3))
        (row,) = ledger.letters("2014").to_dict("records")
        assert row["member"] == "ALB"
        assert row["kind"] == "corrections"
        assert row["round"] == 1
        assert row["recipients"] == "focal_point@alb.example deputy@alb.example"
        assert row["state"] == "approved"
        assert row["since"] == at(3)
        assert row["attempts"] == 0
        assert row["detail"] == "overview 0123456789ab"


class TestAddress:
    @pytest.mark.parametrize("wrong", ["mysql://u:hunter2@h/d", "sqlite://", "sqlite:///:memory:", "hunter2"])
    def test_an_address_that_cannot_be_used_is_refused_without_showing_it(self, wrong: str) -> None:
        with pytest.raises(LedgerError, match="STOCKTAKE_LEDGER") as caught, Ledger.open(wrong):
            pass
        assert "hunter2" not in str(caught.value)

    def test_a_server_that_does_not_answer_is_named_without_its_password(self) -> None:
        url = "postgresql+psycopg2://stocktake:hunter2@127.0.0.1:1/ledger"
        with pytest.raises(LedgerError, match=r"127\.0\.0\.1") as caught, Ledger.open(url) as ledger:
            ledger.letters("2014")
        assert "hunter2" not in str(caught.value)
        assert caught.value.__cause__ is None


class TestClaims:
    def test_a_letter_that_was_not_approved_cannot_be_claimed(self, ledger: Ledger) -> None:
        with pytest.raises(LedgerError, match="no letter"):
            ledger.claim(letter().message_id, at(1))

    def test_a_letter_is_claimed_once(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        assert not ledger.claim(message_id, at(2))

    def test_a_letter_that_was_sent_is_never_claimed_again(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "sent", "250 taken", at(2))
        assert state(ledger, message_id) == "sent"
        assert not ledger.claim(message_id, at(3))

    def test_a_deferred_letter_is_claimed_again_and_its_attempts_are_counted(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "deferred", "451 later", at(2))
        ledger.settle(message_id, "deferred", "no connection", at(3))
        assert ledger.claim(message_id, at(4))
        ledger.settle(message_id, "sent", "250 taken", at(5))
        (row,) = ledger.letters("2014").to_dict("records")
        assert (row["state"], row["attempts"], row["since"]) == ("sent", 3, at(5))

    def test_of_many_threads_that_claim_one_letter_one_gets_it(self, url: str, ledger: Ledger) -> None:
        ledger.approve([letter()], "overview", at(0))
        won: list[bool] = []
        start = threading.Barrier(8)

        def claim() -> None:
            with Ledger.open(url) as own:
                start.wait()
                won.append(own.claim(letter().message_id, at(1)))

        threads = [threading.Thread(target=claim) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won) == [False] * 7 + [True]

    def test_processes_that_start_a_ledger_together_all_can(self, url: str) -> None:
        context = multiprocessing.get_context("spawn")
        members = ["ALB", "FRA", "ESP", "NOR"]
        processes = [context.Process(target=approve_one, args=(url, member)) for member in members]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0, 0]
        with Ledger.open(url) as ledger:
            assert sorted(ledger.letters("2014")["member"]) == sorted(members)


def approve_one(url: str, member: str) -> None:
    with Ledger.open(url) as ledger:
        ledger.approve([letter(member=member)], "overview", at(0))


class TestOneLetterPerPlace:
    def test_a_changed_letter_takes_the_place_of_one_that_waits(self, ledger: Ledger) -> None:
        former, changed = letter("first"), letter("second")
        ledger.approve([former], "overview", at(0))
        ledger.approve([changed], "overview", at(1))
        assert state(ledger, former.message_id) == "changed"
        assert not ledger.claim(former.message_id, at(2))
        assert ledger.claim(changed.message_id, at(2))

    @pytest.mark.parametrize("outcome", ["sent", "uncertain", None])
    def test_a_changed_letter_is_refused_where_one_was_sent_or_may_have_been(
        self, ledger: Ledger, outcome: str | None
    ) -> None:
        message_id = uncertain(ledger)
        if outcome:
            ledger.settle(message_id, outcome, "", at(2))
        with pytest.raises(LedgerError, match="round 1 of 2014"):
            ledger.approve([letter(member="FRA"), letter("second")], "overview", at(3))
        assert list(ledger.letters("2014")["member"]) == ["ALB"], "nothing of a refused approval is kept"

    def test_a_changed_letter_may_go_where_one_was_refused(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "refused", "550 no such user", at(2))
        ledger.approve([letter("second")], "overview", at(3))
        assert ledger.claim(letter("second").message_id, at(4))

    def test_the_next_round_is_a_place_of_its_own(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "sent", "", at(2))
        ledger.approve([letter(round=2)], "overview", at(3))
        assert ledger.claim(letter(round=2).message_id, at(4))

    def test_a_letter_that_changed_back_may_be_approved_again(self, ledger: Ledger) -> None:
        ledger.approve([letter()], "overview", at(0))
        assert ledger.withdraw(letter().message_id, "The file is another one.", at(1))
        assert state(ledger, letter().message_id) == "changed"
        ledger.approve([letter()], "overview", at(2))
        assert state(ledger, letter().message_id) == "approved"


class TestDeadSenders:
    def test_a_claim_without_an_answer_is_sending_while_its_sender_lives(self, url: str, ledger: Ledger) -> None:
        with ledger.sending(at(0)):
            message_id = uncertain(ledger)
            assert state(ledger, message_id) == "sending"
            with Ledger.open(url) as another:
                assert state(another, message_id) == "sending"
        assert state(ledger, message_id) == "uncertain"

    def test_the_next_sender_writes_down_what_the_dead_one_left(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        with ledger.sending(at(5)):
            assert state(ledger, message_id) == "uncertain"
            assert not ledger.claim(message_id, at(6))
        (row,) = ledger.letters("2014").to_dict("records")
        assert row["since"] == at(5)
        assert "stopped" in row["detail"]

    def test_two_senders_cannot_work_at_once(self, url: str, ledger: Ledger) -> None:
        refused = pytest.raises(LedgerError, match="another run")
        with ledger.sending(at(0)), Ledger.open(url) as another, refused, another.sending(at(0)):
            pass
        with Ledger.open(url) as another, another.sending(at(1)):
            pass


class TestResolve:
    def test_an_uncertain_letter_that_arrived_is_sent(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.resolve(message_id, "sent", "Ana Lopez", "The focal point confirmed it by phone.", at(9))
        assert state(ledger, message_id) == "sent"
        assert not ledger.claim(message_id, at(10))

    def test_an_uncertain_letter_that_did_not_arrive_may_be_sent_again(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.resolve(message_id, "send_again", "Ana Lopez", "Not in the server's log.", at(9))
        assert state(ledger, message_id) == "approved"
        assert ledger.claim(message_id, at(10))

    def test_a_refused_letter_may_be_sent_again_but_was_not_sent(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "refused", "550", at(2))
        with pytest.raises(LedgerError, match="is refused"):
            ledger.resolve(message_id, "sent", "Ana Lopez", "Surely.", at(3))
        ledger.resolve(message_id, "send_again", "Ana Lopez", "The mailbox exists now.", at(4))
        assert state(ledger, message_id) == "approved"

    def test_what_is_certain_is_not_settled(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "sent", "", at(2))
        with pytest.raises(LedgerError, match="is sent"):
            ledger.resolve(message_id, "send_again", "Ana Lopez", "Again.", at(3))
        assert state(ledger, message_id) == "sent"

    @pytest.mark.parametrize(("by", "reason"), [("", "Why."), ("Ana Lopez", "  ")])
    def test_name_and_reason_are_needed(self, ledger: Ledger, by: str, reason: str) -> None:
        message_id = uncertain(ledger)
        with pytest.raises(LedgerError, match="both are kept"):
            ledger.resolve(message_id, "sent", by, reason, at(3))

    def test_a_letter_that_is_being_sent_cannot_be_settled(self, url: str, ledger: Ledger) -> None:
        with ledger.sending(at(0)):
            message_id = uncertain(ledger)
            with Ledger.open(url) as another, pytest.raises(LedgerError, match="being sent just now"):
                another.resolve(message_id, "send_again", "Ana Lopez", "Impatient.", at(2))

    def test_an_unknown_letter_is_named(self, ledger: Ledger) -> None:
        with pytest.raises(LedgerError, match="no letter <none@"):
            ledger.resolve("<none@alliance.example>", "sent", "Ana Lopez", "Why.", at(3))


class TestTold:
    def test_only_findings_of_letters_that_were_sent_are_told(self, ledger: Ledger) -> None:
        sent = letter(findings={"aaa111": "error", "bbb222": None})
        waiting = letter(member="FRA", findings={"ccc333": "error"})
        ledger.approve([sent, waiting], "overview", at(0))
        assert ledger.told("2014").empty
        ledger.claim(sent.message_id, at(1))
        assert ledger.told("2014").empty
        ledger.settle(sent.message_id, "sent", "", at(2))
        told = ledger.told("2014")
        assert list(told["finding"]) == ["aaa111", "bbb222"]
        assert list(told["member"]) == ["ALB", "ALB"]
        assert list(told["round"]) == [1, 1]
        assert told["severity"].iloc[0] == "error"
        assert told["severity"].isna().iloc[1]


class TestReplies:
    def reply(self, message_id: str, reference: str = "<dsn1@mx.example>", kind: str = "bounced") -> Reply:
        return Reply(kind, message_id, "deputy@alb.example", at(30), "550 5.1.1 unknown", reference)

    def test_a_bounce_stands_beside_the_state_once(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "sent", "", at(2))
        assert ledger.record_reply(self.reply(message_id))
        assert not ledger.record_reply(self.reply(message_id))
        (row,) = ledger.letters("2014").to_dict("records")
        assert (row["state"], row["bounced"]) == ("sent", "deputy@alb.example: 550 5.1.1 unknown")

    def test_an_automatic_reply_stands_with_its_time(self, ledger: Ledger) -> None:
        message_id = uncertain(ledger)
        ledger.settle(message_id, "sent", "", at(2))
        ledger.record_reply(self.reply(message_id, "<away@alb.example>", "auto_replied"))
        (row,) = ledger.letters("2014").to_dict("records")
        assert row["auto_replied"] == at(30)

    def test_a_reply_to_no_letter_of_ours_is_refused(self, ledger: Ledger) -> None:
        with pytest.raises(LedgerError, match="no letter"):
            ledger.record_reply(self.reply("<none@alliance.example>"))

    def test_a_letter_is_found_by_the_token_of_its_envelope_whatever_its_case(self, ledger: Ledger) -> None:
        ledger.approve([letter(), letter(member="FRA")], "overview", at(0))
        token = bounce_token(letter(member="FRA").message_id)
        assert ledger.message_of(token.upper()) == letter(member="FRA").message_id
        assert ledger.message_of("0" * 16) is None
