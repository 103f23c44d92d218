"""composite.csv and the entries of alliance.yaml about it: a composite indicator, where the alliance wishes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from pipeline.alliance.items import Read
from pipeline.alliance.rows import Row, nearest
from pipeline.composite.choices import (
    ChoiceError,
    check_settings,
    read_by_level,
    read_count,
    read_mean,
    read_normalisation,
    read_range,
    read_share,
)
from pipeline.composite.settings import MOST_SEED, CompositeSettings
from pipeline.composite.structure import Node, read_nodes, structure_of
from pipeline.errors import Problem
from pipeline.questionnaire.form import Form

T = TypeVar("T")

FILE: Final = "composite.csv"
_SECTION: Final = "scoring.composite"
_NAMES: Final = ("normalise", "range", "capped", "mean", "threshold", "draws", "seed")
COMPOSITE_KEYS: Final = (_SECTION, *(f"{_SECTION}.{name}" for name in _NAMES))
COMPOSITE_FREE: Final = (f"{_SECTION}.mean.", f"{_SECTION}.threshold.")


def read_composite(folder: Path, problems: list[Problem]) -> Read[Node] | None:
    """Read composite.csv.

    Args:
        folder: The alliance's folder.
        problems: Where problems are noted.

    Returns:
        Indicators and aggregates in the order of the file; None where the alliance has no such file.
    """
    path = folder / FILE
    return read_nodes(path.read_bytes(), FILE, problems) if path.exists() else None


def read_composite_settings(row: Row) -> CompositeSettings | None:
    """Read the entries under ``scoring.composite`` of alliance.yaml.

    Args:
        row: The entries of the file.

    Returns:
        The settings; None where there is no such entry.
    """
    if not any(column == _SECTION or column.startswith(f"{_SECTION}.") for column in row.cells):
        return None
    usual = CompositeSettings()
    low, high = _read(row, "range", lambda text: read_range(text.split()), (usual.low, usual.high))
    return CompositeSettings(
        normalise=_read(row, "normalise", read_normalisation, usual.normalise),
        low=low,
        high=high,
        capped=row.flag(f"{_SECTION}.capped") if row.shown(f"{_SECTION}.capped") else usual.capped,
        means={**usual.means, **_by_level(row, "mean", read_mean)},
        thresholds=_by_level(row, "threshold", read_share),
        draws=_read(row, "draws", read_count, usual.draws),
        seed=_read(row, "seed", lambda text: read_count(text, MOST_SEED), usual.seed),
    )


def _read(row: Row, name: str, read: Callable[[str], T], usual: T) -> T:
    column = f"{_SECTION}.{name}"
    text = row.shown(column)
    if not text:
        return usual
    try:
        return read(text)
    except ChoiceError as error:
        row.note(column, error.seen, error.mend)
        return usual


def _by_level(row: Row, name: str, read: Callable[[str], T]) -> dict[int, T]:
    """An entry that holds for all levels, or one for each level: ``mean: geometric`` or ``mean: {2: geometric}``."""
    column = f"{_SECTION}.{name}"
    found: dict[int, T] = {}
    for key in [key for key in row.cells if key == column or key.startswith(f"{column}.")]:
        level = key.removeprefix(column).removeprefix(".")
        text = row.shown(key)
        try:
            found |= read_by_level([f"{level}={text}" if level else text] if text else [], read)
        except ChoiceError as error:
            row.note(key, error.seen, error.mend)
    return found


def check_composite(read: Read[Node] | None, settings: CompositeSettings | None, about: Row, form: Form | None) -> None:
    """Check that the questionnaire asks for every indicator, and that the settings fit the structure.

    Args:
        read: What composite.csv says; None where there is none.
        settings: What alliance.yaml says about it; None where it says nothing.
        about: The entries of alliance.yaml.
        form: The questionnaire; None where it cannot be read.
    """
    if read is None:
        if settings is not None:
            about.note(_SECTION, f"There is no {FILE} that it could be about.", "Add the file, or remove the entry.")
        return
    if form is not None:
        _check_indicators(read, form)
    if settings is None or not read.placed:
        return
    for name, wrong in check_settings(settings, structure_of(read.items)):
        about.note(f"{_SECTION}.{name}", wrong.seen, wrong.mend)


def _check_indicators(read: Read[Node], form: Form) -> None:
    known = {
        question.indicator
        for question in form.asked
        if question.indicator and question.role == "value" and question.repeat is None and question.is_numeric
    }
    for placed in read.placed:
        if placed.item.level == 1 and placed.item.code not in known:
            seen = f"No question of {form.file} asks for the number of the indicator {placed.item.code}."
            mend = f"Use an indicator with a numeric question of the role value.{nearest(placed.item.code, known)}"
            placed.row.note("code", seen, mend)
