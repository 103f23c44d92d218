"""What members said in versions of their submissions that later ones took the place of: read again, never parsed again.

Each such version stands under a name of its own, as if a member had sent it that sent nothing else: so everything that
is made from the submissions that count can be made from all versions at once, and no version is mistaken for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import frame
from pipeline.gather.accepted import Accepted, answers_table, notes_table, places_table, register_titles, said_in
from pipeline.gather.archive import Archive
from pipeline.gather.contents import Contents


@dataclass(frozen=True)
class Superseded:
    """The versions that later ones took the place of.

    Attributes:
        editions: One row per version: member, version, and edition, the name under which it stands in the other tables
            in the place of its member, e.g. ``SWE@1``.
        submissions, answers, intake_notes, places: As the tables of these names.
    """

    editions: pd.DataFrame
    submissions: pd.DataFrame
    answers: pd.DataFrame
    intake_notes: pd.DataFrame
    places: pd.DataFrame


def nothing_superseded() -> Superseded:
    """Where every member sent one version at most."""
    tables = [frame(name, ()) for name in ("submissions", "answers", "intake_notes", "places")]
    return Superseded(tables[0][["member", "version"]].assign(edition=tables[0]["member"]), *tables)


def read_superseded(
    alliance: Alliance, cycle: Cycle, archive: Archive, cache: Path, submissions: pd.DataFrame
) -> Superseded:
    """Read the versions of a cycle that no longer count.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        archive: Where all versions are.
        cache: Folder in which what was read is kept.
        submissions: Table ``submissions`` of the cycle.

    Returns:
        The versions, by member and number.

    Raises:
        ArchiveError: The archive was changed from outside.
    """
    chosen = submissions.loc[submissions["status"] == "superseded"].sort_values(["member", "version"], kind="stable")
    if chosen.empty:
        return nothing_superseded()
    editions = chosen[["member", "version"]].reset_index(drop=True)
    editions["edition"] = editions["member"] + "@" + editions["version"].astype("str")
    named = chosen.assign(edition=editions["edition"].to_numpy())
    accepted = tuple(_read(alliance, cycle, archive, cache, named))
    return Superseded(
        editions,
        # To whoever looks at one version alone, it is the one that counts.
        named.assign(member=named["edition"], status="accepted").drop(columns="edition").reset_index(drop=True),
        answers_table(accepted, alliance.form),
        notes_table(accepted),
        places_table(accepted),
    )


def _read(alliance: Alliance, cycle: Cycle, archive: Archive, cache: Path, chosen: pd.DataFrame) -> Iterator[Accepted]:
    receipts = {receipt.id: receipt for receipt in archive.receipts(cycle.name)}
    register = register_titles(alliance, cycle)
    columns = (chosen[name].tolist() for name in ("member", "edition", "submission"))
    with Contents(alliance, archive, cache) as contents:
        for member, edition, submission in zip(*columns, strict=True):
            file, _, part = submission.partition("-")
            yield Accepted(edition, submission, said_in(contents, receipts[file], part, register.get(member, {})))
