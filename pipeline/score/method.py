"""What a scoring method is, and the few things that all methods share.

What belongs here: the shape of a method and of its outcome. What does not: any formula (``methods/``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.score.flags import FLAGS
from pipeline.score.wording import Row, Words

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
OUTCOME = ("progress_value", "score", "rating", "reason", "flags")


@dataclass(frozen=True)
class Method:
    """One published way to rate commitments.

    Attributes:
        name: Its name in the alliance's files.
        version: Raised whenever the same inputs would give another result.
        kinds: Kinds of commitment that it can rate.
        rate: Pure function over a frame with columns named as in the table ``commitment_scores``; returns a frame
            with the same index and at least the columns OUTCOME. ``score`` is missing for a method without one,
            ``reason`` is the code of why a rating is not available, ``flags`` holds codes separated by blanks.
        explain: Says in a language, in half a sentence, what a rated row of ``commitment_scores`` was rated on.
        scored: Whether it gives a score on -5..5 beside the rating.
    """

    name: str
    version: int
    kinds: tuple[str, ...]
    rate: Callable[[pd.DataFrame], pd.DataFrame]
    explain: Callable[[Words, Row], str]
    scored: bool = False


def methods() -> dict[str, Method]:
    """Return all methods of the package ``methods`` by name."""
    import pipeline.score.methods as package
    from pipeline.registry import discover

    return {method.name: method for method in discover(package, "METHOD", Method)}


def numbers(inputs: pd.DataFrame, column: str) -> Floats:
    """Return a column as floats, missing values (and a missing column) as NaN."""
    if column not in inputs.columns:
        return np.full(len(inputs), np.nan)
    return pd.to_numeric(inputs[column]).to_numpy(dtype="float64", na_value=np.nan)


def texts(inputs: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as objects, missing values (and a missing column) as None."""
    if column not in inputs.columns:
        return pd.Series([None] * len(inputs), index=inputs.index, dtype=object)
    values = inputs[column].astype(object)
    return values.where(values.notna(), None)


def truths(inputs: pd.DataFrame, column: str) -> Flags:
    """Return a column as booleans, missing values (and a missing column) as False."""
    if column not in inputs.columns:
        return np.zeros(len(inputs), dtype=bool)
    return inputs[column].astype("boolean").fillna(value=False).to_numpy(dtype=bool)


def joined_flags(size: int, flags: Mapping[str, Flags]) -> list[str | None]:
    """Return per row the codes that are set, separated by blanks in the order of ``flags``, or None.

    Raises:
        ValueError: A code is not declared in :data:`pipeline.score.flags.FLAGS`.
    """
    if undeclared := set(flags) - set(FLAGS):
        raise ValueError(f"No flags of this name are declared: {', '.join(sorted(undeclared))}.")
    bits = np.zeros(size, dtype=np.int64)
    for position, mask in enumerate(flags.values()):
        bits |= np.asarray(mask, dtype=np.int64) << position
    sets, which = np.unique(bits, return_inverse=True)
    texts_of = [
        " ".join(code for position, code in enumerate(flags) if bit >> position & 1) or None for bit in sets.tolist()
    ]
    return np.array(texts_of, dtype=object)[which].tolist() if size else []


def outcome(
    inputs: pd.DataFrame,
    *,
    progress: Floats,
    rating: Sequence[str] | NDArray[Any],
    reason: Sequence[str | None] | NDArray[Any],
    flags: Mapping[str, Flags],
    score: Floats | None = None,
) -> pd.DataFrame:
    """Put the outcome of a method together; a row with a reason is ``not_available``, without score.

    Args:
        inputs: The frame that was rated; its index is kept.
        progress: What the method rates, NaN where it could not be computed.
        rating: Rating code per row, of any value where there is a reason.
        reason: Code of why there is no rating, None where there is one.
        flags: Per code, the rows that carry it.
        score: Score per row; None for methods without one.

    Returns:
        A frame with the columns OUTCOME.
    """
    reasons = pd.Series(list(reason), index=inputs.index, dtype=object)
    rated = reasons.isna().to_numpy()
    scores = np.full(len(inputs), np.nan) if score is None else score
    return pd.DataFrame(
        {
            # Adding 0.0 turns -0.0 into 0.0.
            "progress_value": progress + 0.0,
            "score": np.where(rated, scores, np.nan) + 0.0,
            "rating": pd.Series(np.where(rated, rating, "not_available"), index=inputs.index, dtype=object),
            "reason": reasons,
            "flags": pd.Series(joined_flags(len(inputs), flags), index=inputs.index, dtype=object),
        },
        index=inputs.index,
    )
