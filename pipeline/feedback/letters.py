"""One letter per member and cycle, from the tables to the message that staff can open. Nothing is sent here.

The date of a letter is a function of what it answers: the moment at which the member's latest file arrived; of a
reminder, noon (UTC) of the day that the cycle has for reminders; of a letter of thanks, noon of the day after the
cut-off, when that has ended everywhere on Earth. So the same inputs give the same bytes, and what one member sends never
changes the letter of another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.errors import AllianceError, Problem
from pipeline.feedback.attachments import Workbooks, attachment_name
from pipeline.feedback.content import compose, local_day
from pipeline.feedback.mail import Envelope, Mail, recipients, write_mail
from pipeline.feedback.member_rows import MemberRows, rows_by_member
from pipeline.feedback.rendering import LetterTemplates, Rendered
from pipeline.feedback.threads import answered_message
from pipeline.frames import frame
from pipeline.translations import Catalogue, load_catalogue
from pipeline.validate.findings import explain


@dataclass(frozen=True)
class LetterTables:
    """The tables of a cycle that its letters are made from; see :mod:`pipeline.tables` for their columns."""

    members: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame
    finding_history: pd.DataFrame
    completeness: pd.DataFrame


@dataclass(frozen=True)
class Prepared:
    """The letters of a cycle.

    Attributes:
        letters: The table ``letters`` or ``closing_letters``, in the alliance's own order of members.
        files: The bytes of each message by file name, e.g. ``ALB-corrections.eml``.
        texts: The text part of each message by the same name.
    """

    letters: pd.DataFrame
    files: Mapping[str, bytes]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class _Written:
    row: Mapping[str, Any]
    mail: Mail
    text: str


@dataclass(frozen=True)
class _Desk:
    """What every letter of a cycle is written with."""

    alliance: Alliance
    cycle: Cycle
    catalogues: Mapping[str, Catalogue]
    templates: LetterTemplates
    workbooks: Workbooks | None


def prepare_letters(
    alliance: Alliance,
    cycle: str,
    tables: LetterTables,
    commitments: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    templates: Path,
    key: bytes,
) -> Prepared:
    """Write to each member what arrived from it and what it should do: exactly one letter a member.

    Args:
        alliance: The alliance that writes.
        cycle: Name of the cycle.
        tables: What the letters are about.
        commitments: Table ``commitments``, for the workbooks that go with letters.
        answers: Table ``answers``, likewise.
        earlier_answers: Table ``earlier_answers``, likewise.
        templates: Folder with ``letters`` and ``translations``.
        key: Signs the workbooks.

    Returns:
        The table ``letters`` and the messages.

    Raises:
        AllianceError: A template or a catalogue has a mistake, or a letter of a demonstration cycle would go to an
            address that could reach a person; all such addresses are named together.
    """
    this_cycle = alliance.cycle(cycle)
    workbooks = Workbooks(alliance, this_cycle, commitments, answers, earlier_answers, key)
    desk = _desk(alliance, this_cycle, templates, workbooks)
    return _prepared(
        "letters", _rows_by_member(tables), lambda rows: _write(desk, rows.kind, rows, _moment(this_cycle, rows))
    )


def prepare_closing_letters(alliance: Alliance, cycle: str, tables: LetterTables, templates: Path) -> Prepared:
    """Thank each member whose workbook counts, once the data of the cycle are closed.

    Args:
        alliance: The alliance that writes.
        cycle: Name of the cycle.
        tables: What the letters are about.
        templates: Folder with ``letters`` and ``translations``.

    Returns:
        The table ``closing_letters`` and the messages.

    Raises:
        AllianceError: As :func:`prepare_letters`.
    """
    desk = _desk(alliance, alliance.cycle(cycle), templates, None)
    moment = datetime.combine(desk.cycle.cut_off + timedelta(days=1), time(12), tzinfo=UTC)
    thanked = [rows for rows in _rows_by_member(tables) if rows.accepted]
    return _prepared("closing_letters", thanked, lambda rows: _write(desk, "thanks", rows, moment))


def _desk(alliance: Alliance, cycle: Cycle, templates: Path, workbooks: Workbooks | None) -> _Desk:
    catalogues = {language: load_catalogue(templates / "translations", language) for language in alliance.languages}
    return _Desk(alliance, cycle, catalogues, LetterTemplates(templates / "letters"), workbooks)


def _rows_by_member(tables: LetterTables) -> list[MemberRows]:
    return rows_by_member(
        tables.members, tables.submissions, tables.findings, tables.finding_history, tables.completeness
    )


def _prepared(table: str, members: Sequence[MemberRows], write: Callable[[MemberRows], _Written]) -> Prepared:
    written: list[_Written] = []
    problems: list[Problem] = []
    for rows in members:
        try:
            written.append(write(rows))
        except AllianceError as error:
            problems += error.problems
    if problems:
        raise AllianceError(dict.fromkeys(problems))
    return Prepared(
        frame(table, [one.row for one in written]),
        {str(one.row["file"]): one.mail.content for one in written},
        {str(one.row["file"]): one.text for one in written},
    )


def _write(desk: _Desk, kind: str, rows: MemberRows, moment: datetime) -> _Written:
    alliance, cycle, member = desk.alliance, desk.cycle, str(rows.member["member"])
    catalogue = desk.catalogues[str(rows.member["language"])]
    points = recipients(alliance.focal_points, member, examples_only=cycle.demonstration)
    attached = attachment_name(alliance, cycle, kind, rows) if local_day(rows, moment) <= cycle.cut_off else ""
    letter = compose(alliance, cycle, kind, rows, points, moment, attached, catalogue, explain)
    attachment = desk.workbooks.write(letter, rows, catalogue) if desk.workbooks else None
    rendered = desk.templates.render(letter, catalogue)
    addresses = tuple(point.address for point in points)
    envelope = Envelope(
        thread=(alliance.code, cycle.name, member, kind, str(rows.round)),
        language=letter.language,
        sender=letter.office,
        contact=alliance.contact,
        recipients=addresses,
        subject=rendered.subject,
        date=moment,
        answers=answered_message(rows.submissions[-1], addresses) if rows.submissions else "",
        attachments=(attachment,) if attachment else (),
    )
    mail = write_mail(envelope, rendered.text, rendered.html)
    return _Written(_row(kind, rows, envelope, rendered, mail), mail, rendered.text)


def _moment(cycle: Cycle, rows: MemberRows) -> datetime:
    if not rows.submissions:
        return datetime.combine(cycle.reminder, time(12), tzinfo=UTC)
    return rows.submissions[-1]["received"].to_pydatetime().replace(microsecond=0)


def _row(kind: str, rows: MemberRows, envelope: Envelope, rendered: Rendered, mail: Mail) -> Mapping[str, Any]:
    severities = [row["severity"] for row in rows.findings]
    member = str(rows.member["member"])
    return {
        "member": member,
        "kind": kind,
        "round": rows.round,
        "language": envelope.language,
        "recipients": " ".join(envelope.recipients) or None,
        "subject": rendered.subject,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "queries": severities.count("query"),
        "attachment": next((attachment.name for attachment in envelope.attachments), None),
        "file": f"{member}-{kind}.eml",
        "message_id": mail.message_id,
        "sha256": hashlib.sha256(mail.content).hexdigest(),
    }
