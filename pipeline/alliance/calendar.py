"""Which cycles a day belongs to: which are open for answers, and of which members are reminded."""

from __future__ import annotations

from datetime import date

from pipeline.alliance.model import Alliance, Cycle


def open_cycles(alliance: Alliance, day: date) -> tuple[Cycle, ...]:
    """The cycles in whose time a day is: from the day on which the questionnaire goes out to that of the report.

    Args:
        alliance: The alliance.
        day: The day, in UTC.
    """
    return tuple(cycle for cycle in _in_order(alliance) if cycle.opens <= day <= cycle.report_date)


def reminder_cycles(alliance: Alliance, day: date) -> tuple[Cycle, ...]:
    """The cycles of which members are reminded: from the day of reminders to the deadline.

    Args:
        alliance: The alliance.
        day: The day, in UTC.
    """
    return tuple(cycle for cycle in _in_order(alliance) if cycle.reminder <= day <= cycle.deadline)


def no_cycle(alliance: Alliance, day: date) -> str:
    """Say that no cycle is open on a day, and when the next one will be.

    Args:
        alliance: The alliance.
        day: The day, in UTC.
    """
    later = [cycle for cycle in _in_order(alliance) if cycle.opens > day]
    then = f"{later[0].name} opens on {later[0].opens}." if later else "Add the next one to cycles.yaml."
    return f"No cycle is open on {day}. {then}"


def _in_order(alliance: Alliance) -> list[Cycle]:
    return sorted(alliance.cycles.values(), key=lambda cycle: cycle.opens)
