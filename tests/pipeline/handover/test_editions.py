"""What leaves the secretariat is written down in one list, and nothing restricted is on it."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.frames import frame
from pipeline.handover.contents import may_hold
from pipeline.handover.editions import ALLOWED, EDITIONS, tables_for
from pipeline.tables import TABLES

RESTRICTED_TABLES = (
    *("submissions", "answers", "places", "earlier_answers", "intake_notes", "earlier_notes", "assessment", "findings"),
    *("finding_history", "rounds", "letters", "closing_letters", "ledger", "told", "sending"),
)
RESTRICTED_COLUMNS = (
    *(
        "raw",
        "comment",
        "recipients",
        "sender",
        "message",
        "sources",
        "sheet",
        "cell",
        "file",
        "subject",
        "detail",
    ),
    *("language", "time_zone", "seen", "bounced", "decided_by", "waiver", "reference"),
)
OTHERS = [edition for edition in EDITIONS if edition != "secretariat"]


@pytest.mark.parametrize("edition", OTHERS)
def test_no_other_edition_may_hold_what_is_restricted(edition: str) -> None:
    allowed = ALLOWED[edition]
    assert not set(RESTRICTED_TABLES) & set(allowed)
    assert not {column for columns in allowed.values() for column in columns} & set(RESTRICTED_COLUMNS)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_list_names_declared_columns_with_the_key_of_each_table(edition: str) -> None:
    for name, columns in ALLOWED[edition].items():
        assert set(columns) <= set(TABLES[name].names), name
        assert set(TABLES[name].key) <= set(columns), name


def test_the_secretariat_has_every_table_but_those_of_a_run_on_request() -> None:
    assert set(TABLES) - set(ALLOWED["secretariat"]) == {"closing_letters", "sending"}
    assert all(list(columns) == TABLES[name].names for name, columns in ALLOWED["secretariat"].items())


def counts(member: str, level: str) -> dict[str, object]:
    zero = dict.fromkeys(("commitments", "better", "same", "worse", "new", "ended", "not_comparable"), 0)
    return {"level": level, "member": member, "goal": "", **zero}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    figure = {"shown": "1", "selection": "all"}
    share = {"scope_kind": "all", "scope": "", "asked": 1, "answered": 1, "accounted": 1}
    names = {"name_en": "x", "name_fr": "x", "name_es": "x", "language": "en", "time_zone": "UTC"}
    return {
        "members": frame("members", [{"member": m, "position": p, **names} for p, m in enumerate(("ALB", "BEL"))]),
        "change_counts": frame(
            "change_counts", [counts("", "alliance"), counts("ALB", "member"), counts("BEL", "member")]
        ),
        "completeness": frame("completeness", [{"member": member, **share} for member in ("ALB", "BEL")]),
        "figures": frame(
            "figures",
            [{"figure": table, "table": table, **figure} for table in ("commitment_scores", "findings", "letters")],
        ),
        "told": frame("told", [{"member": "ALB", "round": 1, "finding": "f"}]),
    }


@pytest.mark.parametrize("edition", OTHERS)
def test_only_rows_of_nobody_or_of_who_agreed_leave(edition: str, tables: dict[str, pd.DataFrame]) -> None:
    shown = tables_for(edition, tables, {"BEL"})
    assert sorted(shown) == ["change_counts", "completeness", "figures", "members"]
    assert shown["members"]["member"].tolist() == ["ALB", "BEL"], "who is a member is no secret"
    assert shown["change_counts"]["member"].tolist() == ["BEL"]
    assert shown["completeness"]["member"].tolist() == ["BEL"]
    assert shown["figures"].empty
    assert "language" not in shown["members"].columns


@pytest.mark.parametrize("edition", OTHERS)
def test_totals_leave_where_everybody_agreed_since_nothing_can_be_subtracted_then(
    edition: str, tables: dict[str, pd.DataFrame]
) -> None:
    shown = tables_for(edition, tables, {"ALB", "BEL"})
    assert shown["change_counts"]["member"].tolist() == ["", "ALB", "BEL"]
    assert shown["figures"]["figure"].tolist() == ["commitment_scores"]


def test_the_secretariat_has_all_rows(tables: dict[str, pd.DataFrame]) -> None:
    shown = tables_for("secretariat", tables, ())
    assert {name: len(table) for name, table in shown.items()} == {name: len(table) for name, table in tables.items()}


@pytest.mark.parametrize(
    ("output", "holders"),
    [
        ("report/GA-2014-progress-report.docx", {"secretariat"}),
        ("report/GA-2014-progress-report-members.docx", {"secretariat", "members"}),
        ("report/GA-2014-progress-report-members-fr.docx", {"secretariat", "members"}),
        ("report/GA-2014-progress-report-public.docx", set(EDITIONS)),
        ("report/GA-2014-progress-report-public-es.docx", set(EDITIONS)),
        ("report/GA-2014-progress-report-publication.docx", {"secretariat"}),
        ("data_docs/index.html", {"secretariat"}),
        ("letters/overview.html", {"secretariat"}),
    ],
)
def test_an_output_is_in_the_editions_that_it_was_made_for(output: str, holders: set[str]) -> None:
    assert {edition for edition in EDITIONS if may_hold(edition, output)} == holders
