"""Submissions of web forms are read by the paths of their nodes, in the form's own notation, whatever is in them."""

from __future__ import annotations

import json
import time

import pytest
from books import FORM, Filled, book, notes, reading, values
from hypothesis import given
from hypothesis import strategies as st
from web_forms import kobo_json, node, odk_xml, one, refused

from pipeline.gather.found import Note
from pipeline.gather.no_value_text import no_value_word
from pipeline.gather.reading import Reading
from pipeline.text import clean_text


def kobo(answers: dict[str, object]) -> Reading:
    return one(json.dumps(kobo_json(answers)).encode(), "kobotoolbox")


def odk(inside: str) -> Reading:
    return one(odk_xml(inside), "odk_central")


PT1 = (
    "<pt1><victims>1250</victims><hours>1.234</hours><share>0.5</share><adopted_on>2014-04-03</adopted_on>"
    "<in_place>yes</in_place><obstacles>data legal</obstacles><remarks>Ça va &lt;bien&gt; &amp; =1+1</remarks>"
    "<about/><total>7</total></pt1>"
)
ITEMS = (
    "<commitments><c_title>Join ICSE</c_title><c_status>limited</c_status><c_due>2015-12-31</c_due></commitments>"
    "<commitments><c_title/><c_status/><c_due/></commitments>"
    "<commitments><c_title>Train judges</c_title><c_status>complete</c_status><c_due/></commitments>"
)
EXPECTED = {
    ("", "victims"): "1250",
    ("", "hours"): "1.234",
    ("", "share"): "0.5",
    ("", "adopted_on"): "2014-04-03",
    ("", "in_place"): "yes",
    ("", "obstacles"): "legal data",
    ("", "remarks"): "Ça va <bien> & =1+1",
    ("NEW-1", "c_title"): "Join ICSE",
    ("NEW-1", "c_status"): "limited",
    ("NEW-1", "c_due"): "2015-12-31",
    ("NEW-2", "c_title"): "Train judges",
    ("NEW-2", "c_status"): "complete",
}
KOBO = {
    "pt1/victims": "1250",
    "pt1/hours": 1.234,
    "pt1/share": "0.5",
    "pt1/adopted_on": "2014-04-03",
    "pt1/in_place": "yes",
    "pt1/obstacles": "data legal",
    "pt1/remarks": "Ça va <bien> & =1+1",
    "pt1/total": "7",
    "commitments": [
        {"commitments/c_title": "Join ICSE", "commitments/c_status": "limited", "commitments/c_due": "2015-12-31"},
        {"commitments/c_title": ""},
        {"commitments/c_title": "Train judges", "commitments/c_status": "complete"},
    ],
}


def test_a_submission_of_odk_central_gives_its_answers() -> None:
    read = odk(PT1 + ITEMS)
    assert values(read) == EXPECTED
    assert read.notes == ()
    assert (read.form_version, read.token, read.cells, read.part) == ("2014-1", None, 12, "")
    assert list(read.items["commitments"]) == ["NEW-1", "NEW-2"]


def test_a_submission_of_kobotoolbox_gives_the_same_answers() -> None:
    read = kobo(KOBO)
    assert values(read) == EXPECTED
    assert read.notes == ()
    # KoboToolbox numbers the versions of a form itself, which says nothing about that of the questionnaire.
    assert read.form_version is None


def test_a_workbook_and_a_web_form_with_the_same_answers_give_the_same_values() -> None:
    answers = {
        "victims": 1250,
        "hours": 1.234,
        "share": 40,
        "adopted_on": "3 April 2014",
        "in_place": "Oui",
        "obstacles": "Data; Legal, or constitutional",
        "remarks": "Ça va <bien> & =1+1",
    }
    item = {"c_title": "Join ICSE", "c_status": "Limited", "c_due": "31.12.2015"}
    typed = reading(book(Filled(answers, {"NEW-1": item})))
    stored = odk(PT1.replace("<share>0.5", "<share>40") + ITEMS.partition("<commitments><c_title/>")[0])
    assert values(typed) == values(stored)
    numbers = [{a.question: (a.number, a.date) for a in read.answers} for read in (typed, stored)]
    assert numbers[0] == numbers[1]


def test_a_node_that_is_no_question_is_told_and_not_guessed() -> None:
    read = odk("<pt1><victims>1</victims><extra>lost?</extra></pt1><pt2><hours>3</hours></pt2><victims>9</victims>")
    assert values(read) == {("", "victims"): "1"}
    assert [(n.note, n.seen) for n in read.notes] == [
        ("unknown_field", "pt1/extra"),
        ("unknown_field", "pt2/hours"),
        ("unknown_field", "victims"),
    ]
    read = kobo({"pt1/victims": "1", "pt1/extra": "lost?", "list": [1, {"list/x": "y"}], "pt1/hours": {"a": 1}})
    assert values(read) == {("", "victims"): "1", ("", "hours"): None}
    assert sorted(str(n.seen) for n in read.notes) == ["list", "list/x", "pt1/extra"]


def test_text_between_nodes_is_not_lost() -> None:
    read = odk("<pt1>stray<victims>12<b>3</b>4</victims></pt1>")
    assert [n.seen for n in read.notes] == ["pt1", "pt1/victims/b"]
    assert values(read) == {("", "victims"): "124"}


def test_a_question_outside_and_inside_of_a_repeat_are_never_mixed() -> None:
    assert notes(odk("<commitments>text</commitments>")) == ["unknown_field"]
    assert notes(kobo({"commitments/c_title": "no item"})) == ["unknown_field"]
    assert notes(kobo({"pt1/victims": [{"pt1/victims": "3"}]})) == ["unknown_field"]


def test_the_same_question_twice_with_different_answers_gives_none() -> None:
    read = odk("<pt1><victims>1</victims><victims>2</victims></pt1>")
    (answer,) = read.answers
    assert (answer.value, answer.problem, answer.raw) == (None, "conflicting_rows", "1 | 2")
    assert notes(read) == ["conflicting_rows"]


def test_what_the_form_could_not_have_stored_is_a_problem() -> None:
    read = odk("<pt1><victims>1,250</victims><adopted_on>3/4/2014</adopted_on><in_place>maybe</in_place></pt1>")
    problems = {answer.question: answer.problem for answer in read.answers}
    assert problems == {"victims": "not_a_number", "adopted_on": "not_a_date", "in_place": "not_a_choice"}
    assert [answer.raw for answer in read.answers] == ["1,250", "3/4/2014", "maybe"]


def test_reasons_and_comments_stand_in_nodes_of_their_own() -> None:
    read = odk(
        "<pt1><victims/><victims_reason>not_yet</victims_reason><hours>2</hours><hours_comment>about</hours_comment>"
        "<share/><share_reason>because</share_reason></pt1>"
    )
    said = {a.question: (a.value, a.missing_reason, a.comment) for a in read.answers}
    assert said == {"victims": (None, "not_yet", None), "hours": ("2", None, "about")}
    assert read.notes == (Note("unknown_reason", question="share", seen="because"),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (odk_xml("", version="2013-9"), "2013-9"),
        (odk_xml("", form="another"), "another 2014-1"),
        (odk_xml("", form="test"), "2014-1"),
        (b"<data/>", "data"),
    ],
)
def test_a_submission_says_of_which_version_it_is(content: bytes, expected: str) -> None:
    assert one(content, "odk_central").form_version == expected


def test_a_version_of_the_questionnaire_in_kobotoolbox_is_taken_as_one() -> None:
    content = json.dumps(kobo_json({}, __version__="2013-9")).encode()
    assert one(content, "kobotoolbox").form_version == "2013-9"


BILLION_LAUGHS = (
    b'<!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<data id="test" version="2014-1"><pt1><remarks>&b;</remarks></pt1></data>'
)
XXE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="test"><pt1><remarks>&x;</remarks></pt1></data>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "damaged"),
        (b"<data", "damaged"),
        (b"<data><pt1></data>", "damaged"),
        (b"\x00" * 100, "suspicious_xml"),
        (BILLION_LAUGHS, "suspicious_xml"),
        (XXE, "suspicious_xml"),
        (b'<!DOCTYPE data SYSTEM "http://127.0.0.1:1/x.dtd"><data id="test"/>', "suspicious_xml"),
        (XXE.decode().encode("utf-16"), "suspicious_xml"),
        (b'<?xml version="1.0" encoding="utf-7"?><data/>', "suspicious_xml"),
        (b"<data>" + b"<a>" * 300 + b"</a>" * 300 + b"</data>", "damaged"),
        (b"<data>" + b"<a/>" * 300_000 + b"</data>", "too_large"),
        (b"<data>" + b"x" * 9_000_000 + b"</data>", "too_large"),
        (b" " * 21_000_000, "too_large"),
        (b'<data id="test" version="2014-1" encrypted="yes"><base64EncryptedKey>x</base64EncryptedKey></data>',
         "password_protected"),
    ],
    ids=range(14),
)  # fmt: skip
def test_hostile_xml_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    started = time.process_time()
    assert refused(content, "odk_central") == reason
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"[]", "damaged"),
        (b'"text"', "damaged"),
        (b'{"pt1/victims": NaN}', "damaged"),
        (b'{"pt1/victims": -Infinity}', "damaged"),
        (b'{"pt1/victims": "1", "pt1/victims": "2"}', "damaged"),
        (b'{"commitments": [{"a": 1, "a": 2}]}', "damaged"),
        (b'{"a": ' * 100_000 + b"1" + b"}" * 100_000, "damaged"),
        (b"[" * 150_000 + b"]" * 150_000, "damaged"),
        (b"[" + b"0," * 600_000 + b"0]", "too_large"),
        (b'{"pt1/remarks": "' + b"x" * 9_000_000 + b'"}', "too_large"),
        ('{"pt1/remarks": "é"}'.encode("latin-1"), "unknown_encoding"),
        (b"\xff\xfe{\x00}\x00", "unknown_encoding"),
    ],
    ids=range(14),
)
def test_hostile_json_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    started = time.process_time()
    assert refused(content, "kobotoolbox") == reason
    assert time.process_time() - started < 2


def test_huge_numbers_in_json_are_texts_that_are_no_answer() -> None:
    (answer,) = one(b'{"pt1/victims": 1' + b"0" * 100_000 + b"}", "kobotoolbox").answers
    assert (answer.value, answer.problem) == (None, "too_long")
    (answer,) = one(b'{"pt1/victims": 1e400}', "kobotoolbox").answers
    assert (answer.value, answer.problem) == (None, "out_of_range")


def test_deep_json_below_the_limit_is_told_and_not_followed() -> None:
    content = b'{"pt1/victims": "3", "a": ' + b'[{"a": ' * 60 + b"1" + b"}]" * 60 + b"}"
    read = one(content, "kobotoolbox")
    assert values(read) == {("", "victims"): "3"}
    assert notes(read) == ["unknown_field"]


def test_a_submission_of_nothing_but_unknown_nodes_takes_and_says_little() -> None:
    content = odk_xml("<pt1>" + "".join(f"<a{n}>x</a{n}>" for n in range(90_000)) + "</pt1>")
    started = time.process_time()
    read = one(content, "odk_central")
    assert time.process_time() - started < 2
    # A letter with ninety thousand findings would be of no use to anybody.
    assert [note.seen for note in read.notes] == [f"pt1/a{n}" for n in range(100)] + ["… (+ 89900)"]


def test_only_ways_that_carry_responses_are_read() -> None:
    with pytest.raises(ValueError, match="'folder' is no way"):
        one(b"", "folder")


TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)
    .map(lambda text: clean_text(text).strip(" \t\n\u00a0\u200b\ufeff"))
    .filter(lambda text: text and not no_value_word(text, FORM)[0])
)


@given(
    victims=st.integers(-(10**14), 10**14),
    hours=st.decimals(-1000, 1000, places=4),
    day=st.dates(),
    codes=st.sets(st.sampled_from(["legal", "resources", "data"])),
    remarks=TEXTS,
)
def test_what_a_form_engine_stores_comes_back_as_it_is(victims, hours, day, codes, remarks) -> None:  # type: ignore[no-untyped-def]
    stored = {
        "victims": str(victims),
        "hours": str(hours),
        "adopted_on": day.isoformat(),
        "obstacles": " ".join(sorted(codes)),
        "remarks": remarks,
    }
    by_xml = odk("<pt1>" + "".join(node(code, text) for code, text in stored.items()) + "</pt1>")
    by_json = kobo({f"pt1/{code}": text for code, text in stored.items()})
    assert values(by_xml) == values(by_json)
    said = {answer.question: answer for answer in by_xml.answers}
    assert said["victims"].value == str(victims)
    assert float(said["hours"].value or "x") == float(hours)
    assert said["adopted_on"].date == day
    assert set((said["obstacles"].value or "").split() if codes else ()) == codes
    assert said["remarks"].value == remarks
    assert all(FORM.by_code[code] for _, code in values(by_xml))
