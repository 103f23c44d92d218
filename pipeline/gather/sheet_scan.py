"""Finding cells, rows and counts in the XML of a sheet that lie far outside any questionnaire, without a parser."""

from __future__ import annotations

import re

ROWS_LIMIT = 200_000
COLUMNS_LIMIT = 2_000
# Parsers lay a sheet out as a full rectangle; this many cells take about 100 MB in calamine.
AREA_LIMIT = 3_000_000
STRINGS_LIMIT = 500_000
# A filled questionnaire has about 20,000. More than this takes parsers, and the searches below, too long.
TAGS_LIMIT = 500_000

# Every repetition is bounded and none crosses "<", so that no text can make the search slow.
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s[^<>]{0,400}?\br\s{0,9}=\s{0,9}[\"']([^\"'<>]{0,40})[\"'][^<>]{0,400}?(/?)>")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row\s[^<>]{0,400}?\br\s{0,9}=\s{0,9}[\"']([^\"'<>]{0,40})[\"']")
_COUNT = re.compile(rb"<(?:\w{1,20}:)?sst\s[^<>]{0,2000}>")
_NUMBER = re.compile(rb"=\s*[\"']\s*\+?(\d+)")
_REFERENCE = re.compile(rb"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_LAST_ROW = 1_048_576


def column_number(letters: bytes | str) -> int:
    """The number of a column by its letters: A is 1, Z is 26, AA is 27."""
    text = letters.decode("ascii") if isinstance(letters, bytes) else letters
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


def has_far_xlsx_cells(data: bytes) -> bool:
    """Whether a part of an .xlsx file places content, or counts strings, beyond the limits.

    Cells that hold nothing but a format may lie anywhere: Excel writes them when a whole row or column is formatted.

    Args:
        data: The inflated XML of any part.
    """
    if b"sheetData" not in data:
        head = _COUNT.search(data)
        return head is not None and any(int(number) > STRINGS_LIMIT for number in _NUMBER.findall(head[0]))
    if any(not row[1].isdigit() or int(row[1]) > _LAST_ROW for row in _ROW.finditer(data)):
        return True
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    for cell in _CELL.finditer(data):
        match = _REFERENCE.fullmatch(cell[1])
        if match is None:
            return True
        if not cell[2]:
            rows.add(match[2])
            columns.add(match[1])
    return bool(rows) and _is_far({int(row) for row in rows}, {column_number(letters) for letters in columns})


def has_too_many_tags(data: bytes) -> bool:
    """Whether the XML of a part has more elements than any questionnaire, whatever they are."""
    return data.count(b"<") > TAGS_LIMIT


def _is_far(rows: set[int], columns: set[int]) -> bool:
    if min(rows) < 1 or max(rows) > ROWS_LIMIT or max(columns) > COLUMNS_LIMIT:
        return True
    # Parsers take the first and the last cell for the corners, so cells out of order would confuse them.
    area = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
    return area > AREA_LIMIT


_ODS_TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]{0,4000})>")
_ODS_ROWS_REPEATED = re.compile(rb"table:number-rows-repeated\s{0,9}=\s{0,9}[\"']([^\"']{0,40})[\"']")
_ODS_COLUMNS_REPEATED = re.compile(rb"table:number-columns-repeated\s{0,9}=\s{0,9}[\"']([^\"']{0,40})[\"']")


def has_far_ods_cells(data: bytes) -> bool:
    """Whether an .ods file places content beyond the limits.

    Rows and cells are stored with counts of repetition; LibreOffice fills every sheet up to its last row and column
    with empty ones, which is harmless.

    Args:
        data: The inflated XML of any part.
    """
    if b"<table:table-row" not in data:
        return False
    row = column = last_row = last_column = 0
    for found in _ODS_TAG.finditer(data):
        closing, tag, attributes = found.groups()
        if closing:
            continue
        if tag == b"table":
            row = column = last_row = last_column = 0
        elif tag == b"table-row":
            row, column = row + _repetition(_ODS_ROWS_REPEATED, attributes), 0
        else:
            column += _repetition(_ODS_COLUMNS_REPEATED, attributes)
            if not attributes.endswith(b"/") or b"office:value" in attributes:
                last_row, last_column = row, max(last_column, column)
        if last_row > ROWS_LIMIT or last_column > COLUMNS_LIMIT or last_row * last_column > AREA_LIMIT:
            return True
    return False


def _repetition(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    match = pattern.search(attributes)
    if match is None:
        return 1
    return int(match[1]) if match[1].isdigit() else _LAST_ROW + 1
