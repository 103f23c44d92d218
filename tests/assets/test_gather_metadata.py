"""What staff see of the inbox after a run: what they have to decide about, by its id, and what was passed over."""

from __future__ import annotations

import datetime as dt

from assets.gather import _story
from assets.metadata import LEFT_OUT
from pipeline.frames import frame
from pipeline.gather.intake import LeftOut

MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)


def row(submission: str, status: str, way: str = "folder", reason: str | None = None) -> dict[str, object]:
    common = {"file": f"{submission}.xlsx", "received": MAY, "sha256": "0" * 64, "size": 3, "late": False}
    return {"submission": submission, "status": status, "way": way, "reason": reason, **common}


def test_staff_see_what_to_decide_about_and_what_was_left_out() -> None:
    submissions = frame(
        "submissions",
        [
            row("aaa", "accepted"),
            row("bbb", "quarantined", "mailbox", "unknown_sender"),
            row("ccc-7", "quarantined", "exports", "no_member"),
            row("ddd", "rejected", "mailbox", "damaged"),
        ],
    )
    link = LeftOut("2014/link.xlsx", "It is a link.")
    story = _story(submissions, [link, link, LeftOut("stray", "It lies in no cycle's folder.")])
    shown = {
        name: [dict(record.data) for record in story[name].records] for name in story if hasattr(story[name], "records")
    }
    assert {name: value for name, value in story.items() if isinstance(value, int)} == {
        "accepted": 1,
        "quarantined": 2,
        "rejected": 1,
    }
    to_decide = shown["to decide in decisions.csv"]
    assert [(found["submission"], found["reason"]) for found in to_decide] == [
        ("bbb", "unknown_sender"),
        ("ccc-7", "no_member"),
    ]
    assert [found["file"] for found in shown[LEFT_OUT]] == ["2014/link.xlsx", "stray"]
    assert {"way": "mailbox", "status": "quarantined", "files": 1} in shown["by way"]
    assert len(shown["files"]) == 4


def test_an_empty_inbox_has_a_story_too() -> None:
    story = _story(frame("submissions", []), [])
    assert story[LEFT_OUT].records == []
