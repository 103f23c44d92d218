"""All tables of a cycle, as the report takes them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.frames import frame


def _no_figures() -> pd.DataFrame:
    return frame("figures", [])


@dataclass(frozen=True)
class Tables:
    """The frames of one cycle by the names under which :mod:`pipeline.tables` declares them.

    ``figures`` stays empty until :func:`pipeline.report.figures.figures` has computed it from the others.
    """

    members: pd.DataFrame
    goals: pd.DataFrame
    questions: pd.DataFrame
    commitments: pd.DataFrame
    submissions: pd.DataFrame
    answers: pd.DataFrame
    assessment: pd.DataFrame
    findings: pd.DataFrame
    completeness: pd.DataFrame
    letters: pd.DataFrame
    commitment_scores: pd.DataFrame
    aggregate_scores: pd.DataFrame
    figures: pd.DataFrame = field(default_factory=_no_figures)


def records(data: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a frame into one dictionary per row, with ``None`` where a value is missing.

    Args:
        data: Any declared table.

    Returns:
        Rows in the frame's order; integers, numbers and flags as plain Python values, dates as ``datetime.date``.
    """
    columns: dict[str, list[Any]] = {}
    for name in data.columns:
        column = data[name]
        present = column.notna()
        plain = column.dt.date if str(column.dtype) == "datetime64[s]" else column
        columns[str(name)] = plain.astype(object).where(present, None).tolist()
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
