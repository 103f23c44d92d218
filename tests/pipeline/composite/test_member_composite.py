"""The table ``composite_scores``: empty unless an alliance wishes a composite, and then one row per member and code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.composite.members import member_composite
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Node
from pipeline.frames import frame
from pipeline.settings import PROJECT
from pipeline.tables import TABLES
from tests.end_to_end.other_alliance import write_alliance
from tests.pipeline.composite.vectors import nodes


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> Alliance:
    return load_alliance(write_alliance(tmp_path_factory.mktemp("rios") / "alliance"))


def member_rows(*codes: str) -> pd.DataFrame:
    texts = {column.name: "x" for column in TABLES["members"].columns if column.kind == "text" and column.required}
    return frame(
        "members", [{**texts, "member": code, "position": place, **_others()} for place, code in enumerate(codes, 1)]
    )


def _others() -> dict[str, object]:
    kinds = {"integer": 1, "boolean": False, "date": "2028-01-01", "time": "2028-01-01T00:00Z", "number": 1.0}
    return {
        column.name: kinds[column.kind]
        for column in TABLES["members"].columns
        if column.required and column.kind in kinds and column.name != "position"
    }


def answer_rows(*rows: tuple[str, str, float | None, str | None]) -> pd.DataFrame:
    return frame(
        "answers",
        [
            {
                "member": member,
                "row": "",
                "question": question,
                "value": None if number is None else str(number),
                "number": number,
                "missing_reason": reason,
                "sheet": "agua",
                "cell": "D1",
                "submission": f"s-{member}",
            }
            for member, question, number, reason in rows
        ],
    )


def submission_rows(**status: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"submission": [f"s-{member}" for member in status], "member": list(status), "status": list(status.values())}
    )


def test_without_a_composite_the_table_is_empty_and_has_its_columns() -> None:
    ours = load_alliance(PROJECT / "alliance")
    table = member_composite(
        ours, member_rows("ALB"), answer_rows(("ALB", "icse_new", 3.0, None)), submission_rows(ALB="accepted")
    )
    assert table.empty
    assert table.columns.tolist() == TABLES["composite_scores"].names


def test_only_accepted_submissions_count_and_reasons_are_the_members_own(alliance: Alliance) -> None:
    settings = CompositeSettings(normalise="goalposts")
    chosen = replace(alliance, scoring=replace(alliance.scoring, composite=settings))
    answers = answer_rows(
        ("MOZ", "rios", 50.0, None), ("MOZ", "descargas", None, "confidential"),
        ("BRA", "rios", 100.0, None), ("BRA", "descargas", 25.0, None),
        ("PRT", "rios", 200.0, None), ("PRT", "descargas", 0.0, None),
    )  # fmt: skip
    accepted = submission_rows(MOZ="accepted", BRA="accepted", PRT="rejected")
    table = member_composite(chosen, member_rows("PRT", "MOZ", "BRA"), answers, accepted)
    assert table["member"].tolist() == ["PRT"] * 3 + ["MOZ"] * 3 + ["BRA"] * 3
    rows = table.set_index(["member", "code"])
    assert rows["score"]["BRA"].to_dict() == {"agua": (50 + 3 * 75) / 4, "rios": 50.0, "descargas": 75.0}
    assert rows["score"]["MOZ", "agua"] == 25.0
    assert rows["reason"]["MOZ", "descargas"] == "value_confidential"
    assert rows["reason"]["PRT", "agua"] == rows["reason"]["PRT", "rios"] == "no_submission"
    assert rows["low"]["MOZ", "agua"] == 25 / 4
    assert rows["high"]["MOZ", "agua"] == (25 + 300) / 4


def test_every_row_can_be_computed_again_from_the_table(alliance: Alliance) -> None:
    """The weighted mean of the children's scores, from the exported rows alone."""
    structure = nodes(Node("rios", "agua", 1, 2.0), Node("descargas", "agua", 1, 1.0, -1), Node("agua", "", 2))
    chosen = replace(alliance, composite=structure, scoring=replace(alliance.scoring, composite=None))
    answers = answer_rows(
        ("MOZ", "rios", 50.0, None), ("MOZ", "descargas", 9.0, None),
        ("BRA", "rios", 100.0, None), ("BRA", "descargas", 25.0, None),
        ("PRT", "rios", 70.0, None), ("PRT", "descargas", 17.0, None),
    )  # fmt: skip
    accepted = submission_rows(MOZ="accepted", BRA="accepted", PRT="accepted")
    table = member_composite(chosen, member_rows("MOZ", "BRA", "PRT"), answers, accepted)
    tops = table[table["parent"].isna()].set_index("member")
    for member, rows in table[table["parent"] == "agua"].groupby("member"):
        again = (
            sum(score * weight for score, weight in zip(rows["score"], rows["weight"], strict=True))
            / rows["weight"].sum()
        )
        assert tops["score"][member] == pytest.approx(again, abs=1e-12)
        assert set(rows["method"]) == {"minmax"}
    assert tops["method"].tolist() == ["arithmetic"] * 3
    values = table.set_index(["member", "code"])["value"]
    assert values["PRT", "descargas"] == 17.0
    # 70 lies 20 of 50 above the worst value, 17 lies 8 of 16 below the worst one.
    assert tops["score"]["PRT"] == pytest.approx((2 * 40 + 50) / 3)


def test_a_number_that_could_not_be_computed_with_is_missing(alliance: Alliance) -> None:
    answers = answer_rows(("MOZ", "rios", 1e200, None), ("BRA", "rios", 3.0, None))
    accepted = submission_rows(MOZ="accepted", BRA="accepted")
    table = member_composite(alliance, member_rows("MOZ", "BRA"), answers, accepted).set_index(["member", "code"])
    assert pd.isna(table["score"]["MOZ", "rios"])
    assert table["reason"]["MOZ", "rios"] == "no_value"


def test_the_file_of_the_alliance_may_be_saved_by_a_spreadsheet_program(tmp_path: Path) -> None:
    folder = write_alliance(tmp_path / "alliance")
    text = (folder / "composite.csv").read_text(encoding="utf-8")
    (folder / "composite.csv").write_bytes(b"\xef\xbb\xbf" + text.replace(",", ";").replace("\n", "\r\n").encode())
    assert load_alliance(folder).composite == load_alliance(write_alliance(tmp_path / "other")).composite
