"""The rows of the tables, handed out by member: here every letter is parted from all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


@dataclass(frozen=True)
class MemberRows:
    """The rows of the tables that are of one member, and of no other.

    Attributes:
        member: Its row of the table ``members``.
        submissions: Its submissions in the order of arrival, up to the one that a letter answers: a file that is sent
            once more opens no round, and changes no letter.
        findings: Its open findings; empty where no submission is accepted. What staff waived or withdrew is not asked again.
        history: What became of every finding ever raised; empty where no submission is accepted.
        completeness: Its rows of the table ``completeness``; empty where no submission is accepted.
    """

    member: Row
    submissions: Sequence[Row]
    findings: Sequence[Row]
    history: Sequence[Row]
    completeness: Sequence[Row]

    @property
    def round(self) -> int:
        """The round that a letter to the member answers; 0 where nothing has arrived yet, or nothing but duplicates."""
        return max((int(row["round"]) for row in self.submissions if row["round"] is not None), default=0)

    @property
    def version(self) -> int:
        """The version of the submission that counts; 0 where none does."""
        return next((int(row["version"]) for row in self.submissions if row["status"] == "accepted"), 0)

    @property
    def accepted(self) -> bool:
        """Whether a workbook of the member counts."""
        return any(row["status"] == "accepted" for row in self.submissions)

    @property
    def kind(self) -> str:
        """Which letter the member gets."""
        if not self.submissions:
            return "reminder"
        if not self.accepted:
            return "refusal"
        return "corrections" if self.findings else "receipt"


def rows_by_member(
    members: pd.DataFrame,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    finding_history: pd.DataFrame,
    completeness: pd.DataFrame,
) -> list[MemberRows]:
    """Hand out the rows of the tables to their members; a row of no member goes to nobody.

    Args:
        members: Table ``members``.
        submissions: Table ``submissions``.
        findings: Table ``findings``.
        finding_history: Table ``finding_history``.
        completeness: Table ``completeness``.

    Returns:
        One for each row of ``members``, in their order; missing values are None.
    """
    open_ones = findings[findings["status"] == "open"]
    received, shares = grouped_by_member(submissions), grouped_by_member(completeness)
    found, became = grouped_by_member(open_ones), grouped_by_member(finding_history)
    handed_out: list[MemberRows] = []
    for member in records(members):
        code = str(member["member"])
        arrivals = sorted(received.get(code, []), key=lambda row: (row["received"], row["submission"]))
        arrivals = _answered(arrivals)
        counts = any(row["status"] == "accepted" for row in arrivals)
        kept = [rows.get(code, []) if counts else [] for rows in (found, became, shares)]
        handed_out.append(MemberRows(member, arrivals, *kept))
    return handed_out


def _answered(arrivals: Sequence[Row]) -> Sequence[Row]:
    """Leave out duplicates after the last arrival that is none; what is nothing but duplicates is answered as well."""
    new = [place for place, row in enumerate(arrivals) if row["status"] != "duplicate"]
    return arrivals[: new[-1] + 1] if new else arrivals


def grouped_by_member(table: pd.DataFrame) -> dict[str, list[Row]]:
    """The rows of a table by the member whose they are; those of no member are left out."""
    grouped: dict[str, list[Row]] = {}
    for row in records(table):
        if row["member"] is not None:
            grouped.setdefault(str(row["member"]), []).append(row)
    return grouped


def records(table: pd.DataFrame) -> list[Row]:
    """The rows of a table one by one; missing values are None."""
    columns = {name: table[name].astype(object).where(table[name].notna(), None).tolist() for name in table.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
