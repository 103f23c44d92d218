"""The tables of a cycle, sorted the way the report's blocks need them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.alliance.model import Alliance, Cycle, Goal
from pipeline.editions.edition import SECRETARIAT, Edition
from pipeline.report.documents import Document, public_documents
from pipeline.report.tables import Tables, records
from pipeline.tables import RATINGS

Row = dict[str, Any]


@dataclass(frozen=True)
class Ratings:
    """How the commitments of all members in a scope are rated.

    Attributes:
        counts: Commitments by rating.
        members: How many members have them.
    """

    counts: Counter[str]
    members: int

    @property
    def total(self) -> int:
        """All commitments."""
        return self.counts.total()

    @property
    def rated(self) -> int:
        """Those with a rating."""
        return self.total - self.counts["not_available"]


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
        tables: All tables of the cycle, as far as the edition has them.
        edition: The edition that is made.
    """

    alliance: Alliance
    cycle: Cycle
    tables: Tables
    edition: Edition = SECRETARIAT

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

    def ratings(self, scope: str = "") -> Ratings | None:
        """How the commitments to a goal, to a policy target or, for '', of the whole alliance are rated.

        Returns:
            The ratings of all members; None where the edition withholds them.
        """
        withheld = self._withheld_results.get(scope)
        if withheld and not withheld["shown"]:
            return None
        rows = self.scores_in(scope)
        counts, members = Counter(row["rating"] for row in rows), len({row["member"] for row in rows})
        if withheld:
            counts.update({rating: withheld[rating] for rating in RATINGS})
            members += withheld["members"]
        return Ratings(counts, members)

    def scores_in(self, scope: str) -> list[Row]:
        """The commitment scores that the edition shows one by one, of a goal, a policy target or, for '', of all."""
        if not scope:
            return self.scores
        codes = [goal.code for goal in self.goals if scope in (goal.code, goal.parent)]
        return [row for code in codes for row in self.scores_of_goal.get((code,), [])]

    @cached_property
    def _withheld_results(self) -> dict[str, Row]:
        return {row["goal"]: row for row in records(self.tables.withheld_results)}

    @cached_property
    def not_counted(self) -> str:
        """Whom counts of single answers leave out, in words; '' where they count everybody."""
        left_out = 0 if self.edition.whole else sum(1 for code in self.member if self.withholds(code))
        who = "1 member" if left_out == 1 else f"{left_out:,} members"
        return f"not counting {who} whose results are withheld" if left_out else ""

    @property
    def aside(self) -> str:
        """The same in brackets behind a blank, for sentences."""
        return f" ({self.not_counted})" if self.not_counted else ""

    @cached_property
    def scores(self) -> list[Row]:
        """All commitment scores that the edition shows one by one."""
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
