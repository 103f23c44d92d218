"""The definitions load, and everything that staff see in the UI is explained there."""

from __future__ import annotations

import dagster as dg
import pytest

from assets.definitions import defs
from assets.metadata import plain
from pipeline.tables import TABLES

GRAPH = defs.resolve_asset_graph()
KEYS = sorted(GRAPH.get_all_asset_keys())
# What came of sending is shown by the job that sends, and kept in the ledger.
ASSETS = set(TABLES) - {"sending"}
STAGES = ("prepare", "gather", "validate", "feedback", "score", "report")


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_every_asset_is_explained_owned_and_stands_in_a_stage(key: dg.AssetKey) -> None:
    node = GRAPH.get(key)
    assert len(node.description or "") > 30
    assert node.group_name in STAGES
    assert node.owners
    assert node.kinds
    assert node.partitions_def is not None
    assert node.partitions_def.get_partition_keys() == ["2013", "2014"]


def test_there_is_an_asset_for_every_table_and_for_what_people_open() -> None:
    names = {key.to_user_string() for key in KEYS}
    assert names == {*ASSETS, "blank_workbooks", "data_docs", "handover_package", "word_report"}


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_the_ui_shows_the_declared_columns(name: str) -> None:
    schema = GRAPH.get(dg.AssetKey(name)).metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    columns = schema.columns
    assert [column.name for column in columns] == TABLES[name].names
    assert all(column.description for column in columns)


def test_every_job_says_when_to_use_it() -> None:
    jobs = {job.name: job for job in defs.resolve_all_job_defs() if not job.name.startswith("__")}
    assert set(jobs) == {
        "progress_report",
        "answers",
        "workbooks",
        "thanks",
        "handover",
        "send_letters",
        "resolve_letter",
    }
    assert all(len(job.description or "") > 40 for job in jobs.values())


def test_the_job_progress_report_makes_everything_but_what_has_a_time_of_its_own() -> None:
    job = defs.resolve_job_def("progress_report")
    made = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert made == {*ASSETS, "word_report"} - {"closing_letters"}


def test_the_job_handover_makes_everything_anew_before_it_packs_it() -> None:
    job = defs.resolve_job_def("handover")
    made = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert made == {*ASSETS, "data_docs", "handover_package", "word_report"} - {"closing_letters"}


def test_each_rule_is_an_asset_check_that_says_what_it_checks() -> None:
    specs = [GRAPH.get_check_spec(key) for key in GRAPH.asset_check_keys]
    assert len(specs) >= 8
    assert all(spec.description for spec in specs)
    blocking = [spec.name for spec in specs if spec.blocking]
    assert blocking == ["every_answer_counts_once_and_for_its_own_member"], "a member's mistake must never stop it"


def test_the_lint_of_the_questionnaire_is_shown_at_the_questions() -> None:
    names = {key.name for key in GRAPH.asset_check_keys if key.asset_key == dg.AssetKey("questions")}
    assert names == {
        "texts_are_in_every_language",
        "constraints_say_what_is_wrong",
        "every_goal_is_asked_about",
        "questions_can_be_told_apart",
        "nothing_is_without_use",
        "web_forms_can_run_it",
        "codes_are_those_of_earlier_cycles",
    }
    job = defs.resolve_job_def("progress_report")
    assert names <= {key.name for key in job.asset_layer.asset_graph.asset_check_keys}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), (float("nan"), ""), ("a", "a"), (3, 3), (True, True)],
)
def test_values_reach_the_metadata_as_plain_python(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_scalars_of_numpy_and_pandas_become_plain_ones() -> None:
    import numpy as np
    import pandas as pd

    assert type(plain(np.int64(3))) is int
    assert type(plain(np.float64(0.5))) is float
    assert type(plain(np.bool_(True))) is bool
    assert plain(pd.NA) == ""
    assert plain(pd.Timestamp("2014-05-01")) == "2014-05-01"
    assert plain(pd.Timestamp("2014-05-01 10:30", tz="UTC")) == "2014-05-01 10:30+00:00"


def test_the_job_answers_makes_everything_from_the_inbox_to_the_letters_and_no_report() -> None:
    job = defs.resolve_job_def("answers")
    made = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert {"submissions", "findings", "finding_history", "data_docs", "letters"} <= made
    assert not made & {"blank_workbooks", "closing_letters", "commitment_scores", "word_report"}
