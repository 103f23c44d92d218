"""All tables of a cycle, as the report takes them in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from pipeline.frames import frame


def _no_figures() -> pd.DataFrame:
    return frame("figures", [])


def _nothing_withheld() -> pd.DataFrame:
    return frame("withheld_results", [])


@dataclass(frozen=True)
class Tables:
    """The frames of one cycle by the names under which :mod:`pipeline.tables` declares them.

    ``figures`` stays empty until :func:`pipeline.report.figures.figures` has computed it from the others, and
    ``withheld_results`` has rows only in the tables of an edition that withholds some.
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
    withheld_results: pd.DataFrame = field(default_factory=_nothing_withheld)


STAGE_TABLES = tuple(item.name for item in fields(Tables) if item.name not in ("figures", "withheld_results"))
"""The tables that earlier stages make; the report's own are computed from them."""


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
