"""A small form, and small tables around it, written by hand for the tests of validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from pipeline.frames import frame
from pipeline.questionnaire.form import Check, Choice, Form, Section, Texts
from tests.samples import question

TODAY = date(2014, 9, 30)


def texts(**fields: str) -> Texts:
    """texts(label="Unit", label_fr="Unité"): one text per field and language."""
    split = {
        tuple(name.rsplit("_", 1)) if name[-3:] in ("_fr", "_es") else (name, "en"): t for name, t in fields.items()
    }
    return Texts(split, "en")


YES_NO = (Choice("yes", texts(label="Yes", label_fr="Oui")), Choice("no", texts(label="No", label_fr="Non")))
REASONS = (
    Choice("not_available", texts(label="not available", label_fr="non disponible")),
    Choice("not_applicable", texts(label="not applicable", label_fr="sans objet")),
    Choice("not_yet", texts(label="not yet", label_fr="pas encore")),
    Choice("confidential", texts(label="confidential", label_fr="confidentiel")),
)
ROW = {"section": "commitments", "repeat": "commitments"}

FORM = Form(
    id="small",
    version="1",
    title={"en": "Small"},
    languages=("en", "fr"),
    sections=(
        Section("pt1", None, texts(label="Target 1", label_fr="Objectif 1")),
        Section("commitments", "commitments", texts(label="Commitments", label_fr="Engagements")),
        Section("overall", None, texts(label="Overall", label_fr="Ensemble")),
    ),
    questions=(
        question("unit", type="select_one", choices="yes_no", goal="OG1.1", required="true()"),
        question(
            "victims",
            type="integer",
            goal="OG1.1",
            indicator="new",
            role="value",
            tolerance=0.1,
            constraint=". >= 0",
            relevant="/data/unit = 'yes'",
            texts=texts(
                label="Victims",
                constraint_message="Enter 0 or more",
                constraint_message_fr="Indiquez 0 ou plus.",
                required_message="Tell us the number.",
            ),
        ),
        question("intro", type="note"),
        question("c_title", role="title", **ROW),
        question("c_goal", type="select_one", choices="goals", role="goal", **ROW),
        question("c_status", type="select_one", choices="status", role="status", **ROW),
        question("summary", section="overall", severity="warning"),
    ),
    choices={"yes_no": YES_NO, "missing_reason": REASONS},
    checks=(
        Check(
            "unit_counts",
            5,
            "summary",
            "/data/unit = 'yes'",
            "",
            "query",
            texts(message="A unit counts victims", message_fr="Une unité compte les victimes."),
        ),
    ),
)

FORM = replace(FORM, questions=tuple(replace(one, position=place) for place, one in enumerate(FORM.questions, start=1)))

MEMBERS = frame(
    "members",
    [
        {
            "member": code,
            "position": position,
            "name_en": code,
            "name_fr": code,
            "name_es": code,
            "language": language,
            "time_zone": "UTC",
        }
        for position, (code, language) in enumerate([("FRA", "fr"), ("ALB", "en"), ("VNM", "en")], start=1)
    ],
)

COMMITMENTS = frame(
    "commitments",
    [
        {"commitment": key, "member": key[:3], "goal": goal, "title": key, "kind": "milestone", "since_cycle": "2013"}
        for key, goal in [("ALB-01", "OG1.1"), ("ALB-02", "OG2.1"), ("VNM-01", "OG2.1")]
    ],
)


def submissions(**status_by_member: str) -> pd.DataFrame:
    return frame(
        "submissions",
        [
            {
                "submission": f"s-{member}",
                "member": member,
                "file": f"{member}.xlsx",
                "way": "folder",
                "received": "2014-08-01T00:00:00Z",
                "sha256": "0",
                "size": 1,
                "status": status,
                "late": False,
                "language": {"FRA": "fr"}.get(member, "en"),
            }
            for member, status in status_by_member.items()
        ],
    )


def answer(member: str, question: str, value: object = None, row: str = "", **given: Any) -> dict[str, Any]:
    said = None if value is None else str(value)
    number = float(value) if isinstance(value, int | float) else None
    return {
        "member": member,
        "row": row,
        "question": question,
        "raw": said,
        "value": said,
        "number": number,
        "sheet": "Sheet",
        "cell": "D4",
        "submission": f"s-{member}",
    } | given


@dataclass(frozen=True)
class Said:
    """One verdict, as the form's expressions would give it."""

    row: str
    question: str
    subject: str = "question"
    relevant: bool = True
    needed: bool = False
    holds: bool | None = None
    offered: bool | None = None


class PlainForm:
    """The expressions of FORM, written out in Python: what XPath must come to."""

    def __init__(self) -> None:
        self.last_saved: list[Mapping[tuple[str, str], str]] = []

    def assess(
        self,
        values: Mapping[tuple[str, str], str],
        rows: Mapping[str, Sequence[str]],
        last_saved: Mapping[tuple[str, str], str],
        today: date,
    ) -> list[Said]:
        assert today == TODAY
        self.last_saved.append(last_saved)
        unit, victims = values.get(("", "unit")), values.get(("", "victims"))
        asked = unit == "yes"
        verdicts = [
            Said("", "unit", needed=True),
            Said("", "victims", relevant=asked, needed=asked, holds=None if victims is None else float(victims) >= 0),
        ]
        for key in rows["commitments"]:
            verdicts += [Said(key, "c_title"), Said(key, "c_goal"), Said(key, "c_status", needed=True)]
        verdicts += [Said("", "summary")]
        verdicts += [Said("", "summary", "unit_counts", holds=None if unit is None else asked)]
        return verdicts


def assessed(member: str = "ALB", question: str = "q", **given: Any) -> dict[str, Any]:
    """A row of the table ``assessment`` for an unremarkable answer, with what the test is about on top."""
    return {
        "member": member,
        "subject": "question",
        "row": "",
        "question": question,
        "section": "pt1",
        "type": "text",
        "severity": "error",
        "raw": "x",
        "value": "x",
        "sheet": "Sheet",
        "cell": "D4",
        "relevant": True,
        "needed": False,
        "filled": True,
        "answered": True,
        "accounted": True,
    } | given


EMPTY: dict[str, Any] = {
    "raw": None,
    "value": None,
    "filled": False,
    "answered": False,
    "accounted": False,
    "cell": None,
}
UNREAD: dict[str, Any] = {"value": None, "answered": False, "accounted": False}


def rows_of_assessment(rows: Sequence[tuple[str, str, str, bool]]) -> pd.DataFrame:
    """Rows of ``assessment`` of required questions: member, row, question, and whether it is answered."""
    common = {
        "subject": "question",
        "section": "pt1",
        "type": "text",
        "severity": "error",
        "sheet": "Target 1",
        "relevant": True,
        "needed": True,
    }
    return frame(
        "assessment",
        (
            {
                **common,
                "member": member,
                "row": row,
                "question": question,
                "filled": answered,
                "answered": answered,
                "accounted": answered,
                "raw": "yes" if answered else None,
                "value": "yes" if answered else None,
            }
            for member, row, question, answered in rows
        ),
    )
