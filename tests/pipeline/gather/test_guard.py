"""Files that must be refused, each with its own reason, and files that must not."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import biff
import hostile
import pytest
import xlsxwriter

from pipeline.gather.cells import CellReader, read_cells
from pipeline.gather.guard import FILE_LIMIT, inspect
from pipeline.gather.refusal import DETAILS, Refusal

CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not_a_workbook"),
    "a picture renamed to .xlsx": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 5000, "not_a_workbook"),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 5000, "not_a_workbook"),
    "a web page that calls itself .xls": (lambda: b"<html><table><tr><td>1", "not_a_workbook"),
    "plain words": (lambda: b"Dear secretariat, please find attached", "not_a_workbook"),
    "a Word document": (hostile.docx, "not_a_workbook"),
    "larger than any questionnaire": (lambda: b"PK\x03\x04" + b"\x00" * FILE_LIMIT, "too_large"),
    "a zip bomb": (hostile.zip_bomb, "zip_bomb"),
    "a zip bomb with a lying size": (hostile.lying_zip_bomb, "zip_bomb"),
    "a zip bomb of overlapping parts": (hostile.overlapping_parts, "too_large"),
    "billion laughs": (hostile.billion_laughs, "suspicious_xml"),
    "a document type in UTF-16": (hostile.doctype_in_utf16, "suspicious_xml"),
    "an external entity": (hostile.external_entity, "suspicious_xml"),
    "a cell in the far corner": (hostile.far_corner_cell, "suspicious_dimensions"),
    "a cell too far for a rectangle": (hostile.far_columns, "suspicious_dimensions"),
    "a link to another workbook": (hostile.external_link, "external_links"),
    "a query to a data base": (lambda: hostile.traversal("xl/connections.xml"), "external_links"),
    "a linked table in an .ods": (hostile.linked_ods, "external_links"),
    "a row number of two milliards": (hostile.huge_row_number, "suspicious_dimensions"),
    "a count of four milliards of strings": (hostile.string_count, "suspicious_dimensions"),
    "a name that climbs out": (lambda: hostile.traversal("../../etc/cron.d/x"), "suspicious_names"),
    "an absolute name": (lambda: hostile.traversal("/etc/passwd"), "suspicious_names"),
    "a name with backslashes": (lambda: hostile.traversal("..\\..\\x.xml"), "suspicious_names"),
    "macros": (hostile.macros, "macros"),
    "macros in an .ods": (lambda: hostile.ods("", {"Basic/Standard/Module1.xml": b"<m/>"}), "macros"),
    "encrypted by Excel": (hostile.encrypted, "password_protected"),
    "encrypted by LibreOffice": (
        lambda: hostile.ods("", {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        "password_protected",
    ),
    "macros in an .xls": (lambda: hostile.ole("Workbook", "_VBA_PROJECT_CUR"), "macros"),
    "an old Word document": (lambda: hostile.ole("WordDocument"), "not_a_workbook"),
    "an Outlook message": (lambda: hostile.ole("__properties_version1.0"), "not_a_workbook"),
    "cut off in transfer": (lambda: hostile.workbook()[:3000], "damaged"),
    "cut off in the directory": (lambda: hostile.workbook()[:-10], "damaged"),
    "an .ods cell repeated without end": (
        lambda: hostile.ods(f'<table:table-row table:number-rows-repeated="1000000">{CELL}</table:table-row>'),
        "suspicious_dimensions",
    ),
    "an .ods row repeated four milliards of times": (
        lambda: hostile.ods(f'<table:table-row table:number-rows-repeated="4000000000">{CELL}</table:table-row>'),
        "suspicious_dimensions",
    ),
}

HEAVY: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zip bomb of a gigabyte": (hostile.zip_bomb_of_a_gigabyte, "zip_bomb"),
    "five million shared strings": (hostile.five_million_strings, "suspicious_dimensions"),
    "five million strings without a count": (hostile.five_million_uncounted_strings, "suspicious_dimensions"),
    "five million empty elements": (hostile.five_million_elements, "suspicious_dimensions"),
    "four million cells": (hostile.four_million_cells, "suspicious_dimensions"),
}
# What the guard lets pass: either the reader refuses it, or it is read.
PASSED: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "as many cells as pass": (hostile.most_cells_that_pass, None),
    "as many letters as pass": (hostile.most_letters_that_pass, "too_large"),
    "an .ods with as many cells as pass": (hostile.most_ods_cells_that_pass, None),
    "parts and pictures from elsewhere": (lambda: hostile.references(CANARY), None),
    "an .ods with parts from elsewhere": (lambda: hostile.ods_references(CANARY), None),
    "an .xls that is linked": (lambda: biff.xls({"S": biff.number(0, 0, 1)}, biff.link("x.xls")), "external_links"),
    "an .xls that is cut off": (lambda: biff.xls({"S": biff.number(0, 0, 1)})[:2500], "unreadable"),
    "an .xls in a circle": (hostile.xls_in_a_circle, None),
    "sheets that are all the same megabytes": (hostile.xls_of_shared_sheets, "too_slow"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_by_name_within_two_seconds(name: str) -> None:
    make, reason = REFUSED[name]
    content = make()
    begin = hostile.processor_seconds()
    refusal = inspect(content)
    seconds = hostile.processor_seconds() - begin
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason
    assert refusal.detail
    assert seconds < 2


@pytest.mark.parametrize("at", range(100, 5000, 333))
def test_a_bit_that_fell_over_in_transfer_is_noticed(at: int) -> None:
    content = bytearray(hostile.workbook())
    before = hostile.workbook()
    at %= len(content)
    content[at] ^= 0x10
    with CellReader() as reader:
        decision = inspect(bytes(content))
        if isinstance(decision, Refusal):
            return
        sheets = reader.read(bytes(content), decision)
        assert isinstance(sheets, Refusal) or sheets == reader.read(before, "xlsx")


CANARY = "/srv/canary/law.xml"


@pytest.mark.slow
@pytest.mark.parametrize("name", [*REFUSED, *HEAVY, *PASSED])
def test_a_hostile_file_costs_little_and_touches_nothing(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """In a fresh process: under 2 s of processor time and 500 MB, and no file or socket but the reader's own process."""
    make, reason = {**REFUSED, **HEAVY, **PASSED}[name]
    file = tmp_path / "hostile"
    file.write_bytes(make())
    command = [sys.executable, str(Path(__file__).with_name("hostile_probe.py")), str(file)]
    command += ["parse"] if name in PASSED and reason is None else []
    environment = {**os.environ, "STOCKTAKE_ROOT": str(Path(__file__).parents[3])}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True, timeout=60)
    told = json.loads(done.stdout)
    for what in ("seconds", "wall", "memory"):
        record_property(what, told[what])
    assert told["reason"] == reason
    assert told["refused_by"] == ("reader" if name in PASSED else "guard")
    assert told["seconds"] < 2
    assert told["memory"] < 500_000_000
    # A process is started for the parser, and modules of Python may be loaded late; nothing else is touched.
    own = (f"open {sys.prefix}", f"open {sys.base_prefix}", f"open {environment['STOCKTAKE_ROOT']}/pipeline/")
    allowed = (*own, "subprocess.Popen", "os.posix_spawn", "os.fork", "os.listdir", "open /dev/null", "open /proc/")
    strange = [what for what in told["opened"] if not what.startswith(allowed)]
    assert [
        what for what in strange if not re.fullmatch(r"(parser: )?(open \d+|os\.(putenv|unsetenv|kill).*)", what)
    ] == []
    assert {path.name for path in tmp_path.iterdir()} == {"hostile"}


def test_what_a_file_refers_to_outside_is_not_in_what_is_read(tmp_path: Path) -> None:
    canary = tmp_path / "canary.xml"
    canary.write_text(
        "<comments><commentList><comment ref='A1'><text><t>CANARY</t></text></comment></commentList></comments>"
    )
    before = canary.stat().st_atime_ns
    os.utime(canary, ns=(before - 10**12, canary.stat().st_mtime_ns))
    for content in (hostile.references(str(canary)), hostile.ods_references(str(canary))):
        format = inspect(content)
        assert not isinstance(format, Refusal)
        sheets = read_cells(content, format)
        assert "CANARY" not in repr(sheets)
    assert canary.stat().st_atime_ns == before - 10**12
    assert [path.name for path in tmp_path.iterdir()] == ["canary.xml"]


def test_a_good_workbook_passes() -> None:
    assert inspect(hostile.workbook()) == "xlsx"
    assert inspect(hostile.ods(f"<table:table-row>{CELL}</table:table-row>")) == "ods"


def test_a_text_that_names_macros_is_no_macro() -> None:
    assert inspect(hostile.ole("Workbook", text="_VBA_PROJECT_CUR")) == "xls"
    assert inspect(hostile.workbook({"A1": "xl/vbaProject.bin <!DOCTYPE html>"})) == "xlsx"


def test_formats_without_content_may_reach_to_the_last_row() -> None:
    """Excel writes them when a whole row or column is formatted."""
    empty = b'</row><row r="1048576" s="1" customFormat="1"><c r="XFD1048576" s="0"/></row></sheetData>'
    content = hostile.with_replaced(hostile.SHEET, b"</row></sheetData>", empty)
    assert inspect(content) == "xlsx"
    sheets = read_cells(content, "xlsx")
    assert not isinstance(sheets, Refusal)
    assert sheets[0].cells == {(0, 0): "hello", (1, 1): 12.5}


def test_libreoffice_may_fill_a_sheet_with_empty_rows() -> None:
    empty = (
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    content = hostile.ods(f"<table:table-row>{CELL}</table:table-row>{empty}<table:table-row/>")
    assert inspect(content) == "ods"
    sheets = read_cells(content, "ods")
    assert not isinstance(sheets, Refusal)
    assert sheets[0].cells == {(0, 0): "x"}


def test_hyperlinks_are_no_external_links() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_url("A1", "https://example.org/law.pdf", string="The law")
    sheet.write_string("A2", "see 'file:///C:/other.xlsx'#$Sheet1 <table:table-source")
    book.close()
    assert inspect(buffer.getvalue()) == "xlsx"
    link = '<table:table-cell><text:p><text:a xlink:href="https://example.org/">x</text:a></text:p></table:table-cell>'
    assert inspect(hostile.ods(f"<table:table-row>{link}</table:table-row>")) == "ods"


def test_every_reason_says_what_to_do() -> None:
    """Those that a member can cause; exports and submissions of web forms are put there by staff and servers."""
    about_tables = {code for code in DETAILS if code.startswith("no_") or "response" in code}
    assert all("lease" in detail for code, detail in DETAILS.items() if code not in about_tables)


@pytest.mark.parametrize(
    "text",
    [
        b"<c " * 400_000,
        b"<c r" + b" " * 2_000_000,
        b"<row r=" * 300_000,
        b'<c r="A1" ' * 200_000,
        b"<c " + b"r " * 900_000,
    ],
)
def test_no_text_makes_the_search_slow(text: bytes) -> None:
    content = hostile.with_parts(hostile.workbook(), {hostile.SHEET: b"<worksheet><sheetData>" + text})
    begin = hostile.processor_seconds()
    inspect(content)
    assert hostile.processor_seconds() - begin < 2
