"""The assets of letters: what they write beside the table, and what staff read of it in the UI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from assets.feedback import closing_letters, letters
from assets.resources import Workplace
from pipeline.alliance.frames import members_table
from pipeline.frames import frame
from pipeline.settings import PROJECT, Settings


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace.of(Settings.from_environment({"STOCKTAKE_DATA": str(tmp_path)}))


@pytest.fixture
def tables(workplace: Workplace) -> Mapping[str, pd.DataFrame]:
    """Albania answered, all others are silent."""
    alliance = workplace.load()
    arrived = {
        "submission": "s1",
        "member": "ALB",
        "file": "a.xlsx",
        "way": "folder",
        "received": datetime(2014, 7, 10, tzinfo=UTC),
        "sha256": "0" * 64,
        "size": 9,
        "status": "accepted",
        "late": False,
        "version": 1,
        "round": 1,
    }
    empty = ("findings", "finding_history", "completeness")
    return {
        "members": members_table(alliance, alliance.cycle("2014")),
        "submissions": frame("submissions", [arrived]),
        **{name: frame(name, []) for name in empty},
    }


def made(asset: dg.AssetsDefinition, **resources: Any) -> dg.Output[pd.DataFrame]:
    result = asset(dg.build_asset_context(partition_key="2014"), **resources)
    assert isinstance(result, dg.Output)
    return result


def test_the_letters_lie_beside_their_overview_and_can_be_read_in_the_ui(
    workplace: Workplace, tables: Mapping[str, pd.DataFrame]
) -> None:
    more = {name: frame(name, []) for name in ("commitments", "answers", "earlier_answers")}
    output = made(letters, workplace=workplace, **tables, **more)
    folder = workplace.settings.output("2014") / "letters"
    assert {path.name for path in folder.iterdir()} == {*output.value["file"], "overview.html", "overview.csv"}
    assert output.value["kind"].value_counts().to_dict() == {"reminder": 53, "receipt": 1}
    table = output.metadata["letters"]
    assert isinstance(table, dg.TableMetadataValue)
    assert len(table.records) == 54
    code = output.metadata["overview code"].value
    assert f"<code>{code}</code>" in (folder / "overview.html").read_text(encoding="utf-8")
    assert "a.xlsx" in str(output.metadata["preview: receipt"].value)
    assert "preview: reminder" in output.metadata


def test_thanks_have_a_folder_of_their_own(workplace: Workplace, tables: Mapping[str, pd.DataFrame]) -> None:
    output = made(closing_letters, workplace=workplace, **tables)
    assert output.value[["member", "kind"]].to_numpy().tolist() == [["ALB", "thanks"]]
    folder = workplace.settings.output("2014") / "closing_letters"
    assert {path.name for path in folder.iterdir()} == {"ALB-thanks.eml", "overview.html", "overview.csv"}
    assert PROJECT not in folder.parents, "tests write nothing into the project"
