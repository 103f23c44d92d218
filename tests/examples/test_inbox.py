"""Every file of the example inbox ends as its maker wrote down beforehand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from examples.cast import ARRIVALS, SILENT
from examples.make_inbox import FOLDER, Office, arrivals, reply_in
from examples.reply import canonical
from pipeline.alliance.frames import commitments_table, members_table
from pipeline.gather.archive import Archive
from pipeline.gather.gather import gather, gather_earlier
from pipeline.gather.receive import receive
from pipeline.settings import signing_key
from pipeline.validate.validate import validate

CYCLES = tuple(ARRIVALS)
SAME_VALUE = {"decimal_comma", "thousands", "text_date", "label_other_language"}


@dataclass(frozen=True)
class Stage:
    """What the product made of the inbox of one cycle, looked up by place."""

    submissions: pd.DataFrame
    answers: pd.DataFrame
    findings: pd.DataFrame

    def answer(self, member: str, row: str, question: str) -> dict[str, object]:
        places = self.answers.set_index(["member", "row", "question"])
        place = (member, row, question)
        if place not in places.index:
            return {}
        found = places.loc[[place]].iloc[0]
        return {name: None if pd.isna(found[name]) else found[name] for name in found.index}

    def rules(self, member: str, row: str, question: str) -> set[str]:
        found = self.findings
        here = (found["member"] == member) & (found["row"] == row) & (found["question"] == question)
        return set(found.loc[here, "rule"])


@pytest.fixture(scope="module")
def office() -> Office:
    return Office.open()


@pytest.fixture(scope="module")
def stages(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    data = tmp_path_factory.mktemp("data")
    return dict(_run(office, Archive(data / "archive"), data / "cache"))


def _run(office: Office, archive: Archive, cache: Path) -> Iterator[tuple[str, Stage]]:
    alliance = office.alliance
    for name in CYCLES:
        cycle = alliance.cycle(name)
        receive(alliance, cycle, FOLDER / "inbox", archive)
        gathered = gather(alliance, cycle, archive, signing_key(cycle), cache)
        validated = validate(
            alliance,
            cycle,
            members_table(alliance, cycle),
            commitments_table(alliance, cycle),
            gathered.submissions,
            gathered.answers,
            gathered.places,
            gather_earlier(alliance, cycle, archive, signing_key, cache).answers,
            gathered.intake_notes,
        )
        yield name, Stage(gathered.submissions, gathered.answers, validated.findings)


def expected(*, places: bool) -> list[dict[str, str]]:
    """Rows of expected.csv: those about whole files, or those about places in them."""
    with (FOLDER / "expected.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if bool(row["question"]) == places]


def test_every_file_of_the_inbox_is_expected_and_every_expected_file_is_there() -> None:
    there = {(path.parent.name, path.name) for path in (FOLDER / "inbox").glob("*/*") if path.name != "received.csv"}
    assert there == {(row["cycle"], row["file"]) for row in expected(places=False)}


@pytest.mark.slow
def test_every_file_ends_with_the_status_and_reason_written_down_for_it(stages: dict[str, Stage]) -> None:
    written = {
        (row["cycle"], row["file"]): (row["status"], row["reason"], row["late"] == "yes")
        for row in expected(places=False)
    }
    become = {
        (name, row["file"]): (row["status"], row["reason"] if isinstance(row["reason"], str) else "", bool(row["late"]))
        for name, stage in stages.items()
        for row in stage.submissions.to_dict("records")
    }
    assert become == written


@pytest.mark.slow
def test_no_file_is_taken_for_that_of_another_member(stages: dict[str, Stage]) -> None:
    owners = {(row["cycle"], row["file"]): row["member"] for row in expected(places=False)}
    for name, stage in stages.items():
        for row in stage.submissions.to_dict("records"):
            owner = owners[name, row["file"]]
            assert pd.isna(row["member"]) or row["member"] == owner, row["file"]
            assert row["status"] != "accepted" or row["member"] == owner, row["file"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "row", expected(places=True), ids=lambda row: f"{row['cycle']} {row['member']} {row['row']} {row['question']}"
)
def test_a_planted_flaw_is_read_or_found_as_written_down(row: dict[str, str], stages: dict[str, Stage]) -> None:
    place = (row["member"], row["row"], row["question"])
    stage = stages[row["cycle"]]
    answer = stage.answer(*place)
    for column in ("value", "read_as", "problem"):
        if row[column]:
            assert answer.get(column) == row[column]
    assert not row["problem"] or answer.get("value") is None
    assert not row["finding"] or row["finding"] in stage.rules(*place)


@pytest.mark.slow
@pytest.mark.parametrize("cycle", CYCLES)
def test_every_answer_that_no_flaw_touches_is_read_as_it_was_given(
    cycle: str, office: Office, stages: dict[str, Stage]
) -> None:
    read = {
        (row["member"], row["row"], row["question"]): row["value"] for row in stages[cycle].answers.to_dict("records")
    }
    form = office.alliance.form
    for arrival in arrivals(office.alliance, office.alliance.cycle(cycle)):
        if arrival.status != "accepted":
            continue
        # The places in expected.csv are looked at above; those read by another rule must hold the same value here too.
        named = {(place.row, place.question) for place in arrival.expected if place.read_as not in SAME_VALUE}
        lost = {
            (row, question): (canonical(value), read.get((arrival.member, row, question)))
            for (row, question), value in reply_in(office, arrival, office.alliance.cycle(cycle)).values.items()
            if (row, question) not in named
            and not {question, form.by_code[question].section} & set(arrival.also_changed)
            and read.get((arrival.member, row, question)) != canonical(value)
        }
        assert not lost, arrival.file


@pytest.mark.slow
@pytest.mark.parametrize("cycle", CYCLES)
def test_nothing_is_answered_that_is_not_asked_but_where_that_is_planted(cycle: str, stages: dict[str, Stage]) -> None:
    findings = stages[cycle].findings
    found = findings[findings["rule"] == "irrelevant_answer"]
    planted = {
        (row["member"], row["row"], row["question"])
        for row in expected(places=True)
        if row["cycle"] == cycle and row["finding"] == "irrelevant_answer"
    }
    assert set(found[["member", "row", "question"]].itertuples(index=False, name=None)) == planted


@pytest.mark.slow
@pytest.mark.parametrize("cycle", CYCLES)
def test_nothing_is_found_in_the_further_documents_but_what_is_planted(
    cycle: str, office: Office, stages: dict[str, Stage]
) -> None:
    asked = {question.code for question in office.alliance.form.in_repeat("documents")}
    findings = stages[cycle].findings
    found = findings.loc[findings["question"].isin(asked), ["member", "row", "question", "rule"]]
    planted = {
        (row["member"], row["row"], row["question"], row["finding"])
        for row in expected(places=True)
        if row["cycle"] == cycle and row["question"] in asked
    }
    assert set(found.itertuples(index=False, name=None)) == planted


@pytest.mark.parametrize("cycle", CYCLES)
def test_every_member_of_the_report_date_answers_or_is_listed_as_silent(cycle: str, office: Office) -> None:
    known = office.alliance.cycle(cycle)
    senders = {arrival.member for arrival in arrivals(office.alliance, known)}
    members = set(members_table(office.alliance, known)["member"])
    assert senders | set(SILENT[cycle]) == members
    assert not senders & set(SILENT[cycle])


def test_the_cycle_of_2014_has_54_members_of_whom_five_never_answer(office: Office) -> None:
    assert len(members_table(office.alliance, office.alliance.cycle("2014"))) == 54
    assert len(SILENT["2014"]) == 5


@pytest.mark.parametrize("path", sorted((FOLDER / "inbox").glob("*/*")), ids=lambda path: path.name)
def test_files_are_small(path: Path) -> None:
    assert path.stat().st_size <= (100_000 if path.suffix in (".xls", ".ods") else 60_000)
