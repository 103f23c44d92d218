"""An alliance with many members, its prepared letters as files, and a sender with a clock of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle, FocalPoint, ScoringSettings, SmtpServer, WaysOut
from pipeline.feedback.ledger import Ledger
from pipeline.feedback.letters_overview import overview_code
from pipeline.feedback.mail import Envelope, write_mail
from pipeline.feedback.sending import Means, send
from pipeline.frames import frame
from pipeline.questionnaire.form import Form
from pipeline.tables import TABLES

START = datetime(2014, 7, 20, 9, tzinfo=UTC)


def cycle(name: str = "2014") -> Cycle:
    day = date(2014, 9, 30)
    return Cycle(name, {"en": "Report"}, f"GA/{name}", day, day, day, day, day, day, day, "Office", "", True)


def alliance(members: Iterable[str], server: SmtpServer | None) -> Alliance:
    points = [
        FocalPoint(code, role, f"{role} of {code}", f"{role}@{code.lower()}.example", "en")
        for code in members
        for role in ("focal_point", "deputy")
    ]
    return Alliance(
        folder=Path("alliance"),
        name={"en": "Alliance"},
        short_name="GA",
        code="GA",
        languages=("en",),
        office={"en": "Secretariat"},
        contact="office@alliance.example",
        countries_total=196,
        memberships=(),
        names=(),
        footnotes=(),
        groups=(),
        goals=(),
        focal_points=tuple(points),
        cycles={"2014": cycle()},
        scoring=ScoringSettings(0.6, {}, {}),
        form=Form("ga", "1", {"en": "Form"}, ("en",), (), (), {}, ()),
        register=pd.DataFrame(columns=pd.Index(TABLES["commitments"].names)),
        ways_out=WaysOut(smtp=server),
    )


def peer_server(port: int, **values: Any) -> SmtpServer:
    return replace(SmtpServer("127.0.0.1", port, "none", "", 6000, ""), **values)


@dataclass
class Clock:
    """Time that passes only when somebody sleeps."""

    now: datetime = START
    slept: list[float] = field(default_factory=list[float])

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Desk:
    """Prepared letters in a folder, and everything that is needed to send them."""

    folder: Path
    alliance: Alliance
    ledger: str
    password: str = ""
    clock: Clock = field(default_factory=Clock)
    letters: pd.DataFrame = field(default_factory=lambda: frame("letters", ()))
    findings: pd.DataFrame = field(default_factory=lambda: frame("findings", ()))

    def prepare(
        self, members: Sequence[str], round: int = 1, text: str = "Dear colleague", kind: str = "corrections"
    ) -> None:
        """Write a letter to each member, replacing all that were prepared before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.letters = frame("letters", [self._letter(member, round, text, kind) for member in members])

    def _letter(self, member: str, round: int, text: str, kind: str) -> Mapping[str, Any]:
        points = [point.address for point in self.alliance.focal_points if point.member == member]
        envelope = Envelope(
            thread=("GA", "2014", member, kind, str(round)),
            language="en",
            sender="Secretariat",
            contact="office@alliance.example",
            recipients=tuple(points),
            subject=f"GA/2014/{member}: {kind}",
            date=START,
        )
        mail = write_mail(envelope, f"{text}\n.\n..leading dots\n", f"<p>{text}</p>")
        file = f"{member}-{kind}.eml"
        (self.folder / file).write_bytes(mail.content)
        return {
            "member": member,
            "kind": kind,
            "round": round,
            "language": "en",
            "recipients": " ".join(points) or None,
            "subject": envelope.subject,
            "errors": 0,
            "warnings": 0,
            "queries": 0,
            "file": file,
            "message_id": mail.message_id,
            "sha256": hashlib.sha256(mail.content).hexdigest(),
        }

    def send(self, code: str | None = None, **options: Any) -> dict[str, str]:
        """Send, and give the state of each letter by member."""
        return {member: state for member, (state, _) in self.told(code, **options).items()}

    def told(self, code: str | None = None, **options: Any) -> dict[str, tuple[str, str]]:
        """Send, and give state and detail of each letter by member."""
        means = Means(self.ledger, self.clock, self.clock.sleep, self.password)
        code = overview_code(self.letters) if code is None else code
        table = send(self.alliance, "2014", self.letters, self.findings, self.folder, code, means, **options)
        return {
            row["member"]: (row["state"], row["detail"] if isinstance(row["detail"], str) else "")
            for row in table.to_dict("records")
        }

    def states(self) -> dict[str, str]:
        """The state of every letter in the ledger by message id, while no sender is at work."""
        with Ledger.open(self.ledger) as ledger:
            histories = ledger.histories("2014").values()
        states = {id: standing.state for history in histories for id, standing in history.standings.items()}
        return {id: "uncertain" if state == "sending" else state for id, state in states.items()}

    def resolve(self, message_id: str, decision: Any) -> None:
        with Ledger.open(self.ledger) as ledger:
            ledger.resolve(message_id, decision, "Ana Lopez", "By the record of the mail server.", self.clock())

    def id(self, member: str) -> str:
        return str(self.letters.set_index("member").loc[member, "message_id"])

    def sha(self, member: str) -> str:
        return str(self.letters.set_index("member").loc[member, "sha256"])


def run_sender(desk: Desk) -> None:
    """Send what was prepared, in a process of its own."""
    desk.send()
