"""Tables as CSV: the bytes are written by hand, texts come back exactly, and no spreadsheet program computes them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.frames import frame
from pipeline.handover.data_csv import data_csv, quoted, read_csv, unquoted

NOON = datetime(2014, 7, 1, 12, tzinfo=UTC)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1+1", "-", "+a", "--1")


def restored(cell: str) -> str:
    """What docs/handover.md tells people to do."""
    return cell[1:] if cell[:1] == "'" else cell


def test_a_table_is_written_as_rfc_4180_says() -> None:
    table = frame(
        "rounds",
        [
            {
                "member": "ALB",
                "round": 1,
                "submission": "a1",
                "file": 'our "form", corrected.xlsx',
                "received": NOON,
                "status": "accepted",
                "errors": 0,
            },
            {
                "member": "BEL",
                "round": 2,
                "submission": "",
                "file": "=1+1\nx",
                "received": NOON.replace(microsecond=250_000),
                "status": "'tis",
                "version": -3,
            },
        ],
    )
    assert data_csv("rounds", table).decode() == (
        "member,round,submission,file,received,status,version,errors,warnings,queries,new,still_open,fixed,waived\r\n"
        'ALB,1,a1,"our ""form"", corrected.xlsx",2014-07-01T12:00:00Z,accepted,,0,,,,,,\r\n'
        "BEL,2,,\"'=1+1\nx\",2014-07-01T12:00:00.250000Z,''tis,-3,,,,,,,\r\n"
    )


def test_numbers_days_and_truths_are_written_so_that_nothing_is_lost() -> None:
    row = {
        "member": "ALB",
        "subject": "question",
        "row": "",
        "question": "q",
        "section": "s",
        "type": "decimal",
        "severity": "error",
        "number": 0.1 + 0.2,
        "previous": -1e300,
        "tolerance": -0.0,
        "date": "2014-02-28",
        "relevant": True,
        "needed": False,
        "filled": True,
        "answered": True,
        "accounted": True,
    }
    headings, cells = read_csv(data_csv("assessment", frame("assessment", [row])))
    told = dict(zip(headings, cells, strict=True))
    assert (told["number"], told["previous"], told["tolerance"]) == ("0.30000000000000004", "-1e+300", "-0.0")
    assert (told["date"], told["relevant"], told["needed"], told["holds"]) == ("2014-02-28", "true", "false", "")


def test_missing_and_empty_are_two_things() -> None:
    """The row of a question outside of repeats is an empty text; a raw answer may be missing or empty."""
    common = {"member": "ALB", "sheet": "s", "cell": "D1", "submission": "x", "row": ""}
    table = frame("answers", [{**common, "question": "a", "raw": ""}, {**common, "question": "b", "raw": None}])
    headings, empty, missing = read_csv(data_csv("answers", table))
    at = headings.index("raw")
    assert (empty[at], missing[at]) == ("'", "")
    assert empty[headings.index("row")] == ""


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_program_would_compute_is_text_there_and_comes_back(text: str) -> None:
    assert quoted(text) == "'" + text
    assert restored(quoted(text)) == unquoted(quoted(text)) == text


@pytest.mark.parametrize("text", ["-5", "+3.5", "-1e5", "5", "n/a", "a=b", "e-mail@home.example", ""])
def test_numbers_and_other_texts_stand_as_they_are(text: str) -> None:
    assert quoted(text) == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_every_text_comes_back_exactly_by_any_reader(text: str) -> None:
    common = {"member": "ALB", "sheet": "s", "cell": "D1", "submission": "x", "row": ""}
    content = data_csv("answers", frame("answers", [{**common, "question": "a", "raw": text, "comment": None}]))
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    assert restored(row["raw"]) == text
    assert (row["raw"], row["comment"]) != ("", "") or text == "never"
    assert not row["raw"].startswith(tuple("=@\t\r\n＝＋－＠")), "a formula"


def test_the_columns_that_are_named_are_written_and_no_others() -> None:
    table = frame("told", [{"member": "ALB", "round": 1, "finding": "f", "severity": "error"}])
    assert data_csv("told", table, ["finding", "member", "round"]) == b"member,round,finding\r\nALB,1,f\r\n"


@pytest.mark.parametrize("content", [b'a\r\n"b', b"\xff\xfe", b'a\r\n"b"c\r\n'])
def test_what_is_no_csv_file_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_csv(content)
