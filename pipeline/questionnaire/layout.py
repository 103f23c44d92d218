"""All that the writer and the reader of a member's workbook must agree on, and nothing else.

A sheet of questions has a hidden row of markers that names its columns, and below it one row per question with the
question's code in the marked first column. Rows without a code are headings, notes and titles::

    #code      #question        #answer  #unit  #reason  #comment  #previous
    og11_new   New victims ...  1250     ...

The sheet of a repeat has a hidden row of markers too: ``#row``, then the code of the question of each column, then
``#reason`` and ``#comment``, which are about the row as a whole. Below it is one row per item with its key in the
marked column; a key that begins with ``#`` marks a row that is no item (what was said in the last cycle)::

    #row       c_title      c_status     ...  #reason  #comment
    ALB-01     Set up ...   limited      ...
    #previous               not_started  ...
    NEW-1

A workbook that goes back to its member with remarks has a row ``#finding`` below each question or item with one, and a
sheet that lists them, without any markers.

Behind the columns of both kinds of sheets stand hidden columns of formulas, which a reader need not look at: whether
the other answers leave a question to be asked, and which part of a list a drop-down offers. Their markers are no codes.

Codes of questions are XML names, so no marker can be taken for one. Markers are searched for, never counted to: sheets
may be renamed and moved, and rows and columns inserted. The first sheet (instructions) and the sheet of lists hold no
marker. The sheet with the token is very hidden in .xlsx files, and a plain hidden one once LibreOffice has saved it.
"""

from __future__ import annotations

import re
from typing import Final

CODE: Final = "#code"
QUESTION: Final = "#question"
ANSWER: Final = "#answer"
UNIT: Final = "#unit"
REASON: Final = "#reason"
COMMENT: Final = "#comment"
PREVIOUS: Final = "#previous"
ROW: Final = "#row"

QUESTION_COLUMNS: Final = (CODE, QUESTION, ANSWER, UNIT, REASON, COMMENT, PREVIOUS)
"""Columns of a sheet of questions, from A."""

ROW_TRAILING_COLUMNS: Final = (REASON, COMMENT)
"""Columns of a repeat's sheet after those of its questions."""

MARKER_ROW: Final = 0
"""Zero-based row of the markers, as written (a reader searches for it: rows may have been inserted above)."""

UNWRITTEN_UNIT: Final = "year"
"""The unit that is not written beside an answer, since a year tells itself what it is; a reader must not look for it."""

PREVIOUS_ROW: Final = PREVIOUS
"""Key of the locked row below an item that shows what was said of it in the last cycle."""

FINDING_ROW: Final = "#finding"
"""Key of the locked row below a question or an item of a returned workbook that shows what is remarked there."""

NEW_ROWS: Final = 15
"""Empty rows at the end of a repeat. Protected sheets let nobody insert rows, and a reader takes rows below them too."""

ASKED: Final = "#asked"
"""Marker of the hidden column that says whether a question is asked (1) or not (0), or a row of a repeat counts."""

CHOICE_SEPARATOR: Final = "; "
"""Between the labels of a select_multiple answer; a reader takes the semicolon with or without blanks."""

TOKEN_SHEET: Final = "_token"  # noqa: S105 - the name of a sheet
"""The very hidden sheet."""

TOKEN_MARKER: Final = "#token"  # noqa: S105 - a marker
SIGNATURE_MARKER: Final = "#signature"
TOKEN_MARKER_CELL: Final = (0, 0)
TOKEN_CELL: Final = (0, 1)
SIGNATURE_MARKER_CELL: Final = (1, 0)
SIGNATURE_CELL: Final = (1, 1)
"""Zero-based (row, column) of the token's JSON (see ``identity.write_token``) and of its signature, as text."""

LIST_SHEET: Final = "_lists"
"""The hidden sheet with the labels of the drop-downs: a column per list, the list's name on top."""

MISSING_REASON_LIST: Final = "missing_reason"


OFFER: Final = "#list"
"""Marker of the hidden column that says which part of its list a drop-down offers."""


def asked_marker(code: str) -> str:
    """The marker of the hidden column that says in a repeat whether a question is asked in each row."""
    return f"{ASKED}:{code}"


def offer_marker(code: str) -> str:
    """The marker of the hidden column that says which part of its list the drop-down of a question offers."""
    return f"{OFFER}:{code}"


def new_row_key(number: int) -> str:
    """The key of the empty row ``number`` (from 1) of a repeat."""
    return f"NEW-{number}"


def is_new_row_key(key: str) -> bool:
    """Whether a key is that of one of the empty rows."""
    return re.fullmatch(r"NEW-\d+", key) is not None


def is_item_key(key: str) -> bool:
    """Whether what stands in the column ``#row`` can be the key of an item."""
    return bool(key.strip()) and not key.strip().startswith("#")
