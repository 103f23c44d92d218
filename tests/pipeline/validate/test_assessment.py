from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from validate_samples import COMMITMENTS, FORM, MEMBERS, TODAY, PlainForm, Said, answer, submissions

from pipeline.frames import frame
from pipeline.questionnaire.xpath import compile_form
from pipeline.validate import assessment
from pipeline.validate.assessment import assess
from tests.samples import question


def run(
    answers: list[dict[str, Any]], *, places: Any = (), earlier: Any = (), compiled: Any = None, **status: str
) -> pd.DataFrame:
    return assess(
        FORM,
        MEMBERS,
        submissions(**(status or {"ALB": "accepted"})),
        frame("answers", answers),
        frame("places", places),
        frame("earlier_answers", earlier),
        COMMITMENTS,
        TODAY,
        compiled=compiled or PlainForm(),
    )


def one(table: pd.DataFrame, question: str, row: str = "", subject: str = "question") -> pd.Series:
    chosen = table[(table["question"] == question) & (table["row"] == row) & (table["subject"] == subject)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_only_members_with_an_accepted_submission_are_assessed_in_the_alliances_order() -> None:
    table = run([], ALB="accepted", FRA="accepted", VNM="quarantined")
    assert list(table["member"].unique()) == ["FRA", "ALB"]


def test_every_commitment_in_force_has_a_row_and_new_rows_follow_in_number() -> None:
    table = run([answer("ALB", "c_title", "t", row=row) for row in ("NEW-10", "NEW-2", "ALB-02")])
    rows = [row for row in table["row"].unique() if row]
    assert rows == ["ALB-01", "ALB-02", "NEW-2", "NEW-10"]


def test_an_answer_is_found_at_its_question_and_nowhere_else() -> None:
    table = run(
        [answer("ALB", "victims", 7), answer("ALB", "unit", "yes"), answer("ALB", "c_title", "T", row="ALB-02")]
    )
    assert one(table, "victims")["number"] == 7
    assert one(table, "c_title", "ALB-02")["value"] == "T"
    assert pd.isna(one(table, "c_title", "ALB-01")["value"])
    assert list(table.loc[table["filled"], "question"]) == ["unit", "victims", "c_title"]


def test_an_answer_a_reason_and_silence_are_three_things() -> None:
    table = run(
        [
            answer("ALB", "unit", "yes"),
            answer("ALB", "victims", raw=None, value=None, missing_reason="not_available"),
        ]
    )
    flags = ["filled", "answered", "accounted"]
    assert list(one(table, "unit")[flags]) == [True, True, True]
    assert list(one(table, "victims")[flags]) == [False, False, True]
    assert list(one(table, "summary")[flags]) == [False, False, False]


def test_an_unreadable_answer_is_filled_but_neither_answered_nor_accounted_for() -> None:
    table = run([answer("ALB", "victims", raw="1.234", problem="ambiguous_number")])
    row = one(table, "victims")
    assert (row["filled"], row["answered"], row["accounted"]) == (True, False, False)
    assert row["problem"] == "ambiguous_number"


def test_a_reason_that_the_questionnaire_does_not_offer_accounts_for_nothing() -> None:
    assert not one(run([answer("ALB", "summary", missing_reason="no_time")]), "summary")["accounted"]


def test_what_cannot_be_assessed_is_neither_met_nor_broken() -> None:
    silent = run([])
    assert pd.isna(one(silent, "summary", subject="unit_counts")["holds"])
    assert pd.isna(one(silent, "victims")["holds"])
    contradiction = run([answer("ALB", "unit", "no"), answer("ALB", "victims", -1)])
    assert not one(contradiction, "summary", subject="unit_counts")["holds"]
    assert pd.isna(one(contradiction, "victims")["holds"]), "a question that is not asked has no constraint to break"


def test_a_question_without_a_constraint_holds_nothing_whatever_the_form_says() -> None:
    class Eager(PlainForm):
        def assess(self, *given: Any) -> list[Said]:
            return [
                Said("", "summary", holds=True),
                Said("", "summary", relevant=False, needed=True, subject="unit_counts"),
            ]

    table = run([], compiled=Eager())
    assert pd.isna(one(table, "summary")["holds"])
    assert not one(table, "summary", subject="unit_counts")["needed"]


def test_a_check_carries_its_own_severity_and_the_answer_at_which_it_is_shown() -> None:
    table = run([answer("ALB", "unit", "yes"), answer("ALB", "summary", "3")])
    check = one(table, "summary", subject="unit_counts")
    assert (check["severity"], check["raw"], check["section"], check["needed"]) == ("query", "3", "overall", False)
    assert pd.isna(check["tolerance"])


def test_the_row_of_a_commitment_has_its_goal_from_the_register_and_a_new_row_from_its_answer() -> None:
    table = run(
        [
            answer("ALB", "c_goal", "OG4.1", row="NEW-1"),
            answer("ALB", "c_title", "x", row="NEW-2"),
            answer("ALB", "c_goal", "OG3.1", row="ALB-02"),
        ]
    )
    goals = table[table["row"] != ""].drop_duplicates("row").set_index("row")["goal"]
    assert goals["ALB-01"] == "OG1.1"
    assert goals["ALB-02"] == "OG2.1"
    assert goals["NEW-1"] == "OG4.1"
    assert pd.isna(goals["NEW-2"])
    assert one(table, "unit")["goal"] == "OG1.1"


def test_a_row_of_another_table_has_not_the_goal_of_the_commitment_whose_key_it_shares() -> None:
    document = question("d_title", section="overall", repeat="documents", path="/data/overall/documents/d_title")
    table = assess(
        replace(FORM, questions=(*FORM.questions, replace(document, position=99))),
        MEMBERS,
        submissions(ALB="accepted"),
        frame("answers", [answer("ALB", "c_goal", "OG4.1", row="NEW-1"), answer("ALB", "d_title", "x", row="NEW-1")]),
        frame("places", ()),
        frame("earlier_answers", ()),
        COMMITMENTS,
        TODAY,
        compiled=WithDocument(),
    )
    assert one(table, "c_title", "NEW-1")["goal"] == "OG4.1"
    assert pd.isna(one(table, "d_title", "NEW-1")["goal"])


class WithDocument(PlainForm):
    """The small form with a table of documents beside that of the commitments."""

    def assess(self, values: Any, rows: Any, last_saved: Any, today: Any) -> list[Said]:
        return [*super().assess(values, rows, last_saved, today), *(Said(key, "d_title") for key in rows["documents"])]


def earlier(cycle: str, question: str, value: object, member: str = "ALB", row: str = "") -> dict[str, Any]:
    return {"cycle": cycle} | answer(member, question, value, row=row)


def test_previous_is_the_number_of_the_latest_earlier_cycle_that_has_one() -> None:
    given = [
        earlier("2012", "victims", 5),
        earlier("2013", "victims", 8),
        earlier("2012", "victims", 99, member="FRA"),
        {"cycle": "2014a"} | answer("ALB", "victims", missing_reason="not_yet"),
    ]
    assert one(run([], earlier=given), "victims")["previous"] == 8
    assert pd.isna(one(run([], earlier=given), "unit")["previous"])


def test_cycles_count_in_the_order_of_the_table_not_of_the_alphabet() -> None:
    given = [earlier("spring", "victims", 5), earlier("autumn", "victims", 8)]
    assert one(run([], earlier=given), "victims")["previous"] == 8


def test_a_new_row_of_last_time_is_not_a_new_row_of_this_time() -> None:
    form = PlainForm()
    given = [earlier("2013", "c_title", "old", row="NEW-1"), earlier("2013", "c_status", "limited", row="ALB-01")]
    run([answer("ALB", "c_title", "new", row="NEW-1")], earlier=given, compiled=form)
    assert form.last_saved == [{("ALB-01", "c_status"): "limited"}]


def place(question: str, sheet: str, cell: str, member: str = "ALB", row: str = "") -> dict[str, str]:
    return {"member": member, "row": row, "question": question, "sheet": sheet, "cell": cell}


def test_a_question_without_an_answer_is_shown_at_the_cell_where_it_would_stand() -> None:
    places = [
        place("summary", "Overall", "D4"),
        place("c_title", "Promises", "C7", row="ALB-02"),
        place("summary", "Ensemble", "E9", member="FRA"),
    ]
    table = run([], places=places)
    assert list(one(table, "summary")[["sheet", "cell"]]) == ["Overall", "D4"]
    assert list(one(table, "c_title", "ALB-02")[["sheet", "cell"]]) == ["Promises", "C7"]
    assert list(one(table, "summary", subject="unit_counts")[["sheet", "cell"]]) == ["Overall", "D4"]


def test_an_answer_is_shown_where_it_was_read() -> None:
    table = run([answer("ALB", "summary", "x", sheet="Copy", cell="F1")], places=[place("summary", "Overall", "D4")])
    assert list(one(table, "summary")[["sheet", "cell"]]) == ["Copy", "F1"]


def test_a_question_that_the_workbook_lacks_is_looked_for_on_the_sheet_as_the_member_calls_it() -> None:
    renamed = run([], places=[place("unit", "Our answers", "D4"), place("unit", "Cible", "D4", member="FRA")])
    assert one(renamed, "victims")["sheet"] == "Our answers"
    assert pd.isna(one(renamed, "victims")["cell"])
    assert one(renamed, "summary")["sheet"] == "Overall"
    french = run([], FRA="accepted")
    assert one(french, "summary")["sheet"] == "Ensemble"
    assert pd.isna(one(french, "summary")["cell"])


def test_what_was_chosen_is_offered_or_not_or_nobody_can_say() -> None:
    class Filtered(PlainForm):
        def assess(self, *given: Any) -> list[Said]:
            return [
                Said("", "unit", offered=False),
                Said("", "summary", offered=True),
                Said("", "victims", relevant=False, offered=False),
            ]

    table = run([], compiled=Filtered())
    assert [one(table, "unit")["offered"], one(table, "summary")["offered"]] == [False, True]
    assert pd.isna(one(table, "victims")["offered"]), "a question that is not asked offers nothing"
    assert run([])["offered"].isna().all()


def test_hostile_text_passes_through_unchanged() -> None:
    text = "=1+1 {{ x }} <b> \u202e 日本語 👩‍👩‍👧 %(seen)s"
    assert one(run([answer("ALB", "summary", text)]), "summary")["raw"] == text


def test_the_forms_own_expressions_give_what_they_say() -> None:
    given = [answer("ALB", "unit", "yes"), answer("ALB", "victims", -2), answer("FRA", "victims", 3)]
    by_xpath = run(given, compiled=compile_form(FORM), ALB="accepted", FRA="accepted")
    by_hand = run(given, ALB="accepted", FRA="accepted")
    same = ["member", "subject", "row", "question", "relevant", "holds"]
    assert not one(by_xpath[by_xpath["member"] == "ALB"], "victims")["holds"]
    for one_by_xpath, one_by_hand in zip(
        by_xpath[same].sort_values(same[:4]).to_numpy(), by_hand[same].sort_values(same[:4]).to_numpy(), strict=True
    ):
        assert str(one_by_xpath) == str(one_by_hand)


def test_members_assessed_one_at_a_time_are_assessed_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        answer("FRA", "victims", 3),
        answer("ALB", "unit", "yes"),
        answer("ALB", "c_title", "t", row="NEW-1"),
        answer("FRA", "c_title", "u", row="NEW-1"),
    ]
    # Only Albania answered in the older cycle, which the table has first all the same.
    before = [
        earlier("spring", "victims", 5),
        *(earlier("autumn", "victims", 8, member=code) for code in ("FRA", "ALB")),
    ]
    found = {"places": [place("summary", "Overall", "D4", member="FRA")], "earlier": before}
    statuses = {"ALB": "accepted", "FRA": "accepted"}
    at_once = run(given, **found, **statuses)
    monkeypatch.setattr(assessment, "_MEMBERS_AT_A_TIME", 1)
    one_by_one = run(given, **found, **statuses)
    pd.testing.assert_frame_equal(one_by_one, at_once)
    assert list(one_by_one["member"].unique()) == ["FRA", "ALB"]
    assert set(one_by_one.loc[one_by_one["question"] == "victims", "previous"]) == {8}


def test_no_submission_at_all_gives_an_empty_table() -> None:
    assert run([], ALB="rejected").empty


def test_the_repeat_of_commitments_is_the_one_with_a_status() -> None:
    assert FORM.commitments_repeat == "commitments"
