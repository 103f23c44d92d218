"""A member's workbook on the bench: plants put their errors into it and write down what must be found.

What is expected comes from the published rules and from where a plant typed, never from the program.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from examples.reply import Place, Value
from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from tests.planted.clean_answers import Reply
from tests.planted.paper import Paper

UNREADABLE: Final = "\x00"
"""Stands for what was typed and is no answer."""

_TOGETHER: Final = {
    **dict.fromkeys(("deputy", "deputy_email", "deputy_language", "focal_email"), "deputy"),
    **dict.fromkeys(("consulted_kinds", "consulted"), "consulted"),
    **dict.fromkeys(("approved_on", "signed_on", "reporting_year"), "days"),
    **dict.fromkeys(("victim_support", "victim_support_text", "victim_centre"), "support"),
    **dict.fromkeys(("icse_connected", "icse_plan"), "icse_new"),
    **dict.fromkeys(("campaign_audience", "campaign_topics"), "campaigns"),
    "sharing_channels": "practices_shared",
    "unit_exists": "unit_staff",
}


class Found(NamedTuple):
    """One finding, by what a member and the secretariat need of it; the problem is that of an unreadable answer."""

    member: str
    rule: str
    row: str
    question: str
    sheet: str
    cell: str
    severity: str
    problem: str


@dataclass
class _Expectation:
    """A finding to come; its cell and sheet get their names when the workbook is saved."""

    rule: str
    severity: str
    row: str
    question: str
    sheet: Worksheet | str
    cell: Cell | str
    problem: str


@dataclass
class Bench:
    """One member's workbook, what was said in it, and what must be found.

    Attributes:
        member: Whose it is.
        cycle: The cycle.
        form: The questionnaire.
        paper: The workbook.
        register: The member's commitments in force.
        before: What the member said in the last cycle; None for a new member.
        answers: What now counts as answered: a value, or ``UNREADABLE``.
        excused: Places for whose missing answer there is a reason.
        gone: Rows of commitments that are not in the workbook any more.
        taken: What a plant was about already, so that no two of them meet.
        expected: What must be found.
        breaks_notes: Whether the part of the file that holds the notes at cells is to be damaged.
    """

    member: Member
    cycle: Cycle
    form: Form
    paper: Paper
    register: Sequence[Mapping[str, Any]]
    before: Reply | None
    answers: dict[Place, Value]
    excused: set[Place]
    gone: set[str] = field(default_factory=set[str])
    taken: set[str] = field(default_factory=set[str])
    expected: list[_Expectation] = field(default_factory=list[_Expectation])
    breaks_notes: bool = False

    @classmethod
    def of(
        cls,
        member: Member,
        cycle: Cycle,
        paper: Paper,
        register: Sequence[Mapping[str, Any]],
        before: Reply | None,
        reply: Reply,
    ) -> Bench:
        """A workbook that is filled without a mistake."""
        answers = reply.registered | reply.values
        return cls(member, cycle, paper.form, paper, register, before, answers, set(reply.reasons))

    # ---- what a plant may use

    @property
    def commitments(self) -> list[str]:
        """The ids of the member's commitments in force that are still in the workbook."""
        return [row for row in (str(one["commitment"]) for one in self.register) if row not in self.gone]

    def group(self, code: str, row: str = "") -> str:
        """What belongs together, because conditions and checks look at it together."""
        question = self.form.by_code[code]
        if question.repeat:
            return f"{question.repeat} {row}"
        if code.startswith(("law_", "ratified_")):
            return code.removesuffix("_article").removesuffix("_date")
        return _TOGETHER.get(code) or question.indicator or code

    def is_free(self, code: str, row: str = "") -> bool:
        """Whether no plant has been there."""
        section = f"section {self.form.by_code[code].section}"
        return section not in self.taken and self.group(code, row) not in self.taken

    def take(self, code: str, row: str = "") -> None:
        """Keep everybody else away from a question and what belongs to it."""
        self.taken.add(self.group(code, row))

    def said(self, code: str, row: str = "") -> Value | None:
        """The answer that counts."""
        return self.answers.get((row, code))

    def said_before(self, code: str, row: str = "") -> Value | None:
        """The answer of the last cycle; a new row of one cycle is not that of another."""
        if self.before is None or row.startswith("NEW-"):
            return None
        return (self.before.registered | self.before.values).get((row, code))

    # ---- what a plant does

    def answer(self, code: str, value: Value, row: str = "") -> Cell:
        """Give another answer, as it is picked or typed."""
        self.answers[row, code] = value
        return self.paper.type_in(code, self.paper.shown(self.form.by_code[code], value), row)

    def scrawl(self, code: str, typed: object, row: str = "") -> Cell:
        """Type something that is no answer."""
        self.answers[row, code] = UNREADABLE
        return self.paper.type_in(code, typed, row)

    def empty(self, code: str, row: str = "") -> None:
        """Take an answer out."""
        self.answers.pop((row, code), None)
        self.paper.cell(code, row).value = None

    def remove_row(self, row: str) -> None:
        """Take the row of a commitment out of the workbook, with the row that shows what was said last time."""
        key = self.paper.cell("commitments", row, layout.ROW)
        sheet = self.paper.sheets["commitments"]
        below = sheet.cell(key.row + 1, key.column)
        if below.value == layout.PREVIOUS_ROW and isinstance(below, Cell):
            self.paper.delete_row(below)
        self.paper.delete_row(key)
        self._forget({(row, question.code) for question in self.form.in_repeat("commitments")})

    def remove_question(self, code: str) -> None:
        """Take the row of a question out of the workbook."""
        self.paper.delete_row(self.paper.cell(code))
        self._forget({("", code)})

    def remove_section(self, section: str) -> None:
        """Take a whole sheet out of the workbook."""
        del self.paper.book[str(self.paper.sheets[section].title)]
        codes = {question.code for question in self.form.in_section(section)}
        self._forget({place for place in self.answers if place[1] in codes})

    def _forget(self, places: set[Place]) -> None:
        for row, code in places:
            self.answers.pop((row, code), None)
            self.excused.discard((row, code))
            self.paper.cells.pop((row, code, layout.ANSWER), None)

    def expect(
        self,
        rule: str,
        code: str = "",
        row: str = "",
        *,
        severity: str = "",
        sheet: Worksheet | str | None = None,
        cell: Cell | str | None = None,
        problem: str = "",
    ) -> None:
        """Write down what must be found; where nothing else is said, at the cell of the answer.

        Args:
            rule: Name of the rule, check or note.
            code: Question, '' for none.
            row: Row of a repeat.
            severity: Severity; '' for that of the question.
            sheet: Sheet, where it is not that of the cell.
            cell: Cell, or '' for none.
            problem: Why nothing can be read.
        """
        at = self.paper.cell(code, row) if cell is None else cell
        on = sheet if sheet is not None else at.parent if isinstance(at, Cell) else self.sheet_of(code)
        assert isinstance(on, Worksheet | str)
        severity = severity or self.form.by_code[code].severity
        self.expected.append(_Expectation(rule, severity, row, code, on, at, problem))

    def sheet_of(self, code: str) -> Worksheet:
        """The sheet of a question."""
        return self.paper.sheets[self.form.by_code[code].section]

    def question(self, code: str) -> Question:
        """A question of the form."""
        return self.form.by_code[code]

    def saved(self) -> bytes:
        """The workbook as it is sent."""
        content = self.paper.saved()
        return _with_damaged_notes(content) if self.breaks_notes else content

    def findings(self) -> list[Found]:
        """Everything that must be found, with the names that cells and sheets have now."""
        return [
            Found(
                self.member.code,
                one.rule,
                one.row,
                one.question,
                one.sheet if isinstance(one.sheet, str) else str(one.sheet.title),
                one.cell if isinstance(one.cell, str) else str(one.cell.coordinate),
                one.severity,
                one.problem,
            )
            for one in self.expected
        ]

    # ---- too few accounted for: counted here by hand, for every goal

    def expect_thin_goals(self, threshold: float) -> None:
        """Write down the goals of which less than the threshold is answered or excused.

        Counted are the questions of the goal that are asked, and those of the rows of its commitments.
        """
        goals = {question.goal: question for question in reversed(self.form.in_repeat(None)) if question.goal}
        for goal, first in goals.items():
            places = [place for place in self._asked_places() if self._goal(place) == goal]
            done = [place for place in places if self._is_accounted(place)]
            if places and len(done) < threshold * len(places):
                cell = None if (("", first.code, layout.ANSWER) in self.paper.cells) else ""
                self.expect("too_few_accounted", first.code, severity="warning", cell=cell)

    def _asked_places(self) -> list[Place]:
        new = {row for row, code in self.answers if row.startswith("NEW-") and code.startswith("c_")}
        rows = {
            self.form.commitments_repeat: [*(str(one["commitment"]) for one in self.register), *sorted(new)],
            "documents": [],
            None: [""],
        }
        return [
            (row, question.code)
            for question in self.form.questions
            if question.is_answered_by_member
            for row in rows[question.repeat]
            if self._is_asked(question.code, row)
        ]

    def _goal(self, place: Place) -> str | None:
        row, code = place
        if not row:
            return self.form.by_code[code].goal
        known = {str(one["commitment"]): str(one["goal"]) for one in self.register}
        return known.get(row) or str(self.said("c_goal", row))

    def _is_accounted(self, place: Place) -> bool:
        return self.answers.get(place, UNREADABLE) != UNREADABLE or place in self.excused

    def _is_asked(self, code: str, row: str) -> bool:
        """Whether the form asks a question, read from its column ``relevant`` by a person."""
        said = {one: self.answers.get((row, one)) for one in _CONDITIONS.get(code, ())}
        said = {one: None if value == UNREADABLE else value for one, value in said.items()}
        match code:
            case "icse_plan":
                return said["icse_connected"] == "no"
            case "victim_support_text" | "victim_centre":
                return said["victim_support"] in ("national", "regional")
            case "c_value" | "c_value_year":
                return said["c_kind"] not in ("milestone", "checklist")
            case "c_completed":
                return said["c_status"] == "complete"
            case "c_evidence_public":
                return said["c_evidence_title"] is not None
            case _ if code.startswith(("law_", "ratified_")) and code.endswith(("_article", "_date")):
                return self.said(code.removesuffix("_article").removesuffix("_date")) == "yes"
            case _:
                return True


_CONDITIONS: Final = {
    "icse_plan": ("icse_connected",),
    "victim_support_text": ("victim_support",),
    "victim_centre": ("victim_support",),
    "c_value": ("c_kind",),
    "c_value_year": ("c_kind",),
    "c_completed": ("c_status",),
    "c_evidence_public": ("c_evidence_title",),
}


def _with_damaged_notes(content: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(output, "w") as target:
        for part in source.infolist():
            is_of_notes = re.search(r"comments?\d*\.xml$", part.filename) is not None
            target.writestr(part, b"<comments" if is_of_notes else source.read(part))
    return output.getvalue()


def days_after(day: object, days: int) -> date:
    """A day so many days later."""
    assert isinstance(day, date)
    return date.fromordinal(day.toordinal() + days)
