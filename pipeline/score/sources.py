"""Where each input of a rating stands: in the register, or in a cell of a workbook that came in.

The column ``sources`` of ``commitment_scores`` is a JSON object, so that no sign in the name of a sheet can be mistaken::

    {"baseline_value": "register",
     "current_value": {"question": "icse_new", "sheet": "pt1", "cell": "D12", "submission": "ALB-2014-1"},
     "series": {"2012": {"question": "icse_new", "sheet": "pt1", "cell": "D12", "submission": "...", "cycle": "2013"}}}

Keys are columns of ``commitment_scores``; ``elements`` and ``series`` hold an object per element and year. An answer in a
table of repeats also has its ``row``, one of an earlier cycle its ``cycle``. An answer that was asked for and is missing is
named as well: that is the cell in which a value would stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import pandas as pd

REGISTER: Final = '"register"'
Sources = list[str | None]


def of_register(column: pd.Series) -> list[str | None]:
    """Return per row that the value comes from the register, None where there is none."""
    return [REGISTER if known else None for known in column.notna()]


def either(first: Sources, second: Sources) -> list[str | None]:
    """Return per row the first source, else the second."""
    return [one or other for one, other in zip(first, second, strict=True)]


def only(sources: Sources, mask: pd.Series) -> list[str | None]:
    """Return the sources of the rows of ``mask``, None elsewhere."""
    return [source if wanted else None for source, wanted in zip(sources, mask.tolist(), strict=True)]


def of_answers(origin: pd.DataFrame, places: pd.Series, cycle: str | None = None) -> list[str | None]:
    """Return the source of answers.

    Args:
        origin: Rows of the table ``answers`` or ``earlier_answers``.
        places: Positions in ``origin``, missing where there is no answer.
        cycle: Name of the earlier cycle; None for the current one.

    Returns:
        A JSON object per place, None where there is no answer.
    """
    known = places.notna()
    told = origin.iloc[places[known].astype(int)]
    fields = [told[name].astype(object).tolist() for name in ("question", "row", "sheet", "cell", "submission")]
    end = f',"cycle":{_json(cycle)}}}' if cycle else "}"
    made = iter(
        [
            f'{{"question":{_json(question)},{_row(row)}"sheet":{_json(sheet)},"cell":{_json(cell)},'
            f'"submission":{_json(submission)}{end}'
            for question, row, sheet, cell, submission in zip(*fields, strict=True)
        ]
    )
    return [next(made) if is_known else None for is_known in known]


def together(columns: Mapping[str, Sources]) -> list[str | None]:
    """Return per row one JSON object of all its sources, None where there are none.

    Args:
        columns: Sources per input; each a JSON value.
    """
    names = [f"{_json(name)}:" for name in columns]
    rows = [
        ",".join([name + source for name, source in zip(names, values, strict=True) if source])
        for values in zip(*columns.values(), strict=True)
    ]
    return [f"{{{row}}}" if row else None for row in rows]


def grouped(keys: Sequence[str | None], sources: Sources) -> list[str]:
    """Return ``"key":source`` per row, to be joined by commas into an object of its own."""
    return [f"{_json(key)}:{source}" for key, source in zip(keys, sources, strict=True)]


def _row(row: str) -> str:
    return f'"row":{_json(row)},' if row else ""


@lru_cache(maxsize=1 << 16)
def _json(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)
