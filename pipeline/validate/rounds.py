"""The rounds of correspondence with each member: what each version of its submission changed."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pipeline.frames import conform

_VERSION: Final = ["member", "version"]
_COUNTS: Final = ["errors", "warnings", "queries", "new", "still_open", "fixed", "waived"]


def make_rounds(submissions: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """Count per round what was open, and what changed since the version before.

    Args:
        submissions: Table ``submissions``.
        standing: A row per finding and version in which it stands, see :class:`pipeline.validate.history.Life`.

    Returns:
        Table ``rounds``, by member and round. A round whose arrival could not be used counts nothing.
    """
    rounds = submissions.loc[submissions["round"].notna()].sort_values(["member", "round"], kind="stable")
    counted = _counts(standing)
    used = rounds["version"].notna()
    counts = counted.reindex(pd.MultiIndex.from_frame(rounds[_VERSION]), fill_value=0).set_axis(rounds.index)
    return conform("rounds", rounds.join(counts.where(used)))


def _counts(standing: pd.DataFrame) -> pd.DataFrame:
    """The counts per member and version, where any is not zero."""
    places = pd.MultiIndex.from_frame(standing[["member", "finding", "version"]])
    stood_before = places.isin([(member, finding, version + 1) for member, finding, version in places])
    stands_after = places.isin([(member, finding, version - 1) for member, finding, version in places])
    is_open = standing["decision"].isna()
    marked = standing[_VERSION].assign(
        errors=is_open & (standing["severity"] == "error"),
        warnings=is_open & (standing["severity"] == "warning"),
        queries=is_open & (standing["severity"] == "query"),
        new=is_open & ~stood_before,
        still_open=is_open & stood_before,
        waived=~is_open,
    )
    # What does not stand after a version was mended in the next; after the last one there is none to count it for.
    mended = standing.loc[~stands_after, _VERSION].assign(version=lambda all: all["version"] + 1, fixed=1)
    return pd.concat([marked, mended]).groupby(_VERSION).sum().reindex(columns=_COUNTS).fillna(0).astype("Int64")
