"""Errors against the form itself: answers that are missing, superfluous, impossible, or that nobody can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Final

from pipeline.questionnaire import layout
from tests.planted.alliance_with_more import SAME_WORDS
from tests.planted.bench import Bench
from tests.planted.planting import pick, pick_row, plant

LAWS: Final = ("production", "distribution", "possession", "accessing", "grooming", "livestreaming")
TEXTS: Final = (
    *("authority", "focal_point", "approver", "achievements", "obstacles", "priorities", "requests", "signatory"),
    *("law_changes", "pt1_good_practice", "pt2_good_practice", "pt3_good_practice", "pt4_good_practice"),
    *("victim_support_text", "unit_staff_source", "joint_operations_source", "campaigns_source"),
    *("campaign_reach_source", "practices_shared_source", "companies_reporting_source", "data_examined_source"),
    *(f"law_{law}_article" for law in LAWS),
)
COUNTS: Final = (
    *("icse_new_baseline", "joint_operations_baseline", "campaign_reach_previous", "practices_shared_baseline"),
    *("companies_reporting_previous", "unit_staff_previous", "campaigns_target", "companies_reporting_target"),
    *("companies_reporting", "practices_shared_previous", "campaigns_previous"),
)
MEASURES: Final = ("data_examined", "data_examined_previous", "data_examined_baseline", "notice_hours_target")
HOURS: Final = ("notice_hours", "notice_hours_previous", "notice_hours_baseline", "notice_hours_target")
DAYS: Final = (*(f"law_{law}_date" for law in LAWS), "ratified_opsc_date", "ratified_budapest_date")
CHOICES: Final = (
    *("identification_unit", "contact_point", "hash_lists", "hotline", "evidence_preserved", "curriculum"),
    *("private_agreement", "consent", "focal_language", "campaigns_break", "joint_operations_estimated"),
)
SEVERAL: Final = ("obstacle_kinds", "campaign_audience", "sharing_channels")
REQUIRED: Final = (
    *("authority", "focal_point", "focal_language", "approver", "consent", "identification_unit", "hash_lists"),
    *("hotline", "evidence_preserved", "contact_point", "curriculum", "private_agreement", "obstacle_kinds"),
    *("achievements", "obstacles", "priorities", "signatory", "icse_new_year", "campaigns_year", "unit_staff_source"),
    *("data_examined_year", "practices_shared_baseline_year", "data_examined", "icse_total", "campaigns_source"),
    *(f"law_{law}_article" for law in LAWS),
)


@plant(22)
def required_answer(bench: Bench, chance: Random) -> bool:
    code = pick(bench, chance, REQUIRED)
    if code:
        bench.empty(code)
        bench.expect("required_answer", code)
    return bool(code)


@plant(8)
def required_answer_in_row(bench: Bench, chance: Random) -> bool:
    code = chance.choice(("c_title", "c_goal", "c_action", "c_status", "c_due", "e_commitment", "e_title"))
    # A completed row without its status is asked no day of completion any more.
    row = pick_row(bench, chance, code, if_=lambda row: bench.said("c_status", row) != "complete")
    if row:
        bench.empty(code, row)
        bench.expect("required_answer", code, row)
    return bool(row)


# ---- the form's own rules


def _breaks(code: str, value: object) -> Callable[[Bench, Random], bool]:
    def put(bench: Bench, chance: Random) -> bool:
        if not pick(bench, chance, (code,)):
            return False
        typed = value
        assert isinstance(typed, str | int | float | date)
        bench.paper.type_in(code, typed)
        bench.answers["", code] = typed
        bench.expect("constraint", code)
        return True

    return put


for _code, _value in (
    ("focal_email", "office at example.org"),
    ("deputy_email", "deputy@example"),
    ("campaigns_year", 2015),
    ("notice_hours_year", 2015),
    ("practices_shared_year", 1998),
    ("data_examined", 130),
    ("data_examined_previous", -7),
    ("notice_hours", 8761),
    ("signed_on", date(2014, 9, 1)),
    ("law_production_date", date(2015, 1, 1)),
    ("ratified_budapest_date", date(2014, 8, 16)),
    ("pt1_good_practice", "long " * 801),
    ("law_changes", "x" * 4001),
    ("confidence", 103),
    ("confidence", 7),
    ("joint_operations_baseline", -2),
    ("icse_new_baseline", -1),
):
    plant(2, f"constraint of {_code}")(_breaks(_code, _value))


@plant(3)
def constraint_of_declaration(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("declaration",)):
        return False
    bench.answer("declaration", "no")
    bench.expect("constraint", "declaration")
    return True


@plant(10)
def constraint_in_row(bench: Bench, chance: Random) -> bool:
    code, value = chance.choice(
        (
            ("c_title", "t" * 201),
            ("c_change", "c" * 2001),
            ("c_start", date(1999, 12, 31)),
            ("c_evidence_date", date(2014, 8, 16)),
            ("e_commitment", "the first one"),
            ("e_title", "t" * 201),
            ("e_date", date(2014, 8, 16)),
        )
    )
    row = pick_row(bench, chance, code)
    if row:
        bench.answer(code, value, row)
        bench.expect("constraint", code, row)
    return bool(row)


@plant(3)
def due_before_start(bench: Bench, chance: Random) -> bool:
    """The day breaks the form's rule, and so nothing is said of its having moved."""
    row = pick_row(bench, chance, "c_due", if_=lambda row: bench.said("c_start", row) > date(2012, 12, 10))  # pyright: ignore
    if row:
        bench.answer("c_due", date(2012, 12, 7), row)
        bench.expect("constraint", "c_due", row)
    return bool(row)


@plant(3)
def predecessor_that_is_no_number(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, if_=lambda row: not row.startswith("NEW-"))
    if row:
        bench.answer("c_predecessor", "the one of 2012", row)
        bench.expect("constraint", "c_predecessor", row)
    return bool(row)


# ---- rules for what the form leaves open


@plant(6)
def date_out_of_range(bench: Bench, chance: Random) -> bool:
    code = pick(
        bench, chance, ("law_accessing_date", "law_grooming_date", "law_livestreaming_date", "ratified_opsc_date")
    )
    if code:
        bench.answer(code, date(2101 + chance.randint(0, 90), 3, 1))
        bench.expect("date_out_of_range", code)
    return bool(code)


@plant(6)
def year_out_of_range(bench: Bench, chance: Random) -> bool:
    code = pick(bench, chance, ("unit_staff_year", "campaign_reach_year"))
    if code:
        bench.answer(code, chance.choice((13, 1899, 2101, 20013)))
        bench.expect("year_out_of_range", code)
    return bool(code)


@plant(4)
def year_out_of_range_in_row(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, "c_value_year")
    if row:
        bench.answer("c_value_year", chance.choice((14, 1066, 2104)), row)
        bench.expect("year_out_of_range", "c_value_year", row)
    return bool(row)


@plant(3)
def year_out_of_range_of_baseline(bench: Bench, chance: Random) -> bool:
    """A baseline of which the last cycle knew another year is said to have changed, too."""
    if not pick(bench, chance, ("campaign_reach_baseline_year",)):
        return False
    bench.answer("campaign_reach_baseline_year", 209)
    bench.expect("year_out_of_range", "campaign_reach_baseline_year")
    if bench.before:
        bench.expect("baseline_changed", "campaign_reach_baseline_year", severity="warning")
    return True


@plant(8)
def negative_count(bench: Bench, chance: Random) -> bool:
    codes = ("practices_shared_previous", "campaign_reach_previous", "campaigns_previous", "unit_staff_previous")
    code = pick(bench, chance, (*codes, "companies_reporting_previous"))
    if code:
        bench.answer(code, -chance.randint(1, 40))
        bench.expect("negative_count", code, severity="warning")
    return bool(code)


@plant(6)
def choice_not_offered(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("victim_centre",)):
        return False
    bench.answer("victim_centre", "mobile")
    bench.expect("choice_not_offered", "victim_centre")
    return True


@plant(8)
def irrelevant_answer(bench: Bench, chance: Random) -> bool:
    """There is no such law, and yet its article or its day is given."""
    law = pick(bench, chance, [f"law_{law}" for law in LAWS])
    if not law:
        return False
    kept, emptied = chance.sample((f"{law}_article", f"{law}_date"), 2)
    bench.answer(law, "no")
    bench.empty(emptied)
    bench.expect("irrelevant_answer", kept, severity="warning")
    return True


@plant(4)
def irrelevant_answer_about_deputy(bench: Bench, chance: Random) -> bool:
    if not pick(bench, chance, ("deputy",)):
        return False
    bench.empty("deputy")
    bench.expect("irrelevant_answer", "deputy_language", severity="warning")
    return True


@plant(4)
def irrelevant_answer_in_row(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance, if_=lambda row: bench.said("c_status", row) in ("limited", "substantial"))
    if row:
        bench.answer("c_completed", date(2014, 5, 6), row)
        bench.expect("irrelevant_answer", "c_completed", row, severity="warning")
        del bench.answers[row, "c_completed"]
    return bool(row)


@plant(8)
def reason_beside_answer(bench: Bench, chance: Random) -> bool:
    code = pick(bench, chance, (*TEXTS, *CHOICES, *COUNTS))
    if code:
        words = bench.form.choice_label("missing_reason", "not_yet", bench.paper.language)
        bench.paper.cell(code, "", layout.REASON).value = words
        bench.expect("reason_beside_answer", code, severity="query")
    return bool(code)


# ---- what nobody can read

_UNREADABLE: Final = {
    "ambiguous_number": (COUNTS, "1.234"),
    "ambiguous_date": (DAYS, "03/04/2012"),
    "ambiguous_percent": (("data_examined", "data_examined_previous", "data_examined_baseline"), 0.5),
    "not_a_number": (COUNTS, "many of them"),
    "not_an_integer": (COUNTS, 12.5),
    "unexpected_unit": (HOURS, "12 euros"),
    "inexact_number": (COUNTS, "about 40"),
    "out_of_range": (COUNTS, 10**16),
    "date_instead_of_number": (COUNTS, date(2014, 3, 4)),
    "not_a_date": (DAYS, "in spring"),
    "incomplete_date": (DAYS, "March 2012"),
    "not_a_choice": ((*CHOICES, *SEVERAL), "perhaps"),
    "no_value_word": ((*COUNTS, *MEASURES, *DAYS, *TEXTS), "n/a"),
}


def _unreadable(problem: str, codes: tuple[str, ...], typed: object) -> Callable[[Bench, Random], bool]:
    def put(bench: Bench, chance: Random) -> bool:
        code = pick(bench, chance, codes)
        if code:
            bench.scrawl(code, typed)
            bench.expect("unreadable_answer", code, problem=problem)
        return bool(code)

    return put


for _problem, (_codes, _typed) in _UNREADABLE.items():
    plant(4, _problem)(_unreadable(_problem, _codes, _typed))


@plant(3)
def ambiguous_choice(bench: Bench, chance: Random) -> bool:
    """In an English workbook, words that are one choice in French and another in Spanish."""
    if bench.paper.language != "en" or not pick(bench, chance, ("mix",)):
        return False
    bench.scrawl("mix", SAME_WORDS)
    bench.expect("unreadable_answer", "mix", problem="ambiguous_choice")
    return True


@plant(6)
def not_a_link(bench: Bench, chance: Random) -> bool:
    code = chance.choice(("c_evidence_link", "e_link"))
    row = pick_row(bench, chance, code)
    if row:
        bench.scrawl(code, chance.choice(("www.example.org/report", "see the attachment", "ftp://example.org/a")), row)
        bench.expect("unreadable_answer", code, row, problem="not_a_link")
    return bool(row)


@plant(3)
def too_long(bench: Bench, chance: Random) -> bool:
    code = pick(bench, chance, ("achievements", "obstacles", "requests", "pt2_good_practice"))
    if code:
        cell = bench.scrawl(code, "")
        # Other programs let a cell hold more than Excel does; openpyxl would cut the text.
        cell._value = "x" * 32_768  # pyright: ignore[reportAttributeAccessIssue]
        bench.expect("unreadable_answer", code, problem="too_long")
    return bool(code)


@plant(4)
def error_value(bench: Bench, chance: Random) -> bool:
    code = None if bench.breaks_notes else pick(bench, chance, (*COUNTS, *TEXTS, *DAYS))
    if code:
        bench.scrawl(code, chance.choice(("#REF!", "#DIV/0!", "#VALUE!"))).data_type = "e"
        bench.expect("unreadable_answer", code, problem="error_value")
    return bool(code)


@plant(4)
def formula_without_value(bench: Bench, chance: Random) -> bool:
    code = None if bench.breaks_notes else pick(bench, chance, (*COUNTS, *TEXTS))
    if code:
        bench.scrawl(code, "=1+1").data_type = "f"
        bench.expect("unreadable_answer", code, problem="formula_without_value")
    return bool(code)


@plant(4)
def unreadable_in_row(bench: Bench, chance: Random) -> bool:
    code, typed, problem = chance.choice(
        (
            ("c_action", "all kinds", "not_a_choice"),
            ("e_date", "04/05/2014", "ambiguous_date"),
            ("c_obstacles", "rain; snow", "not_a_choice"),
        )
    )
    row = pick_row(bench, chance, code)
    if row:
        bench.scrawl(code, typed, row)
        bench.expect("unreadable_answer", code, row, problem=problem)
    return bool(row)
