"""The workbooks of all members of a cycle, each pre-filled with what its member promised and said last time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle
from pipeline.questionnaire.workbook import write_workbook
from pipeline.translations import load_catalogue


def write_workbooks(
    alliance: Alliance,
    cycle: Cycle,
    commitments: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    templates: Path,
    key: bytes,
) -> Mapping[str, bytes]:
    """Write the blank workbook of every member of a cycle.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        commitments: Table ``commitments`` of the cycle.
        earlier_answers: Table ``earlier_answers`` of the cycle; the latest answer to each question is shown.
        templates: Folder with ``translations``.
        key: Signs the workbooks.

    Returns:
        The workbooks by file name, e.g. ``ALB-2014-en.xlsx``, in the alliance's own order of members.
    """
    catalogues = {language: load_catalogue(templates / "translations", language) for language in alliance.languages}
    order = {earlier.name: place for place, earlier in enumerate(alliance.earlier_cycles(cycle.name))}
    latest = earlier_answers.assign(order=earlier_answers["cycle"].map(order)).sort_values("order", kind="stable")
    said = {str(member): answers for member, answers in latest[latest["value"].notna()].groupby("member")}
    return {
        f"{member.code}-{cycle.name}-{member.language}.xlsx": write_workbook(
            alliance.form,
            member,
            cycle,
            alliance.code,
            alliance.name,
            commitments[commitments["member"] == member.code],
            _values(said.get(member.code)),
            catalogues[member.language],
            key,
        )
        for member in members_on(alliance, cycle.report_date)
    }


def _values(answers: pd.DataFrame | None) -> dict[tuple[str, str], str]:
    if answers is None:
        return {}
    # A later cycle comes later in the frame, so its value replaces the earlier one.
    return dict(zip(zip(answers["row"], answers["question"], strict=True), answers["value"], strict=True))
