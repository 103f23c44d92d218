"""The whole stage: from the answers of all members to assessment, findings and completeness."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.validate.assessment import assess
from pipeline.validate.completeness import completeness
from pipeline.validate.expectations import Checked, check
from pipeline.validate.findings import make_findings
from pipeline.validate.rule_book import all_rules


@dataclass(frozen=True)
class Validated:
    """The tables ``assessment``, ``findings`` and ``completeness``, and what each rule found."""

    assessment: pd.DataFrame
    findings: pd.DataFrame
    completeness: pd.DataFrame
    checked: Checked


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
) -> Validated:
    """Hold every answer of a cycle to the form and to the rules.

    ``today()`` in the form's expressions is the cycle's cut-off, so that the same answers give the same findings on
    whatever day they are validated.

    Args:
        alliance: The alliance, for its form.
        cycle: The cycle.
        members: Table ``members`` of the cycle, and so for the other tables.
        commitments: Table ``commitments``.
        submissions: Table ``submissions``.
        answers: Table ``answers``.
        places: Table ``places``.
        earlier_answers: Table ``earlier_answers``.
        intake_notes: Table ``intake_notes``.

    Raises:
        AllianceError: The form has an expression or a check that cannot be used.
        ExpectationError: A rule could not be assessed, see :func:`pipeline.validate.expectations.check`.
    """
    form = alliance.form
    assessment = assess(form, members, submissions, answers, places, earlier_answers, commitments, cycle.cut_off)
    checked = check(assessment, all_rules())
    return Validated(
        assessment=assessment,
        findings=make_findings(form, assessment, checked, intake_notes),
        completeness=completeness(form, assessment, members, commitments),
        checked=checked,
    )
