"""Files that nobody should send, made small on the spot."""

from __future__ import annotations

import io
import random
import resource
import struct
import time
import zipfile
from collections.abc import Mapping

import biff
import xlsxwriter


def processor_seconds() -> float:
    """Processor time of this process and its finished children: the wall clock measures what else the machine does."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def workbook(cells: Mapping[str, object] | None = None) -> bytes:
    """A good .xlsx with one sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Sheet")
    for cell, value in (cells or {"A1": "hello", "B2": 12.5}).items():
        sheet.write(cell, value)
    book.close()
    return buffer.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes], level: int | None = None) -> bytes:
    """The same zip with parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info.filename, old.read(info))
        for name, data in parts.items():
            new.writestr(name, data, compresslevel=level)
    return buffer.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read(name)


def with_replaced(name: str, old: bytes, new: bytes) -> bytes:
    content = workbook()
    text = part(content, name)
    assert old in text
    return with_parts(content, {name: text.replace(old, new)})


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def zip_bomb(size: int = 100_000_000) -> bytes:
    return with_parts(workbook(), {SHEET: b"<worksheet><sheetData>" + b" " * size})


def zip_bomb_of_a_gigabyte() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        with parts.open(SHEET, "w") as sheet:
            for _ in range(1_000):
                sheet.write(b" " * 1_000_000)
    return buffer.getvalue()


def lying_zip_bomb() -> bytes:
    """A part of 100 MB whose headers claim 1,000 bytes, so that no ratio looks wrong."""
    content = bytearray(zip_bomb())
    name = SHEET.encode()
    local = content.find(name) - 30
    central = content.rfind(name) - 46
    assert content[local : local + 4] == b"PK\x03\x04"
    assert content[central : central + 4] == b"PK\x01\x02"
    struct.pack_into("<I", content, local + 22, 1000)
    struct.pack_into("<I", content, central + 24, 1000)
    return bytes(content)


def overlapping_parts() -> bytes:
    """Thousands of parts that claim the same packed bytes (after D. Fifield, "A better zip bomb")."""
    content = zip_bomb(1_500_000)
    packed = 1_900
    end = content.rfind(b"PK\x05\x06")
    directory = struct.unpack("<I", content[end + 16 : end + 20])[0]
    entries, central = content[directory:end], b""
    at = entries.rfind(SHEET.encode()) - 46
    entry = entries[at : at + 46 + len(SHEET)]
    assert struct.unpack("<I", entry[20:24])[0] < packed
    for number in range(1_000):
        central += entry.replace(
            SHEET.encode(), f"xl/worksheets/s{number:05}.xml".encode()[: len(SHEET)].ljust(len(SHEET), b"x")
        )
    central = entries[:at] + central
    count = central.count(b"PK\x01\x02")
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(central), directory, 0)
    return content[:directory] + central + tail


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{entities}]>'.encode()
    return with_replaced(STRINGS, b"<sst", head + b"<sst")


def doctype_in_utf16() -> bytes:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><sst/>'.encode("utf-16")
    return with_parts(workbook(), {STRINGS: text})


def external_entity() -> bytes:
    return with_replaced(SHEET, b"<worksheet", b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet')


def far_corner_cell() -> bytes:
    return with_replaced(
        SHEET, b"</row></sheetData>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )


def far_columns() -> bytes:
    return with_replaced(
        SHEET, b"</row></sheetData>", b'</row><row r="150000"><c r="BXX150000"><v>1</v></c></row></sheetData>'
    )


def huge_row_number() -> bytes:
    return with_replaced(
        SHEET, b"</row></sheetData>", b'</row><row r="2000000000"><c r="A2000000000"><v>1</v></c></row></sheetData>'
    )


def string_count() -> bytes:
    return with_replaced(STRINGS, b'uniqueCount="1"', b'uniqueCount="4000000000"')


def _varied(pieces: list[bytes], count: int) -> bytes:
    """That many pieces in an order that does not pack so well that the file would look like a zip bomb."""
    return b"".join(random.Random(1).choices(pieces, k=count))


def five_million_strings() -> bytes:
    """Within every limit of size."""
    strings = b'<sst count="5000000" uniqueCount="5000000">' + _varied([b"<si/>", b"<si />"], 5_000_000) + b"</sst>"
    return with_parts(workbook(), {STRINGS: strings}, 1)


def five_million_uncounted_strings() -> bytes:
    return with_parts(workbook(), {STRINGS: b"<sst>" + _varied([b"<si/>", b"<si />"], 5_000_000) + b"</sst>"}, 1)


def five_million_elements() -> bytes:
    return with_parts(workbook(), {"xl/theme/theme1.xml": b"<theme>" + _varied([b"<a/>", b"<b/>"], 5_000_000)}, 1)


def four_million_cells() -> bytes:
    cells = _varied([b'<c r="A1"/>', b'<c r="B2"/>'], 4_000_000)
    return with_parts(workbook(), {SHEET: b'<worksheet><sheetData><row r="1">' + cells}, 1)


def most_cells_that_pass() -> bytes:
    """As many as pass the guard, so that the parser has the most to do that it can have."""
    rows = b"".join(
        b'<row r="%d">' % row
        + b"".join(b'<c r="%s%d"><v>%d</v></c>' % (column, row, row * 7919 % 9973) for column in COLUMNS)
        + b"</row>"
        for row in range(1, 4_500)
    )
    return with_parts(workbook(), {SHEET: b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"})


COLUMNS = [b"%c" % letter for letter in range(65, 91)]


def most_letters_that_pass() -> bytes:
    """One text of 59 MB in a cell, and as much again in a part that nobody reads."""
    text = _varied([b"abcdefgh", b"ijklmnop", b"qrstuvwx"], 7_400_000)
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>' + text + b"</v></c></row></sheetData></worksheet>"
    return with_parts(workbook(), {SHEET: sheet, "xl/theme/theme1.xml": b"<theme>" + text + b"</theme>"}, 1)


def most_ods_cells_that_pass() -> bytes:
    """Cells of their own up to the limit of tags, with as much for us to follow as can be."""
    cell = '<table:table-cell office:value-type="percentage" office:value="{}"><text:p>1</text:p></table:table-cell>'
    rows = (
        "<table:table-row>" + "".join(cell.format(row * 31 % 97 / 100) for _ in range(50)) + "</table:table-row>"
        for row in range(2_400)
    )
    return ods("".join(rows))


def references(path: str) -> bytes:
    """Relationships that lead out of the file, to a path of this machine in every notation."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    targets = [path, f"file://{path}", f"../../../../../../../..{path}", f"..\\..\\..{path}", f"//server{path}"]
    links = "".join(
        f'<Relationship Id="r{number}" Type="{relation}/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target, mode) in enumerate(
            (kind, target, mode)
            for kind in ("comments", "image", "hyperlink", "vmlDrawing", "oleObject")
            for target in targets
            for mode in ("", ' TargetMode="External"')
        )
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{namespace}">{links}</Relationships>'}
    book = part(workbook(), "xl/_rels/workbook.xml.rels").decode()
    parts["xl/_rels/workbook.xml.rels"] = book.replace(
        "</Relationships>", f'<Relationship Id="r99" Type="x/person" Target="{path}"/></Relationships>'
    )
    return with_parts(workbook(), {name: data.encode() for name, data in parts.items()})


def ods_references(path: str) -> bytes:
    """Pictures, objects and links in an .ods that lead to a path of this machine."""
    links = "".join(
        f'<text:p><text:a xlink:href="{target}">x</text:a><draw:image xlink:href="{target}" xlink:actuate="onLoad"/>'
        f'<draw:object xlink:href="{target}"/></text:p>'
        for target in (path, f"file://{path}", f"../../../../..{path}")
    )
    made = ods(f"<table:table-row><table:table-cell>{links}</table:table-cell></table:table-row>")
    names = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    content = part(made, "content.xml").replace(
        b"<office:document-content ", f"<office:document-content {names} ".encode()
    )
    return with_parts(made, {"content.xml": content})


def xls_in_a_circle() -> bytes:
    """A chain of sectors that comes back to itself."""
    content = bytearray(biff.xls({"S": biff.number(0, 0, 1)}))
    struct.pack_into("<I", content, 512 + 4 * 3, 2)
    return bytes(content)


def xls_of_shared_sheets() -> bytes:
    """Two hundred sheets that begin at the same place of a large stream, each to be read from there."""
    return biff.xls_of_shared_sheets(200, biff.number(0, 0, 1) * 600_000)


def external_link() -> bytes:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    return with_parts(workbook(), {"xl/externalLinks/externalLink1.xml": link})


def linked_ods() -> bytes:
    return ods('<table:table-source xlink:href="../other.ods" table:table-name="Sheet1"/>')


def traversal(name: str) -> bytes:
    return with_parts(workbook(), {name: b"x"})


def macros() -> bytes:
    return with_parts(workbook(), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0code"})


def encrypted() -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook())).encrypt("secret", buffer)
    return buffer.getvalue()


def ods(rows: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    """A small .ods with the given rows."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="T">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        parts.writestr("content.xml", content)
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        for name, data in {"META-INF/manifest.xml": manifest.encode(), **(extra or {})}.items():
            parts.writestr(name, data)
    return buffer.getvalue()


def docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


def ole(*streams: str, text: str = "") -> bytes:
    """The bytes of an old Office file as far as a look at its directory goes."""
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + bytes(62) for name in streams
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory + bytes(7) + text.encode("utf-16-le")
