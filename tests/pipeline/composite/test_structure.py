"""The table that says what is made of what: what is read, and what is refused with place, sight and mend."""

from __future__ import annotations

import pytest

from pipeline.composite.structure import Structure, read_structure
from pipeline.errors import Problem

HEADINGS = "code,parent,weight,direction,level,goalpost_low,goalpost_high,target"


def read(*lines: str, headings: str = HEADINGS) -> tuple[Structure | None, list[str]]:
    problems: list[Problem] = []
    structure = read_structure("\n".join([headings, *lines]).encode(), "META.csv", problems)
    return structure, [str(problem) for problem in problems]


def test_empty_cells_are_weight_1_direction_1_and_neither_goalposts_nor_target() -> None:
    structure, problems = read("a,top,,,1,,,", "b,top,2.5,-1,1,72.5,-2.06e-14,NA", "top,,,,2,,,")
    assert problems == []
    assert structure is not None
    a, b = structure.indicators
    assert (a.weight, a.direction, a.goalpost_low, a.goalpost_high, a.target) == (1.0, 1, None, None, None)
    assert (b.weight, b.direction, b.goalpost_low, b.goalpost_high, b.target) == (2.5, -1, 72.5, -2.06e-14, None)
    assert structure.children == {"top": ("a", "b")}


def test_there_may_be_several_tops_and_a_level_may_be_skipped() -> None:
    structure, problems = read(
        "a,x,,,1,,,", "b,y,,,1,,,", "c,y,,,1,,,", "x,y,,,2,,,", "y,,,,4,,,", "d,z,,,1,,,", "z,,,,2,,,"
    )
    assert problems == []
    assert structure is not None
    assert [node.code for node in structure.aggregates] == ["x", "z", "y"]
    assert [node.code for node in structure.shown] == ["y", "x", "z", "a", "b", "c", "d"]


def test_columns_other_than_code_parent_and_level_may_be_left_out() -> None:
    structure, problems = read("a,top,1", "top,NA,2", headings="code,parent,level")
    assert problems == []
    assert structure is not None


@pytest.mark.parametrize(
    ("lines", "place", "said"),
    [
        (["a,tpo,,,1,,,", "b,top,,,1,,,", "top,,,,2,,,"], "row 2, column parent", "There is no code tpo. Add a row for it, or correct the code. Did you mean top?"),
        (["a,top,,,1,,,", "a,top,,,1,,,", "top,,,,2,,,"], "row 3, column code", "The code a is in row 2 already."),
        (["a,top,-1,,1,,,", "top,,,,2,,,"], "row 2, column weight", "-1 is below 0."),
        (["a,top,heavy,,1,,,", "top,,,,2,,,"], "row 2, column weight", "'heavy' is not a number"),
        (["a,top,inf,,1,,,", "top,,,,2,,,"], "row 2, column weight", "'inf' is not a number"),
        (["a,top,,up,1,,,", "top,,,,2,,,"], "row 2, column direction", "'up' is not a direction."),
        (["a,top,,0,1,,,", "top,,,,2,,,"], "row 2, column direction", "'0' is not a direction."),
        (["a,top,,,1,0,,", "top,,,,2,,,"], "row 2, column goalpost_high", "Only one of the two goalposts is there."),
        (["a,top,,,1,,5,", "top,,,,2,,,"], "row 2, column goalpost_low", "Only one of the two goalposts is there."),
        (['a,top,,,1,"1,5",5,', "top,,,,2,,,"], "row 2, column goalpost_low", "'1,5' is not a number"),
        (["a,top,,,1,,,1e400", "top,,,,2,,,"], "row 2, column target", "'1e400' is not a number"),
        (["a,top,,,1,,,", "top,,,,1,,,"], "row 2, column parent", "top is of level 1, its child a of level 1."),
        (["a,b,,,2,,,", "b,a,,,3,,,"], "row 3, column parent", "a is of level 2, its child b of level 3."),
        (["a,a,,,2,,,"], "row 2, column parent", "a is of level 2, its child a of level 2."),
        (["a,top,,,1,,,", "b,top,,,2,,,", "top,,,,3,,,"], "row 3, column code", "Nothing has b as parent."),
        (["a,top,0,,1,,,", "b,top,0,,1,,,", "top,,,,2,,,"], "row 4, column code", "The weights of all children of top are 0."),
        (["a,top,,,0,,,", "top,,,,2,,,"], "row 2, column level", "'0' is not a level."),
        (["a,top,,,1.5,,,", "top,,,,2,,,"], "row 2, column level", "'1.5' is not a level."),
        (["a,top,,,,,,", "top,,,,2,,,"], "row 2, column level", "The cell is empty."),
        (["unit,top,,,1,,,", "top,,,,2,,,"], "row 2, column code", "unit is the heading of the column"),
        ([], "META.csv", "There are no rows."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_place_sight_and_mend(lines: list[str], place: str, said: str) -> None:
    structure, problems = read(*lines)
    assert structure is None
    assert any(problem.startswith("META.csv") and place in problem and said in problem for problem in problems), (
        problems
    )


def test_a_problem_of_one_row_is_not_told_again_as_a_problem_of_its_family() -> None:
    assert read("a,top,-1,,1,,,", "b,top,0,,1,,,", "top,,,,2,,,")[1] == [
        "META.csv, row 2, column weight: -1 is below 0. Write 0 or more; turn an indicator around by its direction."
    ]


def test_a_mistyped_heading_is_never_passed_over() -> None:
    _, problems = read("a,top,3,1", "top,,,2", headings="code,parent,wieght,level")
    assert problems == [
        "META.csv, row 1, column wieght: No such column is known. Remove the column or correct its heading. "
        "Did you mean weight?"
    ]


def test_a_file_of_very_many_rows_is_refused_at_once() -> None:
    _, problems = read(*[f"i{number},top,,,1,,," for number in range(10_001)])
    assert problems == ["META.csv: Has 10,001 rows. Write at most 10,000."]
