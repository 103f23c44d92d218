"""The workbooks that go with letters: to a member that has not answered, its blank one with what is known filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle
from pipeline.feedback.mail import Attachment
from pipeline.feedback.threads import slug
from pipeline.questionnaire.workbooks import latest_answers, write_blank_workbook
from pipeline.translations import Catalogue

_WITH_BLANK: Final = ("reminder", "refusal")


class Workbooks:
    """Writes the workbook that goes with a letter, of one member at a time."""

    def __init__(
        self,
        alliance: Alliance,
        cycle: Cycle,
        commitments: pd.DataFrame,
        earlier_answers: pd.DataFrame,
        catalogues: Mapping[str, Catalogue],
        key: bytes,
    ) -> None:
        """Look up what all workbooks of a cycle need.

        Args:
            alliance: The alliance.
            cycle: The cycle.
            commitments: Table ``commitments``.
            earlier_answers: Table ``earlier_answers``.
            catalogues: Words of each language.
            key: Signs the workbooks.
        """
        self._alliance, self._cycle, self._commitments = alliance, cycle, commitments
        self._catalogues, self._key = catalogues, key
        self._members = {member.code: member for member in members_on(alliance, cycle.report_date)}
        self._before = latest_answers(alliance, cycle, earlier_answers)

    def attachment(self, member: str, kind: str) -> Attachment | None:
        """The workbook that goes with a letter, or None where none does.

        Args:
            member: Code of the member.
            kind: Kind of the letter.
        """
        if kind not in _WITH_BLANK:
            return None
        content = write_blank_workbook(
            self._alliance,
            self._cycle,
            self._members[member],
            self._commitments,
            self._before.get(member, {}),
            self._catalogues[self._members[member].language],
            self._key,
        )
        return Attachment(self._name(member, "questionnaire"), content)

    def _name(self, *codes: str) -> str:
        return f"{slug([self._alliance.code, self._cycle.name, *codes]).replace('.', '-')}.xlsx"
