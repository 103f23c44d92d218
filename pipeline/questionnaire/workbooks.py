"""The workbooks of all members of a cycle, each pre-filled with what its member promised and said last time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle, Member
from pipeline.questionnaire import layout
from pipeline.questionnaire.workbook import write_workbook
from pipeline.translations import Catalogue, load_catalogue


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
    before = latest_answers(alliance, cycle, earlier_answers)
    return {
        f"{member.code}-{cycle.name}-{member.language}.xlsx": WorkbookFacts(
            alliance, cycle, member, commitments, before.get(member.code, {}), catalogues[member.language], key
        ).write(write_workbook)
        for member in members_on(alliance, cycle.report_date)
    }


@dataclass(frozen=True)
class WorkbookFacts:
    """What the workbook of one member says whatever is answered in it.

    Attributes:
        alliance, cycle: Who asks, and when.
        member: Whose workbook it is.
        commitments: Table ``commitments`` of the cycle, of all members.
        before: (row, question) -> the latest value and the name of its cycle, see :func:`latest_answers`.
        catalogue: Words of the member's language.
        key: Signs the workbook.
    """

    alliance: Alliance
    cycle: Cycle
    member: Member
    commitments: pd.DataFrame
    before: Mapping[tuple[str, str], tuple[str, str]]
    catalogue: Catalogue
    key: bytes

    def write(self, write: Callable[..., bytes], **more: Any) -> bytes:
        """Write the workbook.

        Args:
            write: :func:`pipeline.questionnaire.workbook.write_workbook`, or another writer that takes the same.
            **more: What that writer takes beside it.

        Returns:
            The .xlsx file.
        """
        alliance, earlier = self.alliance, self.alliance.earlier_cycles(self.cycle.name)
        last = earlier[-1].name if earlier else ""
        return write(
            alliance.form,
            self.member,
            self.cycle,
            alliance.code,
            alliance.name,
            self.commitments[self.commitments["member"] == self.member.code],
            {place: value for place, (value, _) in self.before.items()},
            self.catalogue,
            self.key,
            older={place: name for place, (_, name) in self.before.items() if name != last},
            last_cycle=last,
            office=alliance.office,
            contact=alliance.contact,
            **more,
        )


def latest_answers(
    alliance: Alliance, cycle: Cycle, earlier_answers: pd.DataFrame
) -> dict[str, dict[tuple[str, str], tuple[str, str]]]:
    """Per member, (row, question) -> the latest value of the cycles before and the name of its cycle.

    A key such as NEW-1 means another thing in every cycle: of each repeat, such rows are taken from the latest cycle
    that has any.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        earlier_answers: Table ``earlier_answers`` of the cycle.
    """
    form, cycles = alliance.form, [earlier.name for earlier in alliance.earlier_cycles(cycle.name)]
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
