"""The whole stage: from the answers of all members to assessment, findings and completeness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import conform
from pipeline.gather.versions import Superseded, nothing_superseded
from pipeline.text import bare
from pipeline.validate.assessment import assess
from pipeline.validate.completeness import completeness
from pipeline.validate.expectations import Checked
from pipeline.validate.expectations import check as check_rules
from pipeline.validate.findings import make_findings
from pipeline.validate.rule_book import all_rules
from pipeline.validate.standards import Standards
from pipeline.validate.versions import beside, checked_of_members, for_editions, of_members, with_versions


@dataclass(frozen=True)
class Validated:
    """What came of validating a cycle.

    Attributes:
        assessment, findings, completeness: The tables of these names, about the submissions that count.
        checked: What each rule found in these.
        found: The findings about every version, with the column version; see :mod:`pipeline.validate.history`.
    """

    assessment: pd.DataFrame
    findings: pd.DataFrame
    completeness: pd.DataFrame
    checked: Checked
    found: pd.DataFrame


def check_all_rules(assessment: pd.DataFrame) -> Checked:
    """Hold the table ``assessment`` to every rule with Great Expectations.

    Raises:
        ExpectationError: A rule could not be assessed, see :func:`pipeline.validate.expectations.check`.
    """
    return check_rules(assessment, all_rules())


def validate(
    alliance: Alliance,
    cycle: Cycle,
    members: pd.DataFrame,
    commitments: pd.DataFrame,
    submissions: pd.DataFrame,
    answers: pd.DataFrame,
    places: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    intake_notes: pd.DataFrame,
    superseded: Superseded | None = None,
    *,
    check: Callable[[pd.DataFrame], Checked] = check_all_rules,
) -> Validated:
    """Hold every answer of a cycle to the form and to the rules, in all versions at once.

    ``today()`` in the form's expressions is the cycle's cut-off, so that the same answers give the same findings on
    whatever day they are validated.

    Args:
        alliance: The alliance, for its form.
        cycle: The cycle.
        members: Table ``members`` of the cycle, and so for the other tables.
        commitments: Table ``commitments``.
        submissions: Table ``submissions``.
        answers: Table ``answers``; of it and of ``earlier_answers`` at least what :data:`pipeline.validate.looked_at.LOOKED_AT` names.
        places: Table ``places``.
        earlier_answers: Table ``earlier_answers``.
        intake_notes: Table ``intake_notes``.
        superseded: The versions that no longer count; None where they are of no interest.
        check: What holds the assessment to the rules.

    Raises:
        AllianceError: The form has an expression or a check that cannot be used.
        ExpectationError: A rule could not be assessed.
    """
    form, old = alliance.form, superseded or nothing_superseded()
    assessment = assess(
        form,
        for_editions(members, old.editions),
        beside(submissions, old.submissions),
        beside(answers, old.answers),
        beside(places, old.places),
        for_editions(earlier_answers, old.editions),
        for_editions(commitments, old.editions),
        cycle.cut_off,
        standards=standards_of(alliance, cycle),
    )
    checked = check(assessment)
    findings = make_findings(form, assessment, checked, beside(intake_notes, old.intake_notes))
    found = with_versions(findings, old.editions, submissions)
    of_those_that_count = of_members(assessment, old.editions)
    return Validated(
        assessment=of_those_that_count,
        findings=conform("findings", found.head(len(of_members(findings, old.editions)))),
        completeness=completeness(form, of_those_that_count, members, commitments),
        checked=checked_of_members(checked, old.editions),
        found=found,
    )


def standards_of(alliance: Alliance, cycle: Cycle) -> Standards:
    """What the alliance and the cycle hold answers to, beside the form."""
    return Standards(
        period_start=cycle.period_start,
        cut_off=cycle.cut_off,
        threshold=alliance.scoring.threshold,
        phrases={bare(phrase.text): phrase.kind for phrase in alliance.phrases},
    )
