"""Made-up answers about each commitment: a row of the questionnaire's table of commitments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from examples.phrases import say, say_anew
from examples.reply import Commitment, Reply
from examples.series import series
from pipeline.alliance.model import Cycle

# Status at the end of the first and of the second cycle, with how often it occurs.
_PATHS: Final = (
    (("not_started", "limited"), 12),
    (("limited", "substantial"), 20),
    (("limited", "complete"), 12),
    (("substantial", "complete"), 16),
    (("limited", "limited"), 12),
    (("substantial", "substantial"), 8),
    (("not_started", "not_started"), 6),
    (("limited", "withdrawn"), 3),
    (("not_started", "no_evidence"), 4),
    (("complete", "complete"), 7),
)
_ONGOING: Final = {"complete": "substantial", "withdrawn": "limited"}
_OBSTACLES: Final = ("legal", "resources", "technical", "coordination", "data", "other")


def answer_commitments(
    reply: Reply, commitments: Sequence[Commitment], cycles: Sequence[Cycle], language: str, today: date
) -> None:
    """Answer what the register does not know already: status, day of completion, change, value, evidence, obstacles.

    Args:
        reply: Where the answers go.
        commitments: The member's rows of the register in the cycle.
        cycles: The cycle that is answered, after those before it.
        language: Language of the member.
        today: Day of answering; no date is later.
    """
    cycle = cycles[-1].name
    for commitment in commitments:
        key = str(commitment["commitment"])
        chance = Random(f"{key} {cycle}")
        status = _status(commitment, cycle)
        if chance.random() < 0.97:
            reply.answer("c_status", status, key)
            if status == "complete":
                reply.answer("c_completed", _day_of_completion(commitment, cycles), key)
        _say_what_changed(reply, key, status, cycle, language, chance)
        _give_value(reply, commitment, cycle, chance)
        if status == "complete" or (status == "substantial" and chance.random() < 0.5):
            _give_evidence(reply, commitment, language, chance, today)
        if status != "complete" and chance.random() < 0.55:
            chosen = set(chance.sample(_OBSTACLES, chance.randint(1, 2)))
            reply.answer("c_obstacles", tuple(code for code in _OBSTACLES if code in chosen), key)


def _status(commitment: Commitment, cycle: str) -> str:
    chance = Random(f"{commitment['commitment']} status")
    first, second = chance.choices([path for path, _ in _PATHS], [often for _, often in _PATHS])[0]
    if commitment["kind"] != "milestone":
        # Work on a number goes on until its last year.
        first, second = (_ONGOING.get(status, status) for status in (first, second))
    if cycle == "2013":
        return first
    if commitment["since_cycle"] == cycle:
        return second if second in ("not_started", "no_evidence") else "limited"
    return second


def _day_of_completion(commitment: Commitment, cycles: Sequence[Cycle]) -> date:
    """A day in the period of the first cycle that finds it complete: the same in every later cycle."""
    cycle = next(one for one in cycles if _status(commitment, one.name) == "complete")
    begin, end = max(commitment["start_date"].date(), cycle.period_start), min(cycle.period_end, cycle.opens)
    chance = Random(f"{commitment['commitment']} completed")
    return begin + timedelta(days=int(chance.random() * max((end - begin).days + 1, 1)))


def _say_what_changed(reply: Reply, key: str, status: str, cycle: str, language: str, chance: Random) -> None:
    topic = f"c_change:{'limited' if status == 'no_evidence' else status}"
    if status in ("withdrawn", "complete") or chance.random() < 0.8:
        reply.answer("c_change", say_anew(topic, language, key, int(cycle)), key)


def _give_value(reply: Reply, commitment: Commitment, cycle: str, chance: Random) -> None:
    has_own_number = commitment["kind"] in ("numeric", "directional") and not isinstance(commitment["indicator"], str)
    if not has_own_number or chance.random() < 0.08:
        return
    key, year = str(commitment["commitment"]), int(cycle) - 1
    reply.answer("c_value", series(str(commitment["member"]), key, commitment)[year], key)
    reply.answer("c_value_year", year, key)


def _give_evidence(reply: Reply, commitment: Commitment, language: str, chance: Random, today: date) -> None:
    key = str(commitment["commitment"])
    begin = commitment["start_date"].date()
    reply.answer("c_evidence_title", say("evidence", language, chance), key)
    days = max((today - begin).days - 10, 1)
    reply.answer("c_evidence_date", begin + timedelta(days=chance.randint(0, days)), key)
    reply.answer("c_evidence_public", chance.choice(("yes", "yes", "yes", "no")), key)
    if chance.random() < 0.8:
        link = f"https://www.{str(commitment['member']).lower()}.example/{key.lower()}/{chance.randint(100, 999)}"
        reply.answer("c_evidence_link", link, key)


def add_new_commitment(reply: Reply, member: str, goal: str, language: str) -> None:
    """Add a commitment of the kind 'action that will be undertaken' in the first empty row."""
    chance = Random(f"{member} new")
    answers = {
        "c_title": say("new_title", language, chance),
        "c_goal": goal,
        "c_description": say("new_description", language, chance),
        "c_kind": "milestone",
        "c_action": "institutional",
        "c_lead_body": say("authority", language, chance),
        "c_start": date(2014, 10, 1),
        "c_due": date(2015, 12, 31),
        "c_status": "not_started",
    }
    for question, value in answers.items():
        reply.answer(question, value, "NEW-1")
