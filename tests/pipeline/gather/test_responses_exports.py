"""Exports of survey systems, laid out as each of them does, give each member its own answers and nobody another's.

Layouts: ODK Central, getodk/central-backend lib/data/briefcase.js; KoboToolbox, kobotoolbox/formpack reporting/export.py;
LimeSurvey, application/helpers/admin/export (CsvWriter, Writer) and viewHelper::getFieldCode; EUSurvey,
com.ec.survey.tools.export.CommonExcelExportCreator with showShortnames.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace

import openpyxl
import pytest
from books import Filled, book, notes, saved, values
from gather_forms import question
from hypothesis import given, settings
from hypothesis import strategies as st
from web_forms import ALLIANCE, one, refused, web_alliance

from pipeline.gather.found import Note
from pipeline.gather.no_value_text import no_value_word
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal
from pipeline.gather.responses.read import read_responses
from pipeline.text import clean_text

Rows = Sequence[Sequence[object]]
NAIVE = dt.datetime  # as cells hold them


def csv_bytes(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode(encoding)


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(made)


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


def read(content: bytes, column: str = "member") -> tuple[Reading, ...]:
    found = read_responses(content, "exports", web_alliance(column=column))
    assert not isinstance(found, Refusal), found
    return found


def by_member(readings: Sequence[Reading]) -> dict[str | None, dict[tuple[str, str], str | None]]:
    return {reading.member: values(reading) for reading in readings}


PLAIN: Rows = [
    ["member", "victims", "in_place", "remarks"],
    ["ALB", "1 250", "Oui", "line one\nline two; with, signs"],
    ["usa", "7", "no", ""],
]


@pytest.mark.parametrize(
    "content",
    [
        csv_bytes(PLAIN),
        csv_bytes(PLAIN, ";", "utf-8-sig", csv.QUOTE_ALL),
        csv_bytes(PLAIN, "\t", "utf-16"),
        xlsx({"Answers": PLAIN}),
        xlsx({"About": [["Export of 2014"], ["made by hand"]], "Answers": PLAIN}),
    ],
    ids=["comma", "semicolon with byte order mark", "tabs in UTF-16", "workbook", "workbook with another sheet"],
)
def test_a_flat_table_with_codes_as_headings_is_read(content: bytes) -> None:
    assert by_member(read(content)) == {
        "ALB": {("", "victims"): "1250", ("", "in_place"): "yes", ("", "remarks"): "line one\nline two; with, signs"},
        "USA": {("", "victims"): "7", ("", "in_place"): "no"},
    }


def test_answers_say_in_which_cell_they_stand() -> None:
    albania, usa = read(csv_bytes([*PLAIN[:2], [], *PLAIN[2:]]))
    assert {a.question: (a.sheet, a.cell) for a in albania.answers} == {
        "victims": ("", "B2"),
        "in_place": ("", "C2"),
        "remarks": ("", "D2"),
    }
    # Where it would stand if it were not blank, in the row as spreadsheet programs count: blank lines too.
    assert usa.places["", "remarks"] == ("", "D4")
    assert [usa.part, albania.part] == ["4", "2"]
    (first, *_) = read(xlsx({"Answers": PLAIN}))
    assert first.answers[0].sheet == "Answers"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALB", "ALB"),
        (" alb ", "ALB"),
        ("Albanie", "ALB"),
        ("Nueva Zelanda", "NZL"),
        ("Atlantis", "Atlantis"),
        ("", None),
    ],
)
def test_the_member_is_named_by_code_or_by_name_in_any_language(text: str, expected: str | None) -> None:
    (reading,) = read(csv_bytes([["member", "victims"], [text, "1"]]))
    assert reading.member == expected


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Member", "member"),
        ("identification-country", "country"),
        ("identification/country", "country"),
        ("Which country is it? (country)", "country"),
    ],
)
def test_the_column_of_the_member_is_found_in_the_ways_of_each_system(heading: str, column: str) -> None:
    (reading,) = read(csv_bytes([["victims", heading], ["1", "USA"]]), column)
    assert (reading.member, notes(reading)) == ("USA", [])


def test_a_filled_column_that_is_no_question_is_told_to_those_who_filled_it() -> None:
    rows = [["member", "victms", "", "victims"], ["ALB", "lost?", "also", "1"], ["USA", "", "", "2"]]
    albania, usa = read(csv_bytes(rows))
    assert albania.notes == (
        Note("unknown_field", "", "B2", seen="victms"),
        Note("unknown_field", "", "C2", seen="column C"),
    )
    assert usa.notes == ()


def test_the_later_row_of_a_member_comes_later_whatever_the_order_of_the_table() -> None:
    rows = [
        ["member", "victims", "submitdate"],
        ["ALB", "3", "2014-05-22 09:00:00"],
        ["ALB", "1", "2014-05-20 09:00:00"],
        ["USA", "2", "2014-05-21 23:00:00+02:00"],
    ]
    found = read(csv_bytes(rows))
    assert [(r.member, values(r)["", "victims"]) for r in found] == [("ALB", "1"), ("USA", "2"), ("ALB", "3")]
    assert found[1].received == dt.datetime(2014, 5, 21, 21, tzinfo=dt.UTC)
    # Where not every row has a time, the order of the table is all that there is.
    rows[2][2] = "20/05/2014"
    assert [values(r)["", "victims"] for r in read(csv_bytes(rows))] == ["3", "1", "2"]


LIMESURVEY: Rows = [
    [
        *("id", "submitdate", "lastpage", "startlanguage", "seed", "member", "victims", "hours", "inplace"),
        *("obstacles[legal]", "obstacles[data]", "obstacles[other]", "remarks", "adoptedon"),
        *("commitments[1_ctitle]", "commitments[1_cstatus]", "commitments[2_ctitle]", "commitments[2_cstatus]"),
    ],
    [
        *("7", "2014-05-20 09:30:00", "4", "fr", "123", "ALB", "1250.0000000000", "12,5", "Y"),
        *("Y", "", "", '\'=1+1 "quoted"\nsecond line', "2014-04-03 00:00:00"),
        *("Join", "limited", "", ""),
    ],
    [*("8", "", "2", "en", "124", "USA", "3", "", "N"), *("", "Y", "noise", "", ""), *("", "", "Second", "Completo")],
]


def test_an_export_of_limesurvey_with_codes_is_read() -> None:
    content = csv_bytes(LIMESURVEY, ";", "utf-8-sig", csv.QUOTE_ALL).replace(b"\r\n", b"\r\n") + b"\r\n"
    albania, usa = read(content)
    assert values(albania) == {
        ("", "victims"): "1250",
        ("", "hours"): "12.5",
        ("", "adopted_on"): "2014-04-03",
        ("", "in_place"): "yes",
        ("", "obstacles"): "legal",
        # "Mask equations" of LimeSurvey is undone; what was exported is kept beside it.
        ("", "remarks"): '=1+1 "quoted"\nsecond line',
        ("NEW-1", "c_title"): "Join",
        ("NEW-1", "c_status"): "limited",
    }
    assert {a.question: a.raw for a in albania.answers}["remarks"] == '\'=1+1 "quoted"\nsecond line'
    assert (albania.part, albania.language, albania.held_back, notes(albania)) == ("7", "fr", "", [])
    assert albania.received == dt.datetime(2014, 5, 20, 9, 30, tzinfo=dt.UTC)
    # Saved, never sent.
    assert (usa.part, usa.held_back, usa.received) == ("8", "unfinished", None)
    assert values(usa) == {
        ("", "victims"): "3",
        ("", "in_place"): "no",
        ("", "obstacles"): "data",
        ("NEW-2", "c_title"): "Second",
        ("NEW-2", "c_status"): "complete",
    }
    assert [(n.note, n.seen) for n in usa.notes] == [("unknown_field", "obstacles[other]")]


def test_a_survey_of_limesurvey_that_keeps_no_times_has_none() -> None:
    rows = [["id", "submitdate", "member", "victims"], ["1", "1980-01-01 00:00:00", "ALB", "1"]]
    (reading,) = read(csv_bytes(rows))
    assert (reading.received, reading.held_back) == (None, "")


def test_headings_of_limesurvey_may_name_the_item_before_or_behind() -> None:
    rows = [
        ["id", "submitdate", "member", "c_title[ALB01]", "c_status[ALB-02]", "xy[ALB-02_c_title]", "victims[comment]"],
        ["1", "2014-05-20 09:30:00", "ALB", "One", "limited", "Two", "a comment"],
    ]
    (reading,) = read(csv_bytes(rows))
    assert values(reading) == {
        ("", "victims"): None,
        ("ALB01", "c_title"): "One",
        ("ALB-02", "c_title"): "Two",
        ("ALB-02", "c_status"): "limited",
    }
    assert reading.answers[0].comment == "a comment"


EUSURVEY: Rows = [
    ["Alias", "stocktake-2014"],
    ["Export Date", "2014-06-01 10:00"],
    [],
    [
        *("Country (member)", "How many victims? (victims)", "Is it in place? (in_place)", "Obstacles (obstacles)"),
        *("When? (adopted_on)", "Commitments First (ALB-01):Title (c_title)", "Commitments First (ALB-01):Status (c_status)"),
        *("Contribution Id", "Creation Date", "Last Update", "Languages", "Benutzername"),
    ],
    [
        *("ALB", 1250, "Oui (yes)", "Legal, or constitutional; really (legal);Data (data)"),
        *(NAIVE(2014, 4, 3), "Join", "Limited (limited)"),
        *("c0ffee", NAIVE(2014, 5, 1), NAIVE(2014, 5, 20, 9), "FR", "somebody"),
    ],
]  # fmt: skip


def test_an_export_of_eusurvey_with_assigned_values_is_read() -> None:
    (reading,) = read(xlsx({"Content": EUSURVEY}))
    assert values(reading) == {
        ("", "victims"): "1250",
        ("", "adopted_on"): "2014-04-03",
        ("", "in_place"): "yes",
        ("", "obstacles"): "legal data",
        ("ALB-01", "c_title"): "Join",
        ("ALB-01", "c_status"): "limited",
    }
    assert {a.question: a.raw for a in reading.answers}["in_place"] == "Oui (yes)"
    assert (reading.member, reading.part, reading.language, notes(reading)) == ("ALB", "c0ffee", "fr", [])
    assert reading.received == dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)


def test_choices_that_eusurvey_splits_are_those_of_the_question_to_their_left() -> None:
    rows = [
        [
            "Country (member)",
            "Obstacles (obstacles)",
            "Legal (legal)",
            "Means (resources)",
            "Data (data)",
            "N (victims)",
        ],
        ["ALB", None, "Yes", "No", "Yes", 3],
        ["USA", None, "Perhaps", "No", "No", 4],
    ]
    albania, usa = read(xlsx({"Content": rows}))
    assert values(albania) == {("", "victims"): "3", ("", "obstacles"): "legal data"}
    problems = {a.question: (a.raw, a.problem) for a in usa.answers}
    assert problems["obstacles"] == ("Perhaps", "not_a_choice")


def test_a_table_that_goes_on_on_another_sheet_is_one() -> None:
    first = [[*row[:4], None] for row in [EUSURVEY[3], EUSURVEY[4]]]
    second = [[EUSURVEY[3][4]], [EUSURVEY[4][4]]]
    (reading,) = read(xlsx({"Content": first, "Content1": second}))
    assert values(reading)["", "adopted_on"] == "2014-04-03"
    assert {a.question: (a.sheet, a.cell) for a in reading.answers}["adopted_on"] == ("Content1", "A2")


ODK_ROOT: Rows = [
    [
        *("SubmissionDate", "member", "pt1-victims", "pt1-hours", "pt1-obstacles", "pt1-obstacles/legal"),
        *("pt1-obstacles/resources", "pt1-obstacles/data", "pt1-remarks", "pt1-about", "pt1-total"),
        *("meta-instanceID", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected"),
        *("Status", "ReviewState", "DeviceID", "Edits", "FormVersion"),
    ],
    [
        *("2014-05-22T08:00:00.000Z", "USA", "9", "1.234", "legal data", "1", "0", "1", "n/a is no answer", "", "7"),
        *("uuid:b", "uuid:b", "4", "us_justice", "0", "0", "", "approved", "", "0", "2014-1"),
    ],
    [
        *("2014-05-21T08:00:00.000Z", "ALB", "8", "", "", "", "", "", "=1+1", "", ""),
        *("uuid:a", "uuid:a", "3", "albania", "0", "0", "", "rejected", "", "1", "2013-9"),
    ],
]
ODK_ITEMS: Rows = [
    ["c_title", "c_status", "c_due", "PARENT_KEY", "KEY"],
    ["Join", "limited", "", "uuid:b", "uuid:b/commitments[1]"],
    ["", "", "", "uuid:b", "uuid:b/commitments[2]"],
    ["Train", "complete", "2015-01-31", "uuid:b", "uuid:b/commitments[3]"],
    ["Albanian", "limited", "", "uuid:a", "uuid:a/commitments[1]"],
]


def odk_zip(**more: bytes) -> bytes:
    files = {"test-2014.csv": csv_bytes(ODK_ROOT), "test-2014-commitments.csv": csv_bytes(ODK_ITEMS)}
    return zipped({**files, "media/uuid.jpg": b"\xff\xd8", "test-2014 - audit.csv": b"event,node\n", **more})


def test_an_export_of_odk_central_is_read_with_its_repeats() -> None:
    albania, usa = read(odk_zip())
    assert (albania.member, albania.held_back, albania.form_version) == ("ALB", "rejected_there", "2013-9")
    assert values(albania) == {("", "victims"): "8", ("", "remarks"): "=1+1", ("NEW-1", "c_title"): "Albanian", ("NEW-1", "c_status"): "limited"}  # fmt: skip
    assert (usa.member, usa.held_back, usa.form_version, usa.part) == ("USA", "", "2014-1", "uuid:b")
    assert values(usa) == {
        ("", "victims"): "9",
        ("", "hours"): "1.234",
        ("", "obstacles"): "legal data",
        ("", "remarks"): "n/a is no answer",
        ("NEW-1", "c_title"): "Join",
        ("NEW-1", "c_status"): "limited",
        ("NEW-2", "c_title"): "Train",
        ("NEW-2", "c_status"): "complete",
        ("NEW-2", "c_due"): "2015-01-31",
    }
    places = {(a.row, a.question): (a.sheet, a.cell) for a in usa.answers}
    assert places["NEW-2", "c_due"] == ("test-2014-commitments", "C4")
    assert notes(usa) == notes(albania) == []


def test_a_row_of_items_without_its_response_is_refused_rather_than_lost() -> None:
    orphan = csv_bytes([*ODK_ITEMS, ["Whose?", "", "", "uuid:z", "uuid:z/commitments[1]"]])
    found = read_responses(odk_zip(**{"test-2014-commitments.csv": orphan}), "exports", ALLIANCE)
    assert isinstance(found, Refusal)
    assert found.reason == "unlinked_tables"
    assert "Row 6 of the table “test-2014-commitments”" in found.detail


KOBO_ROOT: Rows = [
    [
        *("start", "member", "pt1/victims", "pt1/adopted_on", "pt1/obstacles", "pt1/obstacles/legal"),
        *("pt1/obstacles/data", "pt1/total", "__version__", "_id", "_uuid", "_submission_time"),
        *("_validation_status", "_notes", "_status", "_submitted_by", "_tags", "_index"),
    ],
    [
        *("2014-05-20T09:00:00", "ALB", "1250", NAIVE(2014, 4, 3), "data", "0", "1", "7"),
        *("vKXqMVpXSAnpzKtpVFFNMv", 42, "5a0d", "2014-05-20T07:05:00", "", "", "submitted_via_web", "", "", 1),
    ],
    [
        *("2014-05-20T09:00:00", "USA", 7.0, None, None, 1, 0, None),
        *("vKXqMVpXSAnpzKtpVFFNMv", 43, "5a0e", "2014-05-21T07:05:00", "Not approved", "", "", "", "", 2),
    ],
]
KOBO_ITEMS: Rows = [
    [
        *("commitments/c_title", "commitments/c_status", "_index", "_parent_table_name", "_parent_index"),
        *("_submission__id", "_submission__uuid", "_submission__submission_time"),
    ],
    ["Join", "limited", 1, "Test", 1, 42, "5a0d", "2014-05-20T07:05:00"],
    ["American", "complete", 2, "Test", 2, 43, "5a0e", "2014-05-21T07:05:00"],
]


def test_an_export_of_kobotoolbox_with_xml_values_is_read_with_its_repeats() -> None:
    albania, usa = read(xlsx({"Test": KOBO_ROOT, "commitments": KOBO_ITEMS}))
    assert values(albania) == {
        ("", "victims"): "1250",
        ("", "adopted_on"): "2014-04-03",
        ("", "obstacles"): "data",
        ("NEW-1", "c_title"): "Join",
        ("NEW-1", "c_status"): "limited",
    }
    assert values(usa) == {
        ("", "victims"): "7",
        ("", "obstacles"): "legal",
        ("NEW-1", "c_title"): "American",
        ("NEW-1", "c_status"): "complete",
    }
    assert [r.held_back for r in (albania, usa)] == ["", "rejected_there"]
    assert [r.part for r in (albania, usa)] == ["5a0d", "5a0e"]
    assert notes(albania) == []


def test_choices_one_by_one_that_contradict_the_answer_beside_them_give_none() -> None:
    rows = [["member", "obstacles", "pt1/obstacles/legal", "pt1/obstacles/data"], ["ALB", "data", "1", "0"]]
    (reading,) = read(csv_bytes(rows))
    (answer,) = reading.answers
    assert (answer.value, answer.problem) == (None, "conflicting_rows")


def test_numbers_are_read_as_typed_unless_a_form_engine_stored_them() -> None:
    typed = [["member", "hours"], ["ALB", "1.234"]]
    (reading,) = read(csv_bytes(typed))
    assert reading.answers[0].problem == "ambiguous_number"
    stored = [["member", "hours", "SubmissionDate", "KEY"], ["ALB", "1.234", "2014-05-20T08:00:00.000Z", "uuid:a"]]
    (reading,) = read(csv_bytes(stored))
    assert reading.answers[0].value == "1.234"


def bomb() -> bytes:
    return zipped({"test.csv": b"member,victims\n" + b"," * 50_000_000})


def overlong() -> bytes:
    return b"member,victims\n" + b"ALB," + b"1" * 140_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_a_response"),
        (b"  \r\n", "not_a_response"),
        (b"<data/>", "not_a_response"),
        (b'{"pt1/victims": 1}', "not_a_response"),
        (b"nothing,that,is,a,code\n1,2,3,4,5\n", "no_codes"),
        (csv_bytes([["member", "victims"]]), "no_responses"),
        (csv_bytes([["country", "victims"], ["ALB", "1"]]), "no_member_column"),
        (csv_bytes([["member", "Member", "victims"], ["ALB", "ALB", "1"]]), "same_heading_twice"),
        (csv_bytes([["member", "victims", "pt1/victims"], ["ALB", "1", "2"]]), "same_heading_twice"),
        (csv_bytes([["member", "victims"], ["ALB", "1", "", "shifted"]]), "uneven_rows"),
        (b'member,victims\nALB,"1"x\n', "damaged"),
        (b'member,victims\nALB,"1\n', "damaged"),
        (overlong(), "damaged"),
        (csv_bytes(PLAIN).replace(b"Oui", b"O\x00ui"), "unknown_encoding"),
        (csv_bytes([["member", "remarks"], ["ALB", "Ça"]], encoding="cp1252"), "unknown_encoding"),
        (csv_bytes(PLAIN, encoding="utf-16-le"), "unknown_encoding"),
        (b"member,victims," + b"x," * 100_000 + b"\n", "too_large"),
        (b"member,victims\n" + b",\n" * 1_500_000, "too_large"),
        (b"member,victims\n" + b"ALB,1\n" * 30_000, "too_large"),
        (b"x" * 21_000_000, "too_large"),
        (bomb(), "zip_bomb"),
        (zipped({"../test.csv": csv_bytes(PLAIN)}), "suspicious_names"),
        (zipped({"readme.txt": b"no table"}), "not_a_response"),
        (zipped({"a.csv": csv_bytes(PLAIN), "b.csv": csv_bytes(PLAIN)}), "unlinked_tables"),
        (odk_zip()[:-30], "damaged"),
        (saved(book(Filled({"victims": 1}, {}))), "not_a_response"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "not_a_workbook"),
    ],
    ids=range(27),
)
def test_what_cannot_be_read_for_certain_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    started = time.process_time()
    assert refused(content, "exports") == reason
    assert time.process_time() - started < 2


def test_a_respondent_who_types_our_markers_does_not_stop_the_others() -> None:
    (albania, _) = read(xlsx({"Answers": [*PLAIN[:2], ["USA", "3", "#code", "#token #answer"]]}))
    assert values(albania)["", "victims"] == "1250"


def test_the_largest_tables_are_read_in_bounded_time() -> None:
    codes = [q.code for q in ALLIANCE.form.in_repeat(None) if q.type == "text"]
    row = ["ALB", *("some text" for _ in codes), *("lost" for _ in range(600))]
    content = csv_bytes([["member", *codes, *(f"x{n}" for n in range(600))], *([row] * 1500)])
    started = time.process_time()
    assert len(read(content)) == 1500
    assert time.process_time() - started < 8


def test_codes_that_differ_in_signs_only_are_never_guessed() -> None:
    known = web_alliance()
    alike = tuple(
        replace(question(code, "integer"), position=50 + place) for place, code in enumerate(("og_11", "og1_1"))
    )
    known = replace(known, form=replace(known.form, questions=(*known.form.questions, *alike)))
    reading = one(csv_bytes([["member", "og11", "og_11"], ["ALB", "1", "2"]]), "exports", known)
    assert values(reading) == {("", "og_11"): "2"}
    assert [n.seen for n in reading.notes] == ["og11"]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80).filter(
    lambda text: not no_value_word(clean_text(text).strip(" \t\n\u00a0\u200b\ufeff"), ALLIANCE.form)[0]
)


@settings(deadline=None, max_examples=40)
@given(remarks=TEXTS, delimiter=st.sampled_from(",;\t"), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_texts_of_any_kind_come_back_from_an_export_of_a_form_engine(
    remarks: str, delimiter: str, encoding: str
) -> None:
    rows = [["member", "pt1-remarks", "SubmissionDate", "KEY"], ["ALB", remarks, "2014-05-20T08:00:00.000Z", "uuid:a"]]
    (reading,) = read(csv_bytes(rows, delimiter, encoding, csv.QUOTE_ALL))
    kept = clean_text(remarks).strip(" \t\n\u00a0\u200b\ufeff")
    said = {a.question: a.value for a in reading.answers if a.problem is None}
    assert said.get("remarks", kept) == kept
    assert bool(reading.answers) == bool(kept)
