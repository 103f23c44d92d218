"""One member sends its workbook three times: what becomes of each finding, from inbox to letter.

Portugal mends two of three mistakes, staff accept the third, then it makes an old mistake again and a new one. What must
be found follows from what is typed below.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.alliance.load import load_alliance
from tests.end_to_end.other_alliance import (
    CYCLE,
    KEY,
    blank_workbooks,
    fill_in,
    write_alliance,
    write_inbox,
    write_templates,
)
from tests.end_to_end.runs import Run, run_cycle

pytestmark = pytest.mark.slow

RIGHT = {
    "ministerio": "Ministry of the Environment",
    "publicacao": "Everything",
    "rios": 12,
    "rios_ano": 2030,
    "descargas": 5,
    "descargas_ano": 2030,
    "cobertura": 45,
    "plano": "https://agua.example.org/plano",
    "bacia": "Zambezi",
    "afluente": "Shire River",
    "exito": "Twelve rivers are clean.",
}
# 47 and 43 are no steps of 5, a sentence is no link, and the Negro does not flow into the Zambezi.
ROUNDS: Mapping[str, Mapping[str, object]] = {
    "2030-08-21": {"cobertura": 47, "plano": "ask our office", "afluente": "Negro River"},
    "2030-08-23": {"plano": "ask our office"},
    "2030-08-25": {"cobertura": 43, "plano": "ask our office", "rios": "a dozen or so"},
}


def send(inbox: Path, blank: bytes, *days: str) -> None:
    """Put the workbooks of some days beside those of the other members."""
    with (inbox / CYCLE / "received.csv").open("a", encoding="utf-8") as received:
        for day in days:
            (inbox / CYCLE / f"{day}.xlsx").write_bytes(fill_in(blank, {**RIGHT, **ROUNDS[day]}))
            received.write(f"\n{day}.xlsx,{day}T10:00:00Z,focal.point@prt.example.org")


def finding(question: str, rule: str) -> str:
    """The id of a finding about Portugal, as it is published."""
    return hashlib.sha256(f"PRT||{question}|{rule}".encode()).hexdigest()[:10]


COVERAGE, PLAN = finding("cobertura", "constraint"), finding("plano", "unreadable_answer")
TRIBUTARY, RIVERS = finding("afluente", "choice_not_offered"), finding("rios", "unreadable_answer")
OURS = {COVERAGE, PLAN, TRIBUTARY, RIVERS}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """After two rounds, and after the third, for which staff waived what was left."""
    place = tmp_path_factory.mktemp("rounds")
    alliance, templates = write_alliance(place / "alliance"), write_templates(place / "templates")
    inbox, blank = (
        write_inbox(place / "inbox", alliance, templates),
        blank_workbooks(load_alliance(alliance), templates),
    )
    folders = {
        "STOCKTAKE_ALLIANCE": str(alliance),
        "STOCKTAKE_TEMPLATES": str(templates),
        "STOCKTAKE_INBOX": str(inbox),
        "STOCKTAKE_KEY": KEY,
    }
    first, second, third = ROUNDS
    send(inbox, blank["PRT-2030-1-en.xlsx"], first, second)
    early = run_cycle(place / "early", CYCLE, **folders)
    send(inbox, blank["PRT-2030-1-en.xlsx"], third)
    waivers = f"finding,member,decision,by,date,reason\n{PLAN},PRT,waive,Desk A,{second},There is no page on the web\n"
    (inbox / CYCLE / "waivers.csv").write_text(waivers, encoding="utf-8")
    late = run_cycle(place / "late", CYCLE, **folders)
    assert (early.code, late.code) == (0, 0), early.err + late.err
    return [early, late]


def story(run: Run) -> dict[str, tuple[str, str | None, int, int]]:
    history = run.table("finding_history", CYCLE)
    history = history.loc[history["finding"].isin(OURS)]
    shown = history[["status", "change", "first_round", "last_round"]]
    shown = shown.astype(object).where(shown.notna(), None)
    return {str(one): tuple(row) for one, row in zip(history["finding"], shown.to_numpy(), strict=True)}


def test_after_two_rounds_two_mistakes_are_fixed_and_one_is_still_open(runs: list[Run]) -> None:
    assert story(runs[0]) == {
        COVERAGE: ("fixed", "fixed", 1, 1),
        PLAN: ("open", "still_open", 1, 2),
        TRIBUTARY: ("fixed", "fixed", 1, 1),
    }


def test_after_the_third_an_old_mistake_is_open_again_and_what_staff_accepted_is_waived(runs: list[Run]) -> None:
    assert story(runs[1]) == {
        COVERAGE: ("open", "reopened", 1, 3),
        PLAN: ("waived", "waived", 1, 3),
        TRIBUTARY: ("fixed", None, 1, 1),
        RIVERS: ("open", "new", 3, 3),
    }
    findings = runs[1].table("findings", CYCLE).set_index("finding")
    assert findings.loc[PLAN, "waiver"] == "There is no page on the web"
    assert findings.loc[[COVERAGE, RIVERS], "status"].tolist() == ["open", "open"]


def test_the_rounds_stand_in_a_table_with_what_each_changed(runs: list[Run]) -> None:
    rounds = runs[1].table("rounds", CYCLE)
    portugal = rounds.loc[rounds["member"] == "PRT"]
    assert portugal["file"].tolist() == [f"{day}.xlsx" for day in ROUNDS]
    assert portugal["status"].tolist() == ["superseded", "superseded", "accepted"]
    counts = portugal[["round", "version", "errors", "new", "still_open", "fixed", "waived"]].to_numpy().tolist()
    assert counts == [[1, 1, 2, 2, 0, 0, 1], [2, 2, 0, 0, 0, 2, 1], [3, 3, 2, 2, 0, 0, 1]]


def test_the_letter_asks_about_what_is_open_and_not_about_what_was_waived(runs: list[Run]) -> None:
    part = runs[1].letter("PRT").get_body(("plain",))
    assert part is not None
    text = " ".join(str(part.get_content()).split())
    assert "What we read: a dozen or so" in text
    assert "What we read: 43" in text
    assert "What we read: ask our office" not in text


def test_what_portugal_sends_changes_nothing_for_another_member(runs: list[Run]) -> None:
    def of_mozambique(run: Run, name: str) -> list[list[object]]:
        table = run.table(name, CYCLE)
        return table.loc[table["member"] == "MOZ"].astype(str).to_numpy().tolist()

    for name in ("findings", "finding_history", "rounds", "completeness", "assessment"):
        assert of_mozambique(runs[0], name) == of_mozambique(runs[1], name) != []


def test_only_the_version_that_counts_is_in_the_other_tables(runs: list[Run]) -> None:
    assessment = runs[1].table("assessment", CYCLE)
    assert set(assessment["member"]) == {"BRA", "MOZ", "PRT"}
    rivers = assessment.loc[(assessment["member"] == "PRT") & (assessment["question"] == "rios"), "raw"]
    assert rivers.tolist() == ["a dozen or so"]
