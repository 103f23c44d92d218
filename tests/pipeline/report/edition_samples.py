"""Alliances of any number of members with any consent, whose every private word can be searched for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from report_samples import GOALS, LAUNCH, alliance, form

from pipeline.alliance.model import Alliance, Membership
from pipeline.frames import frame
from pipeline.report.tables import Tables

CODES = ("ALB", "ARM", "AUS", "AUT", "BEL", "BGR", "CAN", "CHE", "CYP", "CZE")
OPERATIONAL = ("OG1.1", "OG2.1", "OG2.2")
RATINGS = ("achieved", "on_track", "acceleration_needed", "limited", "deterioration", "not_available")
Promise = tuple[str, str, str]
"""Member, goal and rating of a commitment."""


def name(member: str) -> str:
    return f"Land of {member}"


def crowd(consents: Mapping[str, str], promises: Sequence[Promise]) -> tuple[Alliance, Tables]:
    """An alliance and its tables.

    Args:
        consents: full, aggregate, unsaid (a workbook without that answer) or silent (no workbook), by member.
        promises: Its commitments; those of silent members must be not_available.
    """
    members = list(consents)
    here = replace(
        alliance(),
        memberships=tuple(Membership(LAUNCH, None, code, "en", "Europe/Brussels") for code in members),
        footnotes=(),
    )
    reporting = [code for code in members if consents[code] != "silent"]
    scores = [_score(at, *promise) for at, promise in enumerate(promises)]
    assessment = [row for code in reporting for row in _assessment(code)]
    goals = [
        {"goal": g.code, "position": at, "kind": g.kind, "parent": g.parent, "text_en": "T", "wording": "official"}
        for at, g in enumerate(GOALS, start=1)
    ]
    return here, Tables(
        members=frame("members", [_member(at, code) for at, code in enumerate(members, start=1)]),
        goals=frame("goals", goals),
        questions=frame("questions", []),
        commitments=frame("commitments", [_commitment(row) for row in scores]),
        submissions=frame("submissions", [_submission(code) for code in reporting] + [REFUSED]),
        answers=frame("answers", [row for code in reporting for row in _answers(code, consents[code])]),
        assessment=frame("assessment", assessment),
        findings=frame("findings", [_finding(code) for code in reporting]),
        completeness=frame("completeness", [_complete(code, assessment) for code in members]),
        letters=frame("letters", [_letter(code) for code in members]),
        commitment_scores=frame("commitment_scores", scores),
        aggregate_scores=frame("aggregate_scores", _aggregates(scores)),
    )


def private(member: str, what: str) -> str:
    """A word that only this member's own part may have."""
    return f"{what} private to {member}"


def number_of(member: str) -> int:
    """A number that no other member gives and that does not come about by itself."""
    return 770_000 + 137 * CODES.index(member)


def answered_by(member: str) -> int:
    """Of its nine questions each member answers a number of its own."""
    return CODES.index(member) % 9


def _member(at: int, code: str) -> dict[str, Any]:
    names = {f"name_{language}": name(code) for language in ("en", "fr", "es")}
    return {"member": code, "position": at, **names, "language": "en", "since": LAUNCH, "time_zone": "Europe/Brussels"}


def _score(at: int, member: str, goal: str, rating: str) -> dict[str, Any]:
    kind = ("milestone", "growth_rule", "numeric")[at % 3]
    more: dict[str, Any] = {
        "milestone": {"status": "limited", "overdue": at % 2 == 0, "due_date": date(2014, 6, 1)},
        "growth_rule": {"meets_each_year": "met", "meets_on_average": "not_met"},
        "numeric": {"rating_growth_ratio": rating, "rating_projection": "limited", "rating_linear_gap": "achieved"},
    }[kind]
    return {
        "commitment": f"{member}-{at:02d}", "member": member, "goal": goal, "kind": kind, "method": kind,
        "method_version": 1, "weight": 1.0, "rating": rating, "explanation": private(member, "Explanation"), **more,
    }  # fmt: skip


def _commitment(score: dict[str, Any]) -> dict[str, Any]:
    kept = {key: score[key] for key in ("commitment", "member", "goal", "kind")}
    return {**kept, "title": private(score["member"], "Title"), "since_cycle": "2013"}


def _submission(code: str, **more: Any) -> dict[str, Any]:
    return {
        "submission": code.lower() * 4, "member": code, "file": f"file-of-{code}.xlsx", "way": "folder",
        "received": datetime(2014, 7, 3, 9, tzinfo=UTC), "sha256": "0" * 64, "size": 10, "status": "accepted",
        "late": code == "BEL", "version": 1, "sender": f"person@{code.lower()}.example", **more,
    }  # fmt: skip


REFUSED = _submission(
    "ALB", submission="refused", file="refused-file-name.xlsx", status="rejected", reason="macros", version=None,
    detail="It came from hidden.person@alb.example.",
)  # fmt: skip


def _answers(code: str, consent: str) -> list[dict[str, Any]]:
    said: dict[str, str] = {
        "authority": private(code, "Authority"), "victims": str(number_of(code)), "victims_year": "2013",
        "practice": private(code, "Practice"), "achievements": private(code, "Achievements"),
        "profile_comment": private(code, "Comment"),
    }  # fmt: skip
    if consent in ("full", "aggregate"):
        said["consent"] = consent
    numeric = {question.code for question in form().questions if question.type == "integer"}
    return [
        {
            "member": code, "row": "", "question": question, "raw": value, "value": value,
            "number": float(value) if question in numeric else None, "sheet": "s", "cell": "D5", "submission": code,
        }
        for question, value in said.items()
    ]  # fmt: skip


def _assessment(code: str) -> list[dict[str, Any]]:
    answered = answered_by(code)
    return [
        {
            "member": code, "subject": "question", "row": "", "question": asked.code, "section": asked.section,
            "goal": asked.goal, "type": asked.type, "severity": "error", "relevant": True, "needed": True,
            "filled": at < answered, "answered": at < answered, "accounted": at < answered,
        }
        for at, asked in enumerate(form().asked)
    ]  # fmt: skip


def _complete(code: str, assessment: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    answered = sum(row["answered"] for row in assessment if row["member"] == code)
    return {
        "member": code, "scope_kind": "all", "scope": "", "asked": 9, "answered": answered, "accounted": answered,
        "answered_share": answered / 9, "accounted_share": answered / 9,
    }  # fmt: skip


def _finding(code: str) -> dict[str, Any]:
    return {
        "finding": f"f-{code}", "member": code, "rule": f"rule_about_{code}", "rule_version": 1, "severity": "error",
        "row": "", "message": private(code, "Finding"), "status": "open",
    }  # fmt: skip


def _letter(code: str) -> dict[str, Any]:
    return {
        "member": code, "kind": "corrections", "round": 1, "language": "en", "recipients": f"office@{code.lower()}.example",
        "subject": private(code, "Letter"), "errors": 1, "warnings": 0, "queries": 0, "file": "f.eml",
        "message_id": "m", "sha256": "0" * 64,
    }  # fmt: skip


def _aggregates(scores: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    scopes: dict[tuple[str, str, str], list[str]] = {}
    for row in scores:
        parent = f"PT{row['goal'][2]}"
        levels = (
            ("alliance", "", ""),
            ("target", "", parent),
            ("goal", "", row["goal"]),
            ("member", row["member"], ""),
        )
        for scope in (*levels, ("member_goal", row["member"], row["goal"])):
            scopes.setdefault(scope, []).append(row["rating"])
    return [
        {
            "level": level, "member": member, "goal": goal, "commitments": len(ratings),
            "rated": len(ratings) - ratings.count("not_available"), **{r: ratings.count(r) for r in RATINGS},
            "sufficient": True, "rating": Counter(ratings).most_common(1)[0][0], "mean_score": 1.25,
        }
        for (level, member, goal), ratings in scopes.items()
    ]  # fmt: skip
