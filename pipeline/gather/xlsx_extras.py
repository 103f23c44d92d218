"""What an .xlsx file says beyond its values: formulas without results, errors, percentages, notes, its calendar.

Only the standard library is used, and only in the worker process. Text is searched with bounded patterns; small parts are
parsed with expat, after the guard has refused every declaration of a document type.
"""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ElementTree
import zipfile

from pipeline.gather.sheet_extras import BookExtras, SheetExtras, shows_percent

# A part with notes that is larger than this belongs to no questionnaire.
NOTES_BYTES = 8_000_000

# Repetitions are bounded and cross no "<", so that no text can make a search slow.
_CELL = rb"<(?:\w{1,20}:)?c\s(?=[^<>]{0,400}?\br\s{0,9}=\s{0,9}[\"']([A-Z]{1,3})(\d{1,7})[\"'])"
_FORMULA = rb"(?:<(?:\w{1,20}:)?f\b[^<>]{0,400}(?:/>|>[^<]{0,9000}</(?:\w{1,20}:)?f>)\s{0,99})"
_UNSET = re.compile(
    _CELL + rb"[^<>]{0,400}?>\s{0,99}" + _FORMULA + rb"(?:<(?:\w{1,20}:)?v\s{0,9}/>|"
    rb"<(?:\w{1,20}:)?v></(?:\w{1,20}:)?v>)?\s{0,99}</(?:\w{1,20}:)?c>"
)
_ERROR = re.compile(
    _CELL + rb"(?=[^<>]{0,400}?\bt\s{0,9}=\s{0,9}[\"']e[\"'])[^<>]{0,400}?>\s{0,99}" + _FORMULA + rb"?"
    rb"<(?:\w{1,20}:)?v(?:\s[^<>]{0,99})?>\s{0,9}([^<]{1,40}?)\s{0,9}</"
)
_STYLED = re.compile(_CELL + rb"(?=[^<>]{0,400}?\bs\s{0,9}=\s{0,9}[\"'](\d{1,5})[\"'])")
_PERCENT_FORMATS = frozenset(("9", "10"))


def read_xlsx_extras(content: bytes) -> BookExtras:
    """Read what the parser does not give of an .xlsx file.

    Args:
        content: The file, which the guard has let pass.

    Returns:
        The extras of its worksheets by name.

    Raises:
        ElementTree.ParseError: A part is no XML.
        zipfile.BadZipFile: The file is no zip.
    """
    book = BookExtras()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = set(parts.namelist())
        if "xl/workbook.xml" not in names:
            return book
        workbook = _parse(parts, "xl/workbook.xml")
        book.from_1904 = any(
            _local(node) == "workbookPr" and node.get("date1904") in ("1", "true") for node in workbook
        )
        links = _links(parts, names, "xl/workbook.xml")
        percents = _percent_styles(parts, names)
        persons = _persons(parts, names, links)
        for node in workbook.iter():
            if _local(node) == "sheet":
                key = next((value for name, value in node.attrib.items() if name.endswith("}id")), "")
                _, part = links.get(key, ("", ""))
                if part in names:
                    sheet = book.sheet(node.get("name", ""))
                    _read_cells(parts.read(part), sheet, percents)
                    book.has_unread_notes |= not _read_notes(parts, names, part, persons, sheet)
    return book


def _parse(parts: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts.read(name))  # noqa: S314 - the guard refuses document types


def _local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _links(parts: zipfile.ZipFile, names: set[str], part: str) -> dict[str, tuple[str, str]]:
    """The relationships of a part inside the file: id -> (last word of the type, name of the part)."""
    folder, _, name = part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels"
    if listed not in names:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for link in _parse(parts, listed):
        target = link.get("Target", "")
        if link.get("TargetMode") != "External":
            inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], inside)
    return found


def _percent_styles(parts: zipfile.ZipFile, names: set[str]) -> frozenset[bytes]:
    """The numbers of the cell styles that show percentages."""
    if "xl/styles.xml" not in names:
        return frozenset()
    formats: set[str] = set(_PERCENT_FORMATS)
    found: set[bytes] = set()
    for group in _parse(parts, "xl/styles.xml"):
        if _local(group) == "numFmts":
            formats |= {node.get("numFmtId", "") for node in group if shows_percent(node.get("formatCode", ""))}
        elif _local(group) == "cellXfs":
            found |= {b"%d" % number for number, node in enumerate(group) if node.get("numFmtId") in formats}
    return frozenset(found)


def _read_cells(data: bytes, sheet: SheetExtras, percents: frozenset[bytes]) -> None:
    data = data.partition(b"sheetData>")[2].partition(b"sheetData>")[0]
    if b"<f" in data or b":f" in data:
        sheet.unset += [_position(letters, row) for letters, row in _UNSET.findall(data)]
    if b'"e"' in data or b"'e'" in data:
        for letters, row, error in _ERROR.findall(data):
            sheet.errors[_position(letters, row)] = error.decode("utf-8", "replace")
    if percents:
        sheet.percents |= {
            _position(letters, row) for letters, row, style in _STYLED.findall(data) if style in percents
        }


def _position(letters: bytes, row: bytes) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(row) - 1, column - 1


def _place(reference: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::.*)?", reference)
    return _position(match[1].encode("ascii"), match[2].encode("ascii")) if match else None


def _persons(parts: zipfile.ZipFile, names: set[str], links: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The names of those who wrote threaded comments, by their ids."""
    return {
        node.get("id", ""): node.get("displayName", "")
        for kind, part in links.values()
        if kind == "person" and part in names and parts.getinfo(part).file_size <= NOTES_BYTES
        for node in _parse(parts, part)
    }


def _read_notes(
    parts: zipfile.ZipFile, names: set[str], part: str, persons: dict[str, str], sheet: SheetExtras
) -> bool:
    """Read the notes and threaded comments of a sheet; whether all of them could be read."""
    linked = [(kind, target) for kind, target in _links(parts, names, part).values() if target in names]
    small = [(kind, target) for kind, target in linked if parts.getinfo(target).file_size <= NOTES_BYTES]
    threaded: set[tuple[int, int]] = set()
    for kind, target in small:
        if kind == "threadedComment":
            for node in _parse(parts, target):
                if place := _place(node.get("ref", "")):
                    threaded.add(place)
                    sheet.add_note(*place, persons.get(node.get("personId", ""), ""), _text(node))
    for kind, target in small:
        if kind == "comments":
            _read_plain_notes(_parse(parts, target), threaded, sheet)
    return all(kind not in ("comments", "threadedComment") for kind, _ in set(linked) - set(small))


def _read_plain_notes(comments: ElementTree.Element, threaded: set[tuple[int, int]], sheet: SheetExtras) -> None:
    authors = [_unescaped(node.text or "") for node in comments.iter() if _local(node) == "author"]
    for node in comments.iter():
        place = _place(node.get("ref", "")) if _local(node) == "comment" else None
        if place is None:
            continue
        number = node.get("authorId", "")
        author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        text = _text(node)
        # For each thread Excel adds a note for older versions, which says the same after a notice. Programs that know
        # no threads keep that note alone.
        if author.startswith("tc=") or "linkid=870924" in text:
            if place in threaded:
                continue
            author, text = "", text.rpartition("linkid=870924")[2]
        # Excel begins a note with the name of its author.
        sheet.add_note(*place, author, text.strip().removeprefix(f"{author}:") if author else text)


def _text(node: ElementTree.Element) -> str:
    """The text of a note, without the readings of Japanese words that may stand beside them."""
    if _local(node) == "rPh":
        return ""
    if _local(node) in ("t", "text") and len(node) == 0:
        return _unescaped(node.text or "")
    return "".join(_text(child) for child in node)


def _unescaped(text: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
