"""What files say of their cells beyond values, in each of the three formats."""

from __future__ import annotations

import datetime as dt
import io
import struct

import biff
import hostile
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from noted import NOTICE, with_notes

from pipeline.gather.cells import CellNote, CellReader, Percentage, Sheet, Sheets, read_cells
from pipeline.gather.ole_stream import read_stream
from pipeline.gather.refusal import Refusal
from pipeline.gather.sheet_content import parse
from pipeline.gather.sheet_extras import shows_percent

DATE = dt.date(2014, 3, 4)


def read(content: bytes, format: str) -> Sheets:
    sheets = read_cells(content, format)  # type: ignore[arg-type]
    assert not isinstance(sheets, Refusal), sheets
    return sheets


def xlsx(**options: object) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    sheet = book.add_worksheet("Añ")
    percent, own = book.add_format({"num_format": "0%"}), book.add_format({"num_format": '0.0" of "%'})
    quoted = book.add_format({"num_format": '0.0" %"'})
    sheet.write_number("A1", 0.5, percent)
    sheet.write_number("A2", 0.125, own)
    sheet.write_number("A3", 0.5, quoted)
    sheet.write_number("A4", 0.5)
    sheet.write_string("A5", "50%", percent)
    sheet.write_number("A6", 1, percent)
    sheet.write_formula("B1", "=NA()", None, "#N/A")
    sheet.write_formula("B2", "=A4*2", None, 1)
    sheet.write_formula("B3", '=IF(A4>1,"x","")', None, "")
    sheet.write_formula("B4", '="te"&"xt"', None, "text")
    sheet.write_datetime("B5", dt.datetime(2014, 3, 4), book.add_format({"num_format": "d mmm yyyy"}))  # noqa: DTZ001
    book.add_worksheet("other").write_formula("A1", "=1/0", percent, "#DIV/0!")
    book.close()
    return buffer.getvalue()


def percents(sheet: Sheet) -> dict[tuple[int, int], float]:
    return {place: float(cell) for place, cell in sheet.cells.items() if isinstance(cell, Percentage)}


def test_an_xlsx_file_says_which_cells_show_percentages_errors_and_nothing() -> None:
    first, second = read(xlsx(), "xlsx")
    assert percents(first) == {(0, 0): 0.5, (1, 0): 0.125, (5, 0): 1.0}
    assert {place: cell for place, cell in first.cells.items() if place[1] == 1} == {
        (0, 1): "#N/A",
        (1, 1): 1.0,
        (3, 1): "text",
        (4, 1): DATE,
    }
    assert first.unset == ((2, 1),)
    assert second.cells == {(0, 0): "#DIV/0!"}
    assert (first.from_1904, first.has_unread_notes, first.notes) == (False, False, ())


def test_an_error_without_a_formula_is_named_too() -> None:
    cell = b'<c r="A1" t="e"><v>#REF!</v></c><c r="C1" s="0" t=\'e\'><f>x</f><v>#NAME?</v></c></row>'
    content = hostile.with_replaced(hostile.SHEET, b"</row>", cell + b'<row r="9"></row>')
    assert read(content, "xlsx")[0].cells[0, 2] == "#NAME?"


@pytest.mark.parametrize("system", [True, False])
def test_the_calendar_of_an_xlsx_file(system: bool) -> None:
    assert read(xlsx(date_1904=system), "xlsx")[0].from_1904 is system
    assert read(xlsx(date_1904=system), "xlsx")[0].cells[4, 1] == DATE


@pytest.mark.parametrize(
    ("format", "shows"),
    [("0%", True), ('0.0" of "%', True), ('0" %"', False), (r"0\%", False), ("[Red]0.0%", True), ("[%]0", False)],
)
def test_a_percent_sign_between_quotation_marks_multiplies_nothing(format: str, shows: bool) -> None:
    assert shows_percent(format) is shows


def test_notes_have_their_author_and_their_own_words_alone() -> None:
    notes = [
        ("A1", "Ana Müller", "Ana Müller:\nFrom the <registry> & court _x000D_\n😀"),
        ("C9", "", "no author"),
        ("A1", "Ana Müller", "and another"),
        ("XFD1048576", "Z", "in the far corner"),
        ("nowhere", "Z", "without a cell"),
        ("D1", "Z", "   "),
    ]
    (sheet,) = read(with_notes(hostile.workbook(), "Sheet", notes), "xlsx")
    assert sheet.notes == (
        CellNote(0, 0, "Ana Müller", "From the <registry> & court \n😀"),
        CellNote(8, 2, "", "no author"),
        CellNote(0, 0, "Ana Müller", "and another"),
        CellNote(1_048_575, 16_383, "Z", "in the far corner"),
    )


def test_a_threaded_comment_is_taken_once() -> None:
    notes = [("A1", "tc={T0}", f"{NOTICE}First\nReply:\n    Second"), ("B2", "Ana", "a plain note")]
    threads = [("A1", "Ana Müller", "First"), ("A1", "Björn", "Second")]
    (sheet,) = read(with_notes(hostile.workbook(), "Sheet", notes, threads), "xlsx")
    assert sheet.notes == (
        CellNote(0, 0, "Ana Müller", "First"),
        CellNote(0, 0, "Björn", "Second"),
        CellNote(1, 1, "Ana", "a plain note"),
    )


def test_what_a_program_without_threads_kept_of_one_is_not_lost() -> None:
    """LibreOffice and Google keep the note for older versions alone; the notice in it is in Excel's language."""
    french = NOTICE.replace("[Threaded comment]", "[Commentaire à thread]").replace("Learn more", "En savoir plus")
    notes = [
        ("A1", "tc={T0}", f"{NOTICE}First\nReply:\n    Second"),
        ("B1", "Ana", f"{french}Un"),
        ("C1", "tc={T1}", "x"),
    ]
    (sheet,) = read(with_notes(hostile.workbook(), "Sheet", notes), "xlsx")
    assert [(note.author, note.text) for note in sheet.notes] == [
        ("", "Comment:\n    First\nReply:\n    Second"),
        ("", "Comment:\n    Un"),
        ("", "x"),
    ]


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("xl/comments7.xml", b"<comments><authors>"),
        ("xl/comments7.xml", b"<comments>" + b" " * 8_000_001 + b"</comments>"),
        ("xl/styles.xml", b"<styleSheet>"),
        ("xl/worksheets/_rels/sheet1.xml.rels", b"no xml"),
    ],
)
def test_notes_that_cannot_be_read_are_told(part: str, data: bytes) -> None:
    content = hostile.with_parts(with_notes(hostile.workbook(), "Sheet", [("A1", "A", "x")]), {part: data})
    sheets = read_cells(content, "xlsx")
    assert isinstance(sheets, Refusal) or sheets[0].has_unread_notes


def test_notes_outside_the_file_are_not_looked_for() -> None:
    for target in ("../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "..\\..\\x", "http://127.0.0.1:1/x"):
        content = with_notes(hostile.workbook(), "Sheet", [("A1", "A", "x")])
        links = hostile.part(content, "xl/worksheets/_rels/sheet1.xml.rels")
        changed = links.replace(b"../comments7.xml", target.encode())
        (sheet,) = read(hostile.with_parts(content, {"xl/worksheets/_rels/sheet1.xml.rels": changed}), "xlsx")
        assert sheet.notes == ()


def test_far_too_many_notes_are_cut() -> None:
    notes = [(f"A{number}", "A", "x" * 40_000 if number == 1 else "x") for number in range(1, 6_000)]
    (sheet,) = read(with_notes(hostile.workbook(), "Sheet", notes), "xlsx")
    assert (len(sheet.notes), len(sheet.notes[0].text)) == (5_000, 32_767)


def ods_cell(attributes: str, inside: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def test_an_ods_file_says_the_same_of_its_cells() -> None:
    annotation = (
        "<office:annotation><dc:creator>Ana Müller</dc:creator><dc:date>2014-03-04T10:00:00</dc:date>"
        "<text:p>First <text:span>line</text:span></text:p><text:p>second<text:s text:c='3'/>line<text:line-break/>"
        "third</text:p></office:annotation>"
    )
    rows = (
        "<table:table-row>"
        + ods_cell('office:value-type="percentage" office:value="0.5"', "<text:p>50%</text:p>")
        + ods_cell('office:value-type="percentage" office:value="1" table:number-columns-repeated="2"', "<text:p/>")
        + ods_cell('office:value-type="float" office:value="0.5"', f"{annotation}<text:p>0.5</text:p>")
        + "</table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        "<table:table-row>"
        + ods_cell('table:number-columns-repeated="4"')
        + ods_cell(
            'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"',
            "<text:p>#DIV/0!</text:p>",
        )
        + ods_cell('table:formula="of:=X()" office:value-type="string"', "<text:p>#NAME?</text:p>")
        + ods_cell('table:formula="of:=IF(1;&quot;&quot;)"', "<text:p/>")
        + ods_cell('table:formula="of:=1+1" office:value-type="float" office:value="2"', "<text:p>2</text:p>")
        + "</table:table-row><table:table-row>"
        + ods_cell(
            'office:value-type="string" table:number-columns-spanned="2" table:number-rows-spanned="3"',
            f"{annotation}<text:p>merged</text:p>",
        )
        + "<table:covered-table-cell/></table:table-row>"
    )
    content = hostile.ods(rows)
    text = hostile.part(content, "content.xml").decode()
    text = text.replace(
        "<office:spreadsheet>",
        "<office:spreadsheet><table:calculation-settings><table:null-date table:date-value='1904-01-01'/>"
        "</table:calculation-settings>",
    ).replace(
        "<office:document-content ",
        '<office:document-content xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" ',
    )
    (sheet,) = read(hostile.with_parts(content, {"content.xml": text.encode()}), "ods")
    assert percents(sheet) == {(0, 0): 0.5, (0, 1): 1.0, (0, 2): 1.0}
    words = "First line\nsecond   line\nthird"
    assert sheet.notes == (CellNote(0, 3, "Ana Müller", words), CellNote(4, 0, "Ana Müller", words))
    assert {place: cell for place, cell in sheet.cells.items() if place[0] > 0} == {
        (3, 4): "#DIV/0!",
        (3, 5): "#NAME?",
        (3, 7): 2.0,
        (4, 0): "merged",
    }
    assert sheet.cells[0, 3] == 0.5
    assert sheet.unset == ((3, 6),)
    assert sheet.merged == ((4, 0, 6, 1),)
    assert sheet.from_1904


XLS = (
    biff.label(0, 0, "héllo")
    + biff.number(1, 0, 0.5, biff.XF_PERCENT)
    + biff.number(2, 0, 0.5, biff.XF_OWN_PERCENT)
    + biff.numbers(3, 0, [biff.XF_PLAIN, biff.XF_PERCENT, biff.XF_OWN_PERCENT])
    + biff.formula(4, 0, biff.no_result())
    + biff.formula(5, 0, biff.error_result(42))
    + biff.formula(5, 1, struct.pack("<d", 1.5))
    + biff.error(6, 0, 23)
    + biff.note(0, 0, 1, "Ana", "Ana:\nhello 😀 ü")
    + biff.note(9, 9, 2, "", "x" * 10 + "é" * 10 + "z", pieces=3)
    + biff.merged(0, 1, 2, 3)
)


@pytest.mark.parametrize("small", [False, True])
def test_an_xls_file_says_the_same_of_its_cells(small: bool) -> None:
    (sheet,) = read(biff.xls({"Añ": XLS}, from_1904=True, small=small), "xls")
    assert percents(sheet) == {(1, 0): 0.5, (2, 0): 0.5, (3, 1): 1.0, (3, 2): 1.0}
    assert (sheet.cells[5, 0], sheet.cells[5, 1], sheet.cells[6, 0]) == ("#N/A", 1.5, "#REF!")
    assert sheet.unset == ((4, 0),)
    assert sheet.merged == ((0, 2, 1, 3),)
    assert sheet.notes == (CellNote(0, 0, "Ana", "hello 😀 ü"), CellNote(9, 9, "", "x" * 10 + "é" * 10 + "z"))
    assert (sheet.from_1904, sheet.has_unread_notes) == (True, False)


def test_a_chart_inside_a_sheet_of_an_xls_file_is_passed_over() -> None:
    chart = biff.record(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)) + biff.error(8, 8, 23)
    (sheet,) = read(biff.xls({"S": chart + biff.record(0x0A) + biff.number(1, 1, 2) + XLS}), "xls")
    assert (8, 8) not in sheet.cells
    assert len(sheet.notes) == 2


@pytest.mark.parametrize(
    ("target", "refused"),
    [("\x01C:\\other.xls", True), ("http://example.org/x.xls", True), ("\0", False), (" ", False)],
)
def test_an_xls_file_that_takes_values_from_another_is_refused(target: str, refused: bool) -> None:
    answer = read_cells(biff.xls({"S": XLS}, biff.link(target)), "xls")
    assert (isinstance(answer, Refusal) and answer.reason == "external_links") is refused


@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_damage_to_an_xls_file_breaks_the_reading_of_its_stream(at: int, damage: bytes) -> None:
    from pipeline.gather.xls_extras import read_xls_extras

    content = bytearray(biff.xls({"Añ": XLS}))
    content[at : at + len(damage)] = damage
    try:
        read_xls_extras(bytes(content))
    except (struct.error, ValueError, IndexError):
        return


def test_a_chain_of_sectors_without_end_is_an_error() -> None:
    content = bytearray(biff.xls({"Añ": XLS}))
    struct.pack_into("<I", content, 512 + 4 * 3, 2)
    with pytest.raises(ValueError, match="no end"):
        read_stream(bytes(content), ("Workbook",))


def test_a_stream_that_is_not_there_is_empty() -> None:
    assert read_stream(biff.xls({"Añ": XLS}), ("Book",)) == b""


def test_an_xls_file_whose_extras_make_no_sense_has_unread_notes() -> None:
    content = biff.xls({"Añ": biff.number(0, 0, 1) + biff.record(0x205, b"\0\0")})
    answer = parse(content, "xls")
    assert answer.get("refused") == "unreadable" or answer["sheets"][0]["has_unread_notes"]


def test_a_workbook_of_openpyxl_has_its_notes() -> None:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active["B3"].comment = openpyxl.comments.Comment("See the annex", "Ana")
    buffer = io.BytesIO()
    made.save(buffer)
    assert read(buffer.getvalue(), "xlsx")[0].notes == (CellNote(2, 1, "Ana", "See the annex"),)


def test_what_is_said_of_a_file_does_not_depend_on_those_before_it() -> None:
    good = with_notes(hostile.workbook(), "Sheet", [("A1", "A", "x")])
    with CellReader() as reader:
        first = reader.read(good, "xlsx")
        assert isinstance(reader.read(hostile.far_corner_cell(), "xlsx"), Refusal)
        assert isinstance(reader.read(b"PK\x03\x04nothing", "xlsx"), Refusal)
        assert reader.read(good, "xlsx") == first
