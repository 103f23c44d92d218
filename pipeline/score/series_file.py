"""A table of series rated by one method, outside of any cycle: so that a method can be tried on any data.

A row is a series: baseline, latest value, and either a target or none. Without a target it is rated by the directional
method, whatever the method that is wanted for the others.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pipeline.errors import Problem
from pipeline.score.csv_file import CsvFile, CsvFileError, read_csv_file, shortest, write_csv_file
from pipeline.score.facts import YEARS
from pipeline.score.method import Method, methods
from pipeline.tables import RATINGS

REQUIRED: Final = ("series", "baseline_year", "baseline_value", "current_year", "current_value", "direction")
OPTIONAL: Final = ("target_year", "target_value", "target_upper", "natural_limit", "sign")
RESULTS: Final = ("progress_value", "rating", "score", "flags")
_SERIES_KINDS: Final = {"numeric", "directional"}
_WITHOUT_TARGET: Final = "directional"


def series_methods() -> dict[str, Method]:
    """Return the methods that rate a series of values, by name; the default first."""
    found = {name: method for name, method in methods().items() if set(method.kinds) <= _SERIES_KINDS}
    return {name: found[name] for name in sorted(found, key=lambda name: (name != "growth_ratio", name))}


def score_series_file(content: bytes, name: str, method: Method) -> tuple[bytes, dict[str, int]]:
    """Rate every row of a CSV file of series.

    Args:
        content: Bytes of a CSV file with the columns REQUIRED and, where there is use for them, OPTIONAL. Values of a
            row are in any one unit; years are calendar years; ``direction`` is 1 (higher is better), -1, or 0 with the range from
            ``target_value`` to ``target_upper`` as target; ``sign`` is -1 for negative values, by default as the baseline is; an empty cell is a missing value. Further columns are
            passed through.
        name: Name of the file, for messages.
        method: How rows with a target are rated; rows without one are rated by the directional method.

    Returns:
        The bytes of the same table, rows in their order and cells as they were, with the columns RESULTS (numbers
        unrounded; in ``flags`` of a row that is not available stands first why); and how many rows got which rating.

    Raises:
        CsvFileError: The file is no such table; with row, column, what was seen and the mend.
    """
    file = read_csv_file(content, name, REQUIRED, RESULTS)
    inputs = _inputs(file)
    results = rate_series(inputs, method)
    columns = [list(column) for column in zip(*file.rows, strict=True)] or [[] for _ in file.headings]
    columns.append(shortest(results["progress_value"].to_numpy(dtype="float64")))
    columns.append(results["rating"].tolist())
    columns.append(shortest(results["score"].to_numpy(dtype="float64")))
    columns.append([" ".join(filter(None, pair)) for pair in zip(results["reason"], results["flags"], strict=True)])
    counts = {rating: int((results["rating"] == rating).sum()) for rating in RATINGS}
    return write_csv_file([*file.headings, *RESULTS], columns, marked=file.marked), counts


def rate_series(inputs: pd.DataFrame, method: Method) -> pd.DataFrame:
    """Rate rows with a target by ``method``, and rows without one by the directional method.

    Args:
        inputs: Columns as a scoring method takes them; see :class:`pipeline.score.method.Method`.
        method: A method for series.

    Returns:
        The outcome of each row, with the index of ``inputs``.
    """
    aimless = inputs["target_value"].isna()
    parts = [
        method.rate(inputs[~aimless]),
        methods()[_WITHOUT_TARGET].rate(inputs[aimless]),
    ]
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled).reindex(inputs.index)


def _inputs(file: CsvFile) -> pd.DataFrame:
    problems: list[Problem] = []
    read = {name: file.numbers(name, problems) for name in (*REQUIRED[1:], *OPTIONAL)}
    for name in ("baseline_year", "current_year", "target_year"):
        values = read[name]
        wrong = ~np.isnan(values) & ((values % 1 != 0) | (values < YEARS[0]) | (values > YEARS[1]))
        for position in np.flatnonzero(wrong):
            mend = "Write a calendar year in four digits."
            problems.append(file.problem(int(position), name, f"{values[position]:.15g} is not a year.", mend))
    ranged = ~np.isnan(read["target_upper"])
    for name, allowed in (("direction", ranged), ("sign", np.zeros(len(ranged), dtype=bool))):
        values = read[name]
        for position in np.flatnonzero(~np.isnan(values) & (np.abs(values) != 1) & ~(allowed & (values == 0))):
            mend = "Write 1 or -1; 0 is for a range, of which target_upper is the upper end."
            problems.append(file.problem(int(position), name, f"{values[position]:.15g} is not 1 or -1.", mend))
    for position in np.flatnonzero(
        ranged & ((read["direction"] != 0) | ~(read["target_upper"] >= read["target_value"]))
    ):
        seen = f"{read['target_upper'][position]:.15g} is not the upper end of a range."
        mend = "A range has the direction 0, and a target_value that is not above target_upper."
        problems.append(file.problem(int(position), "target_upper", seen, mend))
    if problems:
        raise CsvFileError(sorted(problems, key=lambda problem: problem.row or 0))
    return pd.DataFrame(read)
