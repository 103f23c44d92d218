"""Files of the declared tables: what is read is what is declared, whole or in part."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.frames import TableError, conform, frame, read_table, write_table

ROWS = [
    {"member": "ALB", "row": "", "question": "unit", "value": "yes", "sheet": "S", "cell": "D5", "submission": "a1"},
    {"member": "FRA", "row": "", "question": "unit", "number": 2.5, "sheet": "S", "cell": "D5", "submission": "b2"},
]


def written(folder: Path) -> Path:
    path = folder / "answers.parquet"
    write_table(path, "answers", frame("answers", ROWS))
    return path


def test_a_table_read_in_part_has_its_key_and_what_was_asked_for_as_in_the_whole(tmp_path: Path) -> None:
    path = written(tmp_path)
    part = read_table(path, "answers", ["number", "value"])
    assert list(part.columns) == ["member", "row", "question", "value", "number"]
    pd.testing.assert_frame_equal(part, read_table(path, "answers")[list(part.columns)])


def test_a_part_is_held_to_the_declaration_as_the_whole_is(tmp_path: Path) -> None:
    twice = frame("answers", ROWS)[["member", "row", "question", "value"]]
    with pytest.raises(TableError, match="more than once"):
        conform("answers", pd.concat([twice, twice]), ["value"])
    with pytest.raises(TableError, match="lacks the column value"):
        conform("answers", twice.drop(columns="value"), ["value"])
    with pytest.raises(TableError, match="lacks the column raw, number"):
        conform("answers", twice)
