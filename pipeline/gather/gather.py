"""From the archive to submissions, answers and notes: everything that was received for a cycle, decided and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import conform, frame
from pipeline.gather.accepted import (
    Accepted,
    answers_table,
    hold_to_register,
    notes_table,
    places_table,
    register_keys,
)
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.cells import CellReader
from pipeline.gather.decisions import (
    Decision,
    Desk,
    count_versions,
    decide_duplicate,
    decide_read,
    decide_refused,
    desk_of,
)
from pipeline.gather.guard import inspect
from pipeline.gather.reading import Reading, read_workbook
from pipeline.gather.refusal import Refusal


@dataclass(frozen=True)
class Gathered:
    """The tables ``submissions``, ``answers``, ``intake_notes`` and ``places`` of a cycle."""

    submissions: pd.DataFrame
    answers: pd.DataFrame
    intake_notes: pd.DataFrame
    places: pd.DataFrame


def gather(alliance: Alliance, cycle: str, archive: Archive, key: bytes) -> Gathered:
    """Decide about everything received for a cycle, and read what counts.

    A file that cannot be read or is not credible is a row of ``submissions`` with its reason; it never fails the run.

    Args:
        alliance: The alliance.
        cycle: Name of the cycle.
        archive: Everything received.
        key: The alliance's secret key.

    Returns:
        One row per arrival, in the order of arrival; one row per answer and per note of the accepted workbooks, by
        member, row and question.

    Raises:
        ArchiveError: The archive was changed from outside.
    """
    decisions = _decide(desk_of(alliance, cycle, key), archive)
    submissions = frame("submissions", (_submission(decision) for decision in decisions))
    accepted = _accepted(decisions, alliance, alliance.cycle(cycle))
    return Gathered(submissions, answers_table(accepted, alliance.form), notes_table(accepted), places_table(accepted))


def earlier_answers(
    alliance: Alliance, cycle: str, archive: Archive, key: bytes | Callable[[Cycle], bytes]
) -> pd.DataFrame:
    """Read what was said in every cycle before a cycle, from the archive, in the same way.

    Args:
        alliance: The alliance.
        cycle: Name of the cycle.
        archive: Everything received.
        key: The alliance's secret key, or the function that gives the key of each cycle.

    Returns:
        The table ``earlier_answers``, the oldest cycle first; empty for the first cycle.
    """
    frames: list[pd.DataFrame] = []
    for earlier in alliance.earlier_cycles(cycle):
        its_key = key if isinstance(key, bytes) else key(earlier)
        answers = gather(alliance, earlier.name, archive, its_key).answers
        frames.append(answers.assign(cycle=earlier.name))
    return conform("earlier_answers", pd.concat(frames)) if frames else frame("earlier_answers", ())


def _decide(desk: Desk, archive: Archive) -> list[Decision]:
    decisions: list[Decision] = []
    seen: dict[str, Decision] = {}
    with CellReader() as reader:
        for receipt in archive.receipts(desk.cycle.name):
            if receipt.sha256 in seen:
                decisions.append(decide_duplicate(receipt, seen[receipt.sha256], desk))
                continue
            read = _read(receipt, archive, reader, desk)
            decision = (
                decide_refused(receipt, read, desk) if isinstance(read, Refusal) else decide_read(receipt, read, desk)
            )
            seen[receipt.sha256] = decision
            decisions.append(decision)
    return count_versions(decisions)


def _read(receipt: Receipt, archive: Archive, reader: CellReader, desk: Desk) -> Reading | Refusal:
    content = archive.read(receipt.sha256)
    format = inspect(content)
    if isinstance(format, Refusal):
        return format
    sheets = reader.read(content, format)
    return sheets if isinstance(sheets, Refusal) else read_workbook(sheets, desk.alliance.form)


def _submission(decision: Decision) -> Mapping[str, Any]:
    receipt = decision.receipt
    return {
        "submission": receipt.id,
        "member": decision.member,
        "file": receipt.file,
        "way": receipt.way,
        "sender": receipt.sender,
        "reference": receipt.reference or None,
        "received": receipt.received,
        "sha256": receipt.sha256,
        "size": receipt.size,
        "status": decision.status,
        "reason": decision.reason,
        "detail": decision.detail,
        "late": decision.late,
        "version": decision.version,
        "language": decision.language,
        "answers": decision.reading.cells if decision.reading else None,
    }


def _accepted(decisions: list[Decision], alliance: Alliance, cycle: Cycle) -> list[Accepted]:
    """What each accepted workbook says, by member."""
    keys, repeat = register_keys(alliance, cycle), alliance.form.commitments_repeat
    accepted = [
        Accepted(
            decision.member,
            decision.receipt.id,
            hold_to_register(decision.reading, keys.get(decision.member, []), repeat),
        )
        for decision in decisions
        if decision.status == "accepted" and decision.reading and decision.member
    ]
    return sorted(accepted, key=lambda one: one.member)
