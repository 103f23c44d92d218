"""A look at a file before any parser sees it: is it a workbook, and is it safe to read?

Parsers of workbooks trust what a file claims: calamine aborts the process on a cell in the far corner or on a count of
four milliards, and zipfile inflates a part in full before it notices that its size was a lie. So sizes, ratios and
positions are checked here, on the bytes, inflating in pieces and never more than the limits. A workbook that takes values
from other files is refused: nobody here has these files, so what it shows may be out of date, and none is ever opened.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

from pipeline.gather.ole_directory import inspect_ole
from pipeline.gather.refusal import Format, Refusal, other_than_workbook, refuse
from pipeline.gather.sheet_scan import has_far_ods_cells, has_far_xlsx_cells, has_too_many_tags

FILE_LIMIT = 20_000_000
PART_LIMIT = 60_000_000
TOTAL_LIMIT = 120_000_000
PARTS_LIMIT = 2_000
DIRECTORY_LIMIT = 1_000_000
# DEFLATE cannot pass 1,032; sheets of nothing but equal rows reach about 100.
RATIO_LIMIT = 300
RATIO_FREE_BYTES = 2_000_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS_TYPES = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
)
# Values of other workbooks, and of queries to data bases and web pages. Hyperlinks are in none of these.
_LINKED_PARTS = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")
# Tables, ranges and values that come from other files (OpenDocument 1.3 part 3, 9.1.2, 9.3.1, 9.4 and 14.6.5).
_ODS_LINKS = (b"<table:table-source", b"<table:cell-range-source", b"<table:database-source", b"<table:dde-link")
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"x\x9f>\x22", "what Outlook makes of attachments in its Rich Text format (set the message's format to HTML)"),
)


def inspect(content: bytes) -> Refusal | Format:
    """Decide whether a file is a workbook that may be parsed.

    Args:
        content: All bytes of the file.

    Returns:
        The format to read it as, or the refusal with its reason. At most :data:`PART_LIMIT` bytes are inflated at a
        time and :data:`TOTAL_LIMIT` in all.
    """
    if len(content) > FILE_LIMIT:
        return refuse("too_large")
    if not content:
        return refuse("not_a_workbook", "The file is empty. Please attach the questionnaire again.")
    if content.startswith(_OLE):
        return inspect_ole(content)
    if content.startswith(_ZIP):
        return _inspect_zip(content)
    return _not_a_workbook(content)


def _not_a_workbook(content: bytes) -> Refusal:
    for beginning, name in _OTHERS:
        if content.startswith(beginning):
            return other_than_workbook(name)
    start = content[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"mime-version")):
        return other_than_workbook("a web page or XML text")
    return refuse("not_a_workbook")


def unpack(content: bytes) -> Mapping[str, bytes] | Refusal:
    """Unpack a zip of plain files, with the same limits as for the parts of a workbook.

    Args:
        content: All bytes of the file.

    Returns:
        The bytes of each part by its name, folders left out, or the refusal.
    """
    if len(content) > FILE_LIMIT:
        return refuse("too_large")
    parts = _listed(content)
    if isinstance(parts, Refusal):
        return parts
    unpacked: dict[str, bytes] = {}
    for part in parts:
        data = b"" if part.is_dir() else _inflate(content, part)
        if isinstance(data, Refusal):
            return data
        if not part.is_dir():
            unpacked[part.filename] = data
    return unpacked


def _listed(content: bytes) -> list[zipfile.ZipInfo] | Refusal:
    """The parts of a zip as its directory lists them, once what it claims was checked."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or len(content) < end + 22:
        return refuse("damaged")
    if int.from_bytes(content[end + 12 : end + 16], "little") > DIRECTORY_LIMIT:
        return refuse("too_large")
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return refuse("damaged")
    return _check_listing(parts) or parts


def _inspect_zip(content: bytes) -> Refusal | Format:
    parts = _listed(content)
    if isinstance(parts, Refusal):
        return parts
    kind = _kind([part.filename for part in parts])
    if isinstance(kind, Refusal):
        return kind
    for part in parts:
        refusal = _check_part(content, part, kind)
        if refusal:
            return refusal
    return kind


def _check_listing(parts: list[zipfile.ZipInfo]) -> Refusal | None:
    """Check what the zip's directory claims, before anything is inflated."""
    if len(parts) > PARTS_LIMIT:
        return refuse("too_large")
    names = [part.orig_filename for part in parts]
    if any(_points_outside(name) for name in names):
        return refuse("suspicious_names")
    if len(set(map(str.lower, names))) != len(names):
        return refuse("damaged")
    if any(part.flag_bits & 0x1 for part in parts):
        return refuse("password_protected")
    for part in parts:
        if part.file_size > RATIO_FREE_BYTES and part.file_size > RATIO_LIMIT * max(part.compress_size, 1):
            return refuse("zip_bomb")
    if sum(part.file_size for part in parts) > TOTAL_LIMIT or any(part.file_size > PART_LIMIT for part in parts):
        return refuse("too_large")
    # Parts that share their bytes (as in bombs of overlapping parts) claim more than the file has.
    if sum(part.compress_size for part in parts) > FILE_LIMIT:
        return refuse("zip_bomb")
    return None


def _points_outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or "\x00" in name or ".." in name.split("/")


def _kind(names: list[str]) -> Refusal | Format:
    lowered = [name.lower() for name in names]
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in lowered):
        return refuse("macros")
    if any(name.startswith(("basic/", "scripts/")) for name in lowered if not name.endswith("/")):
        return refuse("macros")
    if any(name.startswith(_LINKED_PARTS) for name in lowered):
        return refuse("external_links")
    if "xl/workbook.xml" in lowered:
        return "xlsx"
    if "xl/workbook.bin" in lowered:
        return other_than_workbook("a binary workbook (.xlsb)")
    if "content.xml" in lowered and "mimetype" in lowered:
        return "ods"
    if "word/document.xml" in lowered:
        return other_than_workbook("a Word document")
    if "ppt/presentation.xml" in lowered:
        return other_than_workbook("a PowerPoint presentation")
    return other_than_workbook("a zip archive") if lowered else refuse("damaged")


def _check_part(content: bytes, part: zipfile.ZipInfo, kind: Format) -> Refusal | None:
    data = _inflate(content, part)
    if isinstance(data, Refusal):
        return data
    name = part.filename.lower()
    if name == "mimetype" and kind == "ods" and data.decode("ascii", "replace").strip() not in _ODS_TYPES:
        return other_than_workbook("an OpenDocument file of another kind")
    if name == "meta-inf/manifest.xml" and b"encryption-data" in data:
        return refuse("password_protected")
    if name.endswith((".xml", ".rels", ".vml")) or _looks_like_xml(data):
        return None if name.endswith(".svg") else _check_xml(data, kind)
    return None


def _inflate(content: bytes, part: zipfile.ZipInfo) -> bytes | Refusal:
    """Inflate one part, stopping one byte after the size that its header claims."""
    header = content[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or not header.startswith(_ZIP):
        return refuse("damaged")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    begin = part.header_offset + 30 + name_length + extra_length
    packed = content[begin : begin + part.compress_size]
    if len(packed) < part.compress_size:
        return refuse("damaged")
    if part.compress_type == zipfile.ZIP_STORED:
        data = packed
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        try:
            data = zlib.decompressobj(-15).decompress(packed, part.file_size + 1)
        except zlib.error:
            return refuse("damaged")
    else:
        return refuse("damaged")
    if len(data) > part.file_size:
        return refuse("zip_bomb")
    if len(data) < part.file_size or zlib.crc32(data) != part.CRC:
        return refuse("damaged")
    return data


def _looks_like_xml(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") or data[:2] in (b"\xff\xfe", b"\xfe\xff")


_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})[\"']")


def _check_xml(data: bytes, kind: Format) -> Refusal | None:
    encoding = _DECLARED_ENCODING.search(data[:300])
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        return refuse("suspicious_xml")
    # Text in UTF-16 or UTF-32 would hide a declaration from the search below.
    if b"\x00" in data[:64] or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return refuse("suspicious_xml")
    if has_too_many_tags(data):
        return refuse("suspicious_dimensions")
    if kind == "ods" and any(link in data for link in _ODS_LINKS):
        return refuse("external_links")
    far = has_far_xlsx_cells(data) if kind == "xlsx" else has_far_ods_cells(data)
    return refuse("suspicious_dimensions") if far else None
