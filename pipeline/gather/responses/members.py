"""Which member a response names as its own."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.alliance.frames import member_name
from pipeline.alliance.model import Alliance
from pipeline.gather.number_text import fold
from pipeline.text import clean_text


def member_names(alliance: Alliance) -> Mapping[str, str]:
    """What members may be called, folded: their codes, and their names in every language on the day of every report.

    Args:
        alliance: The alliance.

    Returns:
        Code by name; a name that two members bore is left out.
    """
    languages = dict.fromkeys((*alliance.languages, *alliance.form.languages, "en"))
    members = dict.fromkeys(membership.member for membership in alliance.memberships)
    names: dict[str, set[str]] = {}
    for member in members:
        for cycle in alliance.cycles.values():
            for language in languages:
                names.setdefault(fold(member_name(alliance, member, language, cycle.report_date)), set()).add(member)
    named = {name: codes.pop() for name, codes in names.items() if len(codes) == 1}
    return {**named, **{fold(member): member for member in members}}


def member_of(text: str, names: Mapping[str, str]) -> str | None:
    """The member that a text names.

    Args:
        text: Code or name, as it stands in a response.
        names: As :func:`member_names` gives them.

    Returns:
        Its code; the text itself, cleaned, where it names no member, so that staff see it; None for a blank one.
    """
    return names.get(fold(text)) or clean_text(text).strip()[:100] or None
