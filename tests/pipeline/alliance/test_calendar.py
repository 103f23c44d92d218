"""Which cycles a day belongs to: the demonstration's dates stand in alliance/cycles.yaml."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.alliance.calendar import no_cycle, open_cycles, reminder_cycles
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.settings import PROJECT


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    return load_alliance(PROJECT / "alliance")


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2013, 9, 1), []),
        (date(2013, 9, 2), ["2013"]),
        (date(2013, 12, 13), ["2013"]),
        (date(2013, 12, 14), []),
        (date(2014, 6, 2), ["2014"]),
        (date(2014, 9, 30), ["2014"]),
        (date(2014, 10, 1), []),
    ],
)
def test_a_cycle_is_open_from_the_questionnaire_to_the_report(alliance: Alliance, day: date, names: list[str]) -> None:
    assert [cycle.name for cycle in open_cycles(alliance, day)] == names


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2014, 6, 30), []),
        (date(2014, 7, 1), ["2014"]),
        (date(2014, 7, 15), ["2014"]),
        (date(2014, 7, 16), []),
    ],
)
def test_members_are_reminded_from_the_day_of_reminders_to_the_deadline(
    alliance: Alliance, day: date, names: list[str]
) -> None:
    assert [cycle.name for cycle in reminder_cycles(alliance, day)] == names


def test_where_no_cycle_is_open_the_next_one_is_named(alliance: Alliance) -> None:
    assert no_cycle(alliance, date(2014, 1, 1)) == "No cycle is open on 2014-01-01. 2014 opens on 2014-06-02."
    assert "cycles.yaml" in no_cycle(alliance, date(2020, 1, 1))
