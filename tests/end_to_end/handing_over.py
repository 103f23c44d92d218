"""A cycle of the small alliance, handed over: with letters that were sent, a waiver, and a key of its own."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.feedback.ledger import Ledger
from pipeline.feedback.ledger_facts import LedgerLetter, Place, Reply
from pipeline.handover.container import pack
from tests.end_to_end.other_alliance import CYCLE, KEY, write_alliance, write_inbox, write_templates
from tests.end_to_end.runs import Run, run_cycle

Files = dict[str, bytes]
SENT = datetime(2030, 8, 22, 9, tzinfo=UTC)


def finding(question: str, rule: str) -> str:
    """The id of a finding about Mozambique, as it is published."""
    return hashlib.sha256(f"MOZ||{question}|{rule}".encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Handed:
    """The folders of the alliance, and the run that made its packages."""

    folders: Mapping[str, str]
    run: Run

    def package(self, edition: str = "secretariat") -> Path:
        """The zip of an edition."""
        (path,) = self.run.data.glob(f"output/*/handover/*-{edition}.zip")
        return path

    def files(self, edition: str = "secretariat") -> Files:
        """The files in it."""
        return unzipped(self.package(edition))


def hand_over(place: Path) -> Handed:
    """Let the small alliance run its cycle and hand it over."""
    alliance, templates = write_alliance(place / "alliance"), write_templates(place / "templates")
    inbox = write_inbox(place / "inbox", alliance, templates)
    plan = finding("plano", "unreadable_answer")
    waivers = f"finding,member,decision,by,date,reason\n{plan},MOZ,waive,Desk A,2030-08-23,There is no page\n"
    (inbox / CYCLE / "waivers.csv").write_text(waivers, encoding="utf-8")
    folders = {
        "STOCKTAKE_ALLIANCE": str(alliance),
        "STOCKTAKE_TEMPLATES": str(templates),
        "STOCKTAKE_INBOX": str(inbox),
        "STOCKTAKE_KEY": KEY,
    }
    return Handed(folders, packaged(place / "data", folders))


def packaged(data: Path, folders: Mapping[str, str]) -> Run:
    """Make the packages in a data folder whose ledger knows of a letter to Mozambique that was sent and bounced."""
    data.mkdir()
    write_ledger(f"sqlite:///{data / 'ledger.sqlite'}")
    return run_cycle(data, CYCLE, command="package", **folders)


def write_ledger(url: str) -> None:
    """The letter named a finding that still stands, and one that no rule of today finds."""
    place = Place(CYCLE, "MOZ", "corrections", 1)
    told = {finding("cobertura", "constraint"): "error", "0123456789": "warning"}
    addresses = ("ponto.focal@moz.example.org",)
    letter = LedgerLetter(place, "<moz@rios.example>", "pt", addresses, "=Correções", "a" * 64, told)
    with Ledger.open(url) as ledger:
        ledger.approve([letter], "Desk A read it", SENT)
        ledger.claim(letter.message_id, SENT + timedelta(minutes=1))
        ledger.settle(letter.message_id, "sent", "250 OK", SENT + timedelta(minutes=2))
        ledger.record_reply(Reply("bounced", letter.message_id, addresses[0], SENT, "550 no such user", "r1"))


def unzipped(path: Path) -> Files:
    """The files of a zip, by a reader that is not ours."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def searchable(files: Mapping[str, bytes]) -> bytes:
    """Everything that can be read in files: of Word files and of the workbooks in them every part."""
    read: list[bytes] = []
    for name, content in files.items():
        read += [name.encode(), content]
        if name.endswith((".docx", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                read.append(searchable({part: archive.read(part) for part in archive.namelist()}))
    return b"\n".join(read)


def sealed(path: Path, files: Files) -> Path:
    """Write a package whose manifest fits, as somebody would who wants a change to go unnoticed."""
    lines = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
        if name != MANIFEST
    ]
    return written(path, {**files, MANIFEST: "".join(lines).encode()})


def written(path: Path, files: Files) -> Path:
    """Write a package whose zip is right in every byte, whatever is in it."""
    path.write_bytes(b"".join(pack(files)))
    return path


def changed(files: Files, name: str, change: Callable[[bytes], bytes]) -> Files:
    """The files with one of them changed."""
    after = change(files[name])
    assert after != files[name], "nothing was changed"
    return {**files, name: after}


def in_docx(part: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """A change of one part of a Word file."""

    def apply(content: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        return buffer.getvalue()

    return apply


def with_part(part: str) -> bytes:
    """A workbook that has a part beside what every workbook has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
        file.writestr(part, "x")
    return buffer.getvalue()


MANIFEST = "MANIFEST.sha256"
