"""Answers without any mistake, for every question that is asked of a member; each text and number is the member's own.

A text holds a word that occurs nowhere else in the cycle, and counts are numbers that nobody else gives, so that a test
can tell whose answer it finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from examples.reply import Place, Value
from examples.reply import Reply as PlainReply
from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire.form import Form, Question

DOCUMENTS: Final = 3
LAST_START: Final = date(2014, 6, 30)
"""A commitment that begins later has not been started in the second cycle, and nothing shows it yet."""

_YES_NO_ABOUT_FIGURES: Final = ("estimated", "break")
_CHOSEN: Final = {"yes_no": "yes", "element": "yes", "coverage": "national", "consent": "full"}
_REGISTERED: Final = {
    "c_title": "title",
    "c_goal": "goal",
    "c_description": "description",
    "c_kind": "kind",
    "c_action": "action",
    "c_lead_body": "lead_body",
    "c_start": "start_date",
    "c_due": "due_date",
    "c_predecessor": "predecessor",
}


@dataclass
class Reply(PlainReply):
    """What a member says in a cycle, and what the register says for it."""

    registered: dict[Place, Value] = field(default_factory=dict[Place, Value])


def own_word(*parts: str) -> str:
    """A word that stands for a place in a member's reply, and occurs nowhere else."""
    return "q" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def clean_reply(
    form: Form, member: Member, number: int, cycle: Cycle, register: list[Mapping[str, Any]], is_first: bool
) -> Reply:
    """Answer everything that is asked.

    Args:
        form: The questionnaire.
        member: Who answers.
        number: A number that is the member's own in all cycles.
        cycle: The cycle.
        register: The member's commitments in force.
        is_first: Whether the member has not answered in a cycle before.
    """
    writer = _Writer(form, member, number, cycle, Reply())
    for question in form.in_repeat(None):
        if question.is_answered_by_member and question.code != "icse_plan":
            writer.answer(question, "", writer.usual(question))
    reply = writer.reply
    if number % 2:
        del reply.values["", "profile_comment"]
        reply.reasons["", "profile_comment"] = "not_applicable"
    for commitment in register:
        writer.commit(commitment, is_first=is_first)
    if number % 3 == 0 and not is_first:
        writer.promise("NEW-1")
    keys = [str(commitment["commitment"]) for commitment in register]
    for number in range(1, DOCUMENTS + 1):
        writer.document(f"NEW-{number}", keys[number % len(keys)])
    return reply


@dataclass
class _Writer:
    form: Form
    member: Member
    number: int
    cycle: Cycle
    reply: Reply

    @property
    def year(self) -> int:
        return int(self.cycle.name) - 1

    def answer(self, question: Question, row: str, value: Value) -> None:
        self.reply.values[row, question.code] = value
        chance = Random(f"{self.member.code} {question.code} comment")
        if not row and chance.random() < 0.2 and question.section != "sign_off":
            word = own_word(self.member.code, self.cycle.name, question.code, "comment")
            self.reply.comments["", question.code] = f"Remark {word} on the answer."

    def usual(self, question: Question) -> Value:
        fixed: Mapping[str, Value] = {
            "country": self.member.names[self.member.language],
            "reporting_year": self.year,
            "focal_email": f"{self._word(question)}@desk.example",
            "deputy_email": f"{self._word(question)}@desk.example",
            "approved_on": date(self.year + 1, 6, 3),
            "signed_on": date(self.year + 1, 6, 4),
            "victim_centre": "house",
            "confidence": 45,
        }
        if question.code in fixed:
            return fixed[question.code]
        match question.type:
            case "integer" | "decimal":
                return self._number(question)
            case "date":
                chance = Random(f"{self.member.code} {question.code}")
                return date(chance.randint(1999, 2012), chance.randint(1, 12), chance.randint(1, 28))
            case "select_one":
                return self._choice(question)
            case "select_multiple":
                return tuple(choice.code for choice in self.form.choices[question.choices or ""][:2])
            case _:
                return self.words(question)

    def _choice(self, question: Question) -> str:
        if question.role in _YES_NO_ABOUT_FIGURES:
            return "no"
        if question.choices == "languages":
            return self.member.language
        return _CHOSEN.get(question.choices or "", self.form.choices[question.choices or ""][0].code)

    def _word(self, question: Question, row: str = "") -> str:
        return own_word(self.member.code, self.cycle.name, row, question.code)

    def words(self, question: Question, row: str = "") -> str:
        return f"Reply {self._word(question, row)} about the twelve months of {self.year}, as agreed."

    def _number(self, question: Question) -> Value:
        """Last year's value, this year's, where it began and where it shall go: they agree from cycle to cycle."""
        indicators = sorted({q.indicator for q in self.form.questions if q.indicator})
        place = self.number * len(indicators) + indicators.index(question.indicator or "")
        if question.unit in ("percent", "hours"):
            first, step = 20 + 0.0137 * place, 0.7131
        else:
            first, step = 1_000_137 + 1_000 * place, 7
        later = self.year - 2012
        match question.role:
            case "value":
                return round(first + later * step, 4)
            case "previous_value":
                return round(first + (later - 1) * step, 4)
            case "baseline_value":
                return round(first - 13 * step, 4)
            case "target_value":
                return round(first + 23 * step, 4)
            case "stock":
                return 9 * first + later * first // 10
            case "baseline_year":
                return 2009
            case _:
                return self.year

    # ---- rows

    def commit(self, commitment: Mapping[str, Any], *, is_first: bool) -> None:
        """Report on a commitment of the register, whose own columns stand in the workbook beforehand."""
        row, values = str(commitment["commitment"]), self.reply.values
        for code, column in _REGISTERED.items():
            known = commitment[column]
            if isinstance(known, str) or (known is not None and known == known):
                self.reply.registered[row, code] = known.date() if hasattr(known, "date") else str(known)
        begun = self.reply.registered[row, "c_start"]
        assert isinstance(begun, date)
        status = self._status(row, begun, is_first=is_first)
        values[row, "c_status"] = status
        self._say(row, "c_change")
        if commitment["kind"] not in ("milestone", "checklist"):
            place = self.number * 10 + int(row[-2:])
            values[row, "c_value"] = round(50 + 0.0713 * place + (self.year - 2012) * 1.3, 4)
            values[row, "c_value_year"] = self.year
        if status not in ("not_started", "no_evidence"):
            self.show(row, begun)
        if status == "complete":
            values[row, "c_completed"] = max(begun, self.cycle.period_start) + timedelta(days=20)
        values[row, "c_obstacles"] = ("legal", "data")
        self.reply.comments[row, ""] = f"Remark {own_word(self.member.code, self.cycle.name, row)} on the row."

    def _status(self, row: str, begun: date, *, is_first: bool) -> str:
        if self.year == 2012 or is_first:
            return "limited" if begun < self.cycle.opens else "not_started"
        if begun > LAST_START:
            return "not_started"
        return ("limited", "substantial", "complete", "substantial", "withdrawn")[int(row[-1]) % 5]

    def show(self, row: str, begun: date) -> None:
        """Name the document that shows the progress, of a day after the commitment began."""
        self._say(row, "c_evidence_title")
        word = own_word(self.member.code, self.cycle.name, row, "link")
        self.reply.values[row, "c_evidence_link"] = f"https://{word}.example.org/report"
        self.reply.values[row, "c_evidence_date"] = begun + timedelta(days=30)
        self.reply.values[row, "c_evidence_public"] = "yes"

    def promise(self, row: str) -> None:
        """Add a commitment of the member's own in an empty row."""
        for code in ("c_title", "c_description", "c_lead_body", "c_change"):
            self._say(row, code)
        more: Mapping[str, Value] = {
            "c_goal": "OG3.1",
            "c_kind": "milestone",
            "c_action": "awareness",
            "c_start": date(2014, 10, 1),
            "c_due": date(2015, 12, 31),
            "c_status": "not_started",
            "c_obstacles": ("legal",),
        }
        self.reply.values.update({(row, code): value for code, value in more.items()})

    def document(self, row: str, commitment: str) -> None:
        """List a further document."""
        self.reply.values[row, "e_commitment"] = commitment
        self._say(row, "e_title")
        word = own_word(self.member.code, self.cycle.name, row, "document")
        self.reply.values[row, "e_link"] = f"https://{word}.example.org/paper"
        self.reply.values[row, "e_date"] = date(self.year + 1, 4, 5)
        self.reply.values[row, "e_public"] = "no"

    def _say(self, row: str, code: str) -> None:
        self.reply.values[row, code] = self.words(self.form.by_code[code], row)
