"""Made-up answers of one member in one cycle, seeded: the same every time, and consistent from cycle to cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from examples.commitment_answers import answer_commitments
from examples.phrases import say, say_anew
from examples.reply import Commitment, Reply
from examples.series import series
from pipeline.alliance.model import Alliance, Cycle, Member
from pipeline.questionnaire.form import Form

AGGREGATE_ONLY: Final = ("BGR", "CYP", "IRL", "ISR", "JPN", "KOR", "LUX", "SRB")
"""Members that let figures be published for all members together only."""

INDICATORS: Final = (
    "icse_new",
    "unit_staff",
    "joint_operations",
    "campaigns",
    "campaign_reach",
    "practices_shared",
    "companies_reporting",
    "data_examined",
    "notice_hours",
)
OFFENCES: Final = ("production", "distribution", "possession", "accessing", "grooming", "livestreaming")
_CONVENTIONS: Final = {"opsc": (2003, 2009), "budapest": (2004, 2013), "lanzarote": (2010, 2013)}

# Yes-or-no questions and how often the answer is yes.
_YES_NO: Final = {
    "identification_unit": 0.7,
    "contact_point": 0.75,
    "private_agreement": 0.6,
    "hash_lists": 0.5,
    "hotline": 0.85,
    "evidence_preserved": 0.8,
}
_FORGETTABLE: Final = (
    "consulted_kinds",
    "approver",
    "identification_unit",
    "victim_support",
    "contact_point",
    "law_possession_article",
    "unit_staff_source",
    "curriculum",
    "hash_lists",
    "evidence_preserved",
    "obstacle_kinds",
    "campaign_reach",
    "companies_reporting",
    "notice_hours",
    "focal_language",
)
_TEXTS: Final = {
    "victim_support_text": 2,
    "pt1_good_practice": 1,
    "law_changes": 1,
    "pt2_good_practice": 1,
    "pt3_good_practice": 1,
    "pt4_good_practice": 1,
    "requests": 1,
    "profile_comment": 1,
}


def reply_of(
    member: Member, cycle: Cycle, alliance: Alliance, commitments: Sequence[Commitment], signed: date
) -> Reply:
    """Make up the whole reply of a member.

    Args:
        member: The member as it is on the report date.
        cycle: The cycle; the figures are those of the calendar year before its report.
        alliance: For focal points.
        commitments: The member's rows of the register in the cycle.
        signed: Day on which the reply is signed.

    Returns:
        The reply. About one in four numbers that no commitment needs is missing with a reason, and a few required
        answers are missing without one.
    """
    reply, chance = Reply(), Random(f"{member.code} {cycle.name} reply")
    ever_made = _ever_made(alliance, member)
    _identify(reply, member, cycle, alliance, chance, signed)
    _answer_yes_no(reply, member, cycle)
    _answer_laws(reply, member, cycle, ever_made)
    _answer_conventions(reply, member, signed)
    _answer_numbers(reply, member, cycle, ever_made, alliance.form)
    _answer_lists(reply, member.code, chance)
    _answer_texts(reply, member, cycle)
    cycles = (*alliance.earlier_cycles(cycle.name), cycle)
    answer_commitments(reply, commitments, cycles, member.language, signed)
    reply.answer("declaration", "yes")
    reply.answer("signatory", say("approver", member.language, chance))
    reply.answer("signed_on", signed)
    for question in chance.sample(_FORGETTABLE, chance.choice((0, 0, 0, 1, 1, 2, 3))):
        reply.forget(question)
    _drop_what_is_not_asked(reply)
    return reply


def _ever_made(alliance: Alliance, member: Member) -> list[Commitment]:
    """The member's commitments of all cycles: a series does not change because a commitment is made about it."""
    rows = alliance.register[alliance.register["member"] == member.code].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _identify(reply: Reply, member: Member, cycle: Cycle, alliance: Alliance, chance: Random, signed: date) -> None:
    language = member.language
    addresses = {point.role: point.address for point in alliance.focal_points if point.member == member.code}
    reply.answer("country", member.names[language])
    reply.answer("reporting_year", int(cycle.name) - 1)
    for question in ("authority", "focal_point", "approver"):
        reply.answer(question, say(question, language, Random(f"{member.code} {question}")))
    reply.answer("focal_email", addresses.get("focal_point", f"focal.point@{member.code.lower()}.example"))
    reply.answer("focal_language", language)
    if "deputy" in addresses:
        reply.answer("deputy", say("deputy", language, chance))
        reply.answer("deputy_email", addresses["deputy"])
        reply.answer("deputy_language", language)
    bodies = ("police", "prosecution", "child_protection", "education", "regulator", "hotline", "civil_society")
    reply.answer("consulted_kinds", _some(bodies, chance, 2, 5))
    if chance.random() < 0.7:
        reply.answer("consulted", say("consulted", language, chance))
    reply.answer("approved_on", signed - timedelta(days=chance.randint(1, 4)))
    reply.answer("consent", "aggregate" if member.code in AGGREGATE_ONLY else "full")


def _some(codes: Sequence[str], chance: Random, least: int, most: int) -> tuple[str, ...]:
    chosen = set(chance.sample(codes, chance.randint(least, min(most, len(codes)))))
    return tuple(code for code in codes if code in chosen)


def _answer_yes_no(reply: Reply, member: Member, cycle: Cycle) -> None:
    for question, share in _YES_NO.items():
        # A 'no' of the first cycle may turn into a 'yes', never the other way round.
        draw = Random(f"{member.code} {question}").random()
        later = 0.1 if cycle.name > "2013" else 0.0
        reply.answer(question, "yes" if draw < share + later else "no")
    for question in ("victim_support", "curriculum"):
        chance = Random(f"{member.code} {question}")
        reply.answer(question, chance.choices(("national", "regional", "no"), (6, 3, 1))[0])


def _answer_laws(reply: Reply, member: Member, cycle: Cycle, register: Sequence[Commitment]) -> None:
    """Elements in force with article and date; some come into force between the two cycles."""
    incomplete = any(commitment["indicator"] == "legal_framework" for commitment in register)
    for offence in OFFENCES:
        chance = Random(f"{member.code} law {offence}")
        hard = offence in ("accessing", "grooming", "livestreaming")
        fate = chance.choices(
            ("old", "recent", "partly", "preparation", "no"),
            (6, 3, 1, 1, 0.5) if incomplete and hard else (14, 1, 0.5, 0.5, 0.3),
        )[0]
        question = f"law_{offence}"
        in_force = date(chance.randint(1999, 2012), chance.choice((1, 3, 7, 9)), 1)
        if fate == "recent":
            in_force = date(2013, 11, 1)
            fate = "old" if cycle.name > "2013" else "preparation"
        reply.answer(question, "yes" if fate == "old" else fate)
        if fate == "old":
            article = say("article", member.language, Random(f"{member.code} code"))
            reply.answer(f"{question}_article", f"{article}{chance.randint(110, 389)}")
            reply.answer(f"{question}_date", in_force)


def _answer_conventions(reply: Reply, member: Member, signed: date) -> None:
    for name, (first, last) in _CONVENTIONS.items():
        chance = Random(f"{member.code} {name}")
        day = date(chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28))
        party = chance.random() < 0.8 and day < signed
        reply.answer(f"ratified_{name}", "yes" if party else "no")
        if party:
            reply.answer(f"ratified_{name}_date", day)


def _answer_numbers(reply: Reply, member: Member, cycle: Cycle, register: Sequence[Commitment], form: Form) -> None:
    needed = {str(c["indicator"]): c for c in register if isinstance(c["indicator"], str)}
    connected = "icse_new" in needed or Random(f"{member.code} connected").random() < 0.7
    reply.answer("icse_connected", "yes" if connected else "no")
    reply.answer(
        "unit_exists", "yes" if "unit_staff" in needed or Random(f"{member.code} unit").random() < 0.8 else "no"
    )
    for indicator in INDICATORS:
        chance = Random(f"{member.code} {cycle.name} {indicator} asked")
        if chance.random() < (0.06 if indicator in needed else 0.22):
            reason = chance.choices(("not_available", "not_applicable", "not_yet", "confidential"), (6, 2, 2, 1))[0]
            reply.excuse(indicator, reason)
            # Most say of every question about the number that there is none, and some of the number alone.
            if Random(f"{member.code} {cycle.name} {indicator} excused").random() < 0.85:
                for question in form.asked:
                    if question.indicator == indicator:
                        reply.excuse(question.code, reason)
            if chance.random() < 0.3:
                reply.comments["", indicator] = say("comment", member.language, chance)
        else:
            _answer_number(reply, member, indicator, needed.get(indicator), int(cycle.name) - 1)


def _answer_number(reply: Reply, member: Member, indicator: str, commitment: Commitment | None, year: int) -> None:
    values, chance = series(member.code, indicator, commitment), Random(f"{member.code} {indicator} about")
    reply.answer(indicator, values[year])
    reply.answer(f"{indicator}_year", year)
    reply.answer(f"{indicator}_previous", values[year - 1])
    reply.answer(f"{indicator}_source", say(f"source:{_SOURCES[indicator]}", member.language, chance))
    if indicator not in ("unit_staff", "campaign_reach"):
        first = min(values)
        reply.answer(f"{indicator}_baseline", values[first])
        reply.answer(f"{indicator}_baseline_year", first)
    estimated = chance.random() < (0.6 if indicator == "campaign_reach" else 0.15)
    if indicator not in ("unit_staff", "practices_shared"):
        reply.answer(f"{indicator}_estimated", "yes" if estimated else "no")
    if indicator not in ("unit_staff", "practices_shared", "campaign_reach", "data_examined"):
        reply.answer(f"{indicator}_break", "yes" if chance.random() < 0.06 else "no")
    if commitment is not None and commitment["kind"] == "numeric" and indicator not in _WITHOUT_TARGET:
        target = float(commitment["target_value"])
        reply.answer(f"{indicator}_target", target if indicator == "notice_hours" else int(target))
    if indicator == "icse_new":
        reply.answer("icse_total", _stock(values, year, chance))


_SOURCES: Final = {
    **dict.fromkeys(("icse_new", "unit_staff", "joint_operations"), "police"),
    **dict.fromkeys(("campaigns", "campaign_reach", "practices_shared"), "education"),
    **dict.fromkeys(("companies_reporting", "data_examined", "notice_hours"), "regulator"),
}


def _stock(values: Mapping[int, float], year: int, chance: Random) -> int:
    """All victims up to a year: those before the series began, and each year's new ones."""
    return int(values[min(values)] * chance.uniform(4, 9)) + int(sum(values[y] for y in values if y <= year))


_WITHOUT_TARGET: Final = ("unit_staff", "campaign_reach", "practices_shared", "data_examined")


def _answer_lists(reply: Reply, member: str, chance: Random) -> None:
    about_campaigns = Random(f"{member} campaigns about")
    reply.answer(
        "campaign_audience", _some(("children", "parents", "teachers", "carers", "public"), about_campaigns, 1, 4)
    )
    reply.answer(
        "campaign_topics", _some(("sharing", "grooming", "extortion", "privacy", "reporting"), about_campaigns, 1, 5)
    )
    reply.answer("sharing_channels", _some(("meetings", "materials", "training", "website", "visits"), chance, 1, 3))
    reply.answer("obstacle_kinds", _some(("legal", "resources", "technical", "coordination", "data"), chance, 1, 3))


def _answer_texts(reply: Reply, member: Member, cycle: Cycle) -> None:
    chance = Random(f"{member.code} {cycle.name} texts")
    texts = dict.fromkeys(("achievements", "obstacles", "priorities"), 3) | {"icse_plan": 1}
    texts |= {question: most for question, most in _TEXTS.items() if chance.random() < 0.6}
    for question, most in texts.items():
        reply.answer(question, say_anew(question, member.language, member.code, int(cycle.name), most))


# Questions that the form asks only after certain answers, and those answers.
_ONLY_IF: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "icse_plan": ("icse_connected", ("no",)),
    "victim_support_text": ("victim_support", ("national", "regional")),
    **dict.fromkeys(
        (
            "icse_total",
            "icse_new",
            *(
                f"icse_new_{part}"
                for part in ("year", "previous", "baseline", "baseline_year", "source", "estimated", "break")
            ),
        ),
        ("icse_connected", ("yes",)),
    ),
    **dict.fromkeys(
        ("unit_staff", *(f"unit_staff_{part}" for part in ("year", "previous", "source"))), ("unit_exists", ("yes",))
    ),
}


def _drop_what_is_not_asked(reply: Reply) -> None:
    for question, (other, values) in _ONLY_IF.items():
        if reply.values.get(("", other)) not in values:
            reply.forget(question)
            reply.reasons.pop(("", question), None)
    if ("", "consulted_kinds") not in reply.values:
        reply.forget("consulted")
    if not reply.values.get(("", "campaigns")):
        reply.forget("campaign_audience")
        reply.forget("campaign_topics")
    if not reply.values.get(("", "practices_shared")):
        reply.forget("sharing_channels")
