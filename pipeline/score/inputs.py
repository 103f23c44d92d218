"""From the register and the answers to the inputs of each rating: one row per commitment.

The register stands where it says something: an answered baseline, target or due date that differs from it is flagged,
and used only where the register has none. Values come from this cycle's accepted submission alone; what an earlier
cycle said never stands in for a missing value.

Flags set here: ``estimated``, ``break_in_series`` (declared for the latest value), ``restated``, ``due_date_changed``,
``baseline_differs``, ``target_differs``, ``baseline_from_answers``, ``target_from_answers``, ``baseline_after_break``,
``unit_changed``, ``exceeds_total``, ``old_value``, ``target_year_passed`` (see :mod:`pipeline.score.comparable`),
``no_evidence_given`` (complete, without title or link of evidence), ``before_start``, ``status_went_back``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.alliance.model import Cycle
from pipeline.questionnaire.form import Form
from pipeline.score.comparable import asked_otherwise, is_total, last_break, same_unit, value_roles
from pipeline.score.elements import elements
from pipeline.score.facts import (
    Facts,
    facts_by_cycle,
    numbers_of,
    read_facts,
    subjects,
    why_missing,
    year_of,
    years_of,
)
from pipeline.score.growth_series import growth_series
from pipeline.score.method import joined_flags
from pipeline.score.methods.milestone import STEPS
from pipeline.score.predecessors import lines, with_predecessors
from pipeline.score.sources import Sources, either, of_register, only, together

VALUED: Final = ("numeric", "growth_rule", "directional")
_KEPT = [
    *("commitment", "member", "goal", "kind", "direction", "target_upper", "natural_limit"),
    *("growth_rate", "growth_reading", "unit"),
]
_OF_REGISTER = ("direction", "target_upper", "natural_limit", "growth_rate", "growth_reading", "unit", "start_date")
_Columns = dict[str, Any]


def score_inputs(
    form: Form,
    cycle: Cycle,
    commitments: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    submissions: pd.DataFrame,
    register: pd.DataFrame | None = None,
    *,
    oldest_value: int | None = None,
) -> pd.DataFrame:
    """Build the inputs of every commitment.

    Args:
        form: The questionnaire; questions are found by role and indicator.
        cycle: The reporting cycle.
        commitments: Table ``commitments``: those in force.
        answers: Table ``answers``; only those of accepted submissions count.
        earlier_answers: Table ``earlier_answers``.
        submissions: Table ``submissions``.
        register: All commitments ever made, by which those in force are followed back; ``commitments`` if left out.
        oldest_value: By how many years a latest value may be older than the cut-off; None for any number.

    Returns:
        Frame with a fresh index, a row per commitment in the order of ``commitments``, and the input columns of
        ``commitment_scores``; also ``reason`` (why it cannot be rated whatever the method, else missing) and
        ``past_due`` (due before the cut-off).
    """
    ever_made = commitments if register is None else register
    forerunners, in_other_units = same_unit(ever_made, lines(ever_made))
    register = commitments.reset_index(drop=True)
    accepted = submissions[submissions["status"] == "accepted"]
    now = read_facts(form, answers[answers["submission"].isin(accepted["submission"])])
    earlier = facts_by_cycle(form, earlier_answers)
    flags: dict[str, Any] = {}
    sources: dict[str, Sources] = {name: of_register(register[name]) for name in _OF_REGISTER}
    columns: _Columns = {name: register[name] for name in _KEPT}
    broken = last_break(register, [*earlier.values(), now])
    columns |= _goal_posts(register, now, broken, flags, sources)
    columns |= _values(register, now, cycle, flags, sources)
    flags["target_year_passed"] = (register["kind"] == "numeric") & (columns["target_year"] < cycle.cut_off.year)
    rules = register["kind"] == "growth_rule"
    flags["unit_changed"] = rules & register["commitment"].isin(list(in_other_units))
    columns |= _status(register, now, earlier, cycle, flags, sources)
    columns |= elements(form, register, now)
    continued = {name: with_predecessors(facts, forerunners) for name, facts in earlier.items()}
    columns |= _series(register, columns, continued, now, flags, sources)
    told_elements = columns.pop("element_sources")
    sources["elements"] = only(told_elements.tolist(), told_elements.notna())
    incomparable = _incomparable(form, register, columns, broken, flags)
    if oldest_value is not None:
        incomparable["value_too_old"] = columns["current_year"] < cycle.cut_off.year - oldest_value
    reason = _reason(register, columns, set(accepted["member"]), cycle, incomparable)
    masks = {code: np.asarray(pd.Series(mask).fillna(value=False), dtype=bool) for code, mask in flags.items()}
    frame = pd.DataFrame({**columns, "reason": reason, "flags": joined_flags(len(register), masks)})
    frame["sources"] = together(sources)
    return frame.drop(columns=["value_reason", "status_reason", "elements_reason"])


def _goal_posts(
    register: pd.DataFrame, now: Facts, broken: pd.Series, flags: dict[str, Any], sources: dict[str, Sources]
) -> _Columns:
    # Baseline, target and sign: the register's, else the answered ones. An answered baseline is that of a year.
    keys = subjects(register, own_row=False)
    columns: _Columns = {}
    roles = ("baseline_value", "baseline_year", "target_value")
    own = {name: register[name].astype("Float64") for name in (*roles, "target_year")}
    read = {"baseline_value": numbers_of, "baseline_year": years_of, "target_value": numbers_of}
    found = {name: now.of(name, keys, ("number", "place")) for name in roles}
    stated = {name: read[name](found[name]).astype("Float64") for name in roles}
    stated["target_value"] = stated["target_value"].where(register["kind"] == "numeric")
    stated["target_value"] = stated["target_value"].mask(register["target_upper"].notna())
    for name in ("baseline_value", "baseline_year"):
        stated[name] = stated[name].mask(is_total(register) & own["baseline_value"].notna())
    anew = stated["baseline_value"].notna() & (stated["baseline_year"] >= broken) & (own["baseline_year"] < broken)
    anew = anew.fillna(value=False).astype(bool)
    flags["baseline_after_break"] = anew
    for name in ("baseline_value", "baseline_year"):
        own[name] = own[name].mask(anew)
    for name in roles:
        columns[name] = own[name].fillna(stated[name])
        sources[name] = either(
            of_register(own[name]), now.sources(found[name], own[name].isna() & stated[name].notna())
        )
    flags["baseline_differs"] = _differ(own, stated, "baseline_value") | _differ(own, stated, "baseline_year")
    flags["target_differs"] = _differ(own, stated, "target_value")
    flags["baseline_from_answers"] = own["baseline_value"].isna() & stated["baseline_value"].notna()
    flags["target_from_answers"] = own["target_value"].isna() & stated["target_value"].notna()
    due_year = pd.to_datetime(register["due_date"]).dt.year.astype("Float64")
    # A target without a year of its own, and a yearly rule, end with the due date.
    ends = columns["target_value"].notna() | (register["kind"] == "growth_rule")
    columns["target_year"] = own["target_year"].fillna(due_year.where(ends))
    sources["target_year"] = of_register(columns["target_year"])
    below_zero = (columns["baseline_value"] < 0).astype("boolean")
    columns["sign"] = below_zero.map({True: -1, False: 1}).astype("Int64").fillna(register["sign"].astype("Int64"))
    return columns


def _differ(own: Mapping[str, pd.Series], stated: Mapping[str, pd.Series], name: str) -> pd.Series:
    return (own[name] != stated[name]).fillna(value=False)


def _values(
    register: pd.DataFrame, now: Facts, cycle: Cycle, flags: dict[str, Any], sources: dict[str, Sources]
) -> _Columns:
    keys = subjects(register, own_row=False)
    value, total = (now.of(role, keys) for role in ("value", "stock"))
    year, counts_total = year_of(now, keys), value_roles(register) == "stock"
    beyond = ~counts_total & (value["number"] > total["number"])
    value = value.where(~counts_total, total)
    valued = register["kind"].isin(VALUED)
    number, in_year = numbers_of(value).where(valued), years_of(year).where(valued)
    sources["current_value"] = now.sources(value, valued)
    sources["current_year"] = now.sources(year, valued)
    for code, role in (("estimated", "estimated"), ("break_in_series", "break")):
        flags[code] = (now.of(role, keys, ["value"])["value"] == "yes") & number.notna()
    flags["exceeds_total"] = beyond & number.notna()
    flags["old_value"] = number.notna() & (in_year < cycle.period_start.year)
    return {
        "current_value": number,
        "current_year": in_year,
        "value_reason": pd.Series(why_missing(value), dtype=object),
    }


def _status(
    register: pd.DataFrame,
    now: Facts,
    earlier: Mapping[str, Facts],
    cycle: Cycle,
    flags: dict[str, Any],
    sources: dict[str, Sources],
) -> _Columns:
    keys = subjects(register, own_row=True)
    found = now.of("status", keys)
    status = found["value"].astype(object)
    due = pd.to_datetime(register["due_date"])
    found_due = now.of("due", keys, ["value", "place"])
    answered_due = pd.to_datetime(found_due["value"], errors="coerce")
    sources["due_date"] = either(of_register(due), now.sources(found_due, answered_due.notna()))
    flags["due_date_changed"] = due.notna() & answered_due.notna() & (due != answered_due)
    due = due.fillna(answered_due)
    evidence = (
        now.of("evidence_title", keys, ["value"])["value"].notna()
        | now.of("evidence_link", keys, ["value"])["value"].notna()
    )
    milestone = register["kind"] == "milestone"
    flags["no_evidence_given"] = (status == "complete") & ~evidence
    start = pd.to_datetime(register["start_date"])
    flags["before_start"] = milestone & (start > pd.Timestamp(cycle.cut_off))
    before, told_before = _status_before(earlier, register, milestone)
    flags["status_went_back"] = milestone & (status.map(STEPS) < before.map(STEPS))
    # That it was withdrawn counts for every kind.
    sources["status"] = now.sources(found, milestone | (status == "withdrawn"))
    sources["previous_status"] = told_before
    return {
        "status": status,
        "status_reason": pd.Series(why_missing(found), dtype=object),
        "previous_status": before.where(milestone, None),
        "start_date": start,
        "due_date": due,
        "cut_off": pd.Timestamp(cycle.cut_off),
        "past_due": due < pd.Timestamp(cycle.cut_off),
    }


def _status_before(
    earlier: Mapping[str, Facts], register: pd.DataFrame, milestone: pd.Series
) -> tuple[pd.Series, list[str | None]]:
    # Of milestones, the status of the latest earlier cycle that tells one of the steps, and where it stands.
    keys = subjects(register[milestone], own_row=True)
    status = pd.Series([None] * len(keys), dtype=object)
    told: list[str | None] = [None] * len(keys)
    for facts in reversed(list(earlier.values())):
        found = facts.of("status", keys, ("value", "place"))
        stated = found["value"].isin(list(STEPS)) & status.isna()
        status = found["value"].astype(object).where(stated, status)
        told = either(told, facts.sources(found, stated))
    sources = pd.Series(told, index=register.index[milestone], dtype=object).reindex(register.index)
    status = status.set_axis(register.index[milestone]).reindex(register.index)
    return status, sources.astype(object).where(sources.notna(), None).tolist()


def _series(
    register: pd.DataFrame,
    columns: _Columns,
    earlier: Mapping[str, Facts],
    now: Facts,
    flags: dict[str, Any],
    sources: dict[str, Sources],
) -> _Columns:
    # Only growth rules have a series.
    rules = register["kind"] == "growth_rule"
    told = pd.Series(sources["baseline_value"], dtype=object)
    chosen = register[rules].assign(
        baseline_value=columns["baseline_value"][rules],
        baseline_year=columns["baseline_year"][rules],
        baseline_source=told[rules],
    )
    made = growth_series(chosen, [*earlier.values(), now]).reindex(register.index)
    flags["restated"] = made["restated"].astype("boolean").fillna(value=False)
    sources["series"] = only(made["sources"].tolist(), made["sources"].notna())
    return {"series": made["series"].astype(object)}


def _incomparable(
    form: Form, register: pd.DataFrame, columns: _Columns, broken: pd.Series, flags: dict[str, Any]
) -> dict[str, pd.Series]:
    # By reason, the commitments whose values cannot be compared; see comparable.py.
    began = columns["series"].str.extract(r"^(\d+)=", expand=False).astype("Float64")
    start = columns["baseline_year"].fillna(began)
    across = (start < broken) & (broken <= columns["current_year"])
    other_unit, not_asked = asked_otherwise(register, form)
    of_a_year = is_total(register) & register["indicator"].notna() & flags["baseline_from_answers"]
    return {"break_in_series": across, "unit_changed": other_unit, "figures_mixed": not_asked | of_a_year}


def _reason(
    register: pd.DataFrame,
    columns: _Columns,
    reported: set[str],
    cycle: Cycle,
    incomparable: Mapping[str, pd.Series],
) -> list[str | None]:
    # Why a commitment cannot be rated, whatever the method; the first of these that holds.
    reason = pd.Series([None] * len(register), dtype=object)
    valued, kind = register["kind"].isin(VALUED), register["kind"]
    known = columns["elements_in_place"].fillna(0) > 0
    nothing = (kind == "checklist") & ~known & columns["elements_missing"].isna()
    steps = [
        (nothing, columns["elements_reason"].where(columns["elements_reason"].notna(), "no_answer")),
        ((kind == "milestone") & columns["status"].isna(), columns["status_reason"]),
        *((valued & mask, code) for code, mask in incomparable.items() if code != "figures_mixed"),
        (valued & (columns["current_year"] > cycle.cut_off.year), "year_in_future"),
        (valued & columns["current_year"].isna(), "year_missing"),
        (valued & columns["current_value"].isna(), columns["value_reason"]),
        # Of what is not asked for there is no answer.
        (valued & incomparable["figures_mixed"], "figures_mixed"),
        (columns["status"] == "withdrawn", "withdrawn"),
        (~register["member"].isin(list(reported)), "no_submission"),
    ]
    for mask, code in steps:
        reason = reason.where(~mask.fillna(value=False).astype(bool), code)
    return [code if isinstance(code, str) else None for code in reason]
