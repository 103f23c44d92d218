"""The alliance on one day: members, names, and the tables that come straight from the files."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from alliance_folder import COMMITMENTS, Folder, make_folder
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alliance.frames import (
    commitments_table,
    goals_table,
    member_name,
    members_on,
    members_table,
    questions_table,
)
from pipeline.alliance.model import Alliance


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2012, 12, 4), []),
        (date(2012, 12, 5), ["TUR", "HRV"]),
        (date(2013, 12, 31), ["TUR", "HRV"]),
        (date(2014, 1, 1), ["TUR", "XKX", "HRV"]),
        (date(2014, 9, 29), ["TUR", "XKX", "HRV"]),
        (date(2014, 9, 30), ["TUR", "XKX"]),
    ],
)
def test_members_are_those_of_the_day_in_the_alliances_own_order(folder: Folder, day: date, codes: list[str]):
    members = members_on(folder.load(), day)
    assert [member.code for member in members] == codes
    assert [member.position for member in members] == list(range(1, len(codes) + 1))


def test_a_member_has_the_names_footnotes_and_groups_of_the_day(folder: Folder):
    alliance = folder.load()
    turkey, kosovo, croatia = members_on(alliance, date(2014, 9, 29))
    assert turkey.names == {"en": "Turkey", "fr": "Turquie", "es": "Turquía"}
    assert turkey.footnotes == {}
    assert kosovo.names["en"] == "Kosovo"
    assert kosovo.footnotes == {"en": "A note on status.", "fr": "Une note sur le statut."}
    assert (kosovo.language, kosovo.time_zone, kosovo.since) == ("fr", "Europe/Belgrade", date(2014, 1, 1))
    assert croatia.groups == ("EU",)
    croatia_before = members_on(alliance, date(2013, 6, 30))[1]
    assert (croatia_before.code, croatia_before.groups) == ("HRV", ())


@pytest.mark.parametrize(
    ("member", "language", "day", "name"),
    [
        ("TUR", "en", date(2022, 5, 31), "Turkey"),
        ("TUR", "en", date(2022, 6, 1), "Türkiye"),
        ("HRV", "es", date(2014, 1, 1), "Croacia"),
        ("XKX", "fr", date(2014, 1, 1), "Kosovo"),
        ("ZZZ", "en", date(2014, 1, 1), "ZZZ"),
    ],
)
def test_a_name_is_the_alliances_own_of_the_day_or_that_of_cldr(
    folder: Folder, member: str, language: str, day: date, name: str
):
    assert member_name(folder.load(), member, language, day) == name


def test_the_table_of_members_is_that_of_the_report_date(folder: Folder):
    alliance = folder.load()
    table = members_table(alliance, alliance.cycle("2014"))
    assert list(table["member"]) == ["TUR", "XKX"]
    assert list(table["name_es"]) == ["Turquía", "Kosovo"]
    assert table["footnote"].isna().tolist() == [True, False]
    assert table["groups"].isna().all()
    assert list(members_table(alliance, alliance.cycle("2013"))["groups"].fillna("")) == ["", "EU"]


def test_the_table_of_goals_keeps_the_alliances_order(folder: Folder):
    table = goals_table(folder.load())
    assert list(table["goal"]) == ["PT1", "OG1.1", "OG1.2"]
    assert list(table["position"]) == [1, 2, 3]
    assert list(table["wording"]) == ["official", "paraphrase", "paraphrase"]
    assert table["parent"].fillna("").tolist() == ["", "PT1", "PT1"]


def test_the_table_of_questions_has_those_that_members_answer(folder: Folder):
    table = questions_table(folder.load())
    assert list(table["question"]) == ["victims", "victims_year", "law", "c_title", "c_goal", "c_status"]
    assert table["position"].is_monotonic_increasing
    assert table["repeat"].fillna("").tolist() == ["", "", "", "commitments", "commitments", "commitments"]
    assert table["unit"].fillna("").tolist() == ["victims", "year", "", "", "", ""]
    assert table["label_en"][2] == "Law"


def test_commitments_in_force_are_those_of_members_made_by_then(folder: Folder):
    alliance = folder.load()
    first = commitments_table(alliance, alliance.cycle("2013"))
    assert list(first["commitment"]) == ["TUR-01", "TUR-02", "HRV-01"]
    second = commitments_table(alliance, alliance.cycle("2014"))
    assert list(second["commitment"]) == ["TUR-01", "TUR-10", "XKX-01"], "Croatia is no member any more"


def test_a_commitment_is_in_force_until_the_cycle_in_which_another_continues_it(folder: Folder):
    alliance = folder.load()  # TUR-10, made in 2014, continues TUR-02
    assert "TUR-02" in set(commitments_table(alliance, alliance.cycle("2013"))["commitment"])
    assert "TUR-02" not in set(commitments_table(alliance, alliance.cycle("2014"))["commitment"])


def test_of_a_line_of_commitments_only_the_last_is_in_force(folder: Folder):
    first, second, third = (
        {**COMMITMENTS[0], "commitment": f"TUR-0{number}", "predecessor": before}
        for number, before in ((1, None), (2, "TUR-01"), (3, "TUR-02"))
    )
    folder.write_register([first, second, third])
    alliance = folder.load()
    assert list(commitments_table(alliance, alliance.cycle("2014"))["commitment"]) == ["TUR-03"]


def test_what_the_register_leaves_open_is_filled_in_only_where_it_is_certain(folder: Folder):
    alliance = folder.load()
    table = commitments_table(alliance, alliance.cycle("2013")).set_index("commitment")
    assert table["weight"].to_dict() == {"TUR-01": 1.0, "TUR-02": 3.0, "HRV-01": 1.0}
    assert table["direction"].to_dict() == {"TUR-01": 1, "TUR-02": 1, "HRV-01": -1}
    assert table["sign"].to_dict() == {"TUR-01": 1, "TUR-02": 1, "HRV-01": -1}
    later = commitments_table(alliance, alliance.cycle("2014")).set_index("commitment")
    assert later.loc[["TUR-10", "XKX-01"], ["direction", "sign"]].isna().all(axis=None)


def test_the_sign_of_a_series_that_starts_below_zero_is_minus_one(folder: Folder):
    folder.set_commitment(2, baseline_value=-10, target_value=-5)
    alliance = folder.load()
    table = commitments_table(alliance, alliance.cycle("2013")).set_index("commitment")
    assert table.loc["TUR-01", "sign"] == -1


def test_a_register_without_commitments_gives_an_empty_table(folder: Folder):
    folder.write_register([])
    alliance = folder.load()
    assert len(commitments_table(alliance, alliance.cycle("2013"))) == 0


def test_a_later_ten_sorts_after_a_nine(folder: Folder):
    of_turkey = [{**COMMITMENTS[0], "commitment": f"TUR-{number:02d}"} for number in (10, 9, 1)]
    folder.write_register(of_turkey)
    alliance = folder.load()
    assert list(commitments_table(alliance, alliance.cycle("2014"))["commitment"]) == ["TUR-01", "TUR-09", "TUR-10"]


@pytest.fixture(scope="module")
def alliance(tmp_path_factory: pytest.TempPathFactory) -> Alliance:
    return make_folder(tmp_path_factory.mktemp("alliance")).load()


@given(days=st.integers(-10, 800))
def test_on_every_day_the_members_are_exactly_the_memberships_that_hold(alliance: Alliance, days: int):
    day = date(2012, 12, 5) + timedelta(days)
    expected = [m.member for m in alliance.memberships if (m.since or date.min) <= day <= (m.until or date.max)]
    assert [member.code for member in members_on(alliance, day)] == expected
