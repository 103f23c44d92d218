"""An alliance that shares nothing with ours but the columns of its files goes from workbooks to report and letters.

The expected numbers are worked out by hand from what ``other_alliance`` writes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.end_to_end.other_alliance import ANSWERS, CYCLE, KEY, write_alliance, write_inbox, write_templates
from tests.end_to_end.runs import Run, run_cycle

pytestmark = pytest.mark.slow

# What belongs to the Global Alliance alone; none of it may come out of the program.
OURS = ("Global Alliance", "GA-CSAO", "OG1", "PT1", "Kosovo", "Demonstration", "made up", "Vietnam")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    place = tmp_path_factory.mktemp("rios")
    alliance, templates = write_alliance(place / "alliance"), write_templates(place / "templates")
    inbox = write_inbox(place / "inbox", alliance, templates)
    return {
        "STOCKTAKE_ALLIANCE": str(alliance),
        "STOCKTAKE_TEMPLATES": str(templates),
        "STOCKTAKE_INBOX": str(inbox),
        "STOCKTAKE_KEY": KEY,
    }


@pytest.fixture(scope="module")
def run(folders: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    done = run_cycle(tmp_path_factory.mktemp("run") / "data", CYCLE, **folders)
    assert done.code == 0, done.err
    return done


@pytest.fixture(scope="module")
def report(run: Run) -> str:
    texts = docx.Document(str(run.report)).element.xpath("//w:p")
    return "\n".join("".join(node.text or "" for node in paragraph.xpath(".//w:t")) for paragraph in texts)


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_the_answers_of_both_members_are_read(run: Run) -> None:
    answers = run.table("answers", CYCLE).set_index(["member", "row", "question"])["value"]
    assert answers["BRA", "", "rios"] == "160"
    assert answers["BRA", "", "descargas"] == "62.5"
    assert answers["BRA", "", "publicacao"] == "full"
    assert answers["MOZ", "", "publicacao"] == "aggregate"
    assert answers["MOZ", "MOZ-01", "p_estado"] == "complete"
    assert set(run.table("submissions", CYCLE)["status"]) == {"accepted"}


def test_the_commitments_are_rated(run: Run) -> None:
    # 100 to 160 rivers in 5 years are 9.9 % a year, 100 to 200 in 10 years need 7.2 %; 80 to 62.5 tonnes are fewer.
    ratings = run.table("commitment_scores", CYCLE).set_index("commitment")["rating"]
    assert ratings.to_dict() == {
        "BRA-01": "on_track",
        "BRA-02": "on_track",
        "MOZ-01": "achieved",
        "PRT-01": "not_available",
    }


def test_the_composite_that_the_alliance_wishes_is_computed(run: Run) -> None:
    table = run.table("composite_scores", CYCLE)
    assert table["member"].tolist() == ["MOZ"] * 3 + ["BRA"] * 3 + ["PRT"] * 3  # the alliance's order
    rows = table.set_index(["member", "code"])
    # 160 of 200 rivers are 80 %, 62.5 of 100 tonnes, less being better, 37.5 % of the way from 1 to 100.
    assert rows.loc[("BRA", "rios"), "score"] == pytest.approx(80.2)
    assert rows.loc[("BRA", "descargas"), "score"] == pytest.approx(38.125)
    assert rows.loc[("BRA", "agua"), "score"] == pytest.approx((80.2 * 38.125**3) ** 0.25)
    # Mozambique has 12 rivers, and did not say how much is discharged.
    water = rows.loc[("MOZ", "agua")]
    assert (water["score"], water["coverage"]) == (pytest.approx(6.94), 0.5)
    assert (water["low"], water["high"]) == (pytest.approx(6.94**0.25), pytest.approx((6.94 * 100**3) ** 0.25))
    assert 1 <= water["p5"] <= water["p50"] <= water["p95"] <= 100
    assert rows.loc[("MOZ", "descargas"), "reason"] == "no_answer"
    assert set(rows.loc["PRT", "reason"]) == {"no_submission"}
    assert rows.loc["PRT", ["score", "p5", "p50", "p95"]].isna().all(axis=None)


def test_a_number_of_a_range_a_link_and_a_filtered_choice_are_read(run: Run) -> None:
    answers = run.table("answers", CYCLE).set_index(["member", "row", "question"])["value"]
    assert answers["BRA", "", "cobertura"] == "45"
    assert answers["BRA", "", "plano"] == "https://agua.example.org/plano?a=1&b=2"
    assert (answers["BRA", "", "bacia"], answers["BRA", "", "afluente"]) == ("amazonas", "negro")
    # What was chosen is known all the same; what is no link is not taken for one.
    assert (answers["MOZ", "", "bacia"], answers["MOZ", "", "afluente"]) == ("zambeze", "negro")
    assert answers.isna()["MOZ", "", "plano"]


# What is wrong with the answers of Mozambique, with the words of its letter.
WRONG = {
    "cobertura": ("constraint", "The answer must be a number from 0 to 100, in steps of 5."),
    "plano": ("unreadable_answer", "“no sítio do ministério” is not a web address."),
    "afluente": (
        "choice_not_offered",
        "“Rio Negro” is not among the answers that this question offers, given your other answers.",
    ),
}


def test_an_answer_out_of_steps_a_sentence_for_a_link_and_a_choice_of_another_basin_are_found(run: Run) -> None:
    # Both members answered the required questions, and Brazil all others right; Portugal sent nothing.
    found = run.table("findings", CYCLE).set_index("question")
    assert set(found["member"]) == {"MOZ"}
    assert found["rule"].to_dict() == {question: rule for question, (rule, _) in WRONG.items()}
    assert set(found["severity"]) == {"error"}


@pytest.mark.parametrize("question", WRONG)
def test_a_finding_shows_the_cell_that_the_member_filled_in(run: Run, folders: dict[str, str], question: str) -> None:
    finding = run.table("findings", CYCLE).set_index("question").loc[question]
    book = openpyxl.load_workbook(Path(folders["STOCKTAKE_INBOX"]) / CYCLE / "MOZ-2030-1-pt.xlsx")
    typed = ANSWERS["MOZ"][question]
    assert book[finding["sheet"]][finding["cell"]].value == typed
    text = " ".join(body(run.letter("MOZ")).split())
    assert (
        f"Sheet Água, cell {finding['cell']} What we read: {typed} Remark and what to do: {WRONG[question][1]}" in text
    )


def test_the_letter_to_a_member_with_right_answers_asks_for_no_correction(run: Run) -> None:
    assert "To correct" not in body(run.letter("BRA"))


def test_completeness_counts_what_was_asked_and_answered(run: Run) -> None:
    completeness = run.table("completeness", CYCLE)
    overall = completeness[completeness["scope_kind"] == "all"].set_index("member")
    # 11 questions outside of the promises, 5 for each promise; titles, goals and due dates are filled in beforehand.
    assert overall["asked"].to_dict() == {"MOZ": 16, "BRA": 21, "PRT": 16}
    # Mozambique's sentence in place of a link is no answer.
    assert overall["answered"].to_dict() == {"MOZ": 11, "BRA": 15, "PRT": 0}


def test_completeness_by_section_and_goal_is_that_of_a_count_by_hand(run: Run) -> None:
    table = run.table("completeness", CYCLE).set_index(["member", "scope_kind", "scope"])
    counted = table[["asked", "answered", "accounted"]].drop(index="all", level="scope_kind")
    # Who: 2; water: 8, of which 2 of each goal; promises: 5 each, with title and goal filled in beforehand, and the due date
    # where the register has one; end: 1. Nobody gave a reason for anything, so what is answered is accounted for.
    by_hand = {
        ("BRA", "section"): {"quem": (2, 2), "agua": (8, 8), "promessas": (10, 4), "fim": (1, 1)},
        ("BRA", "goal"): {"W-1": (7, 4), "W-2": (7, 4)},
        ("MOZ", "section"): {"quem": (2, 2), "agua": (8, 5), "promessas": (5, 4), "fim": (1, 0)},
        ("MOZ", "goal"): {"W-1": (2, 2), "W-2": (7, 4)},
        ("PRT", "section"): {"quem": (2, 0), "agua": (8, 0), "promessas": (5, 0), "fim": (1, 0)},
        ("PRT", "goal"): {"W-1": (7, 0), "W-2": (2, 0)},
    }
    assert {key: tuple(row) for key, row in zip(counted.index, counted.to_numpy().tolist(), strict=True)} == {
        (*scopes, name): (asked, answered, answered)
        for scopes, counts in by_hand.items()
        for name, (asked, answered) in counts.items()
    }


def test_the_report_is_about_this_alliance_and_no_other(report: str) -> None:
    for said in ("Pact for Rivers & Seas", "First stocktake", "More clean rivers", "Moz", "Brazil", "Portugal"):
        assert said in report
    for ours in OURS:
        assert ours not in report
    assert "3 of 4 commitments could be rated" in report
    assert "under 1 shared policy target and 2 operational goals" in report
    assert "1 is achieved, 2 are on track" in report


def test_a_member_that_agreed_to_totals_only_is_not_shown(report: str) -> None:
    assert "Ministério do Meio Ambiente & Clima" in report
    assert "Ministério da Água" not in report


@pytest.mark.parametrize(
    ("member", "name", "words"),
    [("MOZ", "Moçambique", "22 de agosto de 2030"), ("BRA", "Brasil", "21 de agosto de 2030"), ("PRT", "Portugal", "1 August 2030")],
)  # fmt: skip
def test_each_letter_speaks_the_members_language(run: Run, member: str, name: str, words: str) -> None:
    message = run.letter(member)
    text = body(message)
    assert name in text.splitlines()
    assert words in text
    assert message["To"].endswith(f"@{member.lower()}.example.org")
    assert not [ours for ours in OURS if ours in text]


def test_the_workbook_speaks_portuguese(folders: dict[str, str], tmp_path: Path) -> None:
    import io

    from pipeline.alliance.load import load_alliance
    from tests.end_to_end.other_alliance import blank_workbooks

    blank = blank_workbooks(load_alliance(Path(folders["STOCKTAKE_ALLIANCE"])), Path(folders["STOCKTAKE_TEMPLATES"]))
    assert list(blank) == ["MOZ-2030-1-pt.xlsx", "BRA-2030-1-pt.xlsx", "PRT-2030-1-en.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(blank["MOZ-2030-1-pt.xlsx"]))
    cells = {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value}
    assert {"Rios limpos *", "A sua resposta"} <= cells
    assert any("Moçambique" in cell for cell in cells)
    assert not [ours for ours in OURS if any(ours in cell for cell in cells)]


def test_the_report_is_valid(run: Run, tool: Callable[[str], str]) -> None:
    done = subprocess.run([tool("ooxml-validator"), str(run.report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, json.dumps(json.loads(done.stdout), indent=1)[:3000]
    audit = Path(sys.executable).parent / "openxml-audit"
    done = subprocess.run([str(audit), str(run.report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_a_real_cycle_without_its_key_says_what_to_set(folders: dict[str, str], tmp_path: Path) -> None:
    without = {name: value for name, value in folders.items() if name != "STOCKTAKE_KEY"}
    done = run_cycle(tmp_path / "data", CYCLE, **without)
    assert done.code != 0
    assert "STOCKTAKE_KEY" in done.err
    assert "Traceback" not in done.err


def test_another_key_takes_in_no_workbook(folders: dict[str, str], tmp_path: Path) -> None:
    done = run_cycle(tmp_path / "data", CYCLE, **{**folders, "STOCKTAKE_KEY": "a key of somebody else"})
    assert done.code == 0, done.err
    assert set(done.table("submissions", CYCLE)["reason"]) == {"forged_token"}
    assert done.table("answers", CYCLE).empty
    assert done.report.is_file()
