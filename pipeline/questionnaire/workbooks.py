"""The workbooks of all members of a cycle, each pre-filled with what its member promised and said last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form
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
    cycles = [earlier.name for earlier in alliance.earlier_cycles(cycle.name)]
    said = _latest(earlier_answers, cycles, alliance.form)
    return {
        f"{member.code}-{cycle.name}-{member.language}.xlsx": write_workbook(
            alliance.form,
            member,
            cycle,
            alliance.code,
            alliance.name,
            commitments[commitments["member"] == member.code],
            {place: value for place, (value, _) in said.get(member.code, {}).items()},
            catalogues[member.language],
            key,
            older={place: name for place, (_, name) in said.get(member.code, {}).items() if name != cycles[-1]},
            last_cycle=cycles[-1] if cycles else "",
            office=alliance.office,
            contact=alliance.contact,
        )
        for member in members_on(alliance, cycle.report_date)
    }


def _latest(
    earlier_answers: pd.DataFrame, cycles: Sequence[str], form: Form
) -> dict[str, dict[tuple[str, str], tuple[str, str]]]:
    """Per member, (row, question) -> the latest value and the name of its cycle.

    A key such as NEW-1 means another thing in every cycle: of each repeat, such rows are taken from the latest cycle
    that has any.
    """
    order = {name: place for place, name in enumerate(cycles)}
    given = earlier_answers[earlier_answers["value"].notna() & earlier_answers["cycle"].isin(cycles)]
    said: dict[str, dict[tuple[str, str], tuple[str, str]]] = {}
    newest: dict[tuple[str, str], str] = {}
    columns = [given[name] for name in ("member", "cycle", "row", "question", "value")]
    for member, name, row, code, value in sorted(zip(*columns, strict=True), key=lambda answer: -order[answer[1]]):
        repeat = form.by_code[code].repeat if code in form.by_code else None
        if repeat and layout.is_new_row_key(row) and newest.setdefault((member, repeat), name) != name:
            continue
        said.setdefault(member, {}).setdefault((row, code), (value, name))
    return said
