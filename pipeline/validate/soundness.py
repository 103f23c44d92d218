"""Whether going on would be wrong: letters and a report made from tables that mix up members would tell one of another.

What members did wrong is a finding and stops nobody. What is looked for here is a fault of ours, or of files that somebody
changed by hand between two stages.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.questionnaire.form import Form
from pipeline.validate.rule import QUESTION


def faults(
    form: Form,
    commitments: pd.DataFrame,
    submissions: pd.DataFrame,
    answers: pd.DataFrame,
    assessment: pd.DataFrame,
    findings: pd.DataFrame,
) -> list[str]:
    """Say why nothing may be made from these tables.

    Args:
        form: The questionnaire.
        commitments: Table ``commitments``.
        submissions: Table ``submissions``.
        answers: Table ``answers``.
        assessment: Table ``assessment``.
        findings: Table ``findings``.

    Returns:
        A sentence per fault, with at most five examples; nothing where each member has at most one submission that
        counts, each answer and finding is of that submission, and each such submission was assessed in full.
    """
    accepted = submissions.loc[submissions["status"] == "accepted"]
    return [
        f"{what}: {', '.join(where[:5])}{', ...' if len(where) > 5 else ''}."
        for what, where in _faults(form, commitments, accepted, answers, assessment, findings)
        if where
    ]


def _faults(
    form: Form,
    commitments: pd.DataFrame,
    accepted: pd.DataFrame,
    answers: pd.DataFrame,
    assessment: pd.DataFrame,
    findings: pd.DataFrame,
) -> Iterator[tuple[str, list[str]]]:
    yield "More than one submission counts for a member", _each(accepted.loc[accepted["member"].duplicated(), "member"])
    owners = accepted.drop_duplicates("submission").set_index("submission")["member"]
    of_others = answers["submission"].map(owners) != answers["member"]
    yield "Answers stand under a member whose submission they are not from", _each(answers.loc[of_others, "member"])
    asked = assessment.loc[assessment["subject"] == QUESTION]
    commitment_questions = form.in_repeat(form.commitments_repeat) if form.commitments_repeat else ()
    in_rows = asked.loc[asked["question"].isin([question.code for question in commitment_questions])]
    owners = commitments.set_index("commitment")["member"]
    registered = in_rows["row"].map(owners)
    foreign = in_rows.loc[registered.notna() & (registered != in_rows["member"]), "member"]
    yield "A commitment of one member is assessed as another's", _each(foreign)
    outside = asked.loc[asked["row"] == "", "member"].value_counts()
    inside = in_rows.loc[registered == in_rows["member"], "member"].value_counts()
    due = commitments["member"].value_counts() * len(commitment_questions)
    expected = pd.Series(len(form.in_repeat(None)), index=accepted["member"].unique())
    expected = expected.add(due.reindex(expected.index, fill_value=0))
    assessed = outside.add(inside, fill_value=0)
    partly = expected.index[assessed.reindex(expected.index, fill_value=0) != expected]
    yield "A submission that counts was not assessed in full", _each(partly)
    strangers = set(assessment["member"]) | set(findings["member"])
    yield "Something is said of a member of whom no submission counts", sorted(strangers - set(accepted["member"]))


def _each(members: pd.Series | pd.Index) -> list[str]:
    return sorted(set(members))
