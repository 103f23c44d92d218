"""What an .xls file says beyond its values: formulas without results, errors, percentages, notes, links, its calendar.

Source: [MS-XLS] 2.4 (records) and 2.5.198 (values of formulas).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pipeline.gather.ole_stream import read_stream
from pipeline.gather.sheet_extras import BookExtras, SheetExtras, shows_percent

_BOF, _EOF, _CONTINUE = 0x809, 0x0A, 0x3C
_BOUNDSHEET, _DATEMODE, _FORMAT, _XF, _SUPBOOK = 0x85, 0x22, 0x41E, 0xE0, 0x1AE
_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK = 0x06, 0x205, 0x203, 0x27E, 0xBD
_NOTE, _OBJ, _TXO = 0x1C, 0x5D, 0x1B6
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
# What a link is to: this workbook itself, or the functions of an add-in ([MS-XLS] 2.4.271).
_SELF, _ADD_IN = 0x0401, 0x3A01

_Record = tuple[int, bytes]


def read_xls_extras(content: bytes) -> BookExtras:
    """Read what the parser does not give of an .xls file of Excel 97 or later.

    Args:
        content: The file, which the guard has let pass.

    Returns:
        The extras of its worksheets by name. Of files of Excel 95 and before nothing is read but that.

    Raises:
        struct.error: The file is cut off.
        ValueError: Its tables make no sense.
        IndexError: A record is shorter than it must be.
    """
    book = BookExtras()
    stream = read_stream(content, ("Workbook",))
    if stream[4:6] != b"\x00\x06":
        book.has_unread_notes = True
        return book
    offsets: list[tuple[str, int]] = []
    formats, styles = {9, 10}, list[int]()
    for kind, data in _records(stream, 0):
        if kind == _BOUNDSHEET and data[5] == 0:
            offsets.append((_short_string(data[6:]), struct.unpack_from("<I", data)[0]))
        elif kind == _DATEMODE:
            book.from_1904 = data[:2] == b"\x01\x00"
        elif kind == _FORMAT and shows_percent(_long_string(data[2:])):
            formats.add(struct.unpack_from("<H", data)[0])
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _SUPBOOK:
            book.has_external_links |= _is_link(data)
    percents = {number for number, format in enumerate(styles) if format in formats}
    for name, offset in offsets:
        sheet = book.sheet(name)
        _read_cells(stream, offset, sheet, percents)
        _read_notes(stream, offset, sheet)
    return book


def _is_link(data: bytes) -> bool:
    """Whether what formulas refer to is another file; a blank or a zero instead of a path is a link that is not used."""
    return struct.unpack_from("<H", data, 2)[0] not in (_SELF, _ADD_IN) and _long_string(data[2:]) not in (
        "",
        " ",
        "\0",
    )


def _records(stream: bytes, at: int) -> Iterator[_Record]:
    """The records of one substream, those of charts inside it left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _read_cells(stream: bytes, offset: int, sheet: SheetExtras, percents: set[int]) -> None:
    for kind, data in _records(stream, offset):
        if kind in (_FORMULA, _BOOLERR, _NUMBER, _RK):
            row, column, style = struct.unpack_from("<3H", data)
            if kind == _FORMULA and data[12:14] == b"\xff\xff":
                if data[6] == 2:
                    sheet.errors[row, column] = _ERRORS.get(data[8], "#VALUE!")
                elif data[6] == 3:
                    sheet.unset.append((row, column))
            elif kind == _BOOLERR and data[7]:
                sheet.errors[row, column] = _ERRORS.get(data[6], "#VALUE!")
            elif style in percents and kind != _BOOLERR:
                sheet.percents.add((row, column))
        elif kind == _MULRK and percents:
            row, first = struct.unpack_from("<HH", data)
            for number in range((len(data) - 6) // 6):
                if struct.unpack_from("<H", data, 4 + 6 * number)[0] in percents:
                    sheet.percents.add((row, first + number))


def _read_notes(stream: bytes, offset: int, sheet: SheetExtras) -> None:
    """A note is an object (OBJ) with a text (TXO and what continues it), and a record that says where it is (NOTE)."""
    texts: dict[int, str] = {}
    places: list[tuple[int, int, int, str]] = []
    shape, wanted, pieces = 0, 0, list[bytes]()
    for kind, data in _records(stream, offset):
        if kind == _OBJ:
            shape = struct.unpack_from("<H", data, 6)[0] if data[:2] == b"\x15\x00" else 0
        elif kind == _TXO:
            wanted, pieces = struct.unpack_from("<H", data, 10)[0], []
        elif kind == _CONTINUE and wanted:
            # Each piece says for itself whether it has one or two bytes per unit of UTF-16.
            width = 2 if data[0] & 1 else 1
            units = data[1 : 1 + wanted * width]
            pieces.append(units if width == 2 else units.decode("latin-1").encode("utf-16-le"))
            wanted -= len(units) // width
            if wanted <= 0 or not units:
                wanted, texts[shape] = 0, b"".join(pieces).decode("utf-16-le", "replace")
        elif kind == _NOTE:
            row, column, _, note = struct.unpack_from("<4H", data)
            places.append((row, column, note, _long_string(data[8:])))
    for row, column, note, author in places:
        text = texts.get(note, "")
        sheet.add_note(row, column, author, text.removeprefix(f"{author}:") if author else text)


def _characters(flags: int, data: bytes) -> str:
    return data.decode("utf-16-le", "replace") if flags & 1 else data.decode("latin-1")


def _short_string(data: bytes) -> str:
    length = data[0] * (2 if data[1] & 1 else 1)
    return _characters(data[1], data[2 : 2 + length])


def _long_string(data: bytes) -> str:
    if len(data) < 3:
        return ""
    length = struct.unpack_from("<H", data)[0] * (2 if data[2] & 1 else 1)
    return _characters(data[2], data[3 : 3 + length])
