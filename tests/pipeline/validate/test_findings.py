from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validate_samples import EMPTY, FORM, assessed, question, texts

from pipeline.frames import frame
from pipeline.questionnaire.form import NumberRange, RuleSeverity
from pipeline.translations import Catalogue
from pipeline.validate import findings as module
from pipeline.validate.expectations import check
from pipeline.validate.findings import explain, finding_ids, make_findings, messages
from pipeline.validate.notes import NOTES
from pipeline.validate.rule_book import all_rules

ENGLISH = Catalogue("en")
ROOT = Path(__file__).parents[3]


def found(rows: list[dict[str, Any]], notes: list[dict[str, Any]] | None = None, form: Any = FORM) -> pd.DataFrame:
    assessment = frame("assessment", rows)
    return make_findings(form, assessment, check(assessment, all_rules()), frame("intake_notes", notes or []))


def note(code: str, **given: Any) -> dict[str, Any]:
    return {"member": "ALB", "note": code, "sheet": "Sheet", "cell": "A1", "row": "", "submission": "s"} | given


def told(rule: str, language: str = "en", form: Any = FORM, **given: Any) -> str:
    finding = dict.fromkeys(["row", "question", "seen", "problem", "previous"]) | {"rule": rule} | given
    return explain(finding, form, ENGLISH, language)


def digits(key: str, count: int = 10) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:count]


def test_a_finding_says_who_where_what_and_how_serious() -> None:
    slip = assessed(
        question="victims",
        raw="-5",
        number=-5.0,
        holds=False,
        goal="OG1.1",
        severity="warning",
        sheet="Réponses",
        cell="D7",
    )
    row = found([slip]).iloc[0]
    assert row["finding"] == digits("ALB||victims|constraint")
    assert list(row[["member", "rule", "severity", "section", "goal", "sheet", "cell", "seen"]]) == [
        "ALB", "constraint", "warning", "pt1", "OG1.1", "Réponses", "D7", "-5",
    ]  # fmt: skip
    assert row["message"] == "Enter 0 or more. Please correct the answer; we read “-5”."


def test_a_rule_with_a_severity_of_its_own_overrides_that_of_the_question() -> None:
    assert found([assessed(relevant=False)]).iloc[0]["severity"] == "warning"


def test_a_check_of_the_form_is_found_under_its_own_name_severity_and_words() -> None:
    broken = assessed(question="victims", subject="unit_counts", severity="query", holds=False)
    row = found([broken]).iloc[0]
    assert (row["rule"], row["severity"], row["message"]) == ("unit_counts", "query", "A unit counts victims.")


def test_a_jump_keeps_the_number_that_it_was_compared_with() -> None:
    row = found([assessed(question="victims", raw="3000", number=3000.0, previous=1500.0, tolerance=0.5)]).iloc[0]
    assert row["previous"] == 1500
    assert row["message"] == (
        "Your answer is “3000”; in the last questionnaire that you returned it was 1,500. "
        "Please confirm the number and say in the comment what changed, or correct it."
    )


ROWS = [
    assessed(question="victims", holds=False),
    assessed(question="unit", problem="ambiguous_date", value=None, answered=False, accounted=False),
    assessed("FRA", row="FRA-01", question="c_title", relevant=False, section="commitments"),
]


def test_ids_stay_the_same_whatever_the_order_of_the_rows_and_whoever_else_answers() -> None:
    notes = [note("unknown_code", cell="A3"), note("unknown_code", cell="A9"), note("missing_row", sheet="", cell="")]
    first = found(ROWS, notes)
    second = found(ROWS[::-1], notes[::-1])
    key = ["member", "rule", "row", "cell"]
    assert set(map(tuple, first[["finding", *key]].to_numpy())) == set(map(tuple, second[["finding", *key]].to_numpy()))
    alone = found(ROWS[:1])
    assert set(alone["finding"]) <= set(first["finding"])


def test_findings_come_in_the_order_of_the_assessment_with_notes_first() -> None:
    table = found(ROWS, [note("missing_row"), note("unknown_code", member="FRA")])
    assert list(table["rule"]) == [
        "missing_row",
        "constraint",
        "unreadable_answer",
        "unknown_code",
        "irrelevant_answer",
    ]


def test_notes_of_one_kind_without_a_question_are_counted() -> None:
    table = found([assessed()], [note("unknown_code", cell="A9", seen="x"), note("unknown_code", cell="A3", seen="y")])
    assert list(table["finding"]) == [digits("ALB|||unknown_code"), digits("ALB|||unknown_code|2")]
    assert list(table["cell"]) == ["A3", "A9"]


def test_a_row_key_with_a_bar_is_no_other_row() -> None:
    table = found([assessed(row=row, question="q", relevant=False) for row in ("a|q", "a")])
    assert table["finding"].is_unique


def test_ids_that_would_collide_are_lengthened_and_the_others_stay() -> None:
    # Found by search: both digests begin with the same four digits, which stand for the ten here.
    keys = [f"key{number}" for number in range(2000)]
    short = pd.Series([digits(key, 4) for key in keys])
    first, second = short[short.duplicated(keep=False)].sort_values(kind="stable").index[:2]
    shortened = pytest.MonkeyPatch()
    shortened.setattr(module, "_DIGITS", 4)
    try:
        assert finding_ids([keys[first], keys[second]]) == [digits(keys[first], 20), digits(keys[second], 20)]
        assert finding_ids([keys[first]]) == [digits(keys[first], 4)]
    finally:
        shortened.undo()


@given(st.lists(st.text("ab|", max_size=3), max_size=30))
def test_ids_are_never_equal_and_do_not_depend_on_order(keys: list[str]) -> None:
    ids = finding_ids(keys)
    assert len(set(ids)) == len(keys)
    assert set(finding_ids(keys[::-1])) == set(ids)


def test_the_same_key_in_two_versions_is_the_same_finding_and_in_one_version_another() -> None:
    ids = finding_ids(["a", "a", "a", "b"], ["FRA@1", "FRA", "FRA", "FRA"])
    assert ids == [digits("a"), digits("a"), digits("a|2"), digits("b")]


def test_a_question_that_is_required_says_so_in_the_forms_words() -> None:
    assert told("required_answer", question="victims") == "This question has no answer yet. Tell us the number."
    assert told("required_answer", question="unit") == (
        "This question has no answer yet. "
        "Please answer it or, if you cannot, please choose a reason in the column for reasons."
    )


def test_texts_of_the_form_are_said_in_the_language_of_the_letter() -> None:
    assert told("constraint", "fr", question="victims", seen="-5").startswith("Indiquez 0 ou plus. ")
    assert told("unit_counts", "fr", question="victims") == "Une unité compte les victimes."
    assert "Oui; Non" in told("unreadable_answer", "fr", question="unit", seen="si", problem="not_a_choice")
    assert "sans objet; pas encore" in told("unknown_reason", "fr", question="unit", seen="?")
    assert told("constraint", "es", question="victims", seen="-5").startswith("Enter 0 or more. ")


def test_a_range_without_words_of_its_own_says_from_where_to_where() -> None:
    scale = question("scale", type="range", number_range=NumberRange(0, 1000.5, 0.5))
    spoken = replace(scale, texts=texts(label="Scale", constraint_message="Between nothing and all."))
    form = replace(FORM, questions=(*FORM.questions, scale))
    assert told("constraint", question="scale", seen="-5", form=form) == (
        "The answer must be a number from 0 to 1,000.5, in steps of 0.5. Please correct the answer; we read “-5”."
    )
    form = replace(FORM, questions=(*FORM.questions, spoken))
    assert told("constraint", question="scale", seen="-5", form=form).startswith("Between nothing and all. Please")


def test_a_choice_that_is_not_offered_is_told_with_what_was_chosen() -> None:
    assert told("choice_not_offered", question="unit", seen="Yes") == (
        "“Yes” is not among the answers that this question offers, given your other answers. "
        "Please choose another answer, or correct the answer that the list depends on."
    )


def test_own_words_are_said_in_the_language_of_the_catalogue() -> None:
    rule = next(rule for rule in all_rules() if rule.name == "reason_beside_answer")
    french = Catalogue(
        "fr", {(rule.words.wrong,): ("Trouvé « %(seen)s ».",), (rule.words.mend,): ("Veuillez choisir.",)}
    )
    finding = {
        "rule": rule.name,
        "row": "",
        "question": "unit",
        "seen": "yes",
        "problem": float("nan"),
        "previous": float("nan"),
    }
    assert explain(finding, FORM, french, "fr") == "Trouvé « yes ». Veuillez choisir."


def test_each_problem_of_reading_has_its_words_and_an_unknown_one_the_general_ones() -> None:
    assert "two ways" in told("unreadable_answer", question="victims", seen="1.234", problem="ambiguous_number")
    assert told("unreadable_answer", question="victims", seen="¿", problem="of_a_later_version") == (
        "We cannot read the answer “¿”. Please write it again, as the question asks."
    )


def test_what_the_member_wrote_is_shown_as_plain_text_on_one_line() -> None:
    hostile = "%(previous)s {{ 7*7 }} <b>&amp;\n\n=cmd() 日本語"
    shown = told("irrelevant_answer", question="victims", seen=hostile)
    assert "“%(previous)s {{ 7*7 }} <b>&amp; =cmd() 日本語”" in shown


def test_marks_of_direction_do_not_turn_our_sentence() -> None:
    assert "“abc”" in told("irrelevant_answer", question="victims", seen="a\u202eb\u2066c")


def test_a_long_answer_is_shown_as_an_excerpt_and_kept_in_full() -> None:
    row = found([assessed(raw="x" * 30_000, relevant=False)]).iloc[0]
    assert len(row["seen"]) == 30_000
    assert "x" * 119 + "…" in row["message"]
    assert len(row["message"]) < 400


def test_every_note_has_polite_words_that_say_how_to_mend_it() -> None:
    for code in NOTES:
        shown = told(code, seen="b@d")
        assert "Please" in shown
        assert "%(" not in shown
    assert {one.severity for one in NOTES.values()} <= {"error", "warning", "query"}


def test_a_note_names_the_question_the_section_or_the_row_that_it_is_about() -> None:
    assert "“Victims”" in told("missing_row", question="victims")
    assert "“ALB-03”" in told("missing_row", row="ALB-03", seen="ALB-03")
    assert "“Objectif 1”" in told("missing_section", "fr", seen="pt1")
    assert "call it NEW-2." in told("unkeyed_row", row="NEW-2", seen="my own number")
    assert "“#answer”" in told("missing_column", seen="#answer")


def test_a_question_that_is_gone_is_told_with_the_sheet_where_it_should_be() -> None:
    absent = assessed(question="victims", sheet="Objectif 1", cell=None)
    gone = note("missing_row", question="victims", sheet="", cell="")
    elsewhere = note("merged_cells", question="victims", sheet="Copy", cell="D9")
    assert list(found([absent], [gone, elsewhere])["sheet"]) == ["Copy", "Objectif 1"]


def test_notes_have_words_for_every_code_that_gathering_gives() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipeline" / "gather").glob("*.py"))
    given = set(re.findall(r'\bNote\(\s*"(\w+)"', code)) | set(
        re.findall(r'note = "(\w+)" if .* else "(\w+)"', code)[0]
    )
    assert len(given) >= 5
    assert given <= set(NOTES)


def test_a_commitment_whose_row_is_gone_is_one_finding_that_names_it_and_no_cell() -> None:
    rows = [
        assessed(question=question, role=role, row="ALB-01", needed=True, present=False, section="commitments", **EMPTY)
        for question, role in (("c_title", "title"), ("c_status", "status"))
    ]
    (finding,) = found(rows).to_dict("records")
    assert (finding["rule"], finding["severity"], finding["row"]) == ("vanished_commitment", "error", "ALB-01")
    assert pd.isna(finding["cell"])
    assert finding["message"].startswith("Your commitment ALB-01 is missing in your workbook. Please put its row back,")


def test_findings_are_as_serious_as_the_alliance_decides_and_those_of_a_rule_that_is_off_are_not_told() -> None:
    decided = (RuleSeverity("year_out_of_range", 2, "query"), RuleSeverity("reason_beside_answer", 3, "off"))
    form = replace(FORM, rule_severities=(*decided, RuleSeverity("missing_row", 4, "error")))
    rows = [
        assessed(question="victims", type="integer", role="year", number=14.0),
        assessed(question="summary", missing_reason="not_yet"),
        assessed(question="c_title", holds=False),
    ]
    table = found(rows, [note("missing_row", question="victims")], form=form)
    assert list(zip(table["rule"], table["severity"], strict=True)) == [
        ("missing_row", "error"), ("year_out_of_range", "query"), ("constraint", "error"),
    ]  # fmt: skip


def test_a_due_date_is_told_beside_the_one_that_it_was() -> None:
    due = {"role": "due", "type": "date", "row": "ALB-01", "present": True, "previous_date": "2014-12-31"}
    (finding,) = found([assessed(question="c_due", date="2015-06-30", raw="2015-06-30", **due)]).to_dict("records")
    assert finding["message"].startswith("The due date is now “2015-06-30”; until now it was 31 December 2014. Please")


def test_a_note_without_words_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError, match="never_heard_of"):
        found([assessed()], [note("never_heard_of")])


def test_messages_for_translators_hold_every_sentence_once() -> None:
    listed = messages()
    assert list(listed) == sorted(set(listed))
    assert "Please choose one of these answers: %(choices)s." in listed
    assert {words for rule in all_rules() for words in (rule.words.wrong, rule.words.mend)} <= set(listed)
    assert "The answer must be a number from %(start)s to %(end)s, in steps of %(step)s." in listed


def test_no_findings_are_an_empty_table() -> None:
    assert found([assessed()]).empty
    assert found([]).empty
