"""A ministry that doubts a rating of the example cycle can compute it again from the exported row alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.runs import Run
from tests.recomputed import disagreements, recomputed

pytestmark = pytest.mark.slow


def test_a_spreadsheet_comes_to_every_rating_of_the_cycle(run_2014: Run, tool: Callable[[str], str], tmp_path: Path):
    scores = run_2014.table("commitment_scores")
    rated = scores[scores["rating"] != "not_available"]
    assert set(rated["kind"]) == {"numeric", "growth_rule", "directional", "milestone", "checklist"}
    assert len(rated) > 100
    again = recomputed(tool("soffice"), tmp_path, scores)
    assert len(again) == len(scores)
    assert disagreements(again) == []


def test_every_rating_is_explained_in_three_languages_and_in_none_with_words_of_another(run_2014: Run):
    scores = run_2014.table("commitment_scores")
    said = [scores[name] for name in ("explanation", "explanation_fr", "explanation_es")]
    assert all(
        column.str.endswith(".").all() and not column.str.contains("  |%\\(", regex=True).any() for column in said
    )
    english = r"\b(?:the|from|of|was|is|are|hours|victims|days|percent)\b"
    assert said[0].str.contains(english).all()
    assert not (said[1].str.contains(english) | said[2].str.contains(english)).any()
    assert all((a != b).all() for a, b in ((said[0], said[1]), (said[0], said[2]), (said[1], said[2])))
