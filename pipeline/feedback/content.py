"""What a letter says: one member's facts, in the words and the notation of its language, and nothing of anyone else.

A :class:`Letter` is all that a template gets. It is made from rows that are of that member, so that no template,
however it is edited, can show what another member answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from pipeline.alliance.frames import member_name
from pipeline.alliance.model import Alliance, Cycle, FocalPoint
from pipeline.feedback.changes import Changes, changes
from pipeline.feedback.member_rows import MemberRows
from pipeline.feedback.shown import SEVERITIES, Explain, ShownFinding, shown_findings
from pipeline.feedback.wording import one_line, shorten
from pipeline.questionnaire.form import Form
from pipeline.translations import Catalogue, utc_offset

REFUSED: Final = ("rejected", "quarantined")
_LONGEST_FILE: Final = 120


@dataclass(frozen=True)
class ReceivedFile:
    """A file that arrived from the member. ``status`` and ``reason`` are codes of the table ``submissions``."""

    name: str
    received: str
    version: str
    status: str
    reason: str
    late: bool


@dataclass(frozen=True)
class Share:
    """How many of the questions of a section, or of all (``label`` is then ''), are answered and accounted for."""

    label: str
    asked: str
    answered: str
    answered_share: str
    accounted: str
    accounted_share: str


@dataclass(frozen=True)
class Letter:
    """Everything that a letter says.

    Attributes:
        kind: corrections, receipt, reminder, refusal or thanks.
        member, member_name, footnote: Code, name in the letter's language, and the footnote that the name carries.
        addressees: Names of the focal points.
        alliance, office, contact: Who writes.
        cycle, title, reference: The cycle's name, its title and the letter's own reference.
        demonstration: The answers are made up.
        written: Day that the letter speaks of.
        due: Day until which answers are wanted; '' where it is too late for this cycle.
        deadline_passed: ``due`` is then the cut-off, until which answers can still be taken into the report.
        deadline: The cycle's deadline.
        time_zone: Difference to UTC of the member's clocks at the end of ``due``.
        counted: The file whose answers count, or None.
        refused: Files that were refused after the one that counts, or all refused ones where none counts.
        files: All files that arrived, in the order of arrival.
        overall, sections: Completeness; None and empty where no workbook counts.
        errors, warnings, queries: Findings by what is asked of the member.
        changes: What has changed since the last workbook and letter; None where there is nothing to compare with.
        attachment: File name of the workbook that goes with the letter; '' for none.
        threshold: Least share of questions accounted for at which a goal is rated.
        report_date, report_reference: Date and reference of the report.
    """

    kind: str
    language: str
    member: str
    member_name: str
    footnote: str
    addressees: Sequence[str]
    alliance: str
    office: str
    contact: str
    cycle: str
    title: str
    reference: str
    demonstration: bool
    written: str
    due: str
    deadline_passed: bool
    deadline: str
    time_zone: str
    counted: ReceivedFile | None
    refused: Sequence[ReceivedFile]
    files: Sequence[ReceivedFile]
    overall: Share | None
    sections: Sequence[Share]
    errors: Sequence[ShownFinding]
    warnings: Sequence[ShownFinding]
    queries: Sequence[ShownFinding]
    changes: Changes | None
    attachment: str
    threshold: str
    report_date: str
    report_reference: str


def compose(
    alliance: Alliance,
    cycle: Cycle,
    kind: str,
    rows: MemberRows,
    addressees: Sequence[FocalPoint],
    moment: datetime,
    attachment: str,
    catalogue: Catalogue,
    explain: Explain,
) -> Letter:
    """Say a member's facts in its language.

    Args:
        alliance: The alliance that writes.
        cycle: The cycle that is written about.
        kind: Kind of the letter.
        rows: What is known of the member.
        addressees: Its focal points.
        moment: Date of the letter.
        attachment: File name of the workbook that goes with it; '' for none.
        catalogue: Words of the member's language.
        explain: Says a finding in a language, see :func:`pipeline.validate.findings.explain`.
    """
    language, zone = str(rows.member["language"]), str(rows.member["time_zone"])
    files = [_received_file(row, zone, catalogue) for row in rows.submissions]
    counted = next((file for file in reversed(files) if file.status == "accepted"), None)
    later = files[files.index(counted) + 1 :] if counted else files
    shares = _shares(rows.completeness, alliance.form, language, catalogue)
    day = local_day(rows, moment)
    due = cycle.deadline if day <= cycle.deadline else cycle.cut_off
    groups = {
        severity: shown_findings(
            [row for row in rows.findings if row["severity"] == severity], alliance.form, catalogue, explain
        )
        for severity in SEVERITIES
    }
    return Letter(
        kind=kind,
        language=language,
        member=str(rows.member["member"]),
        member_name=member_name(alliance, str(rows.member["member"]), language, cycle.report_date),
        footnote=footnote(alliance, cycle, str(rows.member["member"]), language),
        addressees=[one_line(point.name) for point in addressees],
        alliance=_in(alliance.name, language),
        office=_in(alliance.office, language),
        contact=alliance.contact,
        cycle=cycle.name,
        title=_in(cycle.title, language),
        reference="/".join((alliance.code, cycle.name, str(rows.member["member"]))),
        demonstration=cycle.demonstration,
        written=catalogue.day(day),
        due=catalogue.day(due) if day <= due else "",
        deadline_passed=day > cycle.deadline,
        deadline=catalogue.day(cycle.deadline),
        time_zone=utc_offset(datetime.combine(due, time.max, ZoneInfo(zone))),
        counted=counted,
        refused=[file for file in later if file.status in REFUSED],
        files=files,
        overall=shares.get(""),
        sections=[share for scope, share in shares.items() if scope],
        errors=groups["error"],
        warnings=groups["warning"],
        queries=groups["query"],
        changes=changes(rows, alliance.form, catalogue) if kind in ("corrections", "receipt") else None,
        attachment=attachment,
        threshold=catalogue.percent(alliance.scoring.threshold),
        report_date=catalogue.day(cycle.report_date),
        report_reference=cycle.reference,
    )


def local_day(rows: MemberRows, moment: datetime) -> date:
    """The day that it is at a moment where the member is."""
    return moment.astimezone(ZoneInfo(str(rows.member["time_zone"]))).date()


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()))


def footnote(alliance: Alliance, cycle: Cycle, member: str, language: str) -> str:
    """The footnote that a member's name carries on the cycle's report date, '' where it carries none."""
    holding = [note for note in alliance.footnotes if note.member == member and note.holds_on(cycle.report_date)]
    texts = {note.language: note.text for note in holding}
    return texts.get(language, texts.get(alliance.languages[0], ""))


def _received_file(row: Mapping[str, Any], zone: str, catalogue: Catalogue) -> ReceivedFile:
    return ReceivedFile(
        name=one_line(shorten(str(row["file"]), _LONGEST_FILE)),
        received=catalogue.moment(row["received"].to_pydatetime(), zone),
        version="" if row["version"] is None else catalogue.number(int(row["version"])),
        status=str(row["status"]),
        reason=str(row["reason"] or ""),
        late=bool(row["late"]),
    )


def _shares(rows: Sequence[Mapping[str, Any]], form: Form, language: str, catalogue: Catalogue) -> dict[str, Share]:
    """Completeness by section code in the order of the form; '' for all."""
    labels = {section.code: section.texts.get("label", language) or section.code for section in form.sections}
    by_scope = {str(row["scope"]): row for row in rows if row["scope_kind"] in ("all", "section")}
    shares: dict[str, Share] = {}
    for scope, label in {"": "", **labels}.items():
        row = by_scope.get(scope)
        if row is not None and row["asked"]:
            asked, answered, accounted = (int(row[name]) for name in ("asked", "answered", "accounted"))
            shares[scope] = Share(
                label=label,
                asked=catalogue.number(asked),
                answered=catalogue.number(answered),
                answered_share=catalogue.percent(answered / asked),
                accounted=catalogue.number(accounted),
                accounted_share=catalogue.percent(accounted / asked),
            )
    return shares
