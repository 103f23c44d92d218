"""Data are held to the schemas in their own descriptor: each breach is found, by us and by frictionless alike."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
import pytest

from pipeline.alliance.frames import goals_table, members_table
from pipeline.alliance.load import load_alliance
from pipeline.frames import frame
from pipeline.handover.data_csv import data_csv
from pipeline.handover.data_package import data_package
from pipeline.handover.dictionary import dictionary_csv, dictionary_markdown
from pipeline.handover.schema_check import schema_problems
from pipeline.settings import PROJECT
from pipeline.tables import REFERENCES, TABLES


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a small package: members, goals, two findings and two scopes."""
    alliance = load_alliance(PROJECT / "alliance")
    cycle = alliance.cycle("2014")
    finding = {"member": "ALB", "rule": "r", "rule_version": 1, "severity": "error", "row": "", "message": "=m"}
    scope = {"level": "goal", "member": "", "commitments": 3, "better": 1, "same": 1, "worse": 0, "new": 1}
    tables: dict[str, pd.DataFrame] = {
        "members": members_table(alliance, cycle),
        "goals": goals_table(alliance),
        "findings": frame(
            "findings",
            [
                {**finding, "finding": "f1", "status": "open", "previous": 1.5, "previous_date": "2013-10-01"},
                {**finding, "finding": "f2", "status": "waived"},
            ],
        ),
        "change_counts": frame(
            "change_counts",
            [{**scope, "goal": goal, "ended": 0, "not_comparable": 0} for goal in ("OG1.1", "OG2.1")],
        ),
    }
    folder = tmp_path_factory.mktemp("data") / "data"
    folder.mkdir()
    columns = {name: TABLES[name].names for name in tables}
    for name, table in tables.items():
        (folder / f"{name}.csv").write_bytes(data_csv(name, table))
    (folder / "datapackage.json").write_bytes(data_package(alliance, cycle, "secretariat", columns))
    (folder / "dictionary.csv").write_bytes(dictionary_csv(columns))
    (folder / "dictionary.md").write_bytes(dictionary_markdown(columns))
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "data")


def found(folder: Path) -> list[str]:
    return schema_problems(folder, sorted(path.name for path in folder.iterdir()))[0]


def change(folder: Path, name: str, old: str, new: str) -> None:
    content = (folder / name).read_bytes().decode()
    assert old in content
    (folder / name).write_bytes(content.replace(old, new, 1).encode())


def test_what_was_made_is_as_it_says(made: Path) -> None:
    assert schema_problems(made, [path.name for path in made.iterdir()]) == ([], 4)
    report = frictionless.validate(str(made / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])


# What is changed in which file, what is said about it, and whether frictionless looks at that too.
BREACHES: list[tuple[str, str, str, str, bool]] = [
    ("change_counts.csv", ",3,1", ",three,1", "commitments is 'three'", True),
    ("change_counts.csv", ",3,1", ",,1", "commitments is missing", True),
    ("change_counts.csv", "OG2.1", "OG1.1", "stands more than once", True),
    ("change_counts.csv", "goal,,OG1.1", "goals,,OG1.1", "level is 'goals'", True),
    ("findings.csv", ",1.5,", ",1.5.2,", "previous is '1.5.2'", True),
    ("findings.csv", "2013-10-01", "2013-10-41", "previous_date is '2013-10-41'", True),
    ("findings.csv", ",open,", ",closed,", "status is 'closed'", True),
    ("findings.csv", "f1,ALB", "f1,ATLANTIS", "member has ATLANTIS, which members does not have", True),
    ("findings.csv", "\r\nf2,", "\r\nf1,", "f1 stands more than once", True),
    ("findings.csv", "finding,member", "finding,country", "other columns", True),
    ("findings.csv", "\r\nf2,", "\r\nf2,more,", "more or fewer cells", True),
    ("findings.csv", "f1,ALB", 'f1,"ALB', "no CSV file", False),
    ("datapackage.json", '"path": "findings.csv"', '"path": "../findings.csv"', "does not describe", False),
    ("datapackage.json", '"type": "string"', '"type": "magic"', "does not describe", False),
    ("datapackage.json", '"resources"', '"sources"', "does not describe", False),
    ("datapackage.json", '"profile"', '"profile', "does not describe", False),
]


@pytest.mark.parametrize(("name", "old", "new", "said", "others_see_it"), BREACHES)
def test_each_breach_is_found(data: Path, name: str, old: str, new: str, said: str, others_see_it: bool) -> None:
    change(data, name, old, new)
    problems = found(data)
    assert any(said in problem for problem in problems), problems
    if others_see_it:
        assert not frictionless.validate(str(data / "datapackage.json")).valid


def test_a_table_that_is_not_there_and_one_that_nobody_describes_are_found(data: Path) -> None:
    (data / "findings.csv").rename(data / "extra.csv")
    assert sorted(found(data)) == [
        "data/extra.csv is not described in datapackage.json.",
        "data/findings.csv is described in datapackage.json and is not there.",
    ]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"resources": 3}', b'{"resources": [1]}', b"[" * 100_000])
def test_a_descriptor_that_is_none_is_no_fault_of_ours(data: Path, content: bytes) -> None:
    (data / "datapackage.json").write_bytes(content)
    assert any("does not describe" in problem for problem in found(data))


def test_the_descriptor_says_what_is_declared(made: Path) -> None:
    described = json.loads((made / "datapackage.json").read_bytes())
    assert described["profile"] == "tabular-data-package"
    resources: dict[str, Any] = {resource["name"]: resource for resource in described["resources"]}
    findings = resources["findings"]["schema"]
    assert findings["primaryKey"] == ["finding"]
    assert findings["foreignKeys"] == [
        {"fields": ["member"], "reference": {"resource": "members", "fields": ["member"]}}
    ]
    fields = {field["name"]: field for field in findings["fields"]}
    assert fields["severity"]["constraints"] == {"required": True, "enum": ["error", "warning", "query"]}
    assert fields["previous"]["unit"] == "as in the question"
    assert fields["previous_date"]["type"] == "date"
    assert "constraints" not in fields["goal"]


def test_the_dictionary_explains_every_column(made: Path) -> None:
    import csv

    with (made / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tables = ("members", "goals", "findings", "change_counts")
    assert [(row["table"], row["column"]) for row in rows] == [(t, c) for t in tables for c in TABLES[t].names]
    assert all(row["meaning"] for row in rows)
    text = (made / "dictionary.md").read_text("utf-8")
    assert all(f"## {table}\n" in text for table in tables)
    assert "| finding | string |  | Stable id over resubmissions" in text


@pytest.mark.parametrize("table", sorted(REFERENCES))
def test_a_reference_leads_from_a_column_to_the_key_of_a_table(table: str) -> None:
    for column, other in REFERENCES[table].items():
        assert column in TABLES[table].names
        assert len(TABLES[other].key) == 1
