"""The data of a composite: a CSV file with the column ``unit`` and one column per indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.alliance.rows import nearest
from pipeline.composite.normalise import Numbers
from pipeline.composite.number import MEND, MISSING, read_number
from pipeline.composite.structure import UNIT
from pipeline.errors import Problem
from pipeline.score.csv_file import CsvFile, CsvFileError, read_csv_file
from pipeline.text import clean_text, one_line


@dataclass(frozen=True)
class Data:
    """What was read from the table.

    Attributes:
        units: Names of the units, in the order of the rows.
        values: Per indicator one number per unit, NaN where missing.
        unused: Headings of columns that are no indicator.
    """

    units: tuple[str, ...]
    values: dict[str, Numbers]
    unused: tuple[str, ...]


def read_data(content: bytes, name: str, indicators: Sequence[str]) -> Data:
    """Read the data of a composite from the bytes of a CSV file.

    Args:
        content: The file, in UTF-8, separated by commas; an empty cell or NA is a missing value.
        name: Its name, for messages.
        indicators: Codes of the indicators; each must have a column.

    Returns:
        The data.

    Raises:
        CsvFileError: The file is no such table; with row, column, what was seen and the mend.
    """
    file = read_csv_file(content, name, [UNIT], [])
    problems: list[Problem] = []
    for code in indicators:
        if code not in file.headings:
            like = nearest(code, [one_line(heading) for heading in file.headings])
            mend = f"Add the column, or correct its heading or the code.{like}"
            problems.append(Problem(name, "The indicator has no column.", mend, row=1, column=one_line(code)))
    if not file.rows:
        problems.append(Problem(name, "There are no units.", "Add a row for each."))
    units = _units(file, problems)
    values = {code: _numbers(file, code, problems) for code in indicators}
    if problems:
        raise CsvFileError(problems)
    known = {UNIT, *indicators}
    return Data(units, values, tuple(one_line(heading) for heading in file.headings if heading not in known))


def _units(file: CsvFile, problems: list[Problem]) -> tuple[str, ...]:
    first: dict[str, int] = {}
    for position, text in enumerate(file.texts(UNIT)):
        unit = clean_text(text)
        if not unit:
            problems.append(file.problem(position, UNIT, "The unit has no name.", "Fill it in, or delete the row."))
        elif unit in first:
            seen = f"{one_line(unit)} is in row {first[unit]} already."
            problems.append(file.problem(position, UNIT, seen, "Keep one row for each unit."))
        first.setdefault(unit, file.places[position])
    return tuple(first)


def _numbers(file: CsvFile, code: str, problems: list[Problem]) -> Numbers:
    texts = file.texts(code)
    read = [None if text in MISSING else read_number(text) for text in texts]
    for position, (text, value) in enumerate(zip(texts, read, strict=True)):
        if value is None and text not in MISSING:
            seen = f"'{one_line(text)}' is not a number that can be used."
            problems.append(file.problem(position, code, seen, MEND))
    return np.array([np.nan if value is None else value for value in read], dtype="float64")
