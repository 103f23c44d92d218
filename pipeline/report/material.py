"""The tables of a cycle, sorted the way the report's blocks need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.alliance.model import Alliance, Cycle, Goal
from pipeline.report.documents import Document, public_documents
from pipeline.report.tables import Tables, records

Row = dict[str, Any]


def _by(rows: Iterable[Row], *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    sorted_in: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        sorted_in[tuple(row[key] for key in keys)].append(row)
    return dict(sorted_in)


@dataclass(frozen=True)
class Material:
    """What every block builds from. Nothing here is computed anew; it is the tables, looked up.

    Attributes:
        alliance: The alliance.
        cycle: The cycle reported on.
        tables: All tables of the cycle.
    """

    alliance: Alliance
    cycle: Cycle
    tables: Tables

    @cached_property
    def members(self) -> list[Row]:
        """The members in the alliance's own order."""
        return sorted(records(self.tables.members), key=lambda row: row["position"])

    @cached_property
    def member(self) -> dict[str, Row]:
        """The members by code."""
        return {row["member"]: row for row in self.members}

    def name(self, member: str) -> str:
        """The member's name, with an asterisk where a footnote belongs to it."""
        row = self.member[member]
        return row["name_en"] + ("*" if row["footnote"] else "")

    @cached_property
    def submissions(self) -> list[Row]:
        """All files received, in the order of their arrival."""
        return sorted(records(self.tables.submissions), key=lambda row: (row["received"], row["submission"]))

    @cached_property
    def accepted(self) -> dict[str, Row]:
        """The accepted submission per member that has one."""
        return {row["member"]: row for row in self.submissions if row["status"] == "accepted" and row["member"]}

    @cached_property
    def answers(self) -> dict[tuple[str, str, str], Row]:
        """The answers by member, row and question."""
        rows = records(self.tables.answers)
        return {(row["member"], row["row"], row["question"]): row for row in rows}

    @cached_property
    def documents(self) -> dict[str, list[Document]]:
        """The documents per member that it says are open to the public."""
        return public_documents(self.alliance.form, self.answers)

    @cached_property
    def completeness(self) -> dict[tuple[str, str, str], Row]:
        """Completeness by member, kind of scope and scope."""
        rows = records(self.tables.completeness)
        return {(row["member"], row["scope_kind"], row["scope"]): row for row in rows}

    @cached_property
    def commitments(self) -> dict[str, Row]:
        """The register's row per commitment."""
        return {row["commitment"]: row for row in records(self.tables.commitments)}

    @cached_property
    def scores(self) -> list[Row]:
        """All commitment scores."""
        return records(self.tables.commitment_scores)

    @cached_property
    def scores_of_member(self) -> dict[tuple[Any, ...], list[Row]]:
        """Commitment scores by (member,)."""
        return _by(self.scores, "member")

    @cached_property
    def scores_of_goal(self) -> dict[tuple[Any, ...], list[Row]]:
        """Commitment scores by (goal,)."""
        return _by(self.scores, "goal")

    @cached_property
    def aggregates(self) -> dict[tuple[str, str, str], Row]:
        """Aggregate scores by level, member and goal."""
        rows = records(self.tables.aggregate_scores)
        return {(row["level"], row["member"], row["goal"]): row for row in rows}

    @cached_property
    def findings(self) -> list[Row]:
        """The open findings: what staff waived or withdrew asks nothing of anybody."""
        return records(self.tables.findings.loc[self.tables.findings["status"] == "open"])

    @cached_property
    def findings_of_member(self) -> dict[tuple[Any, ...], list[Row]]:
        """Findings by (member,)."""
        return _by(self.findings, "member")

    @cached_property
    def goals(self) -> list[Goal]:
        """The operational goals in order."""
        return list(self.alliance.operational_goals())

    def value(self, member: str, role: str) -> str | None:
        """The member's answer to the question with a role that stands outside of indicators and repeats, or None."""
        for question in self.alliance.form.with_role(role):
            answer = self.answers.get((member, "", question.code))
            if answer and answer["value"]:
                return answer["value"]
        return None

    @cached_property
    def consent(self) -> dict[str, str | None]:
        """What each member agreed to: full, aggregate, or None where it did not say."""
        return {code: self.value(code, "consent") if code in self.accepted else None for code in self.member}

    def shows(self, member: str) -> bool:
        """Whether the member agreed to the publication of its own results. Silence is not consent."""
        return self.consent[member] == "full"

    def withholds(self, member: str) -> bool:
        """Whether the member sent a workbook whose details may not be shown."""
        return member in self.accepted and not self.shows(member)
