"""The command line: what it offers, what it says when something must be mended first, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from assets.cli import main
from pipeline.settings import PROJECT
from tests.end_to_end.other_alliance import CYCLE, KEY, write_templates
from tests.pipeline.checking.check_cases import Brazil, brazil

COMMANDS = (
    "report",
    "workbooks",
    "package",
    "accept",
    "send",
    "ledger",
    "resolve",
    "check",
    "score",
    "composite",
    "form",
    "ui",
)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Brazil:
    return brazil(tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_templates(tmp_path_factory.mktemp("cli") / "templates")


@pytest.fixture
def data(case: Brazil, templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installation of the small alliance, which has a key."""
    for name in [name for name in os.environ if name.startswith("STOCKTAKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("STOCKTAKE_ALLIANCE", str(case.alliance.folder))
    monkeypatch.setenv("STOCKTAKE_TEMPLATES", str(templates))
    monkeypatch.setenv("STOCKTAKE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("STOCKTAKE_KEY", KEY)
    return tmp_path / "data"


@pytest.fixture
def right(case: Brazil, tmp_path: Path) -> Path:
    path = tmp_path / "Brasil 2030.xlsx"
    path.write_bytes(case.filled())
    return path


@pytest.fixture
def wrong(case: Brazil, tmp_path: Path) -> Path:
    path = tmp_path / "Brasil incompleto.xlsx"
    path.write_bytes(case.filled(rios=None))
    return path


def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assets.cli", *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for command in COMMANDS:
        assert re.search(rf"^    {command}\s+\w+ .*$", shown, re.MULTILINE), command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 5


@pytest.mark.parametrize("arguments", [[], ["reprot", "2014"], ["check"], ["check", "a.xlsx", "--format", "pdf"]])
def test_a_command_that_is_not_understood_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: stocktake" in capsys.readouterr().err


def test_a_workbook_with_nothing_to_correct_ends_with_0(
    data: Path, right: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(right), "--language", "en"]) == 0
    said = capsys.readouterr()
    assert "There is nothing to correct: the workbook can be sent." in said.out
    assert "The identification of the workbook is genuine." in said.out
    assert said.err == ""
    assert not data.exists(), "something was written"


def test_a_workbook_with_errors_ends_with_1_and_names_the_cell(
    data: Path, wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(wrong)]) == 1
    shown = capsys.readouterr().out
    assert re.search(r"^Sheet .+, cell [A-Z]+\d+$", shown, re.MULTILINE)
    assert "rios Rios limpos" in shown, "the workbook is Portuguese, and so are the words of its form"


def test_a_country_has_no_key_and_can_check_all_the_same(
    data: Path, wrong: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STOCKTAKE_KEY")
    assert main(["check", str(wrong), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["identity"]["proof"] == "not_checked"
    # Of the seven questions about clean rivers (two, and five in the row of a promise) three are answered without it.
    assert [one["rule"] for one in document["findings"]] == ["required_answer", "too_few_accounted"]


def test_a_key_that_is_too_short_is_a_setting_to_mend(
    data: Path, right: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOCKTAKE_KEY", "short")
    assert main(["check", str(right)]) == 2
    assert "STOCKTAKE_KEY" in capsys.readouterr().err


@pytest.mark.slow
def test_json_and_html_are_documents_in_utf_8_whatever_the_terminal_speaks(data: Path, wrong: Path) -> None:
    done = run("check", wrong, "--format", "json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["findings"][0]["sheet"] == "Água"


@pytest.mark.slow
def test_a_terminal_that_cannot_show_a_letter_shows_a_question_mark(data: Path, wrong: Path) -> None:
    done = run("check", wrong, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, "")
    assert "Sheet ?gua, cell" in done.stdout


def test_the_result_is_written_where_out_says_and_nowhere_else(
    data: Path, wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    out = tmp_path / "new" / "check.html"
    monkeypatch.chdir(tmp_path)
    assert main(["check", wrong.name, "--format", "html", "--out", "new/check.html"]) == 1
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out.split() == ["result", "new/check.html"]
    assert {path.name for path in tmp_path.iterdir()} == before | {"new"}


def test_the_result_never_overwrites_the_workbook(data: Path, wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = wrong.read_bytes()
    assert main(["check", str(wrong), "--out", str(wrong)]) == 2
    assert "overwrite" in capsys.readouterr().err
    assert wrong.read_bytes() == content


def test_a_folder_that_cannot_be_written_to_is_named(
    data: Path, right: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file")
    assert main(["check", str(right), "--out", str(tmp_path / "taken" / "check.txt")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.xlsx"], "There is no file nowhere.xlsx."),
        ([os.devnull], f"There is no file {os.devnull}."),
        (["{right}", "--cycle", "2015"], f"There is no cycle 2015; cycles.yaml has {CYCLE}."),
        (["{right}", "--language", "de"], "There is no language de; alliance.yaml has pt, en."),
    ],
)
def test_what_cannot_be_used_is_said_without_a_trace(
    data: Path, right: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *(one.format(right=right) for one in arguments)]) == 2
    assert capsys.readouterr().err.strip() == said


def test_a_file_that_is_no_workbook_ends_with_2_and_the_reason(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("member,rios\nBRA,160\n")
    assert main(["check", str(path), "--language", "en"]) == 2
    shown = " ".join(capsys.readouterr().out.split())
    assert "It is not an Excel or OpenDocument workbook." in shown
    assert "Tables such as CSV files" in shown


def test_mistakes_in_the_alliance_are_named_without_a_trace(
    data: Path, right: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOCKTAKE_ALLIANCE", str(tmp_path / "nothing here"))
    assert main(["check", str(right)]) == 2
    assert "problem" in capsys.readouterr().err


def test_an_unknown_cycle_of_a_job_is_refused_with_those_that_there_are(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "2015"]) == 2
    assert capsys.readouterr().err.strip() == f"There is no cycle 2015; cycles.yaml has {CYCLE}."


def test_the_form_is_written_among_the_outputs_under_its_id_and_its_path_is_told(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["form"]) == 0
    path = data / "output" / "rios.xml"
    instance = etree.parse(path).find(".//{http://www.w3.org/2002/xforms}instance")[0]
    assert (instance.get("id"), instance.get("version")) == ("rios", "1")
    assert str(path) in capsys.readouterr().out
    first = path.read_bytes()
    assert main(["form"]) == 0
    assert path.read_bytes() == first


def test_the_form_is_written_where_out_says(data: Path, tmp_path: Path) -> None:
    assert main(["form", "--out", str(tmp_path / "my form.xml")]) == 0
    assert etree.parse(tmp_path / "my form.xml").getroot().tag == "{http://www.w3.org/1999/xhtml}html"
    assert not data.exists()


def test_a_form_is_not_written_over_a_folder(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["form", "--out", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_form_of_an_alliance_with_mistakes_is_not_written(
    data: Path, case: Brazil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alliance = tmp_path / "alliance"
    shutil.copytree(case.alliance.folder, alliance)
    goals = alliance / "goals.csv"
    goals.write_text(goals.read_text(encoding="utf-8").replace("W-2", "W-3"), encoding="utf-8")
    monkeypatch.setenv("STOCKTAKE_ALLIANCE", str(alliance))
    assert main(["form"]) == 2
    assert "W-2" in capsys.readouterr().err
    assert not data.exists()


@pytest.mark.slow
def test_checking_needs_no_dagster(data: Path, right: Path) -> None:
    code = (
        "import sys; from assets.cli import main; "
        f"code = main(['check', {str(right)!r}]); print(code, 'dagster' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=dict(os.environ), capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "0 False"


@pytest.mark.slow
def test_the_exit_code_reaches_the_shell(data: Path, right: Path, tmp_path: Path) -> None:
    assert run("check", right).returncode == 0
    refused = run("check", tmp_path / "gone.xlsx")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
