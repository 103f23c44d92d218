"""All versions of all submissions in one pass of the rules: a pass costs the same for one answer as for thousands."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.validate.expectations import Checked
from pipeline.validate.findings import finding_ids


def beside(table: pd.DataFrame, superseded: pd.DataFrame) -> pd.DataFrame:
    """The rows of the versions that count, and after them those of the others, with the same columns."""
    return pd.concat([table, superseded[table.columns]], ignore_index=True) if len(superseded) else table


def for_editions(table: pd.DataFrame, editions: pd.DataFrame) -> pd.DataFrame:
    """A table of what holds for a member, with the same rows for every superseded version of it.

    Args:
        table: Any table with a column member.
        editions: See :class:`pipeline.gather.versions.Superseded`.
    """
    if editions.empty:
        return table
    copied = table.merge(editions[["member", "edition"]], on="member")
    return beside(table, copied.assign(member=copied["edition"]).drop(columns="edition"))


def of_members(table: pd.DataFrame, editions: pd.DataFrame) -> pd.DataFrame:
    """The rows about the versions that count."""
    if editions.empty:
        return table
    return table.loc[~table["member"].isin(editions["edition"])].reset_index(drop=True)


def checked_of_members(checked: Checked, editions: pd.DataFrame) -> Checked:
    """What the rules found in the versions that count; how many rows they looked at is that of all versions."""
    return Checked(tuple(replace(one, rows=of_members(one.rows, editions)) for one in checked.outcomes))


def with_versions(findings: pd.DataFrame, editions: pd.DataFrame, submissions: pd.DataFrame) -> pd.DataFrame:
    """Give the findings of all versions their members, their versions, and the same id in every version.

    Args:
        findings: Table ``findings``, its members being editions where a version does not count.
        editions: See :class:`pipeline.gather.versions.Superseded`.
        submissions: Table ``submissions`` of the versions that count.

    Returns:
        The same rows with the column version.
    """
    accepted = submissions.loc[submissions["status"] == "accepted", ["member", "version"]]
    names = pd.concat([accepted.assign(edition=accepted["member"]), editions], ignore_index=True)
    found = findings.rename(columns={"member": "edition"}).merge(
        names, on="edition", how="left", validate="many_to_one"
    )
    columns = (found[name].fillna("") for name in ("member", "row", "question", "rule"))
    keys = ["|".join(parts) for parts in zip(*columns, strict=True)]
    ids = pd.Series(finding_ids(keys, found["edition"].tolist()), index=found.index, dtype="str")
    return found.assign(finding=ids).drop(columns="edition")
