"""What staff see after sending: what concerns them first, each letter with what to do."""

from __future__ import annotations

from pipeline.feedback.sending_overview import sending_overview
from pipeline.frames import frame


def shown(**states: str):
    sending = [{"member": member, "kind": "corrections", "state": state} for member, state in states.items()]
    letters = [
        {
            "member": member,
            "kind": "corrections",
            "round": 1,
            "language": "en",
            "recipients": f"focal@{member.lower()}.example",
            "subject": "s",
            "errors": 1,
            "warnings": 0,
            "queries": 0,
            "file": f"{member}.eml",
            "message_id": f"<{member}@x>",
            "sha256": member,
        }
        for member in states
    ]
    return sending_overview(frame("sending", sending), frame("letters", letters))


def test_uncertain_letters_stand_first_and_sent_ones_last() -> None:
    told = shown(ALB="sent", DEU="held", ESP="refused", FRA="uncertain", ITA="deferred")
    assert list(told.tables["letters"]["member"]) == ["FRA", "ESP", "DEU", "ITA", "ALB"]
    assert list(told.tables["to look at"]["member"]) == ["FRA", "ESP", "DEU", "ITA"]
    assert told.tables["to look at"]["what_to_do"].notna().all()
    assert told.summary == "1 uncertain · 1 refused · 1 held · 1 deferred · 1 sent"


def test_an_uncertain_letter_is_told_in_the_log_with_its_id_and_the_job_that_settles_it() -> None:
    (warning,) = shown(ALB="sent", FRA="uncertain").warnings
    for words in ("corrections to FRA", "<FRA@x>", "resolve_letter"):
        assert words in warning


def test_where_all_went_well_there_is_nothing_to_look_at() -> None:
    told = shown(ALB="sent", FRA="would_be_sent")
    assert told.tables["to look at"].empty
    assert told.warnings == ()
    assert told.summary == "1 would be sent · 1 sent"


def test_no_letters_have_a_word_as_well() -> None:
    assert shown().summary == "There was no letter to send."
