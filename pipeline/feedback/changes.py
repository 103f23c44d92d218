"""What has changed for a member since its last workbook and our last letter: the first thing that a second letter says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.feedback.member_rows import MemberRows
from pipeline.feedback.shown import ShownFinding, shown_findings
from pipeline.questionnaire.form import Form
from pipeline.translations import Catalogue


@dataclass(frozen=True)
class Changes:
    """What has changed.

    Attributes:
        fixed: Findings about the version before that the one that counts does not have.
        waived: Findings that an earlier letter named and that staff have accepted since.
        withdrawn: Findings that an earlier letter named and that were a mistake of ours.
        still_open: Ids of the open findings that stood in the version before.
        new: Ids of the open findings that are new.
        reopened: Ids of the open findings that had been settled before.
    """

    fixed: Sequence[ShownFinding]
    waived: Sequence[ShownFinding]
    withdrawn: Sequence[ShownFinding]
    still_open: Collection[str]
    new: Collection[str]
    reopened: Collection[str]


def changes(rows: MemberRows, form: Form, catalogue: Catalogue) -> Changes | None:
    """Compare the version that counts with the one before, and with what earlier letters said.

    What staff decided about a finding that no letter has named is not told: the member never heard of it.

    Args:
        rows: What is known of the member.
        form: The questionnaire.
        catalogue: Words of the reader's language.

    Returns:
        None where there is nothing to compare with: the first version counts, and no letter named what was decided since.
    """
    became = {str(row["finding"]): row["change"] for row in rows.history}
    still = [str(row["finding"]) for row in rows.findings]

    def shown(chosen: Sequence[Mapping[str, Any]]) -> list[ShownFinding]:
        return shown_findings(chosen, form, catalogue, _named_only)

    decided = [row for row in rows.history if row["told"] is not None and int(row["told"]) < rows.round]
    found = Changes(
        fixed=shown([row for row in rows.history if row["change"] == "fixed"]),
        waived=shown([row for row in decided if row["status"] == "waived"]),
        withdrawn=shown([row for row in decided if row["status"] == "withdrawn"]),
        still_open={finding for finding in still if became.get(finding) == "still_open"},
        new={finding for finding in still if became.get(finding) == "new"},
        reopened={finding for finding in still if became.get(finding) == "reopened"},
    )
    return found if rows.version > 1 or found.waived or found.withdrawn else None


def _named_only(_row: Mapping[str, Any], _form: Form, _catalogue: Catalogue, _language: str) -> str:
    """What is settled is named and not explained again."""
    return ""
