"""One secretariat hands a cycle over and the next takes it over: nothing is lost, nothing is changed unnoticed."""

from __future__ import annotations

import random
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from assets.cli import main
from pipeline.handover.accept import accept
from pipeline.handover.receipt import Receipt, receipt_text
from pipeline.handover.refusals import IntoError
from tests.end_to_end.handing_over import (
    MANIFEST,
    Handed,
    changed,
    finding,
    hand_over,
    in_docx,
    packaged,
    sealed,
    searchable,
    with_part,
    written,
)
from tests.end_to_end.other_alliance import CYCLE, KEY
from tests.end_to_end.runs import run_cycle

pytestmark = pytest.mark.slow
WITH_KEY = {"STOCKTAKE_KEY": KEY}


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    made = hand_over(tmp_path_factory.mktemp("handover"))
    assert made.run.code == 0, made.run.err
    return made


@pytest.fixture(scope="module")
def taken(handed: Handed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new installation, set up from the package alone."""
    place = tmp_path_factory.mktemp("taken")
    shutil.copy(handed.package(), place / "package.zip")
    receipt = accept(place / "package.zip", place / "here", WITH_KEY)
    assert receipt.state == "identical", receipt_text(receipt)
    return place / "here"


def told(receipt: Receipt) -> str:
    return receipt_text(receipt)


def resealed(handed: Handed, tmp_path: Path, files: Mapping[str, bytes]) -> Receipt:
    return accept(sealed(tmp_path / "package.zip", dict(files)), None, WITH_KEY)


def test_the_command_names_the_three_packages_with_their_checksums(handed: Handed) -> None:
    lines = handed.run.out.splitlines()
    assert [line.split("-")[-1] for line in lines if line.startswith("package")] == [
        "members.zip",
        "public.zip",
        "secretariat.zip",
    ]
    assert sum(line.startswith("SHA-256      ") for line in lines) == 3


def test_the_same_inputs_give_the_same_bytes_wherever_they_lie(handed: Handed, tmp_path: Path) -> None:
    again = packaged(tmp_path / "elsewhere", handed.folders)
    assert again.code == 0, again.err
    for edition in ("secretariat", "members", "public"):
        (path,) = again.data.glob(f"output/*/handover/*-{edition}.zip")
        assert path.read_bytes() == handed.package(edition).read_bytes()


def test_what_was_handed_over_is_made_again_to_the_byte(
    handed: Handed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = shutil.copy(handed.package(), tmp_path / "package.zip")
    monkeypatch.setenv("STOCKTAKE_KEY", KEY)
    monkeypatch.setenv("STOCKTAKE_LEDGER", "postgresql+psycopg2://nobody:nothing@127.0.0.1:9/never_asked")
    assert main(["accept", str(package)]) == 0
    receipt = (tmp_path / "package.receipt.txt").read_text("utf-8")
    assert "IDENTICAL" in receipt
    assert "Taken over by: ____" in receipt
    assert receipt in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["package.receipt.txt", "package.zip"]


def test_what_letters_told_and_staff_waived_is_handed_over(taken: Path) -> None:
    history = pd.read_csv(taken / "package" / "data" / "finding_history.csv", dtype=str).set_index("finding")
    assert history.loc[finding("cobertura", "constraint"), ["status", "told"]].tolist() == ["open", "1"]
    assert history.loc[finding("plano", "unreadable_answer"), ["status", "decided_by"]].tolist() == ["waived", "Desk A"]
    assert history.loc["0123456789", "status"] == "withdrawn"
    ledger = pd.read_csv(taken / "package" / "data" / "ledger.csv", dtype=str)
    assert ledger[["state", "subject", "bounced"]].to_numpy().tolist() == [
        ["sent", "'=Correções", "ponto.focal@moz.example.org: 550 no such user"]
    ]


def test_the_successor_goes_on_from_the_package_alone(handed: Handed, taken: Path, tmp_path: Path) -> None:
    """It hands over the same in its turn; and in the next cycle, members find what they answered in this one."""
    here = shutil.copytree(taken, tmp_path / "here")
    folders = {
        "STOCKTAKE_ALLIANCE": str(here / "alliance"),
        "STOCKTAKE_TEMPLATES": str(here / "report_templates"),
        "STOCKTAKE_INBOX": str(here / "inbox"),
        "STOCKTAKE_KEY": KEY,
    }
    again = run_cycle(here / "data", CYCLE, command="package", **folders)
    assert again.code == 0, again.err
    (path,) = again.data.glob("output/*/handover/*-secretariat.zip")
    assert path.read_bytes() == handed.package().read_bytes()

    cycles = here / "alliance" / "cycles.yaml"
    this = cycles.read_text("utf-8")
    after = this.replace(CYCLE, "2031-1").replace("2030", "2031").replace("2029-01-01", "2030-07-01")
    cycles.write_text(this + after.replace("RIOS/1", "RIOS/2"), encoding="utf-8")
    following = run_cycle(here / "data", "2031-1", command="workbooks", **folders)
    assert following.code == 0, following.err
    (brazil,) = (here / "data").glob("output/2031-1/workbooks/BRA-*.xlsx")
    shown = {str(cell.value) for sheet in openpyxl.load_workbook(brazil) for row in sheet.iter_rows() for cell in row}
    assert {"Ministério do Meio Ambiente & Clima", "160", "Limpámos <60> rios"} <= shown


def test_an_installation_takes_an_empty_folder_and_no_other(handed: Handed, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "ours").write_text("precious")
    (tmp_path / "file").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "full")
    for name in ("full", "file", "link", "nowhere/at/all"):
        with pytest.raises(IntoError):
            accept(handed.package(), tmp_path / name, WITH_KEY)
    assert (tmp_path / "full" / "ours").read_text() == (tmp_path / "file").read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 3, "nothing else was left"


@pytest.mark.parametrize(("key", "said"), [("", "is not set"), ("a key of somebody else", "is not the one")])
def test_without_the_key_of_a_real_cycle_it_is_said_what_is_missing(
    handed: Handed, tmp_path: Path, key: str, said: str
) -> None:
    receipt = accept(handed.package(), tmp_path / "here", {"STOCKTAKE_KEY": key} if key else {})
    assert receipt.exit_code == 2
    assert said in told(receipt)
    assert "Nothing was set up" in told(receipt)
    assert not list(tmp_path.iterdir())


def test_a_byte_that_was_changed_anywhere_is_noticed_and_named(handed: Handed, tmp_path: Path) -> None:
    content = handed.package().read_bytes()
    files = handed.files()
    places = {
        name: content.index(name.encode() + data[:200]) + len(name.encode()) for name, data in files.items() if data
    }
    chance = random.Random(200)
    path = tmp_path / "package.zip"
    named = 0
    for _ in range(200):
        at, flip = chance.randrange(len(content)), chance.randint(1, 255)
        path.write_bytes(content[:at] + bytes([content[at] ^ flip]) + content[at + 1 :])
        receipt = accept(path, None, WITH_KEY)
        assert receipt.exit_code == 2, at
        assert receipt.faults, at
        inside = [name for name, begin in places.items() if begin <= at < begin + len(files[name])]
        if inside:
            named += 1
            assert any(inside[0] in fault for fault in receipt.faults), (at, inside, receipt.faults)
    assert named > 150


def test_a_file_that_is_missing_or_was_added_is_named(handed: Handed, tmp_path: Path) -> None:
    files = handed.files()
    without = written(tmp_path / "a.zip", {name: files[name] for name in files if name != "data/answers.csv"})
    assert accept(without, None, WITH_KEY).faults == ("data/answers.csv: the manifest lists it, and it is missing.",)
    more = written(tmp_path / "b.zip", {**files, "data/more.csv": b""})
    assert accept(more, None, WITH_KEY).faults == ("data/more.csv: the manifest does not list it.",)
    other = written(tmp_path / "c.zip", {**files, "data/answers.csv": b""})
    assert accept(other, None, WITH_KEY).faults == ("data/answers.csv: its SHA-256 is not the one in the manifest.",)
    no_manifest = written(tmp_path / "d.zip", {name: files[name] for name in files if name != MANIFEST})
    assert "MANIFEST.sha256 is missing" in told(accept(no_manifest, None, WITH_KEY))
    no_lines = written(tmp_path / "e.zip", {**files, MANIFEST: b"nothing\n"})
    assert "is none of a manifest" in told(accept(no_lines, None, WITH_KEY))


def test_changes_under_a_manifest_that_fits_are_named_with_table_row_column_and_both_values(
    handed: Handed, tmp_path: Path
) -> None:
    files = handed.files()
    files = changed(files, "data/commitment_scores.csv", lambda table: table.replace(b"on_track", b"limited", 1))
    files = changed(files, "data/members.csv", lambda table: table[: table.index(b"PRT")])
    files = changed(
        files,
        "report/RIOS-2030-1-progress-report.docx",
        in_docx("word/document.xml", lambda part: part.replace(b"2 of 3", b"3 of 3", 1)),
    )
    files = changed(files, "data_docs/index.html", lambda page: page.replace(b"</h2>", b"!</h2>", 1))
    files = {**files, "archive/objects/00/" + "0" * 64: b"smuggled", "report/extra.docx": b"x"}
    receipt = resealed(handed, tmp_path, files)
    assert receipt.exit_code == 1
    text = told(receipt)
    assert "data/commitment_scores.csv, commitment BRA-" in text
    assert "column rating: 'limited' in the package, 'on_track' made again" in text
    assert "data/members.csv, member PRT: not there in the package, there made again" in text
    assert "report/RIOS-2030-1-progress-report.docx, word/document.xml: " in text
    assert "data_docs/index.html, line " in text
    assert f"archive/objects/00/{'0' * 64}: there in the package, not made again" in text
    assert "report/extra.docx: there in the package, not made again" in text
    assert "which members does not have" in text, "the member that is gone is missed by its references, too"


BROKEN: Mapping[str, tuple[str, bytes, str]] = {
    "an answer of the archive": ("archive/objects/", b"other", "Restore it from a backup"),
    "a receipt of the archive": ("archive/receipts/", b"{}", "is no receipt"),
    "the questionnaire": ("alliance/questionnaire.xlsx", b"no workbook", "questionnaire.xlsx"),
    "a bomb in YAML": (
        "alliance/cycles.yaml",
        b"a: &a [x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 107)),
        "alliance/cycles.yaml: it refers to itself",
    ),
    "a questionnaire with macros": (
        "alliance/questionnaire.xlsx",
        with_part("xl/vbaProject.bin"),
        "alliance/questionnaire.xlsx: ",
    ),
    "the ledger": ("ledger/events.csv", b"number\r\n1\r\n", "ledger/events.csv has other columns"),
    "the report's template": ("templates/report.docx", b"no document", "report.docx"),
    "a letter's template": ("templates/letters/wording.j2", b"{{ ''.__class__.__mro__ }}{% endfor %}", "wording.j2"),
    "a template that reaches for the program": (
        "templates/data_docs/data_docs.html.j2",
        b"{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "data_docs.html.j2",
    ),
    "its description": (
        "package.json",
        b'{"layout": 1, "edition": "secretariat", "cycle": "../x"}',
        "does not say which",
    ),
    "its layout": ("package.json", b'{"layout": 2}', "A newer stocktake"),
    "what it is": ("package.json", b"[" * 100_000, "cannot be read"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_package_that_cannot_be_used_says_why(handed: Handed, tmp_path: Path, what: str) -> None:
    begin, content, said = BROKEN[what]
    files = handed.files()
    name = next(name for name in sorted(files) if name.startswith(begin))
    receipt = resealed(handed, tmp_path, {**files, name: content})
    assert receipt.exit_code == 2
    assert said in told(receipt)
    assert "Traceback" not in told(receipt)
    assert [path.name for path in tmp_path.iterdir()] == ["package.zip"]


def test_nobody_is_asked_on_the_network_whatever_the_files_of_the_package_name(handed: Handed, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        ways = (
            f"mailbox: {{host: 127.0.0.1, port: {port}, security: tls, user: a, folder: INBOX}}\n"
            f"odk_central:\n  url: http://127.0.0.1:{port}\n  user: a\n  forms: {{'{CYCLE}': 1/a}}\n  submitters: {{a: BRA}}\n"
        )
        receipt = resealed(handed, tmp_path, {**handed.files(), "alliance/ways_in.yaml": ways.encode()})
        with pytest.raises(TimeoutError):
            server.accept()
    assert receipt.exit_code == 1, told(receipt)
    assert {each.file for each in receipt.differences} == {"package.json"}, (
        "the files were others, their effect was none"
    )


def test_another_version_of_the_program_is_told(handed: Handed, tmp_path: Path) -> None:
    files = changed(handed.files(), "versions.json", lambda told: told.replace(b'"code": "', b'"code": "0', 1))
    receipt = resealed(handed, tmp_path, files)
    assert receipt.state == "identical"
    assert "Note: Another version of stocktake made the package" in told(receipt)


@pytest.mark.parametrize("edition", ["members", "public"])
def test_other_editions_are_checked_and_hold_nothing_of_who_did_not_agree(
    handed: Handed, tmp_path: Path, edition: str
) -> None:
    receipt = accept(handed.package(edition), tmp_path / "here", {})
    assert (receipt.state, receipt.exit_code) == ("intact", 0)
    assert "this edition holds no archive" in told(receipt)
    files = handed.files(edition)
    everything = searchable(files)
    # Of a contact, of an answer of who did not agree, of a finding, of a letter, of the key.
    for canary in ("ponto.focal", "@moz", "Ministério da Água", "no sítio", "There is no page", "<moz@rios", KEY):
        assert canary.encode() not in everything, canary
    without_reports = {name: content for name, content in files.items() if not name.endswith(".docx")}
    assert "Limpámos".encode() not in searchable(without_reports), "an answer, also of who agreed"
    named = {name for name, content in without_reports.items() if b"MOZ" in content}
    assert named == {"data/members.csv", "sdmx/structure.xml"}, "Mozambique agreed to totals only, Brazil to everything"
    assert b"BRA-01" in files["data/commitment_scores.csv"]
    assert not [
        name for name in files if name.startswith(("alliance/", "archive/", "ledger/", "letters/", "templates/"))
    ]


def test_what_another_edition_must_not_hold_is_noticed(handed: Handed, tmp_path: Path) -> None:
    whole = handed.files()
    files = {**handed.files("public"), **{name: whole[name] for name in ("data/letters.csv", "letters/overview.html")}}
    text = told(accept(sealed(tmp_path / "package.zip", files), None, {}))
    assert "DIFFERENT" in text
    assert "data/letters.csv: the edition public must not hold its column member" in text
    assert "letters/overview.html: the edition public must not hold it" in text


def test_a_changed_table_of_another_edition_is_noticed(handed: Handed, tmp_path: Path) -> None:
    files = changed(
        handed.files("public"), "data/commitment_scores.csv", lambda table: table.replace(b"on_track", b"splendid", 1)
    )
    receipt = accept(sealed(tmp_path / "package.zip", files), None, {})
    assert receipt.exit_code == 1
    assert "rating is 'splendid'" in told(receipt)


def test_a_secret_in_the_files_of_the_alliance_stops_the_package(handed: Handed, tmp_path: Path) -> None:
    alliance = shutil.copytree(handed.folders["STOCKTAKE_ALLIANCE"], tmp_path / "alliance")
    (alliance / "README.md").write_text(f"Our key is {KEY}.", encoding="utf-8")
    done = packaged(tmp_path / "data", {**handed.folders, "STOCKTAKE_ALLIANCE": str(alliance)})
    assert done.code == 2
    assert "alliance/README.md holds what STOCKTAKE_KEY is set to" in done.err
    assert KEY not in done.err + done.out
    assert not list(done.data.glob("output/*/handover/*.zip"))
