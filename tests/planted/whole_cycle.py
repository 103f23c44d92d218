"""Two cycles of 54 members from blank workbooks to findings, as a run does it, in a folder of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from examples.reply import canonical
from pipeline.alliance.frames import commitments_table, members_on, members_table
from pipeline.alliance.model import Alliance, Cycle, Member
from pipeline.frames import frame
from pipeline.gather.archive import Archive
from pipeline.gather.gather import Gathered, gather
from pipeline.gather.receive import receive
from pipeline.gather.versions import read_superseded
from pipeline.questionnaire.workbooks import write_workbooks
from pipeline.settings import PROJECT
from pipeline.validate.validate import Validated, validate
from tests.planted.alliance_with_more import make_alliance
from tests.planted.clean_answers import Reply, clean_reply
from tests.planted.paper import Paper

KEY: Final = b"key of the planted cycle"
LAST, THIS = "2013", "2014"
TEMPLATES: Final = PROJECT / "report_templates"


@dataclass(frozen=True)
class Outcome:
    """What became of a cycle."""

    gathered: Gathered
    validated: Validated


class WholeCycle:
    """The alliance, what its members said in the last cycle, and their blank workbooks of this one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.alliance: Alliance = make_alliance(folder / "alliance")
        self.cycle: Cycle = self.alliance.cycle(THIS)
        self.commitments: pd.DataFrame = commitments_table(self.alliance, self.cycle)

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """The 54 members."""
        return {member.code: member for member in members_on(self.alliance, self.cycle.report_date)}

    @cached_property
    def before(self) -> Mapping[str, Reply]:
        """What each member said in the last cycle; a member that joined since then is not among them."""
        last = self.alliance.cycle(LAST)
        members = members_on(self.alliance, last.report_date)
        return {member.code: self._reply(member, last, is_first=True) for member in members}

    def now(self, member: str) -> Reply:
        """What a member says in this cycle while nothing goes wrong."""
        return self._reply(self.members[member], self.cycle, is_first=member not in self.before)

    def register(self, member: str, cycle: Cycle | None = None) -> list[Mapping[str, Any]]:
        """A member's commitments in force."""
        table = self.commitments if cycle is None else commitments_table(self.alliance, cycle)
        return [{str(k): v for k, v in row.items()} for row in table[table["member"] == member].to_dict("records")]

    def _reply(self, member: Member, cycle: Cycle, *, is_first: bool) -> Reply:
        # Positions change when members join; this number does not.
        number = sorted({one.member for one in self.alliance.memberships}).index(member.code)
        return clean_reply(self.alliance.form, member, number, cycle, self.register(member.code, cycle), is_first)

    @cached_property
    def earlier_answers(self) -> pd.DataFrame:
        """The table of the last cycle's answers; how they are read from the archive is tested elsewhere."""
        by_code = self.alliance.form.by_code
        rows: list[Mapping[str, Any]] = []
        for member, reply in self.before.items():
            for (row, code), value in (reply.registered | reply.values).items():
                is_number = by_code[code].is_numeric
                rows.append(
                    {
                        "cycle": LAST,
                        "member": member,
                        "row": row,
                        "question": code,
                        "raw": canonical(value),
                        "value": canonical(value),
                        "number": value if is_number else None,
                        "date": value if isinstance(value, date) else None,
                        "sheet": "Sheet",
                        "cell": "C1",
                        "submission": f"last {member}",
                    }
                )
        return frame("earlier_answers", rows)

    @cached_property
    def blanks(self) -> Mapping[str, bytes]:
        """The blank workbook of each member, pre-filled with what it said last time."""
        args = self.alliance, self.cycle, self.commitments, self.earlier_answers, TEMPLATES, KEY
        return {name[:3]: content for name, content in write_workbooks(*args).items()}

    def paper(self, member: str, reply: Reply) -> Paper:
        """A member's workbook, filled."""
        paper = Paper.with_blank(self.blanks[member], self.alliance.form, self.members[member].language)
        paper.fill(reply)
        return paper

    def run(self, name: str, files: Mapping[str, bytes]) -> Outcome:
        """Receive, gather and validate what arrived in this cycle.

        Args:
            name: Name of the run, for its folders.
            files: Content by name of the file, which begins with the code of the member whose focal point sends it.
        """
        archive = self._received(self.cycle, files, self._folder / name)
        cache = self._folder / "cache"
        gathered = gather(self.alliance, self.cycle, archive, KEY, cache)
        validated = validate(
            self.alliance,
            self.cycle,
            members_table(self.alliance, self.cycle),
            self.commitments,
            gathered.submissions,
            gathered.answers,
            gathered.places,
            self.earlier_answers,
            gathered.intake_notes,
            read_superseded(self.alliance, self.cycle, archive, cache, gathered.submissions),
        )
        return Outcome(gathered, validated)

    def _received(self, cycle: Cycle, files: Mapping[str, bytes], folder: Path) -> Archive:
        inbox = folder / "inbox" / cycle.name
        inbox.mkdir(parents=True)
        listed = io.StringIO()
        writer = csv.writer(listed)
        writer.writerow(("file", "received", "sender"))
        focal = {point.member: point.address for point in self.alliance.focal_points if point.role == "focal_point"}
        for number, (name, content) in enumerate(sorted(files.items())):
            (inbox / name).write_bytes(content)
            moment = datetime.combine(cycle.deadline, datetime.min.time(), UTC) - timedelta(days=3, minutes=-number)
            writer.writerow((name, moment.isoformat(), focal[name[:3]]))
        (inbox / "received.csv").write_text(listed.getvalue())
        archive = Archive(folder / "archive")
        receive(self.alliance, cycle, folder / "inbox", archive)
        return archive
