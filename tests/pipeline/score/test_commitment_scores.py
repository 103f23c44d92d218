"""From register and answers to commitment_scores, on a tiny hand-made form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from score_cases import CYCLE, FORM, SCORING, answer, answers, earlier, register, submissions

from pipeline.alliance.model import ScoringSettings
from pipeline.questionnaire.form import Form, Texts
from pipeline.score.commitments import score_commitments
from pipeline.tables import TABLES

NUMERIC = {
    "kind": "numeric", "direction": 1, "sign": 1, "baseline_value": 100, "baseline_year": 2012, "target_value": 200,
    "target_year": 2014,
}  # fmt: skip
GROWTH = {
    "commitment": "ALB-01", "kind": "growth_rule", "indicator": "victims", "baseline_value": 100,
    "baseline_year": 2011, "growth_rate": 0.1, "growth_reading": "on_average",
}  # fmt: skip
MILESTONE = {"commitment": "ALB-01", "kind": "milestone", "due_date": "2014-12-31"}
CHECKLIST = {"commitment": "ALB-01", "kind": "checklist", "indicator": "laws"}


def score(
    commitments: pd.DataFrame,
    *given: dict[str, Any],
    before: pd.DataFrame | None = None,
    received: pd.DataFrame | None = None,
    scoring: ScoringSettings = SCORING,
    ever_made: pd.DataFrame | None = None,
    form: Form = FORM,
) -> pd.DataFrame:
    told = earlier("2013") if before is None else before
    got = submissions(ALB="accepted") if received is None else received
    return score_commitments(form, CYCLE, scoring, commitments, answers(*given), told, got, ever_made)


def one(commitment: dict[str, Any], *given: dict[str, Any], **more: Any) -> pd.Series:
    return score(register({"commitment": "ALB-01", **commitment}), *given, **more).iloc[0]


def sources(row: pd.Series) -> dict[str, Any]:
    return json.loads(row["sources"])


def flags(row: pd.Series) -> set[str]:
    return set(row["flags"].split()) if pd.notna(row["flags"]) else set()


def test_a_value_stands_in_the_commitments_own_row_where_it_has_no_indicator():
    row = one(
        NUMERIC,
        answer("ALB", "c_value", 150, row="ALB-01"),
        answer("ALB", "c_year", 2013, row="ALB-01"),
        answer("ALB", "new", 999),
    )
    assert (row["current_value"], row["current_year"]) == (150, 2013)
    # (1.5 - 1) over (sqrt(2) - 1) is more than 1.
    assert (row["rating"], row["method"], row["method_version"]) == ("on_track", "growth_ratio", 1)
    assert sources(row)["current_value"] == {
        "question": "c_value", "row": "ALB-01", "sheet": "commitments", "cell": "D16", "submission": "alb"
    }  # fmt: skip
    assert sources(row)["current_year"]["cell"] == "D17"
    assert {sources(row)[name] for name in ("baseline_value", "baseline_year", "target_value", "direction")} == {
        "register"
    }


def test_a_value_stands_with_the_indicator_where_there_is_one():
    row = one(
        NUMERIC | {"indicator": "victims"},
        answer("ALB", "new", 220),
        answer("ALB", "new_year", 2013),
        answer("ALB", "c_value", 1, row="ALB-01"),
    )
    assert (row["current_value"], row["rating"]) == (220, "achieved")
    assert row["explanation"] == "Achieved: the target of 200 or more by 2014 is reached with 220 in 2013."
    place = {"question": "new", "sheet": "pt1", "cell": "D1", "submission": "alb"}
    assert sources(row)["current_value"] == place
    assert sources(row)["current_year"] == {**place, "question": "new_year", "cell": "D2"}


def test_a_numeric_commitment_is_rated_under_all_three_methods_and_others_under_none():
    own = [answer("ALB", "c_value", 150, row="ALB-01"), answer("ALB", "c_year", 2013, row="ALB-01")]
    row = one(NUMERIC, *own)
    # Projection: 150 · 1.5 = 225 by 2014, more than the whole way; linear gap: half the way in half the time.
    ratings = [row[f"rating_{name}"] for name in ("growth_ratio", "projection", "linear_gap")]
    assert ratings == ["on_track", "on_track", "on_track"]
    assert pd.isna(one(MILESTONE, answer("ALB", "c_status", "limited", row="ALB-01"))["rating_projection"])


def test_a_member_without_an_accepted_submission_is_not_available_whatever_arrived():
    for received in (submissions(), submissions(ALB="rejected"), submissions(ALB="quarantined")):
        row = one(NUMERIC | {"indicator": "victims"}, answer("ALB", "new", 220), received=received)
        assert (row["rating"], row["reason"]) == ("not_available", "no_submission")
        assert pd.isna(row["current_value"])
        assert row["explanation"] == "Not available: no workbook of the member was accepted in this cycle."


def test_answers_of_another_member_never_land_here():
    received = submissions(ALB="accepted", FRA="accepted")
    row = one(
        NUMERIC | {"indicator": "victims"},
        answer("FRA", "new", 220),
        answer("FRA", "new_year", 2013),
        answer("FRA", "c_status", "complete", row="ALB-01"),
        received=received,
    )
    assert (row["rating"], row["reason"]) == ("not_available", "no_answer")
    assert pd.isna(row["status"])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([], "no_answer"),
        ([answer("ALB", "new", missing_reason="confidential")], "value_confidential"),
        ([answer("ALB", "new", missing_reason="not_available")], "value_not_available"),
        ([answer("ALB", "new", raw="about a hundred", problem="not_a_number")], "unreadable"),
        ([answer("ALB", "new", 0)], "year_missing"),
        ([answer("ALB", "new", 0), answer("ALB", "new_year", 2024)], "year_in_future"),
    ],
)
def test_a_missing_value_is_never_zero_and_says_why(given, reason):
    row = one(NUMERIC | {"indicator": "victims"}, *given)
    assert (row["rating"], row["reason"]) == ("not_available", reason)
    assert np.isnan(row["score"])
    assert {row[f"rating_{name}"] for name in ("growth_ratio", "projection", "linear_gap")} == {"not_available"}


def test_the_register_stands_where_the_member_states_another_baseline():
    given = [answer("ALB", "new", 150), answer("ALB", "new_year", 2013), answer("ALB", "new_baseline", 140)]
    row = one(NUMERIC | {"indicator": "victims"}, *given)
    assert row["baseline_value"] == 100
    assert "baseline_differs" in flags(row)
    open_baseline = NUMERIC | {"indicator": "victims", "baseline_value": None}
    row = one(open_baseline, *given)
    assert row["baseline_value"] == 140
    assert "baseline_from_answers" in flags(row)


def test_estimates_breaks_and_old_values_are_flagged():
    given = [answer("ALB", "new", 150), answer("ALB", "new_year", 2013)]
    told = [answer("ALB", "new_estimated", "yes"), answer("ALB", "new_break", "yes")]
    row = one(NUMERIC | {"indicator": "victims", "baseline_year": 2010}, *given, *told)
    assert {"estimated", "break_in_series"} <= flags(row)
    old = one(NUMERIC | {"indicator": "victims", "baseline_year": 2010}, given[0], answer("ALB", "new_year", 2012))
    assert "old_value" in flags(old)


def test_a_growth_rule_takes_its_series_from_register_earlier_cycles_and_this_one():
    before = earlier("2013", answer("ALB", "new", 121), answer("ALB", "new_year", 2012))
    given = [answer("ALB", "new", 134), answer("ALB", "new_year", 2013), answer("ALB", "all_victims", 9000)]
    row = one(GROWTH, *given, before=before)
    assert row["series"] == "2011=100 2012=121 2013=134"
    assert (row["required_value"], row["rating"]) == (121, "on_track")
    assert (row["meets_each_year"], row["meets_on_average"]) == ("met", "met")
    assert "restated" not in flags(row)


def test_a_series_says_of_each_year_from_which_cycle_and_cell_it_is():
    before = earlier("2013", answer("ALB", "new", 121, submission="alb-old"), answer("ALB", "new_year", 2012))
    row = one(GROWTH, answer("ALB", "new", 134), answer("ALB", "new_year", 2013), before=before)
    assert sources(row)["series"] == {
        "2011": "register",
        "2012": {"question": "new", "sheet": "pt1", "cell": "D1", "submission": "alb-old", "cycle": "2013"},
        "2013": {"question": "new", "sheet": "pt1", "cell": "D1", "submission": "alb"},
    }


def test_a_value_of_a_predecessor_is_traced_to_the_row_of_the_predecessor():
    before = earlier("2013", *given_in_row("ALB-01", 110, 2012))
    row = score(register(SECOND), *given_in_row("ALB-02", 121, 2013), before=before).iloc[0]
    told = sources(row)["series"]
    assert (told["2012"]["row"], told["2012"]["cycle"], told["2013"]["row"]) == ("ALB-01", "2013", "ALB-02")


def test_a_baseline_that_the_member_stated_is_traced_to_its_cell():
    given = [answer("ALB", "new", 150), answer("ALB", "new_year", 2013), answer("ALB", "new_baseline", 140)]
    row = one(NUMERIC | {"indicator": "victims", "baseline_value": None}, *given)
    assert sources(row)["baseline_value"]["question"] == "new_baseline"
    assert sources(row)["baseline_year"] == "register"
    assert sources(one(NUMERIC | {"indicator": "victims"}, *given))["baseline_value"] == "register"


@pytest.mark.parametrize("sheet", ['a"b', "it's; {x}", "a!b@c=d", "Ziel\\1", "目標 😀", "[x],\n"])
def test_a_sheet_may_have_any_name(sheet):
    given = [answer("ALB", "new", 150, sheet=sheet), answer("ALB", "new_year", 2013)]
    row = one(NUMERIC | {"indicator": "victims"}, *given)
    assert sources(row)["current_value"]["sheet"] == sheet


def test_a_missing_answer_is_named_by_its_cell_and_what_was_never_there_by_none():
    row = one(NUMERIC | {"indicator": "victims"}, answer("ALB", "new", missing_reason="confidential"))
    assert sources(row)["current_value"]["cell"] == "D1"
    assert "current_year" not in sources(row)
    assert "current_value" not in sources(one(NUMERIC | {"indicator": "victims"}))


def test_the_earlier_status_of_a_milestone_stands_in_its_row_with_its_source():
    before = earlier("2013", answer("ALB", "c_status", "substantial", row="ALB-01"))
    row = one(MILESTONE, answer("ALB", "c_status", "limited", row="ALB-01"), before=before)
    assert (row["previous_status"], sources(row)["previous_status"]["cycle"]) == ("substantial", "2013")
    assert row["cut_off"] == pd.Timestamp("2014-08-15")


def test_a_growth_rule_is_rated_in_both_readings_and_one_of_them_decides():
    # 100, 130, 131: on average 131 are more than 121.
    before = earlier("2013", answer("ALB", "new", 130), answer("ALB", "new_year", 2012))
    given = [answer("ALB", "new", 131), answer("ALB", "new_year", 2013)]
    for reading in ("on_average", "each_year"):
        row = one(GROWTH | {"growth_reading": reading}, *given, before=before)
        # The share is that of the whole way, 31 of 21, so a missed year is not on track and no worse than that.
        assert (row["rating_on_average"], row["rating_each_year"]) == ("on_track", "acceleration_needed")
        assert row["rating"] == row[f"rating_{reading}"]


def test_both_readings_of_a_growth_rule_without_a_value_are_not_available_and_other_kinds_have_none():
    row = one(GROWTH, answer("ALB", "new", missing_reason="not_yet"))
    assert (row["rating_on_average"], row["rating_each_year"]) == ("not_available", "not_available")
    assert pd.isna(one(MILESTONE, answer("ALB", "c_status", "limited", row="ALB-01"))["rating_each_year"])


def given_in_row(commitment: str, value: int, year: int) -> list[dict[str, Any]]:
    return [answer("ALB", "c_value", value, row=commitment), answer("ALB", "c_year", year, row=commitment)]


SECOND = {**GROWTH, "commitment": "ALB-02", "indicator": None, "predecessor": "ALB-01", "since_cycle": "2014"}


def test_a_commitment_that_continues_another_continues_its_series():
    before = earlier("2013", *given_in_row("ALB-01", 110, 2012))
    row = score(register(SECOND), *given_in_row("ALB-02", 121, 2013), before=before).iloc[0]
    assert row["series"] == "2011=100 2012=110 2013=121"
    assert row["rating"] == "on_track"


def test_a_series_goes_back_along_the_whole_line_and_the_nearest_value_stands():
    line = register(
        {**GROWTH, "commitment": "ALB-01", "indicator": None},
        {**SECOND, "since_cycle": "2013"},
        {**SECOND, "commitment": "ALB-03", "predecessor": "ALB-02"},
    )
    before = pd.concat(
        [
            earlier("2012", *given_in_row("ALB-01", 110, 2012)),
            earlier("2013", *given_in_row("ALB-01", 7, 2013), *given_in_row("ALB-02", 121, 2013)),
        ]
    )
    in_force = line[line["commitment"] == "ALB-03"]
    row = score(in_force, *given_in_row("ALB-03", 140, 2014), before=before, ever_made=line).iloc[0]
    assert row["series"] == "2011=100 2012=110 2013=121 2014=140"


def test_what_a_commitment_said_itself_stands_before_what_its_predecessor_said():
    before = earlier("2013", *given_in_row("ALB-02", 110, 2012), *given_in_row("ALB-01", 105, 2012))
    row = score(register(SECOND), *given_in_row("ALB-02", 121, 2013), before=before).iloc[0]
    assert row["series"] == "2011=100 2012=110 2013=121"
    assert "restated" not in flags(row)


def test_two_commitments_that_continue_the_same_one_both_take_its_values():
    both = register(SECOND, {**SECOND, "commitment": "ALB-03"})
    before = earlier("2013", *given_in_row("ALB-01", 110, 2012))
    given = [*given_in_row("ALB-02", 121, 2013), *given_in_row("ALB-03", 90, 2013)]
    assert list(score(both, *given, before=before)["series"]) == [
        "2011=100 2012=110 2013=121",
        "2011=100 2012=110 2013=90",
    ]


def test_a_value_of_another_members_commitment_is_never_taken_over():
    before = earlier("2013", *[{**told, "member": "BEL"} for told in given_in_row("ALB-01", 110, 2012)])
    row = score(register(SECOND), *given_in_row("ALB-02", 121, 2013), before=before).iloc[0]
    assert row["series"] == "2011=100 2013=121"


def test_a_second_phase_begins_anew_after_a_complete_first_one():
    second = {**MILESTONE, "commitment": "ALB-02", "predecessor": "ALB-01"}
    before = earlier("2013", answer("ALB", "c_status", "complete", row="ALB-01"))
    row = score(register(second), answer("ALB", "c_status", "limited", row="ALB-02"), before=before).iloc[0]
    assert row["rating"] == "acceleration_needed", "limited and not yet due, not a step back"
    assert "status_went_back" not in flags(row)


def test_this_cycles_own_restatement_wins_and_is_flagged():
    before = earlier("2013", answer("ALB", "new", 121), answer("ALB", "new_year", 2012))
    given = [answer("ALB", "new", 134), answer("ALB", "new_year", 2013), answer("ALB", "new_before", 125)]
    row = one(GROWTH, *given, before=before)
    assert row["series"] == "2011=100 2012=125 2013=134"
    assert "restated" in flags(row)
    assert (row["meets_each_year"], row["rating"]) == ("not_met", "on_track")
    told = sources(row)["series"]
    assert {year: place if place == "register" else place["question"] for year, place in told.items()} == {
        "2011": "register", "2012": "new_before", "2013": "new"
    }  # fmt: skip


def test_an_earlier_value_does_not_stand_in_for_a_missing_one():
    before = earlier("2013", answer("ALB", "new", 121), answer("ALB", "new_year", 2012))
    row = one(GROWTH, answer("ALB", "new", missing_reason="not_yet"), before=before)
    assert (row["rating"], row["reason"]) == ("not_available", "value_not_yet")


def test_growth_from_zero_gives_the_absolute_change():
    row = one(
        GROWTH | {"baseline_value": 0, "baseline_year": 2012}, answer("ALB", "new", 7), answer("ALB", "new_year", 2013)
    )
    assert (row["rating"], row["reason"]) == ("not_available", "growth_undefined")
    assert row["explanation"].endswith("the change from 2012 to 2013 is +7.")


@pytest.mark.parametrize(
    ("due", "overdue", "rating"), [("2014-08-14", True, "limited"), ("2014-08-15", False, "acceleration_needed")]
)
def test_a_milestone_is_overdue_when_due_before_the_cut_off(due, overdue, rating):
    row = one(MILESTONE | {"due_date": due}, answer("ALB", "c_status", "limited", row="ALB-01"))
    assert (row["overdue"], row["rating"]) == (overdue, rating)
    assert (sources(row)["status"]["cell"], sources(row)["due_date"]) == ("D14", "register")


def test_the_registers_due_date_stands_and_another_one_is_flagged():
    given = [answer("ALB", "c_status", "limited", row="ALB-01"), answer("ALB", "c_due", "2016-01-01", row="ALB-01")]
    row = one(MILESTONE | {"due_date": "2014-01-01"}, *given)
    assert row["due_date"] == pd.Timestamp("2014-01-01")
    assert {"due_date_changed", "overdue"} <= flags(row)
    assert row["explanation"] == "Limited: the status is “limited”, overdue since 1 January 2014."
    assert one(MILESTONE | {"due_date": None}, *given)["due_date"] == pd.Timestamp("2016-01-01")


def test_complete_without_evidence_is_achieved_and_flagged():
    bare = one(MILESTONE, answer("ALB", "c_status", "complete", row="ALB-01"))
    assert (bare["rating"], bare["overdue"]) == ("achieved", False)
    assert "no_evidence_given" in flags(bare)
    shown = [
        answer("ALB", "c_status", "complete", row="ALB-01"),
        answer("ALB", "c_link", "https://x.example", row="ALB-01"),
    ]
    assert "no_evidence_given" not in flags(one(MILESTONE, *shown))


def test_an_unanswered_status_is_not_not_started():
    assert one(MILESTONE)["reason"] == "no_answer"
    assert one(MILESTONE, answer("ALB", "c_status", "no_evidence", row="ALB-01"))["reason"] == "no_evidence"
    told = answer("ALB", "c_status", missing_reason="confidential", row="ALB-01")
    assert one(MILESTONE, told)["reason"] == "value_confidential"
    assert pd.isna(one(MILESTONE | {"due_date": "2013-01-01"})["overdue"])


def test_a_status_that_went_back_since_an_earlier_cycle_is_deterioration():
    before = earlier("2013", answer("ALB", "c_status", "substantial", row="ALB-01"))
    row = one(MILESTONE, answer("ALB", "c_status", "limited", row="ALB-01"), before=before)
    assert (row["rating"], "status_went_back" in flags(row)) == ("deterioration", True)
    same = one(MILESTONE, answer("ALB", "c_status", "substantial", row="ALB-01"), before=before)
    assert same["rating"] == "on_track"


def test_a_milestone_before_its_agreed_start_is_on_track():
    row = one(MILESTONE | {"start_date": "2014-10-01"}, answer("ALB", "c_status", "not_started", row="ALB-01"))
    assert row["rating"] == "on_track"


def test_a_withdrawn_commitment_of_any_kind_is_not_available():
    given = [
        answer("ALB", "new", 220),
        answer("ALB", "new_year", 2013),
        answer("ALB", "c_status", "withdrawn", row="ALB-01"),
    ]
    row = one(NUMERIC | {"indicator": "victims"}, *given)
    assert (row["rating"], row["reason"]) == ("not_available", "withdrawn")


def test_a_checklist_counts_its_elements_and_names_those_not_in_place():
    given = [answer("ALB", "law_a", "yes"), answer("ALB", "law_b", "partly"), answer("ALB", "law_c", "yes")]
    row = one(CHECKLIST, *given)
    assert (row["elements_in_place"], row["elements_total"], row["elements_missing"]) == (2, 3, "law_b")
    assert (row["rating"], row["progress_value"]) == ("on_track", 2 / 3)
    assert row["explanation"] == "On track: 2 of 3 elements are in place; not in place: law_b."
    told = sources(row)["elements"]
    assert {code: place["cell"] for code, place in told.items()} == {"law_a": "D9", "law_b": "D10", "law_c": "D11"}


def test_a_checklist_says_what_is_not_in_place_in_words_and_keeps_the_codes():
    words = {"law_b": Texts({("short", "en"): "live-streaming", ("label", "en"): "Is it a crime?"}, "en")}
    words["law_c"] = Texts({("label", "en"): "Grooming"}, "en")
    questions = tuple(replace(asked, texts=words.get(asked.code, asked.texts)) for asked in FORM.questions)
    given = [answer("ALB", "law_a", "yes"), answer("ALB", "law_b", "partly"), answer("ALB", "law_c", "no")]
    row = one(CHECKLIST, *given, form=replace(FORM, questions=questions))
    assert row["explanation"].endswith("1 of 3 elements is in place; not in place: live-streaming, Grooming.")
    assert row["elements_missing"] == "law_b law_c"


def test_a_checklist_without_any_answer_says_why():
    assert one(CHECKLIST)["reason"] == "no_answer"
    told = [answer("ALB", code, missing_reason="confidential") for code in ("law_a", "law_b", "law_c")]
    assert one(CHECKLIST, *told)["reason"] == "value_confidential"


def test_scores_come_in_the_order_of_the_register_and_do_not_depend_on_the_order_of_answers():
    commitments = register(
        {"commitment": "ALB-02", **NUMERIC, "indicator": "victims"}, MILESTONE, {"commitment": "FRA-01", **NUMERIC}
    )
    given = [
        answer("ALB", "new", 150), answer("ALB", "new_year", 2013), answer("ALB", "c_status", "limited", row="ALB-01"),
        answer("FRA", "c_value", 120, row="FRA-01"), answer("FRA", "c_year", 2013, row="FRA-01"),
    ]  # fmt: skip
    received = submissions(ALB="accepted", FRA="accepted")
    forth, back = (score(commitments, *rows, received=received) for rows in (given, given[::-1]))
    assert forth["commitment"].tolist() == ["ALB-02", "ALB-01", "FRA-01"]
    pd.testing.assert_frame_equal(forth, back)
    assert forth.columns.tolist() == TABLES["commitment_scores"].names


def test_no_commitments_give_an_empty_table():
    assert len(score(register())) == 0


def test_a_commitment_may_name_its_own_method_and_a_wrong_one_is_refused():
    own = [answer("ALB", "c_value", 150, row="ALB-01"), answer("ALB", "c_year", 2013, row="ALB-01")]
    assert one(NUMERIC | {"method": "linear_gap"}, *own)["method"] == "linear_gap"
    with pytest.raises(ValueError, match="ALB-01 is numeric and cannot be rated by the method milestone"):
        one(NUMERIC | {"method": "milestone"})


def test_the_weight_is_that_of_the_commitment_times_that_of_its_goal():
    scoring = ScoringSettings(0.6, {}, {"OG1.1": 2.0})
    assert one(MILESTONE | {"weight": 3}, scoring=scoring)["weight"] == 6
    assert one(MILESTONE, scoring=scoring)["weight"] == 2


def test_a_row_can_be_recomputed_from_itself_with_other_formulas():
    commitments = register(
        {"commitment": "ALB-01", **NUMERIC, "target_year": 2016},
        {
            "commitment": "ALB-02",
            "kind": "directional",
            "direction": -1,
            "sign": 1,
            "baseline_value": 50,
            "baseline_year": 2010,
        },
        {**GROWTH, "commitment": "ALB-03"},
        {**CHECKLIST, "commitment": "ALB-04"},
    )
    table = score(
        commitments,
        answer("ALB", "c_value", 115, row="ALB-01"), answer("ALB", "c_year", 2013, row="ALB-01"),
        answer("ALB", "c_value", 48.5, row="ALB-02"), answer("ALB", "c_year", 2013, row="ALB-02"),
        answer("ALB", "new", 119), answer("ALB", "new_year", 2013),
        answer("ALB", "law_a", "yes"), answer("ALB", "law_b", "no"), answer("ALB", "law_c", "no"),
    )  # fmt: skip
    ratio, directional, growth, checklist = (row for _, row in table.iterrows())
    # As a reader with a spreadsheet would: RRI(years; from; to) and IF over the columns of the row.
    actual = (ratio["current_value"] / ratio["baseline_value"]) ** (
        1 / (ratio["current_year"] - ratio["baseline_year"])
    ) - 1
    needed = (ratio["target_value"] / ratio["baseline_value"]) ** (
        1 / (ratio["target_year"] - ratio["baseline_year"])
    ) - 1
    by_hand = ratio["direction"] * ratio["sign"] * actual / abs(needed)
    assert ratio["progress_value"] == pytest.approx(by_hand, abs=1e-12)
    assert ratio["score"] == pytest.approx(7.1429 * by_hand - 4.2857, abs=1e-9)
    assert ratio["rating"] == "acceleration_needed"
    yearly = -((directional["current_value"] / directional["baseline_value"]) ** (1 / 3) - 1)
    assert directional["progress_value"] == pytest.approx(yearly, abs=1e-12)
    assert directional["score"] == pytest.approx(250 * yearly - 1.25, abs=1e-9)
    assert directional["rating"] == "acceleration_needed"
    # 100 in 2011 to 119 in 2013, 121 required: 19 of 21.
    assert (growth["series"], growth["required_value"]) == ("2011=100 2013=119", 121)
    assert growth["progress_value"] == pytest.approx(19 / 21, abs=1e-12)
    assert growth["rating"] == "acceleration_needed"
    assert (checklist["progress_value"], checklist["rating"]) == (1 / 3, "acceleration_needed")


@pytest.mark.parametrize("year", [2013.5, 0, -2013, 99999999, 1e300, float("inf")])
@pytest.mark.parametrize("kind", ["numeric", "growth_rule"])
def test_what_cannot_be_a_year_fails_nothing_and_is_a_missing_year(kind, year):
    commitment = (NUMERIC | {"indicator": "victims"}) if kind == "numeric" else GROWTH
    row = one(commitment, answer("ALB", "new", 150), answer("ALB", "new_year", year), answer("ALB", "new_before", 1))
    assert (row["rating"], row["reason"]) == ("not_available", "year_missing")


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, -5.0, float("inf"), 0.1 + 0.2])
@pytest.mark.parametrize("kind", ["numeric", "growth_rule", "directional"])
def test_extreme_values_fail_nothing(kind, value):
    directional = {"kind": "directional", "direction": 1, "sign": 1, "baseline_value": 5e-324, "baseline_year": 2012}
    commitment = {
        "numeric": NUMERIC | {"indicator": "victims", "baseline_value": 5e-324},
        "growth_rule": GROWTH | {"baseline_value": 5e-324},
        "directional": directional | {"indicator": "victims", "natural_limit": 5e-324},
    }[kind]
    row = one(commitment, answer("ALB", "new", value), answer("ALB", "new_year", 2013))
    assert row["explanation"]
    assert (row["rating"] == "not_available") == pd.notna(row["reason"])


def test_a_later_year_that_an_earlier_cycle_gave_by_mistake_does_not_end_the_series():
    before = earlier("2013", answer("ALB", "new", 500), answer("ALB", "new_year", 2031))
    row = one(GROWTH, answer("ALB", "new", 134), answer("ALB", "new_year", 2013), before=before)
    assert row["series"] == "2011=100 2013=134"


def test_a_target_that_the_form_asks_for_is_no_target_of_a_directional_commitment():
    row = one(
        {"kind": "directional", "indicator": "victims", "direction": 1, "baseline_value": 100, "baseline_year": 2012},
        answer("ALB", "new", 101),
        answer("ALB", "new_year", 2013),
        answer("ALB", "new_target", 200),
    )
    assert pd.isna(row["target_value"])
    assert row["rating"] == "acceleration_needed"


@pytest.mark.parametrize(("value", "overdue"), [(150, True), (200, False)])
def test_a_number_is_overdue_when_due_before_the_cut_off_and_not_reached(value, overdue):
    given = [answer("ALB", "new", value), answer("ALB", "new_year", 2013)]
    row = one(NUMERIC | {"indicator": "victims", "due_date": "2014-06-30"}, *given)
    assert (row["overdue"], "overdue" in flags(row)) == (overdue, overdue)
    assert pd.isna(one(NUMERIC | {"indicator": "victims", "due_date": "2014-06-30"})["overdue"])
