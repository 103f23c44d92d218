"""Which ratings would be another under another published method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

METHODS = ("growth_ratio", "projection", "linear_gap")


def flips(scores: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The commitment scores whose rating differs between methods.

    Args:
        scores: Rows of table ``commitment_scores``; those not rated under several methods are passed over.

    Yields:
        The rows with at least two different ratings among the methods, those that are not available left aside.
    """
    for row in scores:
        ratings = {row[f"rating_{method}"] for method in METHODS} - {None, "not_available"}
        if len(ratings) > 1:
            yield row
