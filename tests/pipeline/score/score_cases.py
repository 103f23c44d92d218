"""A tiny alliance for the tests of this folder: a hand-made form, register, submissions and answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from pipeline.alliance.model import Cycle, ScoringSettings
from pipeline.frames import frame
from pipeline.questionnaire.form import Form, Texts
from tests import samples

NO_TEXTS = Texts({}, "en")
# code, type, repeat, indicator, role
QUESTIONS = [
    ("new", "integer", None, "victims", "value"),
    ("new_year", "integer", None, "victims", "year"),
    ("new_before", "integer", None, "victims", "previous_value"),
    ("new_baseline", "integer", None, "victims", "baseline_value"),
    ("new_target", "integer", None, "victims", "target_value"),
    ("new_estimated", "select_one", None, "victims", "estimated"),
    ("new_break", "select_one", None, "victims", "break"),
    ("all_victims", "integer", None, "victims", "stock"),
    ("law_a", "select_one", None, "laws", "element"),
    ("law_b", "select_one", None, "laws", "element"),
    ("law_c", "select_one", None, "laws", "element"),
    ("achievements", "text", None, None, "achievements"),
    ("free", "text", None, None, None),
    ("c_status", "select_one", "commitments", None, "status"),
    ("c_due", "date", "commitments", None, "due"),
    ("c_value", "decimal", "commitments", None, "value"),
    ("c_year", "integer", "commitments", None, "value_year"),
    ("c_evidence", "text", "commitments", None, "evidence_title"),
    ("c_link", "text", "commitments", None, "evidence_link"),
]
CYCLE = Cycle(
    name="2014", title={"en": "Second report"}, reference="GA/2014/1",
    period_start=date(2013, 10, 1), period_end=date(2014, 6, 30), opens=date(2014, 6, 2), reminder=date(2014, 7, 1),
    deadline=date(2014, 7, 15), cut_off=date(2014, 8, 15), report_date=date(2014, 9, 30),
    secretariat="European Commission", successor="", demonstration=True,
)  # fmt: skip
SCORING = ScoringSettings(threshold=0.6, methods={"numeric": "growth_ratio"}, goal_weights={})


def question(position: int, code: str, kind: Any, repeat: str | None, indicator: str | None, role: str | None):
    return samples.question(
        code, position=position, type=kind, repeat=repeat, indicator=indicator, role=role, texts=NO_TEXTS
    )


FORM = Form(
    id="tiny", version="1", title={"en": "Tiny"}, languages=("en",), sections=(),
    questions=tuple(question(position, *row) for position, row in enumerate(QUESTIONS, 1)), choices={}, checks=(),
)  # fmt: skip


def register(*rows: dict[str, Any]) -> pd.DataFrame:
    """Commitments; the id begins with the member's code, everything else has a default."""
    defaults = {"goal": "OG1.1", "title": "A title", "since_cycle": "2013"}
    return frame("commitments", [defaults | {"member": row["commitment"][:3]} | row for row in rows])


def submissions(**status: str) -> pd.DataFrame:
    """Submissions by member and status; the id of each is the member's code in small letters."""
    received = pd.Timestamp("2014-07-01", tz="UTC")
    fixed = {"file": "f.xlsx", "way": "folder", "received": received, "sha256": "0", "size": 1, "late": False}
    rows = [
        {"submission": member.lower(), "member": member, "status": told, **fixed} for member, told in status.items()
    ]
    return frame("submissions", rows)


def answer(member: str, code: str, value: object = None, *, row: str = "", **more: Any) -> dict[str, Any]:
    """An answer; numbers and dates are filled from the value, the cell is that of the question's position."""
    position, kind = next((n, q[1]) for n, q in enumerate(QUESTIONS, 1) if q[0] == code)
    told: dict[str, Any] = {"member": member, "row": row, "question": code, "submission": member.lower()}
    told |= {"sheet": "commitments" if row else "pt1", "cell": f"D{position}"}
    if value is not None:
        told |= {"value": str(value)}
        told |= {"number": value} if kind in ("integer", "decimal") else {}
        told |= {"date": value} if kind == "date" else {}
    return told | more


def answers(*rows: dict[str, Any]) -> pd.DataFrame:
    return frame("answers", rows)


def earlier(cycle: str, *rows: dict[str, Any]) -> pd.DataFrame:
    return frame("earlier_answers", [{"cycle": cycle, **row} for row in rows])
