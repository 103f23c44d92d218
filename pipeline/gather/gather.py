"""From the archive to submissions, answers and notes: everything that was received for a cycle, decided and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import conform, frame
from pipeline.gather.accepted import (
    Accepted,
    answers_table,
    notes_table,
    places_table,
    register_titles,
    said_in,
)
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.contents import Contents
from pipeline.gather.decisions import Arrival, Decision, decide_all
from pipeline.gather.desk import desk_of
from pipeline.gather.pool import parse_all
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal
from pipeline.gather.staff_decisions import StaffDecision, read_decisions

# So many members at a time are turned into tables: few enough for memory, enough for columns to pay.
_MEMBERS_AT_A_TIME = 200


@dataclass(frozen=True)
class Gathered:
    """What was gathered for a cycle.

    Attributes:
        submissions, answers, intake_notes, places: The tables of these names.
        parsed: Files that had to be parsed.
        known: Files that had been parsed before and have not changed since, nor has the questionnaire.
    """

    submissions: pd.DataFrame
    answers: pd.DataFrame
    intake_notes: pd.DataFrame
    places: pd.DataFrame
    parsed: int = 0
    known: int = 0


def gather(
    alliance: Alliance, cycle: Cycle, archive: Archive, key: bytes, cache: Path, processes: int | None = None
) -> Gathered:
    """Decide about everything received for a cycle, and read what counts.

    A file that cannot be read or is not credible is a row of ``submissions`` with its reason; it never fails the run.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        archive: Everything received, and what staff decided about it.
        key: The key that signed the cycle's workbooks.
        cache: Folder in which what was read is kept; it may be empty or gone, and decides nothing but the time it takes.
        processes: Processes that read many files at the same time; as many as there are processors where None.

    Returns:
        One row per arrival, in the order of arrival; one row per answer and per note of the accepted workbooks, by
        member, row and question.

    Raises:
        ArchiveError: The archive was changed from outside.
        InboxError: What staff decided cannot be done.
    """
    receipts = archive.receipts(cycle.name)
    with Contents(alliance, archive, cache) as contents:
        parsed = parse_all(contents, receipts, processes)
        desk = desk_of(alliance, cycle, key, contents.ways)
        decisions = decide_all(_arrivals(contents, receipts), desk, _staff(alliance, cycle, archive))
        tables = _tables(_accepted(decisions, contents, cycle), alliance)
        contents.forget_old()
    submissions = frame("submissions", (_submission(decision) for decision in decisions))
    return Gathered(submissions, *tables, parsed, len({receipt.sha256 for receipt in receipts}) - parsed)


@dataclass(frozen=True)
class Earlier:
    """What was gathered for the cycles before a cycle: the tables ``earlier_answers`` and ``earlier_notes``."""

    answers: pd.DataFrame
    notes: pd.DataFrame


def gather_earlier(
    alliance: Alliance, cycle: Cycle, archive: Archive, key: Callable[[Cycle], bytes], cache: Path
) -> Earlier:
    """Read what was said in every cycle before a cycle, from the archive, in the same way.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        archive: Everything received.
        key: Gives the key that signed the workbooks of a cycle.
        cache: See :func:`gather`.

    Returns:
        Both tables, the oldest cycle first; empty for the first cycle. An answer to a code that is gone from the
        questionnaire is a note ``unknown_code``.
    """
    answers: list[pd.DataFrame] = []
    notes: list[pd.DataFrame] = []
    for earlier in alliance.earlier_cycles(cycle.name):
        gathered = gather(alliance, earlier, archive, key(earlier), cache)
        answers.append(gathered.answers.assign(cycle=earlier.name))
        notes.append(gathered.intake_notes.assign(cycle=earlier.name))
    if not answers:
        return Earlier(frame("earlier_answers", ()), frame("earlier_notes", ()))
    return Earlier(conform("earlier_answers", pd.concat(answers)), conform("earlier_notes", pd.concat(notes)))


def _arrivals(contents: Contents, receipts: Sequence[Receipt]) -> Iterator[Arrival]:
    for receipt in receipts:
        outcome = contents.heading(receipt)
        for said in (outcome,) if isinstance(outcome, Refusal) else outcome:
            yield Arrival(receipt, said, contents.reader_of(receipt.way))


def _staff(alliance: Alliance, cycle: Cycle, archive: Archive) -> tuple[StaffDecision, ...]:
    content = archive.decisions(cycle.name)
    return () if content is None else read_decisions(content, alliance, cycle)


def _submission(decision: Decision) -> Mapping[str, Any]:
    arrival, receipt = decision.arrival, decision.arrival.receipt
    return {
        "submission": arrival.submission,
        "member": decision.member,
        "file": receipt.file,
        "way": receipt.way,
        "sender": receipt.sender,
        "reference": receipt.reference or None,
        "received": arrival.received,
        "sha256": receipt.sha256,
        "size": receipt.size,
        "status": decision.status,
        "reason": decision.reason,
        "detail": decision.detail,
        "decision": decision.staff,
        "late": decision.late,
        "version": decision.version,
        "round": decision.round,
        "language": decision.language,
        "answers": arrival.said.cells if decision.counts_or_counted and isinstance(arrival.said, Reading) else None,
    }


def _accepted(decisions: Sequence[Decision], contents: Contents, cycle: Cycle) -> Iterator[Accepted]:
    """What each accepted submission says, by member, one at a time."""
    register = register_titles(contents.alliance, cycle)
    accepted = [(d.member, d.arrival) for d in decisions if d.status == "accepted" and d.member]
    for member, arrival in sorted(accepted, key=lambda item: item[0]):
        said = said_in(contents, arrival.receipt, arrival.part, register.get(member, {}))
        yield Accepted(member, arrival.submission, said)


def _tables(accepted: Iterator[Accepted], alliance: Alliance) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables ``answers``, ``intake_notes`` and ``places``, made from some members at a time."""
    answers: list[pd.DataFrame] = []
    notes: list[pd.DataFrame] = []
    places: list[pd.DataFrame] = []
    while some := tuple(islice(accepted, _MEMBERS_AT_A_TIME)):
        answers.append(answers_table(some, alliance.form))
        notes.append(notes_table(some))
        places.append(places_table(some))
    return _joined("answers", answers), _joined("intake_notes", notes), _joined("places", places)


def _joined(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if len(frames) < 2:
        return frames[0] if frames else frame(name, ())
    return conform(name, pd.concat(frames, ignore_index=True))
