from __future__ import annotations

import re
import socket
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from validate_samples import EMPTY, UNREAD, assessed

from benchmarks.plain import BROKEN
from pipeline.frames import frame
from pipeline.validate.expectations import ExpectationError, check
from pipeline.validate.rule import Where
from pipeline.validate.rule_book import all_rules, rule_names

RULES = {rule.name: rule for rule in all_rules()}

# Rule, a row that breaks it, and how that row differs where it does not: red and green for each condition of the rule.
CASES: list[tuple[str, dict[str, Any], list[dict[str, Any]]]] = [
    (
        "required_answer",
        {"needed": True, **EMPTY},
        [
            {"needed": False},
            {"accounted": True, "missing_reason": "not_yet"},
            {"raw": "1.234", "filled": True},
            {"subject": "a_check"},
            {"raw": "x", "value": "x", "filled": True, "answered": True, "accounted": True},
        ],
    ),
    (
        "unreadable_answer",
        {"raw": "1.234", "problem": "ambiguous_number", **UNREAD},
        [
            {"problem": None},
            {"subject": "a_check"},
            {"relevant": False, "filled": False},
            {"problem": "conflicting_rows"},
        ],
    ),
    (
        "constraint",
        {"holds": False},
        [{"holds": True}, {"holds": None}, {"subject": "a_check", "relevant": False}, {**EMPTY}],
    ),
    (
        "choice_not_offered",
        {"type": "select_one", "offered": False},
        [
            {"offered": True},
            {"offered": None},
            {"relevant": False, "filled": False},
            {"subject": "a_check"},
            {**EMPTY},
        ],
    ),
    (
        "irrelevant_answer",
        {"relevant": False},
        [
            {"relevant": True},
            {**EMPTY},
            {"subject": "a_check"},
            {"raw": "n/a", "problem": "no_value_word", **UNREAD},
            {"raw": "s.o.", "missing_reason": "not_applicable", **UNREAD, "accounted": True},
        ],
    ),
    (
        "year_out_of_range",
        {"type": "integer", "role": "baseline_year", "number": 14.0},
        [
            {"number": 1900.0},
            {"number": 2100.0},
            {"number": None},
            {"holds": True},
            {"role": "value"},
            {"subject": "a_check", "relevant": False},
        ],
    ),
    (
        "negative_count",
        {"type": "integer", "role": "value", "number": -1.0},
        [{"number": 0.0}, {"type": "decimal"}, {"role": None}, {"holds": True}],
    ),
    (
        "date_out_of_range",
        {"type": "date", "date": "1014-06-30"},
        [{"date": "2014-06-30"}, {"date": "2100-12-31"}, {"date": "1900-01-01"}, {"date": None}, {"holds": True}],
    ),
    (
        "jump_since_last_cycle",
        {"number": 34.0, "previous": 30.0, "tolerance": 0.1},
        [
            {"number": 33.0},
            {"number": 27.0},
            {"previous": None},
            {"tolerance": None},
            {"number": None},
            {"tolerance": 0.2},
            {"relevant": False, "filled": False},
            {"subject": "a_check"},
        ],
    ),
    (
        "reason_beside_answer",
        {"missing_reason": "not_yet"},
        [{"missing_reason": None}, {**EMPTY, "accounted": True}, {"subject": "a_check"}],
    ),
    (
        "cross_check",
        {"subject": "a_check", "holds": False},
        [{"holds": True}, {"holds": None}, {"relevant": False}],
    ),
    (
        "baseline_changed",
        {"role": "baseline_value", "number": 12.5, "previous": 12.4, "tolerance": 0.0},
        [
            {"number": 12.4},
            {"previous": None},
            {**EMPTY, "number": None},
            {"role": "value", "tolerance": None},
            {"relevant": False, "filled": False},
            {"holds": False},
            {"subject": "a_check"},
        ],
    ),
    (
        "target_moved",
        {"role": "target_value", "number": 100.0, "previous": 90.0, "tolerance": 0.0},
        [
            {"number": 90.0},
            {"previous": None},
            {"role": "value", "tolerance": None},
            {"relevant": False},
            {"holds": False},
        ],
    ),
    (
        "due_date_moved",
        {
            "role": "due",
            "type": "date",
            "row": "ALB-01",
            "present": True,
            "date": "2015-01-01",
            "previous_date": "2014-12-31",
        },
        [
            {"date": "2014-12-31"},
            {"previous_date": None},
            {"present": None},
            {"role": "start"},
            {"relevant": False},
            {"holds": False},
            {"date": None, **EMPTY},
        ],
    ),
    (
        "stock_fell",
        {"role": "stock", "number": 99.0, "previous": 100.0, "tolerance": 0.001},
        [
            {"number": 100.0},
            {"number": 100.05},
            {"previous": None},
            {"role": "value", "tolerance": None},
            {"relevant": False},
            {"holds": False},
        ],
    ),
    (
        "too_few_accounted",
        {"enough": False},
        [{"enough": True}, {"enough": None}, {"relevant": False}, {"row": "ALB-01"}, {"subject": "a_check"}],
    ),
    (
        "completion_outside_period",
        {"role": "completed_on", "type": "date", "date": "2014-08-16", "in_time": False},
        [
            {"date": "2014-08-15", "in_time": True},
            {"in_time": None},
            {"date": None, **EMPTY},
            {"holds": False},
            {"relevant": False},
            {"role": "signed_on"},
        ],
    ),
    (
        "vanished_commitment",
        {"role": "status", "row": "ALB-01", "present": False, "needed": True, **EMPTY},
        [{"present": True, "needed": False}, {"present": None, "needed": False}, {"role": "title", "needed": False}],
    ),
    (
        "empty_phrase",
        {"phrase": "empty"},
        [{"phrase": None}, {"phrase": "elsewhere"}, {"type": "integer"}, {"relevant": False}, {"holds": False}],
    ),
    (
        "refers_elsewhere",
        {"phrase": "elsewhere"},
        [{"phrase": None}, {"phrase": "empty"}, {"type": "date"}, {"relevant": False}, {"holds": False}],
    ),
    (
        "same_text_as_before",
        {"value": f"The unit  works\n{'x' * 25}", "previous_text": f"the UNIT works {'x' * 25}", "role": "change"},
        [
            {"previous_text": None},
            {"previous_text": f"The unit worked {'x' * 25}"},
            {"value": f"The unit works {'x' * 24}", "previous_text": f"The unit works {'x' * 24}"},
            {"role": "consulted"},
            {"type": "select_one"},
            {"relevant": False},
            {"holds": False},
        ],
    ),
    (
        "link_not_on_the_web",
        {"type": "file", "value": "https://files.ministry.lan/report.pdf"},
        [
            {"value": "https://www.ministry.example/report.pdf"},
            {"type": "text"},
            {"relevant": False},
            {"holds": False},
            {**EMPTY},
        ],
    ),
]


def breaches(*rows: dict[str, Any], name: str = "") -> list[tuple[str, str]]:
    """Rule and question of every breach, of all rules or of one."""
    checked = check(frame("assessment", rows), [RULES[name]] if name else list(RULES.values()))
    failing = checked.rows
    return list(zip(failing["rule"], failing["question"], strict=True))


@pytest.mark.parametrize(("name", "red", "greens"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_finds_what_breaks_it_and_nothing_else(name: str, red: dict, greens: list[dict]) -> None:
    rows = [assessed(question="red", **red)]
    rows += [assessed(question=f"green{number}", **(red | green)) for number, green in enumerate(greens)]
    shown = "a_check" if name == "cross_check" else name
    assert breaches(*rows, name=name) == [(shown, "red")]


@pytest.mark.parametrize(("name", "red", "greens"), CASES, ids=[case[0] for case in CASES])
def test_one_slip_is_one_finding(name: str, red: dict, greens: list[dict]) -> None:
    shown = "a_check" if name == "cross_check" else name
    assert breaches(assessed(question="red", **red)) == [(shown, "red")]


def test_every_rule_but_those_over_several_rows_has_its_cases() -> None:
    assert {case[0] for case in CASES} == set(RULES) - {
        *("repeated_commitment", "unknown_commitment", "complete_without_evidence", "evidence_undated"),
        "same_link_everywhere",
    }


def test_a_commitment_reported_twice_is_named_in_both_rows_and_only_within_one_member() -> None:
    title = {"question": "c_title", "role": "title", "value": "Hotline"}
    rows = [
        assessed(row="ALB-01", **title),
        assessed(row="NEW-1", **title),
        assessed(row="NEW-2", **(title | {"value": "Campaign"})),
        assessed(row="NEW-3", **(title | EMPTY)),
        assessed(row="NEW-4", **(title | EMPTY)),
        assessed("FRA", row="FRA-01", **title),
        assessed(question="other", value="Hotline"),
    ]
    failing = check(frame("assessment", rows), [RULES["repeated_commitment"]]).rows
    assert list(failing["row"]) == ["ALB-01", "NEW-1"]


def test_a_document_of_a_commitment_that_the_member_does_not_have_is_found() -> None:
    status, number = {"question": "c_status", "role": "status"}, {"question": "e_commitment", "role": "evidence_of"}
    rows = [
        assessed(row="ALB-01", **(status | EMPTY)),
        assessed(row="NEW-2", **status),
        assessed("FRA", row="FRA-01", **status),
        assessed(row="NEW-1", **number, value="ALB-01"),
        assessed(row="NEW-2", **number, value="NEW-2"),
        assessed(row="NEW-3", **number, value="NEW-1"),
        assessed(row="NEW-4", **number, value="FRA-01"),
        assessed(row="NEW-5", **number, value="alb1", holds=False),
        assessed(row="NEW-6", **(number | EMPTY)),
        assessed(row="NEW-7", **(number | {"role": "predecessor"}), value="ALB-77"),
        assessed(row="NEW-8", **number, value="ALB-77", holds=True),
    ]
    failing = check(frame("assessment", rows), [RULES["unknown_commitment"]]).rows
    assert list(failing["row"]) == ["NEW-3", "NEW-4", "NEW-8"]


def rows_that_break(name: str, *rows: dict[str, Any]) -> list[str]:
    """Member and row of every breach of a rule."""
    failing = check(frame("assessment", rows), [RULES[name]]).rows
    return [f"{member} {row}" for member, row in zip(failing["member"], failing["row"], strict=True)]


def test_a_form_that_asks_for_no_evidence_cannot_miss_any() -> None:
    status = {"question": "c_status", "role": "status", "value": "complete", "section": "c"}
    assert not rows_that_break("complete_without_evidence", assessed(row="ALB-01", **status))


def test_a_commitment_is_complete_by_a_document_in_its_own_row_or_by_one_that_names_it() -> None:
    status = {"question": "c_status", "role": "status", "value": "complete", "section": "c"}
    title = {"question": "c_proof", "role": "evidence_title", "section": "c"}
    link = {"question": "c_link", "role": "evidence_link", "section": "c"}
    names = {"question": "e_of", "role": "evidence_of", "section": "e"}
    assert rows_that_break(
        "complete_without_evidence",
        assessed(row="ALB-01", **status),
        assessed(row="ALB-01", **(title | EMPTY)),
        assessed(row="ALB-02", **status),
        assessed(row="ALB-02", **title),
        assessed(row="ALB-03", **status),
        assessed(row="ALB-03", **link),
        assessed(row="ALB-04", **status),
        assessed(row="ALB-05", **(status | {"value": "limited"})),
        assessed(row="ALB-06", **status, relevant=False),
        assessed(row="ALB-07", **status),
        assessed(row="ALB-07", **(link | UNREAD)),
        assessed(row="NEW-1", **status),
        # Documents have rows of their own; one that is itself called NEW-1 says nothing of the commitment NEW-1.
        assessed(row="NEW-1", **names, value="ALB-04"),
        assessed(row="NEW-1", **(link | {"section": "e", "question": "e_link"})),
        assessed("FRA", row="NEW-1", **names, value="ALB-01"),
    ) == ["ALB ALB-01", "ALB ALB-07", "ALB NEW-1"]


def test_evidence_without_a_date_is_found_at_the_date() -> None:
    title = {"question": "c_proof", "role": "evidence_title", "section": "c"}
    link = {"question": "c_link", "role": "evidence_link", "section": "c"}
    day = {"question": "c_day", "role": "evidence_date", "section": "c", "type": "date"}
    assert rows_that_break(
        "evidence_undated",
        assessed(row="ALB-01", **title),
        assessed(row="ALB-01", **(day | EMPTY)),
        assessed(row="ALB-02", **link),
        assessed(row="ALB-02", **(day | EMPTY)),
        assessed(row="ALB-03", **title),
        assessed(row="ALB-03", **day),
        assessed(row="ALB-04", **title),
        assessed(row="ALB-04", **(day | EMPTY), missing_reason="not_available") | {"accounted": True},
        assessed(row="ALB-05", **title),
        assessed(row="ALB-05", **(day | UNREAD)),
        assessed(row="ALB-06", **(title | EMPTY)),
        assessed(row="ALB-06", **(day | EMPTY)),
        assessed(row="ALB-07", **title),
        assessed(row="ALB-07", **(day | EMPTY), relevant=False),
        assessed(row="ALB-08", **title),
        assessed(row="ALB-08", **(day | EMPTY)) | {"needed": True},
        assessed("FRA", row="ALB-06", **title),
        assessed(row="ALB-06", **(title | {"section": "e", "question": "e_title"})),
    ) == ["ALB ALB-01", "ALB ALB-02"]


def test_the_same_link_in_three_rows_of_a_member_is_asked_about_in_each_of_them() -> None:
    def links(member: str, *values: str, section: str = "c", start: int = 1) -> list[dict[str, Any]]:
        question = {"question": f"{section}_link", "role": "evidence_link", "section": section, "type": "file"}
        rows = enumerate(values, start)
        return [assessed(member, row=f"NEW-{number}", **question, value=value) for number, value in rows]

    home, page = "https://www.alb.example/", "https://www.alb.example/page"
    assert rows_that_break(
        "same_link_everywhere",
        *links("ALB", home, page, home),
        *links("ALB", page, home, section="e", start=8),
        *links("FRA", page, home, home),
    ) == ["ALB NEW-1", "ALB NEW-3", "ALB NEW-9"]


@pytest.mark.parametrize(
    ("link", "is_private"),
    [
        *((f"http://{host}/a", True) for host in ("intranet", "LOCALHOST:8080", "a.localhost", "10.1.2.3", "172.16.0.1")),
        *((f"http://{host}/a", True) for host in ("172.31.9.9", "192.168.0.1:80", "127.0.0.1", "169.254.1.1", "[::1]")),
        *((f"https://x.{end}", True) for end in ("local", "lan", "internal", "intranet", "corp", "home", "LAN.")),
        *((f"http://{host}/a", False) for host in ("172.15.0.1", "172.32.0.1", "11.1.1.1", "192.169.0.1", "[2001:db8::1]")),
        *((f"https://{host}/local", False) for host in ("lan.example", "www.home.example:443", "local.example.org")),
        ("https://www.example.org?to=http://intranet/", False),
        ("https://10.example.org", False),
    ],
)  # fmt: skip
def test_an_address_that_others_cannot_open_is_known_by_its_host(link: str, is_private: bool) -> None:
    assert breaches(assessed(type="file", value=link)) == [("link_not_on_the_web", "q")] * is_private


def test_a_jump_of_a_baseline_a_target_or_a_stock_that_fell_is_told_by_their_own_rules_alone() -> None:
    far = {"number": 5.0, "previous": 50.0, "tolerance": 0.1}
    rows = [assessed(question=role, role=role, **far) for role in ("baseline_value", "target_value", "stock", "value")]
    rows.append(assessed(question="grown", role="stock", number=500.0, previous=50.0, tolerance=0.1))
    assert sorted(breaches(*rows)) == [
        ("baseline_changed", "baseline_value"), ("jump_since_last_cycle", "grown"), ("jump_since_last_cycle", "value"),
        ("stock_fell", "stock"), ("target_moved", "target_value"),
    ]  # fmt: skip


def test_of_a_commitment_whose_row_is_gone_nothing_else_is_said() -> None:
    gone = {"row": "ALB-01", "present": False, "needed": True, **EMPTY}
    rows = [assessed(question="c_status", role="status", **gone), assessed(question="c_goal", role="goal", **gone)]
    assert breaches(*rows) == [("vanished_commitment", "c_status")]


def test_an_unremarkable_answer_breaks_no_rule() -> None:
    assert breaches(assessed()) == []


def test_a_change_from_zero_is_beyond_every_tolerance_and_no_change_is_none() -> None:
    rows = [
        assessed(question="from_zero", number=1.0, previous=0.0, tolerance=5.0),
        assessed(question="still_zero", number=0.0, previous=0.0, tolerance=0.0),
        assessed(question="to_zero", number=0.0, previous=4.0, tolerance=1.0),
        assessed(question="below_zero", number=-34.0, previous=-30.0, tolerance=0.1),
    ]
    assert breaches(*rows) == [("jump_since_last_cycle", "from_zero"), ("jump_since_last_cycle", "below_zero")]


def test_a_number_that_breaks_the_forms_rule_is_not_compared_as_well() -> None:
    far = {"number": 130.0, "previous": 30.0, "tolerance": 0.5}
    rows = [assessed(question="broken", holds=False, **far), assessed(question="kept", holds=True, **far)]
    assert breaches(*rows) == [("constraint", "broken"), ("jump_since_last_cycle", "kept")]


def test_a_rule_counts_what_it_could_assess_and_names_the_members_concerned() -> None:
    rows = [
        assessed("FRA", holds=False),
        assessed("ALB", holds=True),
        assessed("ALB", "p", holds=None),
        assessed("ALB", "r", holds=False),
        assessed("ALB", "s", holds=False),
    ]
    result = check(frame("assessment", rows), [RULES["constraint"]]).outcomes[0]
    assert (result.checked, result.failing, result.members) == (4, 3, ("FRA", "ALB"))


def test_failing_rows_come_in_the_order_of_the_assessment() -> None:
    rows = [assessed(member, question, holds=False) for member in ("VNM", "ALB") for question in ("z", "a")]
    failing = check(frame("assessment", rows), [RULES["constraint"]]).rows
    assert list(zip(failing["member"], failing["question"], strict=True)) == [
        ("VNM", "z"), ("VNM", "a"), ("ALB", "z"), ("ALB", "a"),
    ]  # fmt: skip


def test_hostile_keys_and_texts_change_nothing() -> None:
    row = "'\"`]\\ or True #日本 {{ x }} %(seen)s"
    failing = check(frame("assessment", [assessed(row=row, raw="=cmd()", holds=False)]), list(RULES.values())).rows
    assert list(failing["row"]) == [row]


def test_an_expectation_that_raises_is_an_error_of_ours_and_no_finding() -> None:
    broken = replace(RULES["year_out_of_range"], where=(), arguments={"column": "raw", "min_value": 0})
    with pytest.raises(ExpectationError, match="year_out_of_range"):
        check(frame("assessment", [assessed()]), [broken])


def test_an_expectation_on_a_column_that_is_not_there_is_an_error_of_ours() -> None:
    for broken in (
        replace(RULES["constraint"], arguments={"column": "nowhere", "value_set": [True]}),
        replace(RULES["constraint"], where=(Where("nowhere", "==", True),)),
    ):
        with pytest.raises(ExpectationError, match="constraint"):
            check(frame("assessment", [assessed()]), [broken])


def test_a_row_that_stands_twice_is_refused_as_it_could_not_be_named() -> None:
    table = frame("assessment", [assessed()])
    with pytest.raises(ValueError, match="more than once"):
        check(pd.concat([table, table]), list(RULES.values()))


def test_no_rows_at_all_break_nothing() -> None:
    checked = check(frame("assessment", []), list(RULES.values()))
    assert checked.rows.empty
    assert [result.checked for result in checked.outcomes] == [0] * len(RULES)


def random_assessment(rows: int) -> pd.DataFrame:
    """Rows with every combination of flags, drawn with a fixed seed, whether it makes sense or not."""
    draw = np.random.default_rng(20140930)

    def some(values: list[Any]) -> list[Any]:
        return [values[place] for place in draw.integers(0, len(values), rows)]

    return frame(
        "assessment",
        [
            dict(zip(names, given, strict=True))
            for names in [[
                "member", "subject", "row", "question", "section", "type", "role", "severity", "raw", "value", "number",
                "date", "problem", "missing_reason", "relevant", "needed", "filled", "answered", "accounted", "holds",
                "previous", "tolerance", "offered", "previous_text", "previous_date", "present", "in_time",
                "phrase", "enough",
            ]]
            for given in zip(
                some(["ALB", "FRA"]), some(["question", "a_check"]), some(["", "NEW-1"]),
                [f"q{number}" for number in range(rows)], ["s"] * rows, some(["integer", "date", "text", "text", "file"]),
                some([
                    "value", "year", "title", "status", "evidence_of", "baseline_value", "target_value", "stock", "due",
                    "completed_on", "evidence_link", "evidence_link", "evidence_date", "evidence_title", *["change"] * 4, None,
                ]), ["error"] * rows, some(["x", None]),
                some(["x", "y", "NEW-1", None, "complete", "http://a.lan/x", *["w" * 40] * 4]),
                some([-3.0, 0.0, 14.0, 33.0, 2014.0, None]), some(["1014-01-01", "2014-01-01", None]),
                some(["not_a_date", "no_value_word", "conflicting_rows", None, None]), some(["not_yet", "no_time", None]), some([True, False]),
                some([True, False]), some([True, False]), some([True, False]), some([True, False]),
                some([True, False, None]), some([30.0, 0.0, None]), some([0.1, 0.5, None]), some([True, False, None]),
                some(["W" * 40, "W" * 40, None]), some(["2014-01-01", "2013-01-01", None]), some([True, False, None]),
                some([True, False, None]), some(["empty", "elsewhere", None]),
                some([True, False, None]),
                strict=True,
            )
        ],
    )  # fmt: skip


def test_great_expectations_finds_what_plain_masks_find() -> None:
    table = random_assessment(6000)
    question, check_row = table["subject"] == "question", table["subject"] != "question"
    asked = {name: table[name].astype(bool) for name in ("relevant", "needed", "filled", "answered", "accounted")}
    broken, open_rule = (table["holds"] == False).fillna(False).astype(bool), table["holds"].isna()  # noqa: E712
    number, whole = table["number"], table["type"] == "integer"
    jump = ((number - table["previous"]).abs() > table["tolerance"] * table["previous"].abs() + 1e-9).fillna(False)
    jump &= ~table["role"].isin(["baseline_value", "target_value"])
    jump &= ~((table["role"] == "stock") & (number < table["previous"]))
    title = table[question & (table["role"] == "title") & (table["row"] != "") & asked["answered"]]
    titles = title.groupby(["member", "question", "value"])["row"].transform("size") > 1
    expected = {
        "required_answer": question
        & asked["needed"]
        & ~asked["filled"]
        & ~asked["accounted"]
        & table["present"].fillna(True).astype(bool),
        "unreadable_answer": question
        & asked["relevant"]
        & asked["filled"]
        & (table["problem"].isin(["not_a_date", "no_value_word"])),
        "choice_not_offered": question
        & asked["answered"]
        & asked["relevant"]
        & (table["offered"].astype(str) == "False"),
        "constraint": question & asked["answered"] & broken,
        "irrelevant_answer": question
        & ~asked["relevant"]
        & asked["filled"]
        & table["missing_reason"].isna()
        & (table["problem"].fillna("") != "no_value_word"),
        "year_out_of_range": question & (table["role"] == "year") & open_rule & ((number < 1900) | (number > 2100)),
        "negative_count": question
        & whole
        & table["role"].isin(["value", "stock", "baseline_value", "target_value"])
        & open_rule
        & (number < 0),
        "date_out_of_range": question & (table["type"] == "date") & open_rule & (table["date"].dt.year == 1014),
        "jump_since_last_cycle": question & asked["answered"] & asked["relevant"] & jump & ~broken,
        "reason_beside_answer": question & asked["answered"] & table["missing_reason"].notna(),
        "repeated_commitment": titles.reindex(table.index, fill_value=False),
        # Among 6,000 rows both members have one of the table of commitments, and its number is always NEW-1.
        "unknown_commitment": question
        & (table["role"] == "evidence_of")
        & asked["answered"]
        & ~broken
        & table["value"].isin(["x", "y", "complete", "http://a.lan/x", "w" * 40]),
        "cross_check": check_row & asked["relevant"] & broken,
    }
    further = {name: broken(table, question) for name, broken in BROKEN.items() if name not in expected}
    expected |= {name: broken.fillna(False).astype(bool) for name, broken in further.items()}
    assert set(expected) == set(RULES)
    for result in check(table, list(RULES.values())).outcomes:
        wanted = list(table.loc[expected[result.rule], "question"])
        assert list(result.rows["question"]) == wanted, result.rule
        # With NEW-1 as the one row of each member, its evidence is always there.
        assert wanted or result.rule in ("repeated_commitment", "complete_without_evidence")


def test_nothing_is_written_printed_or_logged(tmp_path, monkeypatch, capfd, caplog) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level("WARNING")
    check(frame("assessment", [assessed(holds=False)]), list(RULES.values()))
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_nothing_goes_out_to_the_network(monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    check(frame("assessment", [assessed(holds=False)]), list(RULES.values()))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_every_rule_is_published_and_says_how_to_mend_it(rule: Any) -> None:
    assert rule.summary.endswith(".")
    for words in (rule.words, *rule.words_by_problem.values(), *rule.words_by_type.values()):
        assert words.mend.startswith("Please ")
        assert set(re.findall(r"%\((\w+)\)s", words.wrong + words.mend)) <= {
            "seen",
            "row",
            "label",
            "previous",
            "choices",
            "reasons",
            *({"start", "end", "step"} if words in rule.words_by_type.values() else ()),
        }
        assert "%" not in re.sub(r"%\(\w+\)s", "", words.wrong + words.mend)


def test_great_expectations_is_imported_only_when_rules_are_checked() -> None:
    code = (
        "import sys, pipeline.validate.expectations, pipeline.validate.rule_book as book; "
        "book.rule_names(); sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rules_are_published_under_the_names_of_their_modules() -> None:
    assert list(rule_names()) == sorted(RULES)
    assert (
        rule_names()["constraint"] == "The answer breaks the question's own rule in the form (column ``constraint``)."
    )
