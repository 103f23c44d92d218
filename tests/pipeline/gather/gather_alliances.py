"""A tiny alliance, made by hand, for the tests of gathering."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from books import FORM

from pipeline.alliance.model import Alliance, Cycle, FocalPoint, Membership, ScoringSettings
from pipeline.frames import frame
from pipeline.gather.archive import Archive
from pipeline.gather.receive import Received, receive


def cycle(name: str, year: int) -> Cycle:
    day = lambda month, number: dt.date(year, month, number)  # noqa: E731 - a table of dates reads better
    return Cycle(
        name=name,
        title={"en": f"Report {name}"},
        reference=f"T/{name}",
        period_start=day(1, 1),
        period_end=day(12, 31),
        opens=day(4, 1),
        reminder=day(6, 15),
        deadline=day(6, 30),
        cut_off=day(7, 31),
        report_date=day(9, 30),
        secretariat="Office",
        successor="",
        demonstration=True,
    )


def alliance() -> Alliance:
    """Albania (Tirane), New Zealand (Auckland, twelve hours ahead), the US (New York) and Vietnam, which left in 2013."""
    since = dt.date(2012, 12, 5)
    members = [
        Membership(since, None, "ALB", "en", "Europe/Tirane"),
        Membership(since, None, "NZL", "en", "Pacific/Auckland"),
        Membership(since, None, "USA", "en", "America/New_York"),
        Membership(since, dt.date(2014, 1, 31), "VNM", "en", "Asia/Ho_Chi_Minh"),
    ]
    commitments = [
        {
            "commitment": key,
            "member": key[:3],
            "goal": "OG1.1",
            "title": key,
            "kind": "milestone",
            "since_cycle": "2013",
        }
        for key in ("ALB-01", "ALB-02", "USA-01")
    ]
    return Alliance(
        folder=Path("alliance"),
        name={"en": "Test Alliance"},
        short_name="Test",
        code="T-ALL",
        languages=("en", "fr", "es"),
        office={"en": "Office"},
        contact="office@example.org",
        countries_total=196,
        memberships=tuple(members),
        names=(),
        footnotes=(),
        groups=(),
        goals=(),
        focal_points=(
            FocalPoint("ALB", "focal_point", "A. B.", "focal@alb.example", "en"),
            FocalPoint("USA", "focal_point", "U. S.", "focal@usa.example", "en"),
        ),
        cycles={"2013": cycle("2013", 2013), "2014": cycle("2014", 2014)},
        scoring=ScoringSettings(0.5, {}, {}),
        form=FORM,
        register=frame("commitments", commitments),
    )


def received(inbox: Path, archive: Archive, name: str = "2014") -> Received:
    """Receive everything in an inbox for a cycle of the tiny alliance."""
    known = alliance()
    return receive(known, known.cycles.get(name) or cycle(name, int(name)), inbox, archive)
