"""Nothing of any member is in the letter to another one, or in what is attached to it, whatever happened to their files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.alliance.frames import members_table
from pipeline.feedback.ledger_frames import told_frame
from pipeline.feedback.letters import LetterTables, Prepared, prepare_closing_letters, prepare_letters
from pipeline.validate.history import trace
from pipeline.validate.waivers import no_waivers
from tests.planted.clean_answers import Reply
from tests.planted.others_traces import Traces, parts_of
from tests.planted.planted_cycle import Planted
from tests.planted.whole_cycle import KEY, TEMPLATES, THIS, Outcome, WholeCycle

SILENT: Final = ("FRA", "ESP", "GHA", "MDA")
REFUSED: Final = ("ITA", "NOR", "MEX")
FAULTLESS: Final = ("JPN", "BEL", "CRI")
UNSIGNED: Final = ("POL", "CHE")
SENT_BY_ANOTHER: Final = {"SWE": "DNK", "AUT": "FIN"}
"""Members whose workbook comes from the focal point of another one, under a name that this one chose."""
CORRECTED: Final = ("USA", "DEU")
REPEATED: Final = ("CAN", "EST")
"""Members that send a second workbook after the first letter: all is mended in it, or nothing."""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Written:
    """The letters of a cycle, and what they were made from."""

    tables: LetterTables
    outcome: Outcome
    letters: Prepared
    closing: Prepared


@pytest.fixture(scope="module")
def traces(whole_cycle: WholeCycle) -> Traces:
    def replies() -> Iterator[tuple[str, Reply]]:
        yield from whole_cycle.before.items()
        for member in whole_cycle.members:
            yield member, whole_cycle.now(member)

    return Traces.of(whole_cycle.alliance, whole_cycle.members, replies())


@pytest.fixture(scope="module")
def written(whole_cycle: WholeCycle, planted: Callable[[int], Planted]) -> Written:
    """A cycle in which everything happens that can happen to a file, with the planted errors of the first seed."""
    files = {name: content for name, content in planted(1).files.items() if name[:3] not in SILENT}
    for member in REFUSED:
        files[f"{member}.xlsx"] = b"no workbook, but it says " + member.encode()
    for member in FAULTLESS:
        files[f"{member}.xlsx"] = whole_cycle.paper(member, whole_cycle.now(member)).saved()
    for member in CORRECTED:
        files[f"{member}_2.xlsx"] = whole_cycle.paper(member, whole_cycle.now(member)).saved()
    for member in REPEATED:
        book = load_workbook(io.BytesIO(files[f"{member}.xlsx"]))
        book.worksheets[0]["H1"] = "sent again"
        again = io.BytesIO()
        book.save(again)
        files[f"{member}_2.xlsx"] = again.getvalue()
    for member in UNSIGNED:
        paper = whole_cycle.paper(member, whole_cycle.now(member))
        del paper.book["_token"]
        files[f"{member}.xlsx"] = paper.saved()
    for member, sender in SENT_BY_ANOTHER.items():
        files[f"{sender} for them.xlsx"] = files.pop(f"{member}.xlsx")
    outcome = whole_cycle.run("isolation", files)
    tables = tables_of(whole_cycle, outcome)
    letters = letters_of(whole_cycle, tables, outcome.gathered.answers)
    return Written(tables, outcome, letters, prepare_closing_letters(whole_cycle.alliance, THIS, tables, TEMPLATES))


def tables_of(whole_cycle: WholeCycle, outcome: Outcome) -> LetterTables:
    submissions = outcome.gathered.submissions
    found = outcome.validated.found
    first = found[found["member"].isin([*CORRECTED, *REPEATED]) & (found["version"] == 1)]
    told = told_frame(first.assign(round=1)[["member", "round", "finding", "severity"]].to_dict("records"))
    life = trace(submissions, found, no_waivers(), told)
    members = members_table(whole_cycle.alliance, whole_cycle.cycle)
    return LetterTables(members, submissions, life.findings, life.history, outcome.validated.completeness)


def letters_of(whole_cycle: WholeCycle, tables: LetterTables, answers: pd.DataFrame) -> Prepared:
    return prepare_letters(
        whole_cycle.alliance,
        THIS,
        tables,
        whole_cycle.commitments,
        answers,
        whole_cycle.earlier_answers,
        TEMPLATES,
        KEY,
    )


def leaks(traces: Traces, prepared: Prepared) -> list[str]:
    return [
        f"{name}, {part}: {trace}"
        for name, content in prepared.files.items()
        for part, trace in sorted(traces.of_others(content, name[:3]))
    ]


def test_no_letter_holds_anything_of_another_member(traces: Traces, written: Written) -> None:
    assert not "\n".join(leaks(traces, written.letters)[:30])


def test_no_closing_letter_holds_anything_of_another_member(traces: Traces, written: Written) -> None:
    assert not "\n".join(leaks(traces, written.closing)[:30])


def test_every_kind_of_letter_and_every_fate_of_a_file_is_among_them(written: Written) -> None:
    assert set(written.letters.letters["kind"]) == {"corrections", "receipt", "reminder", "refusal"}
    assert set(written.closing.letters["kind"]) == {"thanks"}
    assert len(written.letters.files) == 54
    submissions = written.outcome.gathered.submissions
    assert {"accepted", "superseded", "quarantined", "rejected"} == set(submissions["status"])
    quarantined = submissions[submissions["status"] == "quarantined"]
    assert set(written.tables.finding_history["change"].dropna()) == {"new", "still_open", "fixed"}
    assert set(quarantined["reason"]) == {"no_token", "sender_of_another_member"}


def test_letters_say_so_much_of_their_own_member_that_silence_about_others_means_something(
    traces: Traces, written: Written
) -> None:
    """Of what a member answered, its own letter and the workbook in it show hundreds of words and numbers."""
    kinds = dict(zip(written.letters.letters["file"], written.letters.letters["kind"], strict=True))
    for name, content in written.letters.files.items():
        if kinds[name] == "corrections":
            text = "\n".join(text for _, text in parts_of(content))
            own = {trace for trace, owners in traces.owners.items() if name[:3] in owners}
            assert sum(trace in text for trace in own) > 100, name


def test_a_letter_of_another_member_would_be_noticed(traces: Traces, written: Written) -> None:
    for name, content in written.letters.files.items():
        reader = "ALB" if name[:3] != "ALB" else "USA"
        found = {trace for _, trace in traces.of_others(content, reader)}
        assert name[:3] in found, name
        assert found & traces.names.keys(), name


def test_a_finding_or_an_answer_under_the_wrong_member_would_be_noticed(
    whole_cycle: WholeCycle, traces: Traces, written: Written
) -> None:
    """The tables are tampered with: one member's findings, or its answers, are taken for those of another."""
    pair = {"ALB": "USA", "USA": "ALB"}
    tables = written.tables

    def of_pair(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["member"].isin(list(pair))]

    few = LetterTables(
        of_pair(tables.members),
        of_pair(tables.submissions),
        of_pair(tables.findings),
        of_pair(tables.finding_history),
        of_pair(tables.completeness),
    )
    answers = of_pair(written.outcome.gathered.answers)
    assert not leaks(traces, letters_of(whole_cycle, few, answers))
    swapped = replace(few, findings=few.findings.assign(member=few.findings["member"].map(pair)))
    assert leaks(traces, letters_of(whole_cycle, swapped, answers))
    swapped_answers = answers.assign(member=answers["member"].map(pair))
    found = leaks(traces, letters_of(whole_cycle, few, swapped_answers))
    assert any("sharedStrings" in one or "sheet" in one for one in found)
