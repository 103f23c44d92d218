"""Notes and threaded comments put into .xlsx files as Excel stores them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import hostile

NOTICE = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it will "
    "get removed if the file is opened in a newer version of Excel. Learn more: "
    "https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    "
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def sheet_part(content: bytes, name: str) -> str:
    """The part of a sheet, e.g. ``xl/worksheets/sheet2.xml``."""
    workbook = hostile.part(content, "xl/workbook.xml").decode()
    identifier = re.search(rf'<sheet [^>]*name={quoteattr(name)}[^>]*r?:?id="(rId\d+)"', workbook)
    assert identifier, workbook
    links = hostile.part(content, "xl/_rels/workbook.xml.rels").decode()
    link = next(tag for tag in re.findall(r"<Relationship [^>]*>", links) if f'Id="{identifier[1]}"' in tag)
    target = re.search(r'Target="/?(?:xl/)?([^"]+)"', link)
    assert target, link
    return f"xl/{target[1]}"


def with_notes(
    content: bytes,
    sheet: str,
    notes: Sequence[tuple[str, str, str]] = (),
    threads: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """Add notes and messages of threaded comments to a sheet.

    Args:
        content: An .xlsx file whose sheet has none.
        sheet: Name of the sheet.
        notes: (cell, author, text) as they stand in the part of the notes.
        threads: (cell, author, text) of each message.
    """
    part = sheet_part(content, sheet)
    folder, _, name = part.rpartition("/")
    authors = list(dict.fromkeys(author for _, author, _ in notes))
    listed = "".join(
        f'<comment ref="{cell}" authorId="{authors.index(author)}"><text><r><t>{escape(text)}</t></r></text></comment>'
        for cell, author, text in notes
    )
    parts: dict[str, bytes] = {}
    parts["xl/comments7.xml"] = (
        f'<comments xmlns="{_MAIN}"><authors>{"".join(f"<author>{escape(author)}</author>" for author in authors)}'
        f"</authors><commentList>{listed}</commentList></comments>"
    ).encode()
    persons = list(dict.fromkeys(author for _, author, _ in threads))
    messages = "".join(
        f'<threadedComment ref="{cell}" personId="{{P{persons.index(author)}}}" id="{{T{number}}}">'
        f"<text>{escape(text)}</text></threadedComment>"
        for number, (cell, author, text) in enumerate(threads)
    )
    parts["xl/threadedComments/threadedComment7.xml"] = (
        f'<ThreadedComments xmlns="{_THREADS}">{messages}</ThreadedComments>'.encode()
    )
    known = "".join(
        f'<person displayName={quoteattr(author)} id="{{P{number}}}"/>' for number, author in enumerate(persons)
    )
    parts["xl/persons/person.xml"] = f'<personList xmlns="{_THREADS}">{known}</personList>'.encode()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    microsoft = "http://schemas.microsoft.com/office/2017/10/relationships"
    parts[f"{folder}/_rels/{name}.rels"] = (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{office}/comments" Target="../comments7.xml"/>'
        f'<Relationship Id="rId2" Type="{microsoft}/threadedComment" '
        f'Target="../threadedComments/threadedComment7.xml"/></Relationships>'
    ).encode()
    links = hostile.part(content, "xl/_rels/workbook.xml.rels").decode()
    person = f'<Relationship Id="rId99" Type="{microsoft}/person" Target="persons/person.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = links.replace("</Relationships>", person).encode()
    return hostile.with_parts(content, parts)
