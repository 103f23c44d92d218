"""Make the example inbox: ``python -m examples.make_inbox 2013 2014``.

The product writes its blank workbooks, made-up people fill them, some of them wrongly, and ``expected.csv`` says what
must become of every file. The same alliance files give the same inbox; only what LibreOffice saves and what is
encrypted differs in its bytes, and is therefore left as it is while its cells are the same.
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from examples.answers import reply_of
from examples.cast import ARRIVALS, FURTHER_DOCUMENTS, NEW_COMMITMENTS, SILENT, Arrival, Expected
from examples.commitment_answers import add_new_commitment
from examples.desk import Desk
from examples.document_answers import add_documents
from examples.packaging import decrypted, encrypted, picture, same_cells, saved, through_office
from examples.reply import Reply, canonical
from pipeline.alliance.frames import commitments_table, members_on
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance, Cycle, Member
from pipeline.files import write_atomically, write_folder
from pipeline.questionnaire.workbook import write_workbook
from pipeline.settings import PROJECT, signing_key
from pipeline.translations import Catalogue, load_catalogue

FOLDER: Final = PROJECT / "examples"
PASSWORD: Final = "example"  # noqa: S105 - of a made-up file
EXPECTED_COLUMNS: Final = (
    *("cycle", "file", "member", "status", "reason", "late"),
    *("question", "row", "value", "read_as", "problem", "finding"),
)
_FILE_NAMES: Final = (
    "GA-CSAO_{cycle}_{member}.xlsx",
    "{member} questionnaire {cycle}.xlsx",
    "Questionnaire_{cycle}_{member}_final.xlsx",
    "{member}-{cycle} signed.xlsx",
)


@dataclass(frozen=True)
class Office:
    """What the making of files needs: the alliance, the words per language, and LibreOffice where it is installed."""

    alliance: Alliance
    catalogues: Mapping[str, Catalogue]
    soffice: str | None

    @classmethod
    def open(cls) -> Office:
        """Load the alliance of this repository."""
        alliance = load_alliance(PROJECT / "alliance")
        folder = PROJECT / "report_templates" / "translations"
        catalogues = {language: load_catalogue(folder, language) for language in alliance.languages}
        return cls(alliance, catalogues, shutil.which("soffice"))

    def commitments(self, cycle: Cycle, member: str) -> pd.DataFrame:
        """The member's rows of the register in a cycle."""
        table = commitments_table(self.alliance, cycle)
        return table[table["member"] == member]


def arrivals(alliance: Alliance, cycle: Cycle) -> list[Arrival]:
    """Everything that arrives in a cycle: the cast's, and one good workbook of every other member that answers."""
    named = list(ARRIVALS[cycle.name])
    known = {arrival.member for arrival in named} | set(SILENT[cycle.name])
    members = members_on(alliance, cycle.report_date)
    days = (cycle.deadline - cycle.opens).days
    for member in members:
        if member.code not in known:
            chance = Random(f"{member.code} {cycle.name} arrival")
            day = cycle.opens + timedelta(days=chance.randint(days // 3, days))
            named.append(Arrival(member.code, f"{day}T{chance.randint(8, 17):02}:{chance.randint(0, 59):02}"))
    return sorted((_with_file_name(arrival, cycle) for arrival in named), key=lambda one: (one.received, one.file))


def _with_file_name(arrival: Arrival, cycle: Cycle) -> Arrival:
    chance = Random(f"{arrival.member} {arrival.received} name")
    name = arrival.file or chance.choice(_FILE_NAMES).format(cycle=cycle.name, member=arrival.member)
    suffix = arrival.packaging if arrival.packaging in ("ods", "xls") else "xlsx"
    return replace(arrival, file=f"{name.rsplit('.', 1)[0]}.{suffix}")


def reply_in(office: Office, arrival: Arrival, cycle: Cycle) -> Reply:
    """What the member of an arrival answers, before anything goes wrong."""
    member = _member(office.alliance, cycle, arrival.member)
    signed = date.fromisoformat(arrival.received[:10]) - timedelta(days=1)
    table = office.commitments(cycle, member.code).to_dict("records")
    rows = [{str(name): value for name, value in row.items()} for row in table]
    reply = reply_of(member, cycle, office.alliance, rows, signed)
    goal = NEW_COMMITMENTS[cycle.name].get(member.code)
    if goal:
        add_new_commitment(reply, member.code, goal, member.language)
    documents = FURTHER_DOCUMENTS[cycle.name].get(member.code, ())
    add_documents(reply, member.code, cycle.name, documents, member.language, signed)
    return reply


def _member(alliance: Alliance, cycle: Cycle, code: str) -> Member:
    return next(member for member in members_on(alliance, cycle.report_date) if member.code == code)


def previous_answers(office: Office, cycle: Cycle, member: str) -> dict[tuple[str, str], str]:
    """What the member said in the cycle before, as its workbook shows it."""
    for earlier in reversed(office.alliance.earlier_cycles(cycle.name)):
        for arrival in reversed(arrivals(office.alliance, earlier)):
            if arrival.member == member and arrival.status == "accepted":
                reply = reply_in(office, arrival, earlier)
                return {place: canonical(value) for place, value in reply.values.items()}
    return {}


def blank_workbook(office: Office, cycle: Cycle, member: Member) -> bytes:
    """The workbook that the product sends to a member."""
    alliance = office.alliance
    commitments, previous = office.commitments(cycle, member.code), previous_answers(office, cycle, member.code)
    words = office.catalogues[member.language]
    key = signing_key(cycle)
    earlier = [one.name for one in alliance.earlier_cycles(cycle.name)]
    return write_workbook(
        alliance.form,
        member,
        cycle,
        alliance.code,
        alliance.name,
        commitments,
        previous,
        words,
        key,
        last_cycle=earlier[-1] if earlier else "",
        office=alliance.office,
        contact=alliance.contact,
    )


def filled_workbook(office: Office, cycle: Cycle, arrival: Arrival) -> bytes:
    """The workbook of an arrival as .xlsx, filled and with its flaws."""
    own_cycle = office.alliance.cycle(arrival.cycle or cycle.name)
    member = _member(office.alliance, own_cycle, arrival.member)
    blank = blank_workbook(office, own_cycle, member)
    desk = Desk.with_blank(blank, office.alliance.form, member.language, reply_in(office, arrival, own_cycle))
    desk.fill()
    for flaw in arrival.flaws:
        flaw(desk)
    return saved(desk.book)


def package(content: bytes, arrival: Arrival, soffice: str | None, there: bytes | None) -> bytes:
    """Turn a filled workbook into the file that arrives.

    Args:
        content: The workbook as .xlsx.
        arrival: How it is packaged.
        soffice: LibreOffice, needed for .ods, .xls and re-saved .xlsx.
        there: The file that is there from an earlier run; it stays where it holds the same.

    Raises:
        RuntimeError: LibreOffice is needed and not installed.
    """
    if arrival.packaging == "encrypted":
        return there if there and decrypted(there, PASSWORD) == content else encrypted(content, PASSWORD)
    if arrival.packaging not in ("ods", "xls", "resaved"):
        return content
    if soffice is None:
        raise RuntimeError(f"{arrival.file} is saved by LibreOffice, and there is no soffice on this machine.")
    suffix = "xlsx" if arrival.packaging == "resaved" else arrival.packaging
    written = through_office(content, suffix, soffice)
    return there if there and same_cells(there, written) else written


def inbox_files(office: Office, cycle: Cycle, there: Path) -> Iterator[tuple[Arrival, bytes]]:
    """Every file that arrives in a cycle, in the order of arrival."""
    latest: dict[str, bytes] = {}
    for arrival in arrivals(office.alliance, cycle):
        if arrival.packaging == "picture":
            yield arrival, picture()
            continue
        if arrival.packaging != "copy":
            old = there / arrival.file
            content = filled_workbook(office, cycle, arrival)
            latest[arrival.member] = package(
                content, arrival, office.soffice, old.read_bytes() if old.is_file() else None
            )
        yield arrival, latest[arrival.member]


def received_moment(alliance: Alliance, cycle: Cycle, arrival: Arrival) -> datetime:
    """When a file arrives, in the time zone of its sender."""
    sender = _member(alliance, cycle, arrival.sender or arrival.member)
    return datetime.fromisoformat(arrival.received).replace(tzinfo=ZoneInfo(sender.time_zone))


def expected_rows(cycle: Cycle, arrival: Arrival) -> list[Sequence[str]]:
    """What must become of a file and of single places in it, as rows of ``expected.csv``."""
    start = (cycle.name, arrival.file, arrival.member, arrival.status, arrival.reason, "yes" if arrival.late else "no")
    whole = Expected("")
    return [(*start, *astuple(place)) for place in (whole, *arrival.expected)]


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def make_inbox(cycles: Sequence[str], folder: Path = FOLDER) -> None:
    """Make the inbox of some cycles, and ``expected.csv`` for all.

    Args:
        cycles: Names of the cycles whose files are made anew.
        folder: Where ``inbox/`` and ``expected.csv`` stand.
    """
    office = Office.open()
    for name in cycles:
        cycle, inbox = office.alliance.cycle(name), folder / "inbox" / name
        rows: list[Sequence[str]] = []
        files: dict[str, bytes] = {}
        for arrival, content in inbox_files(office, cycle, inbox):
            files[arrival.file] = content
            moment = received_moment(office.alliance, cycle, arrival).isoformat()
            rows.append((arrival.file, moment, _address(office.alliance, arrival.sender or arrival.member)))
        write_folder(inbox, {**files, "received.csv": _csv(("file", "received", "sender"), rows)})
        print(f"{name}: {len(files)} files in {inbox}")
    everything = [
        row
        for name in ARRIVALS
        for arrival in arrivals(office.alliance, office.alliance.cycle(name))
        for row in expected_rows(office.alliance.cycle(name), arrival)
    ]
    write_atomically(folder / "expected.csv", _csv(EXPECTED_COLUMNS, everything))


def _address(alliance: Alliance, member: str) -> str:
    return next(point.address for point in alliance.focal_points if point.member == member)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m examples.make_inbox", description=__doc__)
    parser.add_argument("cycles", nargs="*", default=list(ARRIVALS), help="cycles whose inbox is made anew")
    make_inbox(parser.parse_args().cycles)
