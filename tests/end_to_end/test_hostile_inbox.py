"""An inbox as the worst day of a secretariat brings it, through the whole program: nothing executed, nothing lost.

Brazil's own answers are hostile texts; around its workbook lie files that nobody should send, under names that nobody
should give.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from pipeline.alliance.load import load_alliance
from tests.end_to_end.other_alliance import (
    ANSWERS,
    CYCLE,
    KEY,
    blank_workbooks,
    fill_in,
    write_alliance,
    write_inbox,
    write_templates,
)
from tests.end_to_end.runs import Run, run_cycle

sys.path.append(str(Path(__file__).parent.parent / "pipeline" / "gather"))

import hostile

pytestmark = pytest.mark.slow

TEXTS = (
    '=HYPERLINK("http://x.example","y")',
    "+1",
    "@SUM(A1)",
    "-2+3|cmd",
    "{{ 7*7 }}",
    "{% for %}",
    "{%p for x in y %}{{p x}}",
    "{# comment #}",
    "<script>alert(1)</script>",
    "<!-- no end",
    "&amp; & &lt;",
    "a]]>b",
    "<?place heat_map?>",
    "<r><t>rich</t></r>",
    "${rios} %(name)s %s %d",
    "\u202eRTL \u05e9\u05dc\u05d5\u05dd\u202c",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e6\U0001f1f1",
    "ze\u200bro\u200bwidth",
    "=?UTF-8?Q?=0A?=Bcc: x@y.example",
    "Bcc: evil@x.example",
    "None",
    "nan",
    "#code",
    "#row",
    "NEW-1",
)
# Excel's escapes for what XML cannot hold: a bell, an escaped escape, and half a character, which stays as it stands.
ESCAPED, DECODED = "a_x0007_b_x005F_x0041_c_xD800_d", "a\ufffdb_x0041_c_xD800_d"
LONG = "x" * 32_000
ANSWERED: Mapping[str, object] = {
    **ANSWERS["BRA"],
    "ministerio": f"{LONG}{ESCAPED}",
    "rios": '=IMPORTXML("http://x.example","<b>")',
    "exito": "\n".join(("All of it:", *TEXTS)),
}

NAMES = (
    b"new\nline.xlsx",
    b"x\\..\\..\\y.xlsx",
    b"\xff\xfe latin\xe9.xlsx",
    b"n" * 245 + b".xlsx",
    b"=cmd|x!A1.xlsx",
    b"<script>.xlsx",
    b"{{7*7}}.xlsx",
    b"=?UTF-8?Q?=0A?=Bcc: x@y.xlsx",
    b"a\x01\x7fb.xlsx",
    b"-rf.xlsx",
    "\u202exslx.exe".encode(),
)
FILES: Mapping[str, Callable[[], bytes]] = {
    "bomb.xlsx": hostile.zip_bomb,
    "lying.xlsx": hostile.lying_zip_bomb,
    "overlapping.xlsx": hostile.overlapping_parts,
    "laughs.xlsx": hostile.billion_laughs,
    "entity.xlsx": hostile.external_entity,
    "corner.xlsx": hostile.far_corner_cell,
    "row.xlsx": hostile.huge_row_number,
    "half.xlsx": lambda: hostile.workbook()[:2000],
    "empty.xlsx": lambda: b"",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("hostile")
    alliance, templates = write_alliance(place / "alliance"), write_templates(place / "templates")
    inbox = write_inbox(place / "inbox", alliance, templates)
    folder = inbox / CYCLE
    blank = blank_workbooks(load_alliance(alliance), templates)["BRA-2030-1-pt.xlsx"]
    (folder / "BRA-2030-1-pt.xlsx").write_bytes(fill_in(blank, ANSWERED))
    for name, content in FILES.items():
        (folder / name).write_bytes(content())
    for name in NAMES:
        (folder / os.fsdecode(name)).write_bytes(b"no workbook: " + name)
    (folder / ".hidden.xlsx").write_bytes(b"hidden")
    (folder / "folder.xlsx").mkdir()
    (folder / "passwd.xlsx").symlink_to("/etc/passwd")
    (folder / "nowhere.xlsx").symlink_to("nowhere")
    (folder / "circle.xlsx").symlink_to("circle.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    done = run_cycle(
        place / "data",
        CYCLE,
        STOCKTAKE_ALLIANCE=str(alliance),
        STOCKTAKE_TEMPLATES=str(templates),
        STOCKTAKE_INBOX=str(inbox),
        STOCKTAKE_KEY=KEY,
    )
    assert done.code == 0, done.err
    return done


@pytest.fixture(scope="module")
def lines(run: Run) -> list[str]:
    """The lines of the report as a reader sees them."""
    shown = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    body = docx.Document(str(run.report)).element.body
    return [
        line
        for paragraph in body.iter(qn("w:p"))
        for line in "".join(
            shown.get(node.tag, node.text or "") for node in paragraph.iter(qn("w:t"), *shown)
        ).splitlines()
    ]


def test_the_answers_are_kept_exactly(run: Run) -> None:
    answers = run.table("answers", CYCLE).set_index(["member", "row", "question"])
    values = answers["value"]
    assert values["BRA", "", "exito"].split("\n") == ["All of it:", *TEXTS]
    assert values["BRA", "", "ministerio"] == f"{LONG}{DECODED}"
    assert values["MOZ", "MOZ-01", "p_estado"] == "complete"
    hostile_number = answers.loc[[("BRA", "", "rios")]].iloc[0]
    assert hostile_number["raw"] == ANSWERED["rios"]
    assert hostile_number["value"] is None or hostile_number["value"] != hostile_number["value"]


def test_every_file_is_refused_by_name_and_the_good_ones_count(run: Run) -> None:
    submissions = run.table("submissions", CYCLE)
    assert submissions["status"].value_counts().to_dict() == {"accepted": 2, "rejected": len(FILES) + len(NAMES)}
    refused = set(submissions.loc[submissions["status"] == "rejected", "file"])
    assert set(FILES) <= refused
    assert {"new line.xlsx", "<script>.xlsx", "{{7*7}}.xlsx", "-rf.xlsx", "\ufffd\ufffd latin\ufffd.xlsx"} <= refused
    assert not {"passwd.xlsx", "folder.xlsx", "pipe.xlsx", ".hidden.xlsx"} & set(submissions["file"])
    assert "root:" not in run.table("answers", CYCLE).to_csv()


def test_the_report_shows_the_texts_as_they_were_typed(lines: list[str], run: Run) -> None:
    assert set(TEXTS) <= set(lines)
    assert any(DECODED in line for line in lines)
    assert "{{7*7}}.xlsx" in lines
    assert not {"49", "49.xlsx"} & set(lines)
    assert lines[-1].startswith("No rating differs"), "the report goes on to its end"


def test_the_report_is_valid(run: Run, tool: Callable[[str], str]) -> None:
    done = subprocess.run([tool("ooxml-validator"), str(run.report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, json.dumps(json.loads(done.stdout), indent=1)[:3000]
    audit = Path(sys.executable).parent / "openxml-audit"
    done = subprocess.run([str(audit), str(run.report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_letter_quotes_what_was_typed_and_has_no_header_more(run: Run) -> None:
    message = run.letter("BRA")
    assert message["Bcc"] is None
    assert message["To"] == "ponto.focal@bra.example.org"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert str(ANSWERED["rios"]) in plain.get_content()
    assert "&lt;b&gt;" in html.get_content()
    assert "<b>&#34;" not in html.get_content()
