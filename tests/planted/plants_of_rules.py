"""Errors that only show when answers are held against each other, the last cycle, the register, or common sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Final

from tests.planted.bench import Bench, days_after
from tests.planted.planting import pick, pick_row, plant
from tests.planted.plants_of_form import TEXTS

CHECKED_BASELINES: Final = ("icse_new", "joint_operations", "campaigns", "companies_reporting", "notice_hours")
INDICATORS: Final = (*CHECKED_BASELINES, "campaign_reach", "practices_shared", "data_examined")


def _number(bench: Bench, code: str, row: str = "") -> float:
    value = bench.said(code, row)
    assert isinstance(value, int | float)
    return value


def _expect_if_said_before(bench: Bench, rule: str, code: str, row: str = "", severity: str = "warning") -> None:
    if bench.said_before(code, row) is not None:
        bench.expect(rule, code, row, severity=severity)


# ---- the last cycle


@plant(10)
def jump_since_last_cycle(bench: Bench, chance: Random) -> bool:
    codes = ("icse_new", "unit_staff", "joint_operations", "campaigns", "campaign_reach", "companies_reporting")
    code = bench.before and pick(bench, chance, (*codes, "data_examined", "notice_hours"))
    if not code:
        return False
    number = _number(bench, code)
    bench.answer(code, number * 3 if isinstance(number, int) else round(number * 2.6, 4))
    bench.expect("jump_since_last_cycle", code, severity="query")
    return True


@plant(4)
def jump_since_last_cycle_in_row(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_value", if_=lambda row: bench.said_before("c_value", row) is not None)
    if row:
        bench.answer("c_value", round(_number(bench, "c_value", row) * 0.4, 4), row)
        bench.expect("jump_since_last_cycle", "c_value", row, severity="query")
    return bool(row)


@plant(8)
def baseline_changed(bench: Bench, chance: Random) -> bool:
    indicator = bench.before and pick(bench, chance, INDICATORS)
    if not indicator:
        return False
    if chance.random() < 0.5:
        code = f"{indicator}_baseline"
        bench.answer(code, round(_number(bench, code) + 1, 4))
    else:
        code = f"{indicator}_baseline_year"
        bench.answer(code, 2011)
    bench.expect("baseline_changed", code, severity="warning")
    return True


@plant(8)
def target_moved(bench: Bench, chance: Random) -> bool:
    indicators = ("campaigns", "companies_reporting", "notice_hours")
    indicator = bench.before and pick(bench, chance, indicators)
    if not indicator:
        return False
    code = f"{indicator}_target"
    bench.answer(
        code, round(_number(bench, code) - 0.5 if indicator == "notice_hours" else _number(bench, code) - 1, 4)
    )
    bench.expect("target_moved", code, severity="warning")
    return True


@plant(10)
def due_date_moved(bench: Bench, chance: Random) -> bool:
    """Against the last cycle's answer or, for a commitment that is new in the register, against the register's day."""
    row = pick_row(bench, chance, "c_due", if_=lambda row: not row.startswith("NEW-"))
    if row:
        bench.answer("c_due", days_after(bench.said("c_due", row), chance.choice((1, 31, 366))), row)
        bench.expect("due_date_moved", "c_due", row, severity="query")
    return bool(row)


@plant(8)
def stock_fell(bench: Bench, chance: Random) -> bool:
    """By a little or by far more than the tolerance: nothing else is said of it."""
    if not bench.before or not pick(bench, chance, ("icse_total",)):
        return False
    last = bench.said_before("icse_total")
    assert isinstance(last, int)
    bench.answer("icse_total", chance.choice((last - 1, int(last * 0.3))))
    bench.expect("stock_fell", "icse_total", severity="warning")
    return True


@plant(8)
def same_text_as_before(bench: Bench, chance: Random) -> bool:
    codes = ("achievements", "obstacles", "priorities", "law_changes", "victim_support_text")
    code = bench.before and pick(bench, chance, codes)
    if not code:
        return False
    words = str(bench.said_before(code))
    bench.answer(code, chance.choice((words, words.upper(), f"  {words.replace(' ', '   ')}")))
    bench.expect("same_text_as_before", code, severity="query")
    return True


@plant(4)
def same_text_as_before_in_row(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_change", if_=lambda row: bench.said_before("c_change", row) is not None)
    if row:
        bench.answer("c_change", str(bench.said_before("c_change", row)).capitalize(), row)
        bench.expect("same_text_as_before", "c_change", row, severity="query")
    return bool(row)


# ---- commitments and what shows them


@plant(5)
def repeated_commitment(bench: Bench, chance: Random) -> bool:
    one = pick_row(bench, chance, "c_title")
    other = pick_row(bench, chance, "c_title") if one else None
    if not one or not other:
        return False
    title = bench.said("c_title", one)
    assert isinstance(title, str)
    bench.answer("c_title", title, other)
    for row in (one, other):
        bench.expect("repeated_commitment", "c_title", row, severity="query")
    return True


@plant(6)
def unknown_commitment(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "e_commitment")
    if row:
        bench.answer("e_commitment", chance.choice((f"{bench.member.code}-77", "ZZZ-01", "NEW-15")), row)
        bench.expect("unknown_commitment", "e_commitment", row)
    return bool(row)


def _is_under_way(bench: Bench) -> Callable[[str], bool]:
    return lambda row: bench.said("c_status", row) in ("limited", "substantial", "withdrawn")


@plant(10)
def completion_outside_period(bench: Bench, chance: Random) -> bool:
    """After the cut-off, before the start, or, being new, before the period that is reported on."""
    row = pick_row(bench, chance, "c_evidence_title", if_=_is_under_way(bench))
    if not row:
        return False
    start = bench.said("c_start", row)
    assert isinstance(start, date)
    days = [date(2014, 8, 16), days_after(start, -1)]
    if start < date(2013, 9, 1):
        days.append(date(2013, 9, 30))
    bench.answer("c_status", "complete", row)
    bench.answer("c_completed", chance.choice(days), row)
    bench.expect("completion_outside_period", "c_completed", row, severity="warning")
    return True


@plant(10)
def complete_without_evidence(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_evidence_title", if_=_is_under_way(bench))
    if not row:
        return False
    others = [one for one in bench.commitments if one != row]
    for document in ("NEW-1", "NEW-2", "NEW-3"):
        if bench.said("e_commitment", document) == row:
            bench.answer("e_commitment", chance.choice(others), document)
    start = bench.said("c_start", row)
    assert isinstance(start, date)
    bench.answer("c_status", "complete", row)
    bench.answer("c_completed", max(days_after(start, 1), date(2014, 2, 3)), row)
    for code in ("c_evidence_title", "c_evidence_link", "c_evidence_date", "c_evidence_public"):
        bench.empty(code, row)
    bench.expect("complete_without_evidence", "c_status", row, severity="error")
    return True


@plant(10)
def evidence_undated(bench: Bench, chance: Random) -> bool:
    code = chance.choice(("c_evidence_date", "e_date"))
    row = pick_row(bench, chance, code)
    if row:
        bench.empty(code, row)
        bench.expect("evidence_undated", code, row, severity="warning")
    return bool(row)


@plant(10)
def link_not_on_the_web(bench: Bench, chance: Random) -> bool:
    code = chance.choice(("c_evidence_link", "e_link"))
    row = pick_row(bench, chance, code)
    if row:
        name = chance.choice(("local", "lan", "internal", "intranet", "corp", "home"))
        bench.answer(code, f"https://{bench.member.code.lower()}-{row.lower()}-{code[0]}.files.{name}/report.pdf", row)
        bench.expect("link_not_on_the_web", code, row, severity="warning")
    return bool(row)


@plant(5)
def same_link_everywhere(bench: Bench, chance: Random) -> bool:
    """In three rows of commitments, or in two and a document, of which the form's own check has to say something too."""
    rows = [row for row in bench.commitments if bench.is_free("c_status", row) and bench.said("c_evidence_link", row)]
    documents = [
        row for row in ("NEW-1", "NEW-2", "NEW-3") if bench.is_free("e_link", row) and bench.said("e_link", row)
    ]
    if len(rows) < 2 or not (len(rows) > 2 or documents):
        return False
    link = f"https://{bench.member.code.lower()}.example.org/all-reports"
    for row in rows[:3]:
        bench.take("c_status", row)
        bench.answer("c_evidence_link", link, row)
        bench.expect("same_link_everywhere", "c_evidence_link", row, severity="query")
    if len(rows) < 3:
        bench.take("e_link", documents[0])
        bench.answer("e_link", link, documents[0])
        bench.expect("same_link_everywhere", "e_link", documents[0], severity="query")
        bench.expect("document_named_once", "e_link", documents[0], severity="query")
    return True


@plant(14)
def vanished_commitment(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, if_=lambda row: not row.startswith("NEW-"))
    if not row or len(bench.commitments) < 2:
        return False
    bench.remove_row(row)
    bench.gone.add(row)
    sheet = bench.sheet_of("c_status")
    bench.expect("vanished_commitment", "c_status", row, severity="error", sheet=sheet, cell="")
    return True


@plant(8)
def too_few_accounted(bench: Bench, chance: Random) -> bool:
    """All questions of a goal that may be left open are left open; the count is made for every goal in the end."""
    goals = {"OG3.2": "practices_shared", "OG4.2": "notice_hours"}
    busy = {str(one["goal"]) for one in bench.register}
    goal = chance.choice(sorted(goals))
    asked = [question for question in bench.form.in_repeat(None) if question.goal == goal]
    if goal in busy or not all(bench.is_free(question.code) for question in asked):
        return False
    for question in asked:
        bench.take(question.code)
        if not question.required or "_baseline" in question.code:
            bench.empty(question.code)
    return True


# ---- words that say nothing


@plant(12)
def empty_phrase(bench: Bench, chance: Random) -> bool:
    code = pick(bench, chance, TEXTS)
    if code:
        phrases = ("OK", "Yes.", "xxx", "To be completed…", "see above", "Idem.", "À compléter", "voir plus haut")
        bench.answer(code, chance.choice((*phrases, "Por completar", "ver arriba", "Lorem ipsum")))
        bench.expect("empty_phrase", code, severity="warning")
    return bool(code)


@plant(12)
def refers_elsewhere(bench: Bench, chance: Random) -> bool:
    code = pick(bench, chance, TEXTS)
    if code:
        phrases = ("See last report.", "see previous report", "As last year", "No change", "UNCHANGED", "See annex 2")
        more = ("Voir le dernier rapport", "sans changement", "Véase el informe anterior", "Sin cambios.")
        bench.answer(code, chance.choice((*phrases, *more, "see last report 2013")))
        bench.expect("refers_elsewhere", code, severity="warning")
    return bool(code)


# ---- the form's own checks


@plant(3)
def stock_not_below_flow(bench: Bench, chance: Random) -> bool:
    """The total is so small that it fell, too."""
    if not pick(bench, chance, ("icse_total",)):
        return False
    bench.answer("icse_total", int(_number(bench, "icse_new")) - chance.randint(1, 9))
    bench.expect("stock_not_below_flow", "icse_total", severity="error")
    _expect_if_said_before(bench, "stock_fell", "icse_total")
    return True


def _baseline_late(indicator: str) -> Callable[[Bench, Random], bool]:
    def put(bench: Bench, chance: Random) -> bool:
        if not pick(bench, chance, (indicator,)):
            return False
        code = f"{indicator}_baseline_year"
        bench.answer(code, 2013)
        bench.expect(f"{indicator}_baseline_first", code, severity="error")
        _expect_if_said_before(bench, "baseline_changed", code)
        return True

    return put


for _indicator in CHECKED_BASELINES:
    plant(2, f"{_indicator}_baseline_first")(_baseline_late(_indicator))


def _revised(indicator: str) -> Callable[[Bench, Random], bool]:
    def put(bench: Bench, chance: Random) -> bool:
        if not bench.before or not pick(bench, chance, (indicator,)):
            return False
        code = f"{indicator}_previous"
        bench.answer(code, round(_number(bench, code) + 1, 4))
        bench.expect(f"{indicator}_as_last_time", code, severity="query")
        return True

    return put


for _indicator in ("icse_new", "joint_operations", "notice_hours"):
    plant(2, f"{_indicator}_as_last_time")(_revised(_indicator))


@plant(3)
def year_as_reported(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("icse_new_year",)):
        return False
    bench.answer("icse_new_year", 2011)
    bench.expect("year_as_reported", "icse_new_year", severity="query")
    return True


@plant(3)
def unit_has_staff(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("unit_staff",)):
        return False
    bench.answer("unit_staff", 0)
    bench.expect("unit_has_staff", "unit_staff", severity="warning")
    _expect_if_said_before(bench, "jump_since_last_cycle", "unit_staff", severity="query")
    return True


@plant(3)
def campaigns_have_reach(bench: Bench, chance: Random) -> bool:
    """From many to nobody is a change of 100 %, which is what the tolerance allows."""
    if not pick(bench, chance, ("campaign_reach",)):
        return False
    bench.answer("campaign_reach", 0)
    bench.expect("campaigns_have_reach", "campaign_reach", severity="warning")
    return True


@plant(3)
def estimate_names_source(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("notice_hours_source",)):
        return False
    bench.answer("notice_hours_estimated", "yes")
    bench.empty("notice_hours_source")
    bench.expect("estimate_names_source", "notice_hours_source", severity="warning")
    bench.expect("required_answer", "notice_hours_source")
    return True


@plant(4)
def evidence_after_start(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_evidence_date")
    if row:
        bench.answer("c_evidence_date", days_after(bench.said("c_start", row), -3), row)
        bench.expect("evidence_after_start", "c_evidence_date", row, severity="query")
    return bool(row)


@plant(3)
def due_is_plausible(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_due", if_=lambda row: not row.startswith("NEW-"))
    if row:
        bench.answer("c_due", date(2031, 1, 1), row)
        bench.expect("due_is_plausible", "c_due", row, severity="warning")
        bench.expect("due_date_moved", "c_due", row, severity="query")
    return bool(row)


@plant(3)
def value_has_year(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_value_year")
    if row:
        bench.empty("c_value_year", row)
        bench.expect("value_has_year", "c_value_year", row, severity="error")
    return bool(row)


@plant(3)
def not_started_without_evidence(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_evidence_title", if_=_is_under_way(bench))
    if row:
        bench.answer("c_status", "not_started", row)
        bench.expect("not_started_without_evidence", "c_status", row, severity="query")
    return bool(row)


@plant(3)
def withdrawal_is_explained(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, if_=_is_under_way(bench))
    if row:
        bench.answer("c_status", "withdrawn", row)
        bench.empty("c_change", row)
        bench.expect("withdrawal_is_explained", "c_change", row, severity="warning")
    return bool(row)


@plant(3)
def document_named_once(bench: Bench, chance: Random) -> bool:
    one = pick_row(bench, chance, "e_link")
    other = pick_row(bench, chance, "e_link") if one else None
    if not one or not other:
        return False
    bench.answer("e_link", str(bench.said("e_link", one)), other)
    for row in (one, other):
        bench.expect("document_named_once", "e_link", row, severity="query")
    return True


@plant(3)
def signed_after_year(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("signed_on",)):
        return False
    bench.answer("approved_on", date(2013, 12, 30))
    bench.answer("signed_on", date(2013, 12, 31))
    bench.expect("signed_after_year", "signed_on", severity="error")
    return True


@plant(3)
def signed_after_approval(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("signed_on",)):
        return False
    bench.answer("signed_on", days_after(bench.said("approved_on"), -1))
    bench.expect("signed_after_approval", "signed_on", severity="warning")
    return True


@plant(3)
def deputy_is_another(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("deputy_email",)):
        return False
    bench.answer("deputy_email", str(bench.said("focal_email")))
    bench.expect("deputy_is_another", "deputy_email", severity="query")
    return True
