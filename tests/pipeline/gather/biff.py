"""Small .xls files, record by record, after [MS-XLS] and [MS-CFB]."""

from __future__ import annotations

import struct

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
XF_PLAIN, XF_PERCENT, XF_OWN_PERCENT = 0, 1, 2


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def text(words: str) -> bytes:
    return struct.pack("<HB", len(words.encode("utf-16-le")) // 2, 1) + words.encode("utf-16-le")


def number(row: int, column: int, value: float, xf: int = XF_PLAIN) -> bytes:
    return record(0x203, struct.pack("<3Hd", row, column, xf, value))


def numbers(row: int, first: int, xfs: list[int]) -> bytes:
    """A row of ones (MULRK)."""
    cells = b"".join(struct.pack("<HI", xf, 1 << 2 | 2) for xf in xfs)
    return record(0xBD, struct.pack("<HH", row, first) + cells + struct.pack("<H", first + len(xfs) - 1))


def label(row: int, column: int, words: str) -> bytes:
    return record(0x204, struct.pack("<3H", row, column, XF_PLAIN) + text(words))


def formula(row: int, column: int, result: bytes, xf: int = XF_PLAIN) -> bytes:
    return record(0x06, struct.pack("<3H", row, column, xf) + result + struct.pack("<HIH", 0, 0, 0))


def no_result() -> bytes:
    return b"\x03\0\0\0\0\0\xff\xff"


def error_result(code: int) -> bytes:
    return bytes([2, 0, code, 0, 0, 0]) + b"\xff\xff"


def error(row: int, column: int, code: int) -> bytes:
    return record(0x205, struct.pack("<3HBB", row, column, XF_PLAIN, code, 1))


def note(row: int, column: int, shape: int, author: str, words: str, pieces: int = 1) -> bytes:
    """A note: its object, its text in pieces (the first of them with one byte per character), and its place."""
    units = words.encode("utf-16-le")
    made = record(0x5D, struct.pack("<4H", 0x15, 0x12, 0x19, shape) + bytes(14))
    made += record(0x1B6, struct.pack("<HH3HHHHI", 0, 0, 0, 0, 0, len(units) // 2, 16, 0, 0)[:18])
    step = -(-len(units) // 2 // pieces) * 2
    for at in range(0, len(units), step):
        piece = units[at : at + step]
        if pieces > 1 and at == 0:
            made += record(0x3C, b"\0" + piece.decode("utf-16-le").encode("latin-1"))
        else:
            made += record(0x3C, b"\1" + piece)
    made += record(0x3C, bytes(16))
    return made + record(0x1C, struct.pack("<4H", row, column, 0, shape) + text(author) + b"\0")


def link(path: str) -> bytes:
    return record(0x1AE, struct.pack("<H", 1) + text(path))


def merged(top: int, bottom: int, left: int, right: int) -> bytes:
    return record(0xE5, struct.pack("<5H", 1, top, bottom, left, right))


def workbook_stream(sheets: dict[str, bytes], extra: bytes = b"", *, from_1904: bool = False) -> bytes:
    xfs = (0, 9, 200)
    globals_ = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    globals_ += record(0x22, struct.pack("<H", from_1904))
    globals_ += record(0x41E, struct.pack("<H", 200) + text('0.0" of "%'))
    globals_ += b"".join(record(0xE0, struct.pack("<HH", 0, ifmt) + bytes(16)) for ifmt in xfs) + extra
    substreams = {
        name: record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + records + record(0x0A)
        for name, records in sheets.items()
    }
    bounds = {name: 4 + 8 + 2 * len(name) for name in sheets}
    at = len(globals_) + sum(bounds.values()) + 4
    for name, substream in substreams.items():
        short = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
        globals_ += record(0x85, struct.pack("<IBB", at, 0, 0) + short)
        at += len(substream)
    return globals_ + record(0x0A) + b"".join(substreams.values())


def xls_of_shared_sheets(count: int, records: bytes) -> bytes:
    """A file in which sheets of different names are the same records."""
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    at = len(head) + count * (4 + 8 + 2 * 3) + 4
    bounds = b"".join(
        record(0x85, struct.pack("<IBBBB", at, 0, 0, 3, 1) + f"{number:03}".encode("utf-16-le"))
        for number in range(count)
    )
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + records + record(0x0A)
    return _file(head + bounds + record(0x0A) + sheet)


def xls(sheets: dict[str, bytes], extra: bytes = b"", *, from_1904: bool = False, small: bool = False) -> bytes:
    """A compound file with one stream, in sectors of its own or among the small streams."""
    return _file(workbook_stream(sheets, extra, from_1904=from_1904), small=small)


def _file(stream: bytes, *, small: bool = False) -> bytes:
    if not small:
        stream = stream.ljust(4096, b"\0")
    assert (len(stream) < 4096) is small
    count = -(-len(stream) // 512)
    tables = -(-(count + 4) // 126)  # sectors of the allocation table; those past the first hundred have a list
    first = tables + 1
    table = [_TABLE] * tables + [_END, *range(first + 1, first + count), _END]
    if small:
        table.append(_END)
    directory = _entry("Root Entry", 5, first if small else _END, len(stream) if small else 0, child=1)
    directory += _entry("Workbook", 2, 0 if small else first, len(stream))
    minis = -(-len(stream) // 64)
    small_table = struct.pack(f"<{minis}I", *range(1, minis), _END).ljust(512, b"\xff") if small else b""
    listed, more = list(range(tables))[:109], list(range(tables))[109:]
    lists = -(-len(more) // 127)
    first_list = first + count + int(small)
    table += [_TABLE - 1] * lists
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<6x7I", 0, tables, tables, 0, 4096, first + count if small else _END, int(small))
    header += struct.pack("<II", first_list if lists else _END, lists)
    header += struct.pack(f"<{len(listed)}I", *listed).ljust(436, b"\xff")
    chained = b"".join(
        struct.pack(f"<{len(piece)}I", *piece).ljust(508, b"\xff")
        + struct.pack("<I", first_list + number + 1 if number + 1 < lists else _END)
        for number, piece in enumerate(more[at : at + 127] for at in range(0, len(more), 127))
    )
    packed = struct.pack(f"<{len(table)}I", *table).ljust(512 * tables, b"\xff")
    return header + packed + directory.ljust(512, b"\0") + stream.ljust(512 * count, b"\0") + small_table + chained


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    packed = name.encode("utf-16-le")
    head = packed.ljust(64, b"\0") + struct.pack("<HBBIII", len(packed) + 2, kind, 1, _FREE, _FREE, child)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)
