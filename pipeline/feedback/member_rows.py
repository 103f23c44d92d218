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
        submissions: Its submissions in the order of arrival.
        findings: Its findings; empty where no submission is accepted.
        completeness: Its rows of the table ``completeness``; empty where no submission is accepted.
    """

    member: Row
    submissions: Sequence[Row]
    findings: Sequence[Row]
    completeness: Sequence[Row]

    @property
    def kind(self) -> str:
        """Which letter the member gets."""
        if not self.submissions:
            return "reminder"
        if all(row["status"] != "accepted" for row in self.submissions):
            return "refusal"
        return "corrections" if self.findings else "receipt"


def rows_by_member(
    members: pd.DataFrame, submissions: pd.DataFrame, findings: pd.DataFrame, completeness: pd.DataFrame
) -> list[MemberRows]:
    """Hand out the rows of the tables to their members; a row of no member goes to nobody.

    Args:
        members: Table ``members``.
        submissions: Table ``submissions``.
        findings: Table ``findings``.
        completeness: Table ``completeness``.

    Returns:
        One for each row of ``members``, in their order; missing values are None.
    """
    received, found, shares = (_grouped(table) for table in (submissions, findings, completeness))
    handed_out: list[MemberRows] = []
    for member in records(members):
        code = str(member["member"])
        arrivals = sorted(received.get(code, []), key=lambda row: (row["received"], row["submission"]))
        counts = any(row["status"] == "accepted" for row in arrivals)
        handed_out.append(
            MemberRows(member, arrivals, found.get(code, []) if counts else [], shares.get(code, []) if counts else [])
        )
    return handed_out


def _grouped(table: pd.DataFrame) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in records(table):
        if row["member"] is not None:
            grouped.setdefault(str(row["member"]), []).append(row)
    return grouped


def records(table: pd.DataFrame) -> list[Row]:
    """The rows of a table one by one; missing values are None."""
    columns = {name: table[name].astype(object).where(table[name].notna(), None).tolist() for name in table.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
