"""Every planted error is found, at the right member, question and cell and with the right severity, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import pytest

from pipeline.validate.notes import NOTES
from pipeline.validate.rule_book import all_rules
from pipeline.validate.unreadable import WORDS_BY_PROBLEM
from tests.planted.bench import Found
from tests.planted.planted_cycle import Planted, found_in
from tests.planted.whole_cycle import WholeCycle

LEAST: Final = 400
SEEDS: Final = (1, 2)

NOT_IN_WORKBOOKS: Final = {
    "unknown_field": "A workbook has no fields beside its cells; see tests/pipeline/gather/test_responses_of_web_forms.py.",
    "unnamed_item": "Rows of workbooks have keys; see tests/pipeline/gather/test_responses_items.py.",
}
"""Notes that only answers from web forms and exports can give, and where they are tested."""

pytestmark = pytest.mark.slow


def shown(found: Iterable[Found]) -> str:
    return "\n".join(" | ".join(one) for one in sorted(found)[:30])


def test_a_cycle_without_mistakes_has_no_finding(whole_cycle: WholeCycle) -> None:
    files = {f"{code}.xlsx": whole_cycle.paper(code, whole_cycle.now(code)).saved() for code in whole_cycle.members}
    outcome = whole_cycle.run("clean", files)
    assert len(files) == 54
    assert outcome.gathered.submissions["status"].tolist() == ["accepted"] * 54
    assert outcome.gathered.intake_notes.empty
    assert not shown(found_in(outcome.validated.findings))


def test_in_a_cycle_without_mistakes_everything_that_is_required_is_answered(whole_cycle: WholeCycle) -> None:
    form = whole_cycle.alliance.form
    asked = {q.code for q in form.in_repeat(None) if q.is_answered_by_member} - {"icse_plan"}
    for member in whole_cycle.members:
        reply = whole_cycle.now(member)
        assert {code for row, code in (*reply.values, *reply.reasons) if not row} == asked


@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_error_is_found(planted: Callable[[int], Planted], seed: int) -> None:
    cycle = planted(seed)
    assert not shown(cycle.expected - cycle.found)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_but_planted_errors_is_found(planted: Callable[[int], Planted], seed: int) -> None:
    cycle = planted(seed)
    assert not shown(cycle.found - cycle.expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_there_are_enough_planted_errors_and_some_in_the_workbook_of_every_member(
    planted: Callable[[int], Planted], whole_cycle: WholeCycle, seed: int
) -> None:
    expected = planted(seed).expected
    assert expected.total() >= LEAST
    per_member = Counter(found.member for found in expected.elements())
    assert per_member.keys() == whole_cycle.members.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_rule_check_note_or_problem_is_without_a_planted_error(
    planted: Callable[[int], Planted], whole_cycle: WholeCycle, seed: int
) -> None:
    rules = {rule.name for rule in all_rules()} - {"cross_check"}
    checks = {check.name for check in whole_cycle.alliance.form.checks}
    notes = NOTES.keys() - NOT_IN_WORKBOOKS
    expected = planted(seed).expected
    assert {found.rule for found in expected} == rules | checks | notes
    assert {found.problem for found in expected} - {""} == WORDS_BY_PROBLEM.keys()


def test_another_seed_plants_other_errors(planted: Callable[[int], Planted]) -> None:
    one, other = (planted(seed).expected for seed in SEEDS)
    assert (one - other).total() > LEAST // 2
    assert (one - planted(SEEDS[1]).found).total() > LEAST // 2
