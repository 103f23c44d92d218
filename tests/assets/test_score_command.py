"""``stocktake score``: any table of series, rated outside of a cycle."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pytest

from assets.cli import main

HEADINGS = "series,baseline_year,baseline_value,current_year,current_value,target_year,target_value,direction,natural_limit,sign"
# Published check values, and series as Open SDG and Statistics Canada publish them: series, t0, y0, t, y, T, Y, d, L, s.
ROWS = {
    "down": "down,2015,14.5,2023,10.2,2030,7.25,-1,,",
    "up": "up,2015,98.82,2022,99.04,2030,100,1,,",
    "away": "away,2015,7.05,2022,12.19,2030,70,-1,,",
    "close": "close,2015,100.1,2023,109.7,2030,100,-1,,",
    "limit": "limit,2015,90.0,2021,93.2,,,1,100,",
}


def score(folder: Path, *rows: str, method: str = "growth_ratio", headings: str = HEADINGS) -> list[dict[str, str]]:
    """The results of a table, through the command."""
    source, out = folder / "series.csv", folder / "results.csv"
    source.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    assert main(["score", str(source), "--method", method, "--out", str(out)]) == 0
    return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))


def refused(folder: Path, content: str | bytes, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What is said of a table that is refused; nothing is written."""
    source, out = folder / "series.csv", folder / "results.csv"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    capsys.readouterr()
    assert main(["score", str(source), "--out", str(out), *more]) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["series.csv"]
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "progress", "score_", "rating"),
    [
        ("down", 0.9525901792, 2.5185563910, "on_track"),
        ("up", 0.4013545340, -0.8276760630, "limited"),
        ("limit", 0.005839995229728, 2.815386645, "on_track"),
    ],
)
def test_the_published_check_values_come_out_to_the_ninth_decimal(
    tmp_path: Path, row: str, progress: float, score_: float, rating: str
) -> None:
    (result,) = score(tmp_path, ROWS[row])
    assert float(result["progress_value"]) == pytest.approx(progress, abs=1e-9)
    assert float(result["score"]) == pytest.approx(score_, abs=1e-9)
    assert result["rating"] == rating


def test_achieved_overrides_a_ratio_below_zero(tmp_path: Path) -> None:
    (result,) = score(tmp_path, ROWS["away"])
    assert float(result["progress_value"]) < 0
    assert (result["rating"], result["score"]) == ("achieved", "5.0")


def test_a_ratio_that_explodes_is_clamped_and_flagged(tmp_path: Path) -> None:
    (result,) = score(tmp_path, ROWS["close"])
    assert float(result["progress_value"]) == pytest.approx(-172.79, abs=0.005)
    assert (result["rating"], result["score"]) == ("deterioration", "-5.0")
    assert {"target_very_close", "ratio_clamped"} <= set(result["flags"].split())


def test_projection_and_linear_gap_give_their_own_number_and_no_score(tmp_path: Path) -> None:
    (projected,) = score(tmp_path, ROWS["down"], method="projection")
    assert float(projected["progress_value"]) == pytest.approx(0.96583, abs=5e-6)
    (linear,) = score(tmp_path, ROWS["down"], method="linear_gap")
    # 4.3 of 7.25 in 8 of 15 years.
    assert float(linear["progress_value"]) == pytest.approx(4.3 / 7.25 * 15 / 8, abs=1e-12)
    assert (projected["rating"], linear["rating"]) == ("on_track", "on_track")
    assert projected["score"] == linear["score"] == ""


@pytest.mark.parametrize("method", ["growth_ratio", "projection", "linear_gap", "directional"])
def test_a_row_without_a_target_is_rated_by_its_direction_whatever_the_method(tmp_path: Path, method: str) -> None:
    results = score(tmp_path, ROWS["limit"], ROWS["down"], ROWS["limit"], method=method)
    assert [result["series"] for result in results] == ["limit", "down", "limit"]
    assert float(results[0]["progress_value"]) == pytest.approx(0.005839995229728, abs=1e-12)
    assert results[0]["rating"] == results[2]["rating"] == "on_track"
    if method == "directional":
        # 14.5 to 10.2 in eight years is -4.3 % a year.
        assert float(results[1]["progress_value"]) == pytest.approx(1 - (10.2 / 14.5) ** (1 / 8), abs=1e-12)


def ratio(t0: int, y0: float, t: int, y: float, end: int, target: float, d: int, s: int = 1) -> float:
    """R by the published formula in plain arithmetic."""
    actual = (y / y0) ** (1 / (t - t0)) - 1
    return d * s * actual / abs((target / y0) ** (1 / (end - t0)) - 1)


@pytest.mark.parametrize(
    ("row", "expected", "rating"),
    [
        # A zero baseline counts as 0.001: growth explodes and the score is clamped.
        ("x,2015,0,2020,3,2030,10,1,,", ratio(2015, 0.001, 2020, 3, 2030, 10, 1), "on_track"),
        # A zero target counts as 0.001 too: half-way down from 8 to "none".
        ("x,2015,8,2020,4,2030,0,-1,,", ratio(2015, 8, 2020, 4, 2030, 0.001, -1), "limited"),
        # A deficit that shrinks, with the sign said and left to be seen.
        ("x,2015,-8,2020,-6,2030,-2,1,,-1", ratio(2015, -8, 2020, -6, 2030, -2, 1, -1), "acceleration_needed"),
        ("x,2015,-8,2020,-6,2030,-2,1,,", ratio(2015, -8, 2020, -6, 2030, -2, 1, -1), "acceleration_needed"),
        # A deficit that grows.
        ("x,2015,-8,2020,-9,2030,-2,1,,-1", ratio(2015, -8, 2020, -9, 2030, -2, 1, -1), "deterioration"),
        # No change at all.
        ("x,2015,8,2020,8,2030,2,-1,,", 0.0, "limited"),
        # The latest value is already beyond the target, and the target year is past.
        ("x,2015,50,2020,30,2018,40,-1,,", ratio(2015, 50, 2020, 30, 2018, 40, -1), "achieved"),
        ("x,2015,50,2020,45,2018,40,-1,,", ratio(2015, 50, 2020, 45, 2018, 40, -1), "limited"),
        # A year that is still to come is a year like any other.
        ("x,2030,50,2040,80,2050,90,1,100,", ratio(2030, 50, 2040, 80, 2050, 90, 1), "on_track"),
    ],
)
def test_growth_ratio_follows_the_published_formula(tmp_path: Path, row: str, expected: float, rating: str) -> None:
    (result,) = score(tmp_path, row)
    assert float(result["progress_value"]) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert result["rating"] == rating


@pytest.mark.parametrize(
    ("row", "rating", "score_", "flags"),
    [
        # At a limit of 100 holding it is enough, losing it is deterioration: 125 · -0.01 - 2.5.
        ("x,2015,100,2016,100,,,1,100,", "on_track", 5, {"near_natural_limit"}),
        ("x,2015,100,2016,99,,,1,100,", "deterioration", -3.75, set()),
        # Near a limit of 0 thresholds are never softened: |y0| is always at least twice the limit.
        ("x,2015,4,2016,3.96,,,-1,0,", "acceleration_needed", 250 * 0.01 - 1.25, set()),
        # Without a limit, 1 % a year.
        ("x,2015,50,2016,50.5,,,1,,", "acceleration_needed", 250 * 0.01 - 1.25, set()),
        # From nothing to something, and from something to nothing.
        ("x,2015,0,2020,3,,,1,,", "on_track", 5, {"zero_counted"}),
        ("x,2015,3,2020,0,,,-1,,", "on_track", 5, set()),
    ],
)
def test_directional_follows_the_published_thresholds(
    tmp_path: Path, row: str, rating: str, score_: float, flags: set[str]
) -> None:
    (result,) = score(tmp_path, row)
    assert result["rating"] == rating
    assert float(result["score"]) == pytest.approx(score_, abs=1e-9)
    assert flags <= set(result["flags"].split())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,2015,5,2015,6,2030,10,1,,", "fewer_than_two_years"),
        ("x,2015,-5,2020,6,2030,10,1,,", "signs_differ"),
        ("x,,5,2020,6,2030,10,1,,", "baseline_missing"),
        ("x,2015,,2020,6,2030,10,1,,", "baseline_missing"),
        ("x,2015,5,2020,,2030,10,1,,", "value_missing"),
        ("x,2015,5,,6,2030,10,1,,", "year_missing"),
        ("x,2015,5,2020,6,,10,1,,", "target_year_missing"),
        ("x,2015,5,2020,6,2030,10,,,", "direction_missing"),
        ("x,,,,,,,,,", "value_missing"),
    ],
)
def test_what_cannot_be_rated_is_not_available_and_says_why_first(tmp_path: Path, row: str, reason: str) -> None:
    (result,) = score(tmp_path, row)
    assert (result["rating"], result["progress_value"], result["score"]) == ("not_available", "", "")
    assert result["flags"].split()[0] == reason


RANGED = HEADINGS.replace("target_value", "target_value,target_upper")


@pytest.mark.parametrize(
    ("row", "like", "rating"),
    [
        ("x,2015,10,2020,14,2030,20,30,0,,", "x,2015,10,2020,14,2030,20,1,,", "on_track"),
        ("x,2015,50,2020,40,2030,20,30,0,,", "x,2015,50,2020,40,2030,30,-1,,", "on_track"),
        # Through the range and out on the other side: away from the nearer end.
        ("x,2015,10,2020,40,2030,20,30,0,,", "x,2015,10,2020,40,2030,30,-1,,", "deterioration"),
        ("x,2015,10,2020,20,2030,20,30,0,,", "x,2015,10,2020,20,2030,20,1,,", "achieved"),
        ("x,2015,50,2020,30.0,2030,20,30,0,,", "x,2015,50,2020,30.0,2030,30,-1,,", "achieved"),
        # Inside, the number is that towards the end that is nearer to the baseline.
        ("x,2015,50,2020,25,2030,20,30,0,,", "x,2015,50,2020,25,2030,30,-1,,", "achieved"),
    ],
)
@pytest.mark.parametrize("method", ["growth_ratio", "projection", "linear_gap"])
def test_a_range_is_a_target_at_its_nearer_end(tmp_path: Path, row: str, like: str, rating: str, method: str) -> None:
    (result,) = score(tmp_path, row, headings=RANGED, method=method)
    (expected,) = score(tmp_path, like, method=method)
    assert [result[name] for name in ("progress_value", "score", "rating")] == [
        expected[name] for name in ("progress_value", "score", "rating")
    ]
    if method == "growth_ratio" or rating in ("achieved", "deterioration"):
        assert result["rating"] == rating


@pytest.mark.parametrize(
    "row", ["x,2015,10,2020,14,2030,30,20,0,,", "x,2015,10,2020,14,2030,,20,0,,", "x,2015,1,2020,2,2030,3,4,1,,"]
)
def test_what_is_no_range_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str) -> None:
    assert "row 2, column target_upper" in refused(tmp_path, f"{RANGED}\n{row}\n", capsys)


def test_a_direction_of_zero_without_a_range_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "0 is not 1 or -1" in refused(tmp_path, f"{HEADINGS}\nx,2015,10,2020,14,2030,20,0,,\n", capsys)


def test_baseline_equal_to_the_target_has_no_ratio(tmp_path: Path) -> None:
    held, lost = score(tmp_path, "held,2015,40,2020,40,2030,40,1,,", "lost,2015,40,2020,39,2030,40,1,,")
    assert (held["rating"], held["score"], held["progress_value"]) == ("achieved", "5.0", "")
    assert (lost["rating"], lost["score"], lost["progress_value"]) == ("deterioration", "-5.0", "")


def test_cells_come_back_as_they_were_written_with_further_columns_and_in_their_order(tmp_path: Path) -> None:
    rows = ["b, 2015,14.50,2023,1.02e1,2030,+7.25,-1,,,Été; 1", 'a,2015.0,,2023,"10.2",,,1.0,,,"x, y"', ",,,,,,,,,,"]
    results = score(tmp_path, *rows, headings=f"{HEADINGS},note")
    text = (tmp_path / "results.csv").read_text(encoding="utf-8").splitlines()
    assert text[0] == f"{HEADINGS},note,progress_value,rating,score,flags"
    assert text[1].startswith("b, 2015,14.50,2023,1.02e1,2030,+7.25,-1,,,Été; 1,0.9525901792")
    assert [result["note"] for result in results] == ["Été; 1", "x, y", ""]
    assert results[0]["rating"] == "on_track"


def test_columns_without_use_may_be_left_out(tmp_path: Path) -> None:
    short = "series,baseline_year,baseline_value,current_year,current_value,direction"
    (result,) = score(tmp_path, "x,2015,100,2016,101.5,1", headings=short)
    assert (result["rating"], result["progress_value"]) == ("on_track", "0.015")


def test_numbers_are_the_shortest_that_read_back_the_same(tmp_path: Path) -> None:
    (result,) = score(tmp_path, "x,2013,0.3,2014,0.585,2014,0.6,1,,")
    assert (result["progress_value"], result["rating"]) == ("0.95", "on_track")


def test_a_table_without_rows_gives_a_table_without_rows(tmp_path: Path) -> None:
    assert score(tmp_path) == []


def test_the_same_table_gives_the_same_bytes_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    score(tmp_path, *ROWS.values())
    first = (tmp_path / "results.csv").read_bytes()
    score(tmp_path, *ROWS.values())
    assert (tmp_path / "results.csv").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.csv", "series.csv"]


def test_a_byte_order_mark_is_read_and_given_back(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(f"\ufeff{HEADINGS}\r\n{ROWS['down']}\r\n".encode())
    assert main(["score", str(tmp_path / "s.csv"), "--out", str(tmp_path / "r.csv")]) == 0
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbfseries,")


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+x", "-x", "\t=1"])
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(tmp_path: Path, text: str) -> None:
    (result,) = score(tmp_path, f"{text},2015,-8,2020,-6,2030,-2,1,,{-1}")
    assert result["series"] == f"'{text}"
    assert (result["baseline_value"], result["direction"]) == ("-8", "1"), "numbers are no formulas"


@pytest.mark.parametrize(
    ("cell", "seen"),
    [("n/a", "'n/a' is not a number"), ("1 234", "'1 234'"), ("nan", "'nan'"), ("inf", "'inf'"), ("1e999", "'1e999'"),
     ("0x1F", "'0x1F'"), ("1_000", "'1_000'"), ("٣", "'٣'"), ('"1,5"', "'1,5'"), ("12%", "'12%'")],
)  # fmt: skip
def test_what_is_no_number_is_an_error_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cell: str, seen: str
) -> None:
    said = refused(tmp_path, f"{HEADINGS}\n{ROWS['up']}\nx,2015,{cell},2020,6,2030,10,1,,\n", capsys)
    assert "series.csv, row 3, column baseline_value: " in said
    assert seen in said
    assert "decimal point" in said


def test_up_to_twenty_bad_cells_are_named_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "\n".join("x,2015,bad,2020,6,2030,10,3,," for _ in range(15))
    said = refused(tmp_path, f"{HEADINGS}\n{rows}\n", capsys).splitlines()
    assert len(said) == 21
    assert "row 2, column baseline_value" in said[0]
    assert "row 2, column direction" in said[1]
    assert said[20] == "... and 10 more."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{HEADINGS}\nx,15,5,2020,6,2030,10,1,,\n", "15 is not a year"),
        (f"{HEADINGS}\nx,2015.5,5,2020,6,2030,10,1,,\n", "2015.5 is not a year"),
        (f"{HEADINGS}\nx,2015,5,2020,6,2030,10,2,,\n", "2 is not 1 or -1"),
        (f"{HEADINGS}\nx,2015,5,2020,6,2030,10,1,,0\n", "column sign"),
        (f"{HEADINGS}\nx,2015,5\n", "Has 3 cells under 10 headings"),
        (HEADINGS.replace(",", ";") + "\n", "separated by semicolons"),
        (HEADINGS.replace(",", "\t") + "\n", "separated by tabs"),
        ("series,baseline_year\n", "There is no column baseline_value, current_year, current_value, direction"),
        (f"{HEADINGS},rating\n", "column rating: Is there already."),
        (f"{HEADINGS},note,note\n", "column note: Stands more than once."),
        (f'{HEADINGS}\n"x,2015\n', "quotation mark"),
        ("", "The file is empty."),
        (f"{HEADINGS}\nCôte,2015,5,2020,6,2030,10,1,,\n".encode("latin-1"), "row 2: Is not in UTF-8."),
        (b"PK\x03\x04\x00\x00", "Is not a text file."),
    ],
)  # fmt: skip
def test_what_is_no_table_of_series_is_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, words: str
) -> None:
    assert words in refused(tmp_path, content, capsys)


def test_an_unknown_method_says_which_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(tmp_path, f"{HEADINGS}\n", capsys, "--method", "milestone")
    assert said == ("There is no method milestone; there is growth_ratio, directional, linear_gap, projection.\n")


def test_the_table_itself_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "series.csv"
    path.write_text(f"{HEADINGS}\n{ROWS['up']}\n")
    before = path.read_bytes()
    assert main(["score", str(path), "--out", str(path)]) == 2
    assert "would overwrite" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_file_that_is_not_there_or_too_large_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["score", str(tmp_path / "none.csv"), "--out", str(tmp_path / "r.csv")]) == 2
    assert "There is no file" in capsys.readouterr().err
    monkeypatch.setattr("pipeline.score.csv_file.SIZE_LIMIT", 100)
    assert "Is larger than" in refused(tmp_path, HEADINGS * 2, capsys)


def test_thousands_of_rows_are_quick(tmp_path: Path) -> None:
    rows = [f"s{n},2015,{n + 1},2020,{n + 2},2030,{2 * n + 3},1,," for n in range(20_000)]
    results = score(tmp_path, *rows)
    expected = ratio(2015, 10_000, 2020, 10_001, 2030, 20_001, 1)
    assert math.isclose(float(results[9_999]["progress_value"]), expected, rel_tol=1e-9)
