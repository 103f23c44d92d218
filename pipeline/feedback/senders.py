"""Whose an arrival is that does not say so itself, for the one purpose of answering it.

A workbook that cannot be opened, or that lost its identification, belongs to no member for certain. Where a focal point
sent it, that focal point's member is told what became of it, and is not reminded as if it had sent nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import getaddresses
from typing import Final

import pandas as pd

from pipeline.alliance.model import FocalPoint

# Sender and workbook point to different members here: an automatic letter would tell one of the other, so staff ask.
_LEFT_TO_STAFF: Final = ("sender_of_another_member", "not_a_member")


def with_senders_members(submissions: pd.DataFrame, focal_points: Sequence[FocalPoint]) -> pd.DataFrame:
    """Give each arrival of uncertain origin to the member whose focal point sent it.

    Args:
        submissions: Table ``submissions``.
        focal_points: Those of the alliance.

    Returns:
        A copy with ``member`` filled in where it was missing, the sender is a focal point of exactly one member, and
        nothing in the workbook says that it is another's. A repeated file stays without where its first arrival does.
    """
    writes_for: dict[str, set[str]] = {}
    for point in focal_points:
        writes_for.setdefault(point.address.casefold(), set()).add(point.member)

    def member_of(sender: object) -> str | None:
        addresses = getaddresses([sender]) if isinstance(sender, str) else []
        members = writes_for.get(addresses[0][1].casefold(), set()) if len(addresses) == 1 else set[str]()
        return next(iter(members)) if len(members) == 1 else None

    withheld = set(submissions.loc[submissions["reason"].isin(_LEFT_TO_STAFF), "sha256"])
    members = [
        member if isinstance(member, str) else None if sha256 in withheld else member_of(sender)
        for member, sender, sha256 in zip(
            submissions["member"], submissions["sender"], submissions["sha256"], strict=True
        )
    ]
    return submissions.assign(member=pd.Series(members, index=submissions.index, dtype="str"))
