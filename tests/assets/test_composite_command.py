"""``stocktake composite``: what it makes of two tables, and what it says when one of them must be mended."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from assets.cli import main
from tests.pipeline.composite.vectors import asem_meta, table

META = """\
code,parent,weight,direction,level,goalpost_low,goalpost_high,target
roads,access,1,1,1,,,40
cost,access,3,-1,1,,,
forest,nature,,1,1,0,50,
access,index,,,2,,,
nature,index,,,2,,,
index,,,,3,,,
"""
DATA = """\
unit,roads,cost,forest
Ost,10,200,25
West,30,100,
Nord,20,120,60
"""


def write(folder: Path, data: str | bytes = DATA, meta: str | bytes = META) -> tuple[Path, Path]:
    paths = folder / "DATA.csv", folder / "META.csv"
    for path, content in zip(paths, (data, meta), strict=True):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return paths


def run(folder: Path, *more: str, data: str | bytes = DATA, meta: str | bytes = META) -> list[dict[str, str]]:
    """The results of two tables, through the command."""
    out = folder / "RESULTS.csv"
    assert main(["composite", *map(str, write(folder, data, meta)), "--out", str(out), *more]) == 0
    return read(out)


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def refused(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *more: str,
    data: str | bytes = DATA,
    meta: str | bytes = META,
) -> str:
    """What is said of tables or options that are refused; nothing is written."""
    paths = write(folder, data, meta)
    capsys.readouterr()
    assert main(["composite", *map(str, paths), "--out", str(folder / "RESULTS.csv"), *more]) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["DATA.csv", "META.csv"]
    return capsys.readouterr().err


def test_without_options_it_is_the_composite_worked_out_by_hand(tmp_path: Path) -> None:
    east, west, north = run(tmp_path)
    assert list(east) == ["unit", "index", "access", "nature", "roads", "cost", "forest"]
    assert [row["unit"] for row in (east, west, north)] == ["Ost", "West", "Nord"]
    # roads 0, 100, 50; cost, less being better, 0, 100, 80; forest between 0 and 50 is 50 and, capped, 100.
    assert [float(row["access"]) for row in (east, west, north)] == [0.0, 100.0, (50 + 3 * 80) / 4]
    assert [row["nature"] for row in (east, west, north)] == ["50.0", "", "100.0"]
    assert [float(row["index"]) for row in (east, west, north)] == [25.0, 100.0, 86.25]
    assert east["roads"] == "0.0"


def test_the_asem_example_goes_through_the_command_unrounded(tmp_path: Path) -> None:
    data = table("coinr_asem/stage_Treated").rename(columns={"uCode": "unit"})
    run(tmp_path, data=data.to_csv(index=False), meta=asem_meta().to_csv(index=False))
    found = pd.read_csv(tmp_path / "RESULTS.csv", index_col="unit")
    expected = table("coinr_asem/stage_Aggregated", "uCode")
    assert (found[expected.columns] - expected).abs().to_numpy().max() < 2e-12
    assert found.index.tolist() == expected.index.tolist()


def test_normalisation_range_mean_and_threshold_are_options(tmp_path: Path) -> None:
    east, west, north = run(
        tmp_path, "--normalise", "minmax", "--range", "1", "100", "--mean", "arithmetic", "--mean", "2=geometric"
    )
    assert float(north["access"]) == pytest.approx((50.5 * 80.2**3) ** 0.25, rel=1e-14)
    assert float(north["index"]) == pytest.approx((float(north["access"]) + 100) / 2, rel=1e-14)
    assert (east["roads"], west["roads"]) == ("1.0", "100.0")
    strict = run(tmp_path, "--threshold", "0.6")
    assert [row["index"] == "" for row in strict] == [False, True, False]
    top_only = run(tmp_path, "--threshold", "2=1")
    assert all(row["index"] for row in top_only)


def test_distance_to_target_is_capped_where_it_is_wished(tmp_path: Path) -> None:
    meta = META.replace("roads,access,1,1,1,,,40", "roads,access,1,1,1,,,20").replace("cost,access,3,-1,1,,,", "cost,access,3,-1,1,,,100")  # fmt: skip
    meta = meta.replace("0,50,", "0,50,50")
    open_ended = run(tmp_path, "--normalise", "target", "--range", "0", "1", meta=meta)
    assert [float(row["roads"]) for row in open_ended] == [0.0, 2.0, 1.0]
    capped = run(tmp_path, "--normalise", "target", "--range", "0", "1", "--capped", meta=meta)
    assert [float(row["roads"]) for row in capped] == [0.0, 1.0, 1.0]


def test_details_say_why_a_score_is_missing_and_what_it_could_be(tmp_path: Path) -> None:
    run(tmp_path, "--details", str(tmp_path / "more.csv"))
    details = {(row["unit"], row["code"]): row for row in read(tmp_path / "more.csv")}
    assert len(details) == 3 * 6
    nature = details["West", "nature"]
    assert (nature["score"], nature["low"], nature["high"], nature["reason"]) == ("", "0.0", "100.0", "no_value")
    index = details["West", "index"]
    assert (index["score"], index["low"], index["high"]) == ("100.0", "50.0", "100.0")
    assert float(index["coverage"]) == 2 / 3
    assert (index["p5"], index["p50"], index["p95"]) == ("", "", "")


def test_the_sensitivity_analysis_stands_beside_the_results_and_its_seed_decides(tmp_path: Path) -> None:
    run(tmp_path, "--sensitivity", "200", "--seed", "7")
    first = (tmp_path / "RESULTS_details.csv").read_bytes()
    run(tmp_path, "--sensitivity", "200", "--seed", "7")
    assert (tmp_path / "RESULTS_details.csv").read_bytes() == first
    run(tmp_path, "--sensitivity", "200", "--seed", "8")
    assert (tmp_path / "RESULTS_details.csv").read_bytes() != first
    for row in read(tmp_path / "RESULTS_details.csv"):
        if row["level"] != "1" and row["score"]:
            assert 0 <= float(row["p5"]) <= float(row["p50"]) <= float(row["p95"]) <= 100.0000001


def test_a_unit_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    rows = run(tmp_path, data=DATA.replace("Ost", '"=HYPERLINK(""http://x.example"")"').replace("Nord", "@Nord"))
    assert [row["unit"] for row in rows] == ['\'=HYPERLINK("http://x.example")', "West", "'@Nord"]


def test_columns_that_are_no_indicator_and_indicators_without_a_scale_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, data="unit,name,roads,cost,forest\nO,Ost,1,5,NA\nW,West,1,6,\n")
    told = capsys.readouterr().err
    assert "Not used, for META.csv has no such indicator: name." in told
    assert "Indicator roads is missing for all units: all units have the same value." in told


def test_scores_that_a_mean_is_not_defined_for_are_told_with_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    east, *_ = run(tmp_path, "--mean", "geometric")
    assert (east["access"], east["index"]) == ("", "")
    # Ost is worst in roads and cost: access, and the index above it.
    assert "2 scores are missing, as a geometric or harmonic mean is not defined for 0" in capsys.readouterr().err
    run(tmp_path, "--mean", "geometric", "--range", "1", "100")
    assert capsys.readouterr().err == ""


def test_the_order_of_rows_and_columns_does_not_matter_and_a_byte_order_mark_is_welcome(tmp_path: Path) -> None:
    usual = {row["unit"]: row for row in run(tmp_path)}
    turned = run(
        tmp_path,
        data=b"\xef\xbb\xbfforest,unit,cost,roads\r\n60,Nord,120,20\r\n,West,100,30\r\n25,Ost,200,10\r\n",
        meta="\n".join([META.splitlines()[0], *reversed(META.splitlines()[1:])]),
    )
    assert [row["unit"] for row in turned] == ["Nord", "West", "Ost"]
    for row in turned:
        assert row == usual[row["unit"]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DATA.replace("cost", "costs"), "DATA.csv, row 1, column cost: The indicator has no column. Add the column, or correct its heading or the code. Did you mean costs?"),
        (DATA.replace("unit,", "country,"), "There is no column unit"),
        (DATA.replace("30,100,", '30,"100,5",'), "DATA.csv, row 3, column cost: '100,5' is not a number that can be used. Write digits with a decimal point"),
        (DATA.replace("60", "1e999"), "DATA.csv, row 4, column forest: '1e999' is not a number"),
        (DATA.replace("60", "nan"), "'nan' is not a number"),
        (DATA.replace("60", "inf"), "'inf' is not a number"),
        (DATA.replace("60", "=1+1"), "'=1+1' is not a number"),
        (DATA.replace("60", "٦٠"), "'٦٠' is not a number"),
        (DATA.replace("West", "Ost"), "DATA.csv, row 3, column unit: Ost is in row 2 already. Keep one row for each unit."),
        (DATA.replace("West", " "), "DATA.csv, row 3, column unit: The unit has no name."),
        (DATA.replace("Nord,20,120,60", "Nord,20,120"), "DATA.csv, row 4: Has 3 cells under 4 headings."),
        ("unit,roads,cost,forest\n", "DATA.csv: There are no units."),
        ("", "DATA.csv: The file is empty."),
        (DATA.replace(",", ";"), "Is separated by semicolons, not by commas."),
        (DATA.replace("Ost", "Öst").encode("latin-1"), "DATA.csv, row 2: Is not in UTF-8."),
        (DATA.encode("utf-16"), "DATA.csv, row 1: Is not in UTF-8."),
        (DATA.replace("Ost", "O\x00st"), "DATA.csv: Is not a text file."),
    ],
)  # fmt: skip
def test_data_that_cannot_be_used_are_refused_with_place_and_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: str | bytes, said: str
) -> None:
    assert said in refused(tmp_path, capsys, data=data)


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        (META.replace("access,index", "access,indx"), "META.csv, row 5, column parent: There is no code indx."),
        (META.replace("0,50,", "0,,"), "META.csv, row 4, column goalpost_high: Only one of the two goalposts is there."),
        ("code\n", "META.csv, row 1, column parent: The heading is missing."),
        (b"\xff\xfe", "META.csv, row 1: Is not in UTF-8"),
        ("x" * 5_000_001, "META.csv: Is larger than 5 MB."),
    ],
)  # fmt: skip
def test_a_structure_that_cannot_be_used_is_refused_with_place_and_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], meta: str | bytes, said: str
) -> None:
    assert said in refused(tmp_path, capsys, meta=meta)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--normalise", "zscore"], "'zscore' is not a normalisation. Use one of: auto, minmax, goalposts, target."),
        (["--normalise", "goalposts"], "There is no pair of goalposts for roads, cost. Give every indicator a pair of goalposts, or"),
        (["--normalise", "target"], "There is no target for cost, forest. Give every indicator a target"),
        (["--mean", "median"], "'median' is not a mean. Use one of: arithmetic, geometric, harmonic."),
        (["--mean", "1=geometric"], "'1' is not the level of an aggregate."),
        (["--mean", "9=geometric"], "Nothing is of level 9. Use one of: 2, 3."),
        (["--mean", "geometric", "--mean", "harmonic"], "There are two entries for all levels."),
        (["--threshold", "60"], "'60' is not a share. Write a share from 0 to 1, e.g. 0.6."),
        (["--range", "100", "0"], "'100 0' is no range."),
        (["--range", "0", "inf"], "'0 inf' is no range."),
        (["--sensitivity", "1000000"], "'1000000' is not a whole number up to 100,000."),
        (["--sensitivity", "-5"], "'-5' is not a whole number"),
        (["--seed", "x"], "'x' is not a whole number"),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used_are_refused_with_what_could(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert said in refused(tmp_path, capsys, *options)


def test_more_draws_of_more_codes_than_fit_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    meta = "code,parent,level\n" + "".join(f"i{number},top,1\n" for number in range(1_000)) + "top,,2\n"
    said = refused(tmp_path, capsys, "--sensitivity", "30000", meta=meta)
    assert "30,000 draws of 1,001 codes are too many." in said
    assert "at most 9,990 draws" in said


def test_very_many_problems_are_counted_and_not_all_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = "unit,roads,cost,forest\n" + "".join(f"u{number},x,1,1\n" for number in range(5_000))
    said = refused(tmp_path, capsys, data=data)
    assert said.count("\n") == 21
    assert "... and 4,980 more." in said


def test_no_result_takes_the_place_of_what_it_is_made_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, meta = write(tmp_path)
    for more in (
        ["--out", str(data)],
        ["--out", str(meta)],
        ["--out", str(tmp_path / "r.csv"), "--details", str(meta)],
    ):
        assert main(["composite", str(data), str(meta), *more]) == 2
        assert "would overwrite" in capsys.readouterr().err
    out = str(tmp_path / "r.csv")
    assert main(["composite", str(data), str(meta), "--out", out, "--details", out]) == 2
    assert "are the same file" in capsys.readouterr().err
    assert (data.read_text(encoding="utf-8"), meta.read_text(encoding="utf-8")) == (DATA, META)


def test_options_may_stand_before_the_files(tmp_path: Path) -> None:
    data, meta = write(tmp_path)
    before = ["--range", "1", "100", "--mean", "3=geometric", "--threshold", "0.5"]
    assert main(["composite", *before, str(data), str(meta), "--out", str(tmp_path / "r.csv")]) == 0
    assert [row["unit"] for row in read(tmp_path / "r.csv")] == ["Ost", "West", "Nord"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, _ = write(tmp_path)
    assert main(["composite", str(data), str(tmp_path / "none.csv"), "--out", str(tmp_path / "r.csv")]) == 2
    assert "There is no file" in capsys.readouterr().err
