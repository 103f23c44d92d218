"""What an .ods file says beyond its values: formulas without results, errors, percentages, merged cells, notes.

The content is streamed through expat in the worker process; nothing of it is kept but what is looked for.
"""

from __future__ import annotations

import io
import zipfile
from xml.parsers import expat

from pipeline.gather.sheet_extras import POSITIONS_LIMIT, BookExtras, SheetExtras

_BLANKS = {"text:line-break": "\n", "text:tab": "\t", "text:s": " "}
_CELLS = ("table:table-cell", "table:covered-table-cell")


def read_ods_extras(content: bytes) -> BookExtras:
    """Read what the parser does not give of an .ods file.

    Args:
        content: The file, which the guard has let pass.

    Returns:
        The extras of its sheets by name.

    Raises:
        expat.ExpatError: The content is no XML.
        zipfile.BadZipFile: The file is no zip.
        KeyError: There is no content in it.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        parser.Parse(parts.read("content.xml"), True)
    return reader.book


class _Reader:
    """Follows the elements of ``content.xml`` and knows where it is."""

    def __init__(self) -> None:
        self.book = BookExtras()
        self._sheet: SheetExtras | None = None
        self._row, self._rows, self._column, self._columns = 0, 0, 0, 0
        self._cell: dict[str, str] = {}
        self._text: list[str] = []
        self._note: list[str] | None = None
        self._author: list[str] | None = None
        self._paragraphs = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELLS:
            self._column += self._columns
            self._columns = _number(attributes, "table:number-columns-repeated")
            self._cell, self._text = attributes, []
        elif name == "text:p":
            self._paragraphs += 1
        elif name == "table:table-row":
            self._row += self._rows
            self._rows = _number(attributes, "table:number-rows-repeated")
            self._column = self._columns = 0
        elif name == "table:table":
            self._sheet = self.book.sheet(attributes.get("table:name", ""))
            self._row = self._rows = 0
        elif name == "office:annotation":
            self._note, self._author = [], []
        elif name == "dc:creator":
            self._paragraphs += 1
        elif name in _BLANKS:
            self.characters(_BLANKS[name] * min(_number(attributes, "text:c"), 1000))
        elif name == "table:null-date":
            self.book.from_1904 = attributes.get("table:date-value", "").startswith("1904")

    def characters(self, text: str) -> None:
        if self._paragraphs:
            (self._text if self._note is None else self._note).append(text)

    def end(self, name: str) -> None:
        if name == "text:p":
            self.characters("\n")
            self._paragraphs -= 1
        elif name == "dc:creator":
            self._paragraphs -= 1
            if self._note is not None:
                self._author, self._note = self._note, []
        elif name == "office:annotation":
            if self._sheet is not None and self._note is not None:
                self._sheet.add_note(self._row, self._column, "".join(self._author or ()), "".join(self._note))
            self._note = None
        elif name in _CELLS and self._sheet is not None:
            self._end_cell(self._sheet, "".join(self._text).strip(), name == "table:covered-table-cell")

    def _end_cell(self, sheet: SheetExtras, text: str, covered: bool) -> None:
        cell = self._cell
        kind = cell.get("office:value-type", "")
        height = _number(cell, "table:number-rows-spanned")
        width = _number(cell, "table:number-columns-spanned")
        if not covered and height * width > 1 and len(sheet.merged) < POSITIONS_LIMIT:
            sheet.merged.append((self._row, self._column, self._row + height - 1, self._column + width - 1))
        if cell.get("calcext:value-type") == "error":
            sheet.errors |= dict.fromkeys(self._positions(), text or "#VALUE!")
        elif "table:formula" in cell and not text and kind in ("", "string"):
            sheet.unset += self._positions()
        if kind == "percentage":
            sheet.percents |= set(self._positions())

    def _positions(self) -> list[tuple[int, int]]:
        positions = [
            (self._row + down, self._column + right)
            for down in range(min(self._rows, POSITIONS_LIMIT))
            for right in range(min(self._columns, max(1, POSITIONS_LIMIT // self._rows)))
        ]
        return positions[:POSITIONS_LIMIT]


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 9 else 1
