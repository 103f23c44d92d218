"""What mail servers say is believed about letters of ours alone, and changes nothing when it is read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from pathlib import Path

import pytest

from pipeline.feedback.ledger import Ledger
from pipeline.feedback.ledger_facts import bounce_token
from pipeline.feedback.replies import record_replies
from pipeline.gather.intake import LeftOut
from pipeline.gather.mail.automatic import AutomaticReply
from pipeline.gather.mail.bounced import Failed
from tests.pipeline.feedback.ledger_letters import at, letter

ALB, FRA = letter(member="ALB"), letter(member="FRA")
ARRIVED = dt.datetime(2014, 7, 20, 10, tzinfo=dt.UTC)
GONE = Failed("focal_point@alb.example", "5.1.1 no such mailbox")


@pytest.fixture
def ledger(tmp_path: Path) -> Generator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as opened:
        opened.approve([ALB, FRA], "overview 0123456789ab", at(0))
        yield opened


def reply(kind: str = "failed", named: tuple[str, ...] = (ALB.message_id,), tokens: tuple[str, ...] = ()):
    return AutomaticReply("message 'x'", "It is a report.", kind, named, tokens, (GONE,), ARRIVED, "<b@mx.example>#0-1")


def bounced(ledger: Ledger) -> dict[str, str]:
    table = ledger.letters("2014").dropna(subset=["bounced"])
    return dict(zip(table["member"], table["bounced"], strict=True))


def test_a_bounce_is_written_down_and_staff_are_told_what_to_do(ledger: Ledger) -> None:
    (told,) = record_replies(ledger, [reply()])
    assert bounced(ledger) == {"ALB": "focal_point@alb.example: 5.1.1 no such mailbox"}
    assert told.file == "message 'x'"
    assert "corrections to ALB, round 1 of 2014 did not reach focal_point@alb.example" in told.reason
    assert "focal_points.csv" in told.reason


def test_reading_the_same_mailbox_again_changes_nothing(ledger: Ledger) -> None:
    first = record_replies(ledger, [reply()])
    before = ledger.letters("2014")
    assert record_replies(ledger, [reply()]) == first
    assert ledger.letters("2014").equals(before)


def test_the_address_tells_the_letter_where_no_id_was_returned(ledger: Ledger) -> None:
    record_replies(ledger, [reply(named=(), tokens=(bounce_token(FRA.message_id),))])
    assert list(bounced(ledger)) == ["FRA"]


@pytest.mark.parametrize(
    ("named", "tokens"),
    [
        ((), ()),
        (("<somebody-elses@message.example>",), ()),
        ((), ("0" * 16,)),
        # Two letters at once: one of the two is forged.
        ((ALB.message_id,), (bounce_token(FRA.message_id),)),
        ((), (bounce_token(ALB.message_id), bounce_token(FRA.message_id))),
    ],
)
def test_what_names_no_letter_of_ours_or_two_is_left_alone(
    ledger: Ledger, named: tuple[str, ...], tokens: tuple[str, ...]
) -> None:
    item = reply(named=named, tokens=tokens)
    assert record_replies(ledger, [item]) == (item,)
    assert bounced(ledger) == {}


def test_an_absence_is_written_down_as_one(ledger: Ledger) -> None:
    (told,) = record_replies(ledger, [reply("absent", ("<root@x>", ALB.message_id))])
    table = ledger.letters("2014").set_index("member")
    assert table.loc["ALB", "auto_replied"].to_pydatetime() == ARRIVED
    assert bounced(ledger) == {}
    assert "may be away" in told.reason


def test_what_is_only_delayed_is_told_and_not_written_down(ledger: Ledger) -> None:
    (told,) = record_replies(ledger, [reply("delayed")])
    assert bounced(ledger) == {}
    assert "keeps trying" in told.reason


def test_everything_else_that_was_left_out_stays_as_it_is(ledger: Ledger) -> None:
    other = LeftOut("message 'y'", "Nothing is attached to it.")
    assert record_replies(ledger, [other, reply()])[0] is other


def test_no_ledger_is_made_where_nothing_was_ever_sent(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'none' / 'ledger.sqlite'}") as ledger:
        assert record_replies(ledger, [reply()]) == (reply(),)
    assert list(tmp_path.iterdir()) == []
