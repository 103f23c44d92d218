"""What validators do not see: whether a finished report is whole, for readers and for Word.

A finding here is a fault of ours or of the shell, never of a country's file.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # pyright: ignore[reportPrivateUsage]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_LEFT_OVER = re.compile(r"\bNone\b|\bnan\b|\bNaT\b|<NA>|\{\{|\}\}|\{%|%\}|\bUndefined\b|Error! ")


def lint(report: bytes, said: Iterable[str] = ()) -> list[str]:
    """Look for what is broken or left over in a report.

    Args:
        report: The Word file.
        said: Texts that members wrote; what stands in them is theirs and not looked at.

    Returns:
        One sentence per fault, in the order of the checks; empty for a sound report.
    """
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(report)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    styles = etree.fromstring(parts["word/styles.xml"])
    return [
        *_bookmarks(root),
        *_targets(root),
        *_fields(root),
        *_tables(root),
        *_drawings(root),
        *_styles(root, styles),
        *_left_over(root, said),
        *_relations(parts, root),
        *_updates(parts),
    ]


def _value(element: Element, name: str) -> str:
    return str(element.get(f"{_W}{name}") or "")


def _text(element: Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(f"{_W}t"))


def _bookmarks(root: Element) -> Iterator[str]:
    names = Counter(_value(mark, "name") for mark in root.iter(f"{_W}bookmarkStart"))
    yield from (f"Bookmark {name} stands {count} times." for name, count in names.items() if count > 1)
    starts = Counter(_value(mark, "id") for mark in root.iter(f"{_W}bookmarkStart"))
    ends = Counter(_value(mark, "id") for mark in root.iter(f"{_W}bookmarkEnd"))
    if starts != ends or any(count > 1 for count in starts.values()):
        yield "Bookmarks do not begin and end once each."


def _targets(root: Element) -> Iterator[str]:
    names = {_value(mark, "name") for mark in root.iter(f"{_W}bookmarkStart")}
    wanted = {_value(link, "anchor") for link in root.iter(f"{_W}hyperlink")} - {""}
    for instruction in root.iter(f"{_W}instrText"):
        words = (instruction.text or "").split()
        if words[:1] == ["REF"]:
            wanted.add(words[1])
    yield from (f"Nothing is called {name}, to which a link or reference leads." for name in sorted(wanted - names))


def _fields(root: Element) -> Iterator[str]:
    following = {"begin": ("", "end", "separate"), "separate": ("begin",), "end": ("begin", "separate")}
    open_fields: list[str] = []
    for mark in root.iter(f"{_W}fldChar"):
        kind = _value(mark, "fldCharType")
        if kind == "begin":
            open_fields.append("begin")
        elif not open_fields or open_fields[-1] not in following[kind]:
            yield f"A field has {kind} where it may not stand."
            return
        elif kind == "separate":
            open_fields[-1] = "separate"
        else:
            open_fields.pop()
    if open_fields:
        yield "A field does not end."
    if any(_value(mark, "dirty") for mark in root.iter(f"{_W}fldChar", f"{_W}fldSimple")):
        yield "A field is dirty: Word would ask on opening."


def _tables(root: Element) -> Iterator[str]:
    for number, table in enumerate(root.iter(f"{_W}tbl"), start=1):
        name = _text(table)[:40]
        rows = table.findall(f"{_W}tr")
        heads = [row.find(f"{_W}trPr/{_W}tblHeader") is not None for row in rows]
        if heads[:1] != [True] or any(heads[1:]):
            yield f"Table {number} ({name}) has not exactly one header row."
        if len(rows) < 2:
            yield f"Table {number} ({name}) has no rows."
        if any(row.find(f"{_W}trPr/{_W}cantSplit") is None for row in rows):
            yield f"Table {number} ({name}) has a row that may split."
        if any(cell.find(f"{_W}p") is None for cell in table.iter(f"{_W}tc")):
            yield f"Table {number} ({name}) has a cell without paragraph."
        if table.find(f"{_W}tblPr/{_W}tblDescription") is None:
            yield f"Table {number} ({name}) has no alternative text."


def _drawings(root: Element) -> Iterator[str]:
    for drawing in root.iter(_DRAWING):
        if not drawing.get("descr"):
            yield f"Drawing {drawing.get('id')} has no alternative text."


def _styles(root: Element, styles: Element) -> Iterator[str]:
    there = {_value(style, "styleId") for style in styles.iter(f"{_W}style")}
    tags = (f"{_W}pStyle", f"{_W}rStyle", f"{_W}tblStyle")
    used = {_value(style, "val") for style in root.iter(*tags)}
    yield from (f"The style {style} does not exist." for style in sorted(used - there))


def _left_over(root: Element, said: Iterable[str]) -> Iterator[str]:
    theirs = sorted({line for text in said for line in text.split("\n") if line}, key=lambda line: (-len(line), line))
    suspicious = [line for line in theirs if _LEFT_OVER.search(line)]
    for paragraph in root.iter(f"{_W}p"):
        text = _text(paragraph)
        for line in suspicious:
            text = text.replace(line, " ")
        found = _LEFT_OVER.search(text)
        if found:
            yield f"“{found[0]}” is left over in “{text[:60]}”."


def _relations(parts: dict[str, bytes], root: Element) -> Iterator[str]:
    from lxml import etree

    given = etree.fromstring(parts["word/_rels/document.xml.rels"])
    ids = {str(relation.get("Id")) for relation in given}
    used = {str(value) for element in root.iter() for name, value in element.attrib.items() if str(name).startswith(_R)}
    yield from (f"The relation {relation} does not exist." for relation in sorted(used - ids))
    for relation in given:
        name = posixpath.normpath(posixpath.join("word", str(relation.get("Target"))))
        if relation.get("TargetMode") != "External" and name not in parts:
            yield f"The part {name} does not exist."


def _updates(parts: dict[str, bytes]) -> Iterator[str]:
    if b"updateFields" in parts.get("word/settings.xml", b""):
        yield "The settings make Word ask whether to update fields."
