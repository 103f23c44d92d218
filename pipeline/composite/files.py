"""A composite from two CSV files to two others, outside of any cycle: so that a composite can be tried on any data."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.composite.aggregate import NOT_POSITIVE
from pipeline.composite.choices import check_settings
from pipeline.composite.composite import LONG, Composite, compute
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Structure, read_structure
from pipeline.composite.table import read_data
from pipeline.errors import Problem
from pipeline.score.csv_file import CsvFileError, shortest, write_csv_file
from pipeline.text import one_line

META_LIMIT = 5_000_000
"""Bytes."""
_UNUSABLE: Mapping[str, str] = {
    "all_missing": "no unit has a value",
    "constant": "all units have the same value",
    "goalposts_equal": "its goalposts are the same",
    "target_no_better": "its target is no better than the worst value",
    "out_of_range": "its scores would be too large to compute",
}


def composite_of_files(
    data: bytes, data_name: str, meta: bytes, meta_name: str, settings: CompositeSettings
) -> tuple[Composite, tuple[str, ...]]:
    """Compute a composite from the bytes of two CSV files.

    Args:
        data: The values; see :func:`pipeline.composite.table.read_data`.
        data_name: Name of that file, for messages.
        meta: The structure; see :func:`pipeline.composite.structure.read_structure`.
        meta_name: Name of that file, for messages.
        settings: How.

    Returns:
        The composite, and notes on what was left out, a sentence each.

    Raises:
        CsvFileError: A file cannot be used; with row, column, what was seen and the mend.
        ChoiceError: The settings do not fit the structure.
    """
    structure = _structure(meta, meta_name)
    for _, wrong in check_settings(settings, structure):
        raise wrong
    read = read_data(data, data_name, [node.code for node in structure.indicators])
    composite = compute(structure, read.units, read.values, settings)
    notes = [f"Not used, for {meta_name} has no such indicator: {', '.join(read.unused)}."] if read.unused else []
    for code, one in composite.indicators.items():
        if one.unusable:
            notes.append(f"Indicator {one_line(code)} is missing for all units: {_UNUSABLE[one.unusable]}.")
    undefined = sum(int((reasons == NOT_POSITIVE).sum()) for reasons in composite.aggregated.reasons.values())
    if undefined:
        notes.append(
            f"{undefined:,} scores are missing, as a geometric or harmonic mean is not defined for 0 or less; "
            "--range 1 100 avoids it."
        )
    return composite, tuple(notes)


def _structure(content: bytes, name: str) -> Structure:
    problems: list[Problem] = []
    if len(content) > META_LIMIT:
        problems.append(Problem(name, f"Is larger than {META_LIMIT / 1e6:.0f} MB.", "Name the file of the structure."))
        raise CsvFileError(problems)
    structure = read_structure(content, name, problems)
    if structure is None:
        raise CsvFileError(problems)
    return structure


def wide_csv(composite: Composite) -> bytes:
    """The scores as a CSV file: a row per unit, a column per code, unrounded, empty where missing."""
    return _csv(composite.wide())


def long_csv(composite: Composite) -> bytes:
    """All results as a CSV file: a row per unit and code, with bounds, quantiles, coverage and reasons."""
    return _csv(composite.long()[list(LONG)])


def _csv(frame: pd.DataFrame) -> bytes:
    columns = [_texts(frame.iloc[:, place]) for place in range(frame.shape[1])]
    return write_csv_file([str(column) for column in frame.columns], columns)


def _texts(column: pd.Series) -> list[str]:
    if column.dtype.kind == "f":
        # A negative zero would be shown as -0.0.
        return shortest(column.to_numpy(dtype="float64") + 0.0)
    return ["" if value is None or value != value else str(value) for value in column.tolist()]
