"""The last pass over the document: what can be known only when everything stands in its place.

Numbers of headings and captions, cross-references, ids of bookmarks and drawings, the contents and the lists of tables
and figures. It works on whatever stands in the file, from the blocks or from staff who wrote it in Word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.errors import AllianceError, Problem
from pipeline.report.numbering import Numbering, read_numbering
from pipeline.report.shell import SHELL
from pipeline.report.wml import link, run

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # pyright: ignore[reportPrivateUsage]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NS = {"w": W, "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"}
DIRTY = f"{{{W}}}dirty"
CONTENTS_LEVELS = 2


@dataclass(frozen=True)
class Entry:
    """A line of the contents or of a list: its level from 1, its number, its text and the bookmark it leads to."""

    level: int
    number: str
    text: str
    bookmark: str


def finish(document: str, styles: bytes, numbering: bytes | None) -> bytes:
    """Finish the main part of the report.

    Args:
        document: The part, filled, with all blocks in it.
        styles: The shell's styles; they say which paragraphs are headings.
        numbering: The shell's numbering, if it has any.

    Returns:
        The part, ready to be written.

    Raises:
        AllianceError: The shell refers to a table or figure that is not there.
        lxml.etree.XMLSyntaxError: A builder made bad mark-up; a fault of ours.
    """
    from lxml import etree

    root = etree.fromstring(document.encode("utf-8"), etree.XMLParser(resolve_entities=False, huge_tree=True))
    names = (f"_Toc{number:08d}" for number in count(1))
    headings = list(_headings(root, read_numbering(styles, numbering), names))
    captions = list(_captions(root, names))
    _references(root)
    _fill_places(root, headings, captions)
    _ids(root)
    for element in root.iter(f"{{{W}}}fldChar", f"{{{W}}}fldSimple"):
        if element.get(DIRTY):
            del element.attrib[DIRTY]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _style(paragraph: Element) -> str:
    style = paragraph.find("w:pPr/w:pStyle", NS)
    return "" if style is None else str(style.get(f"{{{W}}}val"))


def _text(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{{{W}}}t"))


def _wrap(paragraph: Element, name: str) -> None:
    from lxml import etree

    start = etree.Element(f"{{{W}}}bookmarkStart", {f"{{{W}}}id": name, f"{{{W}}}name": name})
    first = 1 if len(paragraph) and paragraph[0].tag == f"{{{W}}}pPr" else 0
    paragraph.insert(first, start)
    paragraph.append(etree.Element(f"{{{W}}}bookmarkEnd", {f"{{{W}}}id": name}))


def _headings(root: Element, numbering: Numbering, names: Iterator[str]) -> Iterator[Entry]:
    for paragraph in root.iter(f"{{{W}}}p"):
        style = _style(paragraph)
        level = numbering.outline.get(style)
        if level is None or not _text(paragraph).strip():
            continue
        number = numbering.next_number(style)
        if level <= CONTENTS_LEVELS:
            name = next(names)
            _wrap(paragraph, name)
            yield Entry(level, number, _text(paragraph), name)


def _captions(root: Element, names: Iterator[str]) -> Iterator[tuple[str, Entry]]:
    counts: Counter[str] = Counter()
    for instruction in root.iter(f"{{{W}}}instrText"):
        words = (instruction.text or "").split()
        if words[:1] != ["SEQ"]:
            continue
        kind = words[1]
        counts[kind] += 1
        _set_result(instruction, str(counts[kind]))
        paragraph = next(instruction.iterancestors(f"{{{W}}}p"))
        name = next(names)
        _wrap(paragraph, name)
        yield kind, Entry(1, "", _text(paragraph), name)


def _set_result(instruction: Element, text: str) -> None:
    """Put a text in the place of a field's cached result."""
    run_element = next(instruction.iterancestors(f"{{{W}}}r"))
    is_result = False
    for sibling in run_element.itersiblings():
        mark = sibling.find("w:fldChar", NS)
        if mark is not None and mark.get(f"{{{W}}}fldCharType") == "end":
            return
        if mark is not None and mark.get(f"{{{W}}}fldCharType") == "separate":
            is_result = True
        elif is_result:
            for shown in sibling.iter(f"{{{W}}}t"):
                shown.text, text = text, ""


def _references(root: Element) -> None:
    texts: dict[str, str] = {}
    for start in root.iter(f"{{{W}}}bookmarkStart"):
        name = str(start.get(f"{{{W}}}name"))
        if name.startswith("_Ref"):
            texts[name] = _between(start)
    for instruction in root.iter(f"{{{W}}}instrText"):
        words = (instruction.text or "").split()
        if words[:1] != ["REF"]:
            continue
        if words[1] not in texts:
            key = words[1].removeprefix("_Ref_")
            seen = f"A reference leads to {key}, but this report has no table or figure of that name."
            raise AllianceError([Problem(SHELL, seen, f"Take {{{{r ref.{key} }}}} out, or give the right name.")])
        _set_result(instruction, texts[words[1]])


def _between(start: Element) -> str:
    found: list[str] = []
    for sibling in start.itersiblings():
        if sibling.tag == f"{{{W}}}bookmarkEnd" and sibling.get(f"{{{W}}}id") == start.get(f"{{{W}}}id"):
            break
        found.append(_text(sibling))
    return "".join(found)


def _fill_places(root: Element, headings: list[Entry], captions: list[tuple[str, Entry]]) -> None:
    lists = {
        "contents": ('TOC \\o "1-2" \\h \\z \\u', headings, "TOC"),
        "list_of_tables": ('TOC \\h \\z \\c "Table"', [entry for kind, entry in captions if kind == "Table"], ""),
        "list_of_figures": ('TOC \\h \\z \\c "Figure"', [entry for kind, entry in captions if kind == "Figure"], ""),
    }
    from lxml import etree

    for mark in list(root.iter(etree.ProcessingInstruction)):
        instruction, entries, style = lists[str(mark.text).strip()]
        parent = mark.getparent()
        if parent is None:
            continue
        at = parent.index(mark)
        parent.remove(mark)
        made = etree.fromstring(f'<w:body xmlns:w="{W}">{_list(instruction, entries, style)}</w:body>')
        for offset, paragraph in enumerate(list(made)):
            parent.insert(at + offset, paragraph)


def _list(instruction: str, entries: list[Entry], style: str) -> str:
    """The paragraphs of a contents field: its cached entries are links and carry no page numbers."""
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {Markup.escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    made: list[str] = []
    for at, entry in enumerate(entries):
        name = f"{style}{entry.level}" if style else "TableofFigures"
        shown = link(entry.bookmark, f"{entry.number}\t{entry.text}" if entry.number else entry.text)
        first, last = begin if at == 0 else "", end if at == len(entries) - 1 else ""
        made.append(f'<w:p><w:pPr><w:pStyle w:val="{name}"/></w:pPr>{first}{shown}{last}</w:p>')
    return "".join(made) or f'<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>{begin}{run("–")}{end}</w:p>'


def _ids(root: Element) -> None:
    """Give bookmarks and drawings their numbers, in the order of the document."""
    given: dict[str, str] = {}
    for element in root.iter(f"{{{W}}}bookmarkStart", f"{{{W}}}bookmarkEnd"):
        old = str(element.get(f"{{{W}}}id"))
        element.set(f"{{{W}}}id", given.setdefault(old, str(len(given) + 1)))
    for at, element in enumerate(root.iter(f"{{{NS['wp']}}}docPr"), start=1):
        element.set("id", str(at))
