"""One file, read and held to the rules as if it had arrived."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.alliance.frames import commitments_table, members_table
from pipeline.alliance.model import Alliance, Cycle
from pipeline.checking.whose import KeyOf, Whose, identify
from pipeline.frames import frame
from pipeline.gather.accepted import Accepted, answers_table, hold_to_register, notes_table, places_table
from pipeline.gather.cells import read_cells
from pipeline.gather.guard import inspect
from pipeline.gather.reading import Reading, read_workbook
from pipeline.gather.refusal import Refusal, refuse
from pipeline.validate.validate import validate

EarlierOf = Callable[[Cycle], pd.DataFrame | None]
_SUBMISSION = "checked"


@dataclass(frozen=True)
class CheckedFile:
    """What was found in a file.

    Attributes:
        file: Its name.
        refusal: Why it cannot be read; None where it can, and then ``whose`` is known.
        whose: Whose workbook it is, and what stands against that.
        findings: Table ``findings`` of its member; empty where the answers could not be assessed.
        completeness: Table ``completeness`` of its member; empty likewise.
        compared: The answers were compared with those that the member gave in earlier cycles.
    """

    file: str
    refusal: Refusal | None
    whose: Whose | None
    findings: pd.DataFrame
    completeness: pd.DataFrame
    compared: bool = False

    @property
    def exit_code(self) -> int:
        """0: nothing to correct; 1: answers or the identification to correct; 2: it cannot be read."""
        if self.refusal or not self.whose:
            return 2
        return int(self.whose.problem is not None or bool((self.findings["severity"] == "error").any()))


def check_file(
    alliance: Alliance,
    file: str,
    content: bytes,
    *,
    cycle: str | None = None,
    key_of: KeyOf = lambda _: None,
    earlier_of: EarlierOf = lambda _: None,
) -> CheckedFile:
    """Check a filled workbook. Nothing is written, and nothing of any other member is looked at.

    Args:
        alliance: The alliance.
        file: Name of the file.
        content: All its bytes; anything, for anybody may have made it.
        cycle: Name of the cycle that it must be of; None for whichever it names.
        key_of: Gives the key that signs the workbooks of a cycle, None where it is not at hand.
        earlier_of: Gives the table ``earlier_answers`` of a cycle, None where it is not at hand.

    Raises:
        AllianceError: The form has an expression or a check that cannot be used.
        ExpectationError: A rule could not be assessed: a fault of ours.
    """
    reading = _read(content, alliance)
    nothing = frame("findings", ()), frame("completeness", ())
    if isinstance(reading, Refusal):
        return CheckedFile(file, reading, None, *nothing)
    whose = identify(reading, alliance, cycle, key_of)
    if whose.member is None or whose.cycle is None or not whose.can_be_assessed:
        return CheckedFile(file, None, whose, *nothing)
    earlier = _own(earlier_of(whose.cycle), whose.member.code)
    findings, completeness = _assess(alliance, whose.cycle, whose.member.code, file, content, reading, earlier)
    return CheckedFile(file, None, whose, findings, completeness, compared=not earlier.empty)


def _read(content: bytes, alliance: Alliance) -> Reading | Refusal:
    format = inspect(content)
    if isinstance(format, Refusal):
        return format
    if format not in ("xlsx", "xls", "ods"):
        return refuse("not_a_workbook")
    sheets = read_cells(content, format)
    if isinstance(sheets, Refusal):
        return sheets
    reading = read_workbook(sheets, alliance.form)
    # A table of answers, as web forms export them, has the codes of questions but no place of a single one.
    return reading if reading.places or reading.token else refuse("not_a_workbook")


def _own(earlier: pd.DataFrame | None, member: str) -> pd.DataFrame:
    return frame("earlier_answers", ()) if earlier is None else earlier.loc[earlier["member"] == member]


def _assess(
    alliance: Alliance,
    cycle: Cycle,
    member: str,
    file: str,
    content: bytes,
    reading: Reading,
    earlier: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The findings and the completeness of one member."""
    members, commitments = (
        table.loc[table["member"] == member].reset_index(drop=True)
        for table in (members_table(alliance, cycle), commitments_table(alliance, cycle))
    )
    held = hold_to_register(reading, list(commitments["commitment"]), alliance.form.commitments_repeat)
    accepted = [Accepted(member, _SUBMISSION, held)]
    result = validate(
        alliance,
        cycle,
        members,
        commitments,
        _submissions(cycle, member, file, content, reading),
        answers_table(accepted, alliance.form),
        places_table(accepted),
        earlier,
        notes_table(accepted),
    )
    return result.findings, result.completeness


def _submissions(cycle: Cycle, member: str, file: str, content: bytes, reading: Reading) -> pd.DataFrame:
    return frame(
        "submissions",
        [
            {
                "submission": _SUBMISSION,
                "member": member,
                "file": file,
                "way": "check",
                "received": dt.datetime.combine(cycle.opens, dt.time(), dt.UTC),
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "status": "accepted",
                "late": False,
                "language": reading.language,
            }
        ],
    )
