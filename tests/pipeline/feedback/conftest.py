"""A small made-up alliance of three members, and its tables, for the tests of letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.alliance.model import Alliance, Cycle, FocalPoint, Footnote, Membership, ScoringSettings
from pipeline.feedback.letters import LetterTables, Prepared, prepare_closing_letters, prepare_letters
from pipeline.frames import frame
from pipeline.questionnaire.form import Form, Question, Section, Texts
from pipeline.tables import TABLES
from tests import samples

TEMPLATES = Path(__file__).parents[3] / "report_templates"
LAUNCH = date(2012, 12, 5)
KEY = b"key of the tests, of no alliance"
LANGUAGES = ("en", "fr", "es")
MEMBERS = {
    "ALB": ("Albania", "Albanie", "Albania", "en", "Europe/Tirane"),
    "FRA": ("France", "France", "Francia", "fr", "Europe/Paris"),
    "ESP": ("Spain", "Espagne", "España", "es", "Europe/Madrid"),
}


def question(code: str, position: int, section: str, label: str) -> Question:
    texts = Texts({("label", language): f"{label} ({language})" for language in LANGUAGES}, "en")
    return samples.question(code, position=position, section=section, texts=texts)


def form() -> Form:
    sections = tuple(
        Section(code, None, Texts({("label", language): f"{label} {language}" for language in LANGUAGES}, "en"))
        for code, label in (("pt1", "Victims"), ("pt2", "Investigations"))
    )
    questions = (
        question("victims", 1, "pt1", "Victims identified since ${start}"),
        question("units", 2, "pt2", "Specialised units"),
    )
    return Form("ga", "1", {"en": "Form"}, LANGUAGES, sections, questions, {}, ())


def cycle() -> Cycle:
    return Cycle(
        name="2014",
        title={"en": "Second progress report", "fr": "Deuxième rapport d’étape", "es": "Segundo informe de progreso"},
        reference="GA/2014/1",
        period_start=date(2013, 10, 1),
        period_end=date(2014, 6, 30),
        opens=date(2014, 6, 2),
        reminder=date(2014, 7, 1),
        deadline=date(2014, 7, 15),
        cut_off=date(2014, 8, 15),
        report_date=date(2014, 9, 30),
        secretariat="Office",
        successor="",
        demonstration=True,
    )


def alliance() -> Alliance:
    points = [
        FocalPoint(code, role, f"{role} of {names[0]}", f"{role}@{code.lower()}.example", names[3])
        for code, names in MEMBERS.items()
        for role in ("deputy", "focal_point")
    ]
    return Alliance(
        folder=Path("alliance"),
        name={"en": "Alliance", "fr": "Alliance", "es": "Alianza"},
        short_name="GA",
        code="GA",
        languages=LANGUAGES,
        office={"en": "Secretariat", "fr": "Secrétariat", "es": "Secretaría"},
        contact="office@alliance.example",
        countries_total=196,
        memberships=tuple(Membership(LAUNCH, None, code, row[3], row[4]) for code, row in MEMBERS.items()),
        names=(),
        footnotes=(Footnote(None, None, "FRA", "fr", "Note sur le nom."),),
        groups=(),
        goals=(),
        focal_points=tuple(points),
        cycles={"2014": cycle()},
        scoring=ScoringSettings(0.6, {}, {}),
        form=form(),
        register=pd.DataFrame(columns=pd.Index(TABLES["commitments"].names)),
    )


def member_row(position: int, code: str) -> Mapping[str, Any]:
    english, french, spanish, language, zone = MEMBERS[code]
    return {
        "member": code,
        "position": position,
        "name_en": english,
        "name_fr": french,
        "name_es": spanish,
        "language": language,
        "time_zone": zone,
    }


def submission(member: str, status: str = "accepted", **values: Any) -> Mapping[str, Any]:
    row = {
        "submission": f"{member}-{status}",
        "member": member,
        "file": f"{member}.xlsx",
        "way": "folder",
        "received": datetime(2014, 7, 10, 22, 30, tzinfo=UTC),
        "sha256": "0" * 64,
        "size": 1000,
        "status": status,
        "reason": None if status == "accepted" else "damaged",
        "late": False,
        "version": 1 if status == "accepted" else None,
        "round": None if status == "duplicate" else 1,
    }
    return {**row, **values}


def finding(member: str, severity: str = "error", **values: Any) -> Mapping[str, Any]:
    row = {
        "finding": f"{member}-{severity}-1",
        "member": member,
        "rule": "required",
        "rule_version": 1,
        "severity": severity,
        "row": "",
        "question": "victims",
        "section": "pt1",
        "sheet": "PT1",
        "cell": "D7",
        "seen": "twelve",
        "message": "Give a number.",
        "status": "open",
        "first_round": 1,
    }
    return {**row, **values}


def completeness(member: str, asked: int, answered: int, accounted: int) -> list[Mapping[str, Any]]:
    counts = {"member": member, "asked": asked, "answered": answered, "accounted": accounted}
    return [{**counts, "scope_kind": "all", "scope": ""}, {**counts, "scope_kind": "section", "scope": "pt1"}]


@dataclass
class Case:
    """Tables of a cycle that a test fills, and the letters that come of them."""

    alliance: Alliance = field(default_factory=alliance)
    members: list[Mapping[str, Any]] = field(
        default_factory=lambda: [member_row(n, code) for n, code in enumerate(MEMBERS, 1)]
    )
    submissions: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    findings: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    history: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    completeness: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    templates: Path = TEMPLATES

    def tables(self) -> LetterTables:
        return LetterTables(
            frame("members", self.members),
            frame("submissions", self.submissions),
            frame("findings", self.findings),
            frame("finding_history", self.history),
            frame("completeness", self.completeness),
        )

    def prepare(self) -> Prepared:
        workbooks = [frame(name, []) for name in ("commitments", "answers", "earlier_answers")]
        return prepare_letters(self.alliance, "2014", self.tables(), *workbooks, self.templates, KEY)

    def close(self) -> Prepared:
        return prepare_closing_letters(self.alliance, "2014", self.tables(), self.templates)

    def with_australia(self) -> Case:
        """A fourth member, like Albania but for its code, from which nothing has arrived."""
        self.members.append({**self.members[0], "member": "AUS", "position": 4})
        joined = replace(self.alliance.memberships[0], member="AUS")
        point = FocalPoint("AUS", "focal_point", "focal_point of Australia", "focal_point@aus.example", "en")
        self.alliance = replace(
            self.alliance,
            memberships=(*self.alliance.memberships, joined),
            focal_points=(*self.alliance.focal_points, point),
        )
        return self

    def with_cycle(self, **values: Any) -> Case:
        self.alliance = replace(self.alliance, cycles={"2014": replace(cycle(), **values)})
        return self


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr("pipeline.feedback.letters.explain", lambda row, *_: str(row["message"]))
    return Case()


@pytest.fixture
def make() -> Mapping[str, Callable[..., Any]]:
    return {"submission": submission, "finding": finding, "completeness": completeness}
