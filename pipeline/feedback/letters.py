"""One letter per member and cycle, from the tables to the message that staff can open. Nothing is sent here.

The date of a letter is a function of what it answers: the moment at which the member's latest file arrived; of a
reminder, noon (UTC) of the day that the cycle has for reminders. So the same inputs give the same bytes, and what
one member sends never changes the letter of another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.errors import AllianceError, Problem
from pipeline.feedback.content import compose
from pipeline.feedback.mail import Envelope, Mail, recipients, write_mail
from pipeline.feedback.member_rows import MemberRows, rows_by_member
from pipeline.feedback.rendering import LetterTemplates, Rendered
from pipeline.frames import frame
from pipeline.translations import Catalogue, load_catalogue
from pipeline.validate.findings import explain


@dataclass(frozen=True)
class Prepared:
    """The letters of a cycle.

    Attributes:
        letters: The table ``letters``, in the alliance's own order of members.
        files: The bytes of each message by file name, e.g. ``ALB-corrections.eml``.
    """

    letters: pd.DataFrame
    files: Mapping[str, bytes]


def prepare_letters(
    alliance: Alliance,
    cycle: str,
    members: pd.DataFrame,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    completeness: pd.DataFrame,
    templates: Path,
) -> Prepared:
    """Write to each member what arrived from it and what it should do: exactly one letter a member.

    Args:
        alliance: The alliance that writes.
        cycle: Name of the cycle.
        members: Table ``members``.
        submissions: Table ``submissions``.
        findings: Table ``findings``.
        completeness: Table ``completeness``.
        templates: Folder with ``letters`` and ``translations``.

    Returns:
        The table ``letters`` and the messages.

    Raises:
        AllianceError: A template or a catalogue has a mistake, or a letter of a demonstration cycle would go to an
            address that could reach a person; all such addresses are named together.
    """
    this_cycle = alliance.cycle(cycle)
    catalogues = {language: load_catalogue(templates / "translations", language) for language in alliance.languages}
    letter_templates = LetterTemplates(templates / "letters")
    files: dict[str, bytes] = {}
    rows: list[Mapping[str, Any]] = []
    problems: list[Problem] = []
    for of_member in rows_by_member(members, submissions, findings, completeness):
        catalogue = catalogues[str(of_member.member["language"])]
        try:
            row, mail = _write(alliance, this_cycle, of_member, catalogue, letter_templates)
        except AllianceError as error:
            problems += error.problems
            continue
        files[str(row["file"])] = mail.content
        rows.append(row)
    if problems:
        raise AllianceError(dict.fromkeys(problems))
    return Prepared(frame("letters", rows), files)


def _write(
    alliance: Alliance, cycle: Cycle, rows: MemberRows, catalogue: Catalogue, templates: LetterTemplates
) -> tuple[Mapping[str, Any], Mail]:
    member = str(rows.member["member"])
    points = recipients(alliance.focal_points, member, examples_only=cycle.demonstration)
    moment = _moment(cycle, rows)
    letter = compose(alliance, cycle, rows, points, moment, catalogue, explain)
    rendered = templates.render(letter, catalogue)
    envelope = Envelope(
        thread=(alliance.code, cycle.name, member, letter.kind),
        language=letter.language,
        sender=letter.office,
        contact=alliance.contact,
        recipients=tuple(point.address for point in points),
        subject=rendered.subject,
        date=moment,
    )
    mail = write_mail(envelope, rendered.text, rendered.html)
    return _row(rows, envelope, rendered, mail), mail


def _moment(cycle: Cycle, rows: MemberRows) -> datetime:
    if not rows.submissions:
        return datetime.combine(cycle.reminder, time(12), tzinfo=UTC)
    return rows.submissions[-1]["received"].to_pydatetime().replace(microsecond=0)


def _row(rows: MemberRows, envelope: Envelope, rendered: Rendered, mail: Mail) -> Mapping[str, Any]:
    severities = [row["severity"] for row in rows.findings]
    member, kind = envelope.thread[-2:]
    return {
        "member": member,
        "kind": kind,
        "language": envelope.language,
        "recipients": " ".join(envelope.recipients) or None,
        "subject": rendered.subject,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "queries": severities.count("query"),
        "file": f"{member}-{kind}.eml",
        "message_id": mail.message_id,
        "sha256": hashlib.sha256(mail.content).hexdigest(),
    }
