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
    assert {case[0] for case in CASES} == set(RULES) - {"repeated_commitment", "unknown_commitment"}


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
                "previous", "tolerance", "offered",
            ]]
            for given in zip(
                some(["ALB", "FRA"]), some(["question", "a_check"]), some(["", "NEW-1"]),
                [f"q{number}" for number in range(rows)], ["s"] * rows, some(["integer", "date", "text"]),
                some(["value", "year", "title", "status", "evidence_of", None]), ["error"] * rows, some(["x", None]),
                some(["x", "y", "NEW-1", None]),
                some([-3.0, 0.0, 14.0, 33.0, 2014.0, None]), some(["1014-01-01", "2014-01-01", None]),
                some(["not_a_date", "no_value_word", "conflicting_rows", None, None]), some(["not_yet", "no_time", None]), some([True, False]),
                some([True, False]), some([True, False]), some([True, False]), some([True, False]),
                some([True, False, None]), some([30.0, 0.0, None]), some([0.1, 0.5, None]), some([True, False, None]),
                strict=True,
            )
        ],
    )  # fmt: skip


def test_great_expectations_finds_what_plain_masks_find() -> None:
    table = random_assessment(3000)
    question, check_row = table["subject"] == "question", table["subject"] != "question"
    asked = {name: table[name].astype(bool) for name in ("relevant", "needed", "filled", "answered", "accounted")}
    broken, open_rule = (table["holds"] == False).fillna(False).astype(bool), table["holds"].isna()  # noqa: E712
    number, whole = table["number"], table["type"] == "integer"
    jump = ((number - table["previous"]).abs() > table["tolerance"] * table["previous"].abs() + 1e-9).fillna(False)
    title = table[question & (table["role"] == "title") & (table["row"] != "") & asked["answered"]]
    titles = title.groupby(["member", "question", "value"])["row"].transform("size") > 1
    expected = {
        "required_answer": question & asked["needed"] & ~asked["filled"] & ~asked["accounted"],
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
        "negative_count": question & whole & (table["role"] == "value") & open_rule & (number < 0),
        "date_out_of_range": question & (table["type"] == "date") & open_rule & (table["date"].dt.year == 1014),
        "jump_since_last_cycle": question & asked["answered"] & asked["relevant"] & jump & ~broken,
        "reason_beside_answer": question & asked["answered"] & table["missing_reason"].notna(),
        "repeated_commitment": titles.reindex(table.index, fill_value=False),
        # Among 3,000 rows both members have one of the table of commitments, and its number is always NEW-1.
        "unknown_commitment": question
        & (table["role"] == "evidence_of")
        & asked["answered"]
        & ~broken
        & table["value"].isin(["x", "y"]),
        "cross_check": check_row & asked["relevant"] & broken,
    }
    assert set(expected) == set(RULES)
    for result in check(table, list(RULES.values())).outcomes:
        wanted = list(table.loc[expected[result.rule], "question"])
        assert list(result.rows["question"]) == wanted, result.rule
        assert wanted or result.rule == "repeated_commitment"


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
