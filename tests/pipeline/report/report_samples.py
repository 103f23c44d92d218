"""A small alliance and its tables, made by hand, whose every number can be counted on one's fingers.

Five members. ALB: workbook accepted, agrees to everything. BIH: accepted, aggregates only. FRA: accepted late, did not say.
MEX: sent a file that was refused. XKX: sent nothing; its name carries a footnote. Six commitments, five kinds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle, Footnote, Goal, Membership, ScoringSettings
from pipeline.frames import frame
from pipeline.questionnaire.form import Choice, Form, Question, Section, Texts
from pipeline.report.figures import figures
from pipeline.report.tables import Tables
from pipeline.tables import RATINGS
from tests import samples

TEMPLATES = Path(__file__).parents[3] / "report_templates"
LAUNCH = date(2012, 12, 5)
NAMES = {"ALB": "Albania", "BIH": "Bosnia & Herzegovina", "FRA": "France", "MEX": "Mexico", "XKX": "Kosovo"}
NOTE = "This designation is without prejudice to positions on status."


def texts(**fields: str) -> Texts:
    return Texts({(name, "en"): text for name, text in fields.items()}, "en")


def question(position: int, code: str, section: str, kind: str = "text", **more: Any) -> Question:
    return samples.question(code, position=position, section=section, type=kind, **more)


def form() -> Form:
    victims: dict[str, Any] = {"goal": "OG1.1", "indicator": "victims"}
    questions = (
        question(1, "authority", "identification", role="authority"),
        question(2, "consent", "identification", "select_one", role="consent", choices="consent"),
        question(3, "victims", "pt1", "integer", role="value", unit="victims", **victims),
        question(4, "victims_year", "pt1", "integer", role="year", **victims),
        question(5, "victims_before", "pt1", "integer", role="previous_value", unit="victims", **victims),
        question(6, "victims_estimated", "pt1", "select_one", role="estimated", **victims),
        question(7, "practice", "pt1", role="good_practice", goal="OG1.1"),
        question(8, "achievements", "overall", role="achievements"),
        question(9, "profile_comment", "overall", role="profile_comment"),
    )
    sections = tuple(Section(code, None, texts(label=f"Part {code}")) for code in ("identification", "pt1", "overall"))
    reasons = ("not_available", "not_applicable", "not_yet", "confidential")
    choices = {"missing_reason": tuple(Choice(code, texts(label=code)) for code in reasons)}
    return Form("small", "1", {"en": "Small"}, ("en",), sections, questions, choices, ())


def goal(code: str, parent: str | None = None, wording: Any = "official") -> Goal:
    kind: Any = "operational_goal" if parent else "policy_target"
    return Goal(code, kind, parent, {"en": f"Text of {code} with <angle> & ampersand"}, wording, "Launch of 2012")


GOALS = (goal("PT1"), goal("OG1.1", "PT1"), goal("PT2"), goal("OG2.1", "PT2"), goal("OG2.2", "PT2", "paraphrase"))


def cycle(name: str, day: date, *, demonstration: bool = True) -> Cycle:
    year = day.year
    return Cycle(
        name, {"en": f"Report of {name}"}, f"SMALL/{name}", date(year, 1, 1), date(year, 6, 30), date(year, 7, 1),
        date(year, 7, 10), date(year, 7, 15), date(year, 8, 15), day, "The secretariat", "The next one", demonstration,
    )  # fmt: skip


def alliance() -> Alliance:
    memberships = [Membership(LAUNCH, None, code, "en", "Europe/Brussels") for code in ("ALB", "BIH", "FRA", "XKX")]
    memberships.insert(3, Membership(date(2014, 5, 1), None, "MEX", "en", "America/Mexico_City"))
    memberships.append(Membership(LAUNCH, date(2014, 2, 1), "VNM", "en", "Asia/Ho_Chi_Minh"))
    return Alliance(
        folder=Path("alliance"), name={"en": "Small Alliance"}, short_name="Small", code="SMALL", languages=("en",),
        office={"en": "The office"}, contact="office@small.example", countries_total=196,
        memberships=tuple(memberships), names=(), footnotes=(Footnote(LAUNCH, None, "XKX", "en", NOTE),), groups=(),
        goals=GOALS, focal_points=(),
        cycles={c.name: c for c in (cycle("2013", date(2013, 12, 13)), cycle("2014", date(2014, 9, 30)))},
        scoring=ScoringSettings(0.6, {}, {}), form=form(), register=frame("commitments", []),
    )  # fmt: skip


def _members() -> pd.DataFrame:
    return frame(
        "members",
        [
            {
                "member": code, "position": at, "name_en": name, "name_fr": name, "name_es": name, "language": "en",
                "since": date(2014, 5, 1) if code == "MEX" else LAUNCH, "time_zone": "Europe/Brussels",
                "groups": "EU" if code == "FRA" else None, "footnote": NOTE if code == "XKX" else None,
            }
            for at, (code, name) in enumerate(NAMES.items(), start=1)
        ],
    )  # fmt: skip


def _submissions() -> pd.DataFrame:
    def row(key: str, member: str, status: str, day: int, **more: Any) -> dict[str, Any]:
        received = datetime(2014, 7, day, 9, tzinfo=UTC)
        return {
            "submission": key, "member": member, "file": f"{key}.xlsx", "way": "folder", "received": received,
            "sha256": key * 64, "size": 10, "status": status, "late": False, "version": 1, **more,
        }  # fmt: skip

    refused = {
        "reason": "password_protected",
        "detail": "Sent by Veiled.Person@mex.example with a password.",
        "version": None,
    }
    return frame(
        "submissions",
        [
            row("a", "ALB", "superseded", 2, reason="newer_version"),
            row("b", "ALB", "accepted", 9, version=2),
            row("c", "BIH", "accepted", 10),
            row("d", "FRA", "accepted", 20, late=True),
            row("e", "MEX", "rejected", 11, **refused),
        ],
    )


ANSWERS: dict[tuple[str, str], str] = {
    ("ALB", "authority"): "Ministry of Justice",
    ("ALB", "consent"): "full",
    ("ALB", "victims"): "131",
    ("ALB", "victims_year"): "2013",
    ("ALB", "victims_before"): "1100",
    ("ALB", "victims_estimated"): "yes",
    ("ALB", "practice"): "One number for all reports.",
    ("ALB", "achievements"): "A law was passed.",
    ("BIH", "authority"): "Veiled authority of BIH",
    ("BIH", "consent"): "aggregate",
    ("BIH", "practice"): "Veiled practice of BIH",
    ("BIH", "achievements"): "Veiled achievement of BIH",
    ("FRA", "authority"): "Veiled authority of FRA",
    ("FRA", "achievements"): "Veiled achievement of FRA",
}


def _answers(given: dict[tuple[str, str], str]) -> pd.DataFrame:
    numeric = {q.code for q in form().questions if q.type == "integer"}
    return frame(
        "answers",
        [
            {
                "member": member, "row": "", "question": code, "raw": value, "value": value,
                "number": float(value) if code in numeric else None, "sheet": "s", "cell": "D5", "submission": "b",
            }
            for (member, code), value in given.items()
        ],
    )  # fmt: skip


def _assessment(given: dict[tuple[str, str], str]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for member in ("ALB", "BIH", "FRA"):
        for asked in form().asked:
            answered = (member, asked.code) in given
            # FRA says of its victims that the number is confidential; all else that is missing is silence.
            reason = "confidential" if (member, asked.code) == ("FRA", "victims") else None
            rows.append(
                {
                    "member": member, "subject": "question", "row": "", "question": asked.code,
                    "section": asked.section, "goal": asked.goal, "type": asked.type, "severity": "error",
                    "relevant": True, "needed": True, "filled": answered, "answered": answered,
                    "accounted": answered or reason is not None, "missing_reason": reason,
                }
            )  # fmt: skip
    return frame("assessment", rows)


def _completeness(assessment: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for member in NAMES:
        mine = assessment[assessment["member"] == member]
        asked = len(mine) or 9
        answered, accounted = int(mine["answered"].sum()), int(mine["accounted"].sum())
        rows.append(
            {
                "member": member, "scope_kind": "all", "scope": "", "asked": asked, "answered": answered,
                "accounted": accounted, "answered_share": answered / asked, "accounted_share": accounted / asked,
            }
        )  # fmt: skip
    return frame("completeness", rows)


SCORES: tuple[dict[str, Any], ...] = (
    {"commitment": "ALB-01", "kind": "growth_rule", "goal": "OG1.1", "rating": "on_track", "score": 2.0,
     "meets_each_year": "not_met", "meets_on_average": "met", "explanation": "131 are more than the 121 required."},
    {"commitment": "ALB-02", "kind": "milestone", "goal": "OG2.1", "rating": "achieved", "status": "complete",
     "due_date": date(2014, 6, 30), "overdue": False, "explanation": "Complete, with evidence."},
    {"commitment": "BIH-01", "kind": "numeric", "goal": "OG2.2", "rating": "limited", "score": -1.0,
     "rating_growth_ratio": "limited", "rating_projection": "acceleration_needed", "rating_linear_gap": "limited",
     "explanation": "Veiled explanation of BIH."},
    {"commitment": "ALB-03", "kind": "numeric", "goal": "OG2.2", "rating": "acceleration_needed", "score": 0.5,
     "rating_growth_ratio": "acceleration_needed", "rating_projection": "on_track",
     "rating_linear_gap": "not_available", "explanation": "0.71 of the pace required.", "target_year": 2016},
    {"commitment": "FRA-01", "kind": "milestone", "goal": "OG2.1", "rating": "deterioration", "status": "not_started",
     "due_date": date(2014, 3, 31), "overdue": True, "explanation": "Veiled explanation of FRA."},
    {"commitment": "XKX-01", "kind": "checklist", "goal": "OG2.1", "rating": "not_available", "reason": "no_workbook",
     "explanation": "No workbook was received."},
)  # fmt: skip


def _scores(extra: list[dict[str, Any]]) -> pd.DataFrame:
    plain = {"method_version": 1, "weight": 1.0}
    rows = [{**plain, "method": row["kind"], "member": row["commitment"][:3], **row} for row in [*SCORES, *extra]]
    return frame("commitment_scores", rows)


def _commitments(titles: dict[str, str], scores: pd.DataFrame) -> pd.DataFrame:
    rows = zip(scores["commitment"], scores["member"], scores["goal"], scores["kind"], strict=True)
    return frame(
        "commitments",
        [
            {
                "commitment": key, "member": member, "goal": goal_code, "kind": kind, "since_cycle": "2013",
                "title": titles.get(key, f"Title of {key}"),
            }
            for key, member, goal_code, kind in rows
        ],
    )  # fmt: skip


def _aggregates(scores: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for (member, goal_code), mine in scores.groupby(["member", "goal"], sort=False):
        ratings = mine["rating"].tolist()
        rated = [rating for rating in ratings if rating != "not_available"]
        rows.append(
            {
                "level": "member_goal", "member": member, "goal": goal_code, "commitments": len(ratings),
                "rated": len(rated), **{name: ratings.count(name) for name in RATINGS}, "sufficient": bool(rated),
                "rating": rated[0] if rated else "not_available",
            }
        )  # fmt: skip
    return frame("aggregate_scores", rows)


def _findings() -> pd.DataFrame:
    rows = [("f1", "ALB", "required", "warning"), ("f2", "BIH", "required", "error"), ("f3", "BIH", "range", "error")]
    return frame(
        "findings",
        [
            {
                "finding": key, "member": member, "rule": rule, "rule_version": 1, "severity": severity, "row": "",
                "message": "Please correct.", "status": "open",
            }
            for key, member, rule, severity in rows
        ],
    )  # fmt: skip


def sample(
    said: dict[tuple[str, str], str] | None = None,
    titles: dict[str, str] | None = None,
    scores: list[dict[str, Any]] | None = None,
    **replaced: pd.DataFrame,
) -> tuple[Alliance, Cycle, Tables]:
    """The small alliance, its cycle 2014 and its tables with their figures.

    Args:
        said: Answers that are added to, or put in the place of, those of ANSWERS.
        titles: Titles of commitments by id.
        scores: Rows that are added to SCORES.
        replaced: Whole tables that take the place of the sample's own.
    """
    small = alliance()
    given = {**ANSWERS, **(said or {})}
    assessment = _assessment(given)
    scored = _scores(scores or [])
    goals = [
        {"goal": g.code, "position": at, "kind": g.kind, "parent": g.parent, "text_en": g.text("en"),
         "wording": g.wording}
        for at, g in enumerate(GOALS, start=1)
    ]  # fmt: skip
    tables = Tables(
        members=_members(),
        goals=frame("goals", goals),
        questions=frame("questions", []),
        commitments=_commitments(titles or {}, scored),
        submissions=_submissions(),
        answers=_answers(given),
        assessment=assessment,
        findings=_findings(),
        completeness=_completeness(assessment),
        letters=frame("letters", []),
        commitment_scores=scored,
        aggregate_scores=_aggregates(scored),
    )
    tables = replace(tables, **replaced)
    this = small.cycle("2014")
    return small, this, replace(tables, figures=figures(small, this, tables))
