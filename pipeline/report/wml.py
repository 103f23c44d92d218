"""WordprocessingML as strings: paragraphs, tables, captions, cross-references.

Every builder takes plain text or the :class:`markupsafe.Markup` that another builder returned; plain text is cleaned
and escaped, so nothing that a country wrote can become mark-up. Looks come from the styles of the shell alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from markupsafe import Markup

from pipeline.report.notation import NO_BREAK
from pipeline.text import clean_text

_RIGHT_TO_LEFT = re.compile(
    "([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc ]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])?)"
)
_BREAKS = re.compile("([\n\t])")


def plain(text: str) -> str:
    """Text as it may stand inside an element or a quoted attribute."""
    return escape(clean_text(text), {'"': "&quot;"})


def run(text: str, style: str = "") -> Markup:
    """A run of text; line ends and tabs stay what they are, right-to-left script is marked as such.

    Args:
        text: Any text.
        style: Id of a character style of the shell, or '' for the paragraph's own.
    """
    if isinstance(text, Markup):
        return text
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    pieces = _RIGHT_TO_LEFT.split(clean_text(text)) if not text.isascii() else [clean_text(text)]
    made: list[str] = []
    for index, piece in enumerate(pieces):
        if not piece:
            continue
        properties = look + ("<w:rtl/>" if index % 2 else "")
        made.append(f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{_broken(piece)}</w:r>")
    return Markup("".join(made))  # noqa: S704 - escaped piece by piece


def _broken(text: str) -> str:
    if "\n" not in text and "\t" not in text:
        return f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    pieces = [piece for piece in _BREAKS.split(text) if piece]
    return "".join(marks.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)


def paragraph(*content: str, style: str = "BodyText") -> Markup:
    """A paragraph of one style from texts and runs."""
    inside = "".join(run(piece) for piece in content)
    return Markup(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{inside}</w:p>')  # noqa: S704


def bookmark(name: str, content: str) -> Markup:
    """Content that links and cross-references can point to; ids are given out when the document is finished."""
    return Markup(  # noqa: S704
        f'<w:bookmarkStart w:id="{name}" w:name="{name}"/>{run(content)}<w:bookmarkEnd w:id="{name}"/>'
    )


def heading(text: str, style: str, name: str = "") -> Markup:
    """A heading; ``name`` makes it a place that :func:`link` can point to."""
    return paragraph(bookmark(name, text) if name else text, style=style)


def link(name: str, text: str) -> Markup:
    """A link to a bookmark of this document."""
    inside = run(text, "Hyperlink")
    return Markup(f'<w:hyperlink w:anchor="{name}" w:history="1">{inside}</w:hyperlink>')  # noqa: S704


def field(instruction: str, result: str) -> Markup:
    """A field with its cached result; never dirty, so Word asks nothing on opening."""
    return Markup(  # noqa: S704
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {plain(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def caption(kind: str, key: str, text: str) -> Markup:
    """The caption of a table or figure; its number is filled in when the document is finished.

    Args:
        kind: ``Table`` or ``Figure``.
        key: What :func:`reference` calls it by; unique in the report.
        text: The caption itself.
    """
    sequence = field(f"SEQ {kind} \\* ARABIC", "0")
    numbered = bookmark(f"_Ref_{key}", Markup(f"{run(f'{kind}{NO_BREAK}')}{sequence}"))  # noqa: S704
    return paragraph(numbered, f". {text}", style="Caption" if kind == "Table" else "FigureCaption")


def reference(key: str) -> Markup:
    """A cross-reference to the number of a captioned table or figure, e.g. "Table 3"."""
    return field(f"REF _Ref_{key} \\h", "Table 0")


@dataclass(frozen=True)
class Cell:
    """A table cell: one or more paragraphs, the style of those that are plain text."""

    content: Sequence[str]
    style: str = "TableText"

    def xml(self, width: int) -> str:
        """The cell as mark-up; ``width`` in twentieths of a point."""
        pieces = [_cell_paragraph(piece, self.style) for piece in self.content] or [paragraph("", style=self.style)]
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(pieces)}</w:tc>'


def _cell_paragraph(piece: str, style: str) -> str:
    is_paragraph = isinstance(piece, Markup) and piece.startswith("<w:p>")
    return piece if is_paragraph else paragraph(piece, style=style)


def cell(*content: str, style: str = "TableText") -> Cell:
    """A cell of texts, runs or paragraphs; an empty cell where nothing is given."""
    return Cell(content, style)


def table(
    description: str,
    widths: Sequence[int],
    header: Sequence[str],
    rows: Iterable[Sequence[Cell | str]],
    style: str = "StocktakeTable",
    *,
    together: bool = False,
) -> Markup:
    """A table whose header row repeats on every page and whose rows do not split.

    Args:
        description: What the table shows, for those who hear it (alternative text).
        widths: Column widths in twentieths of a point.
        header: Headings, one per column; a heading that starts with ``#`` stands centred.
        rows: Cells per row; plain text takes the style of table text.
        style: Id of a table style of the shell.
        together: Whether a page break may never fall into it; for tables of a few rows of plain cells.
    """
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = [
        Cell([text.removeprefix("#")], "TableHeaderCentred" if text.startswith("#") else "TableHeader")
        for text in header
    ]
    listed = [[item if isinstance(item, Cell) else Cell([item]) for item in row] for row in rows]
    if together:
        listed[:-1] = [[replace(item, style=f"{item.style}Kept") for item in row] for row in listed[:-1]]
    body = "".join(_row(row, widths, "") for row in listed)
    return Markup(  # noqa: S704 - made of escaped pieces
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblDescription w:val="{plain(" ".join(description.split()))}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{_row(head, widths, '<w:tblHeader/>')}{body}</w:tbl>{_AFTER_TABLE}"
    )


# Word joins two tables that touch, and a table may not be the last thing before a section's end.
_AFTER_TABLE = '<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'


def _row(cells: Sequence[Cell], widths: Sequence[int], mark: str) -> str:
    inside = "".join(item.xml(width) for item, width in zip(cells, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{inside}</w:tr>"
