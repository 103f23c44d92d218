"""The Global Alliance as the folder alliance/ has it. The sets of members are typed from the published lists."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.alliance.frames import commitments_table, members_on, members_table
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.tables import TABLES

FOLDER = Path(__file__).parents[3] / "alliance"


def listed(text: str) -> set[str]:
    return set(text.split())


EU_27 = listed(
    "AUT BEL BGR CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE GBR"
)
OTHERS_2012 = listed("ALB AUS KHM HRV GEO GHA JPN MDA MNE NZL NGA NOR PHL SRB KOR CHE THA TUR UKR USA VNM")
OTHERS_2014 = listed(
    "ALB ARM AUS BIH KHM CAN CRI GEO GHA ISR JPN XKX KOR MEX MDA MNE NZL NGA NOR PHL SRB CHE THA TUR UKR USA"
)


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    return load_alliance(FOLDER)


def codes(alliance: Alliance, day: date) -> set[str]:
    return {member.code for member in members_on(alliance, day)}


def test_there_are_55_memberships(alliance: Alliance):
    assert len(alliance.memberships) == 55


def test_48_countries_launched_it(alliance: Alliance):
    assert (len(EU_27), len(OTHERS_2012)) == (27, 21)
    assert codes(alliance, date(2012, 12, 5)) == EU_27 | OTHERS_2012
    assert codes(alliance, date(2012, 12, 4)) == set()


def test_54_countries_are_members_at_the_second_conference(alliance: Alliance):
    members = codes(alliance, date(2014, 9, 30))
    assert len(members) == 54
    assert members == EU_27 | {"HRV"} | OTHERS_2014


def test_53_countries_are_members_in_march_2014_as_the_fact_sheet_counts(alliance: Alliance):
    assert len(codes(alliance, date(2014, 3, 26))) == 53


def test_croatia_belongs_to_the_eu_from_july_2013(alliance: Alliance):
    def eu(day: date) -> set[str]:
        return {member.code for member in members_on(alliance, day) if "EU" in member.groups}

    assert eu(date(2013, 6, 30)) == EU_27
    assert eu(date(2013, 7, 1)) == EU_27 | {"HRV"}
    assert eu(date(2020, 2, 1)) == EU_27 - {"GBR"} | {"HRV"}


def test_members_stand_in_the_alphabetical_order_of_their_english_names(alliance: Alliance):
    names = list(members_table(alliance, alliance.cycle("2014"))["name_en"])
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("BIH", ("Bosnia and Herzegovina", "Bosnie-Herzégovine", "Bosnia y Herzegovina")),
        ("CZE", ("Czech Republic", "République tchèque", "República Checa")),
        ("XKX", ("Kosovo", "Kosovo", "Kosovo")),
        ("KOR", ("Republic of Korea", "République de Corée", "República de Corea")),
        ("TUR", ("Turkey", "Turquie", "Turquía")),
        ("USA", ("United States", "États-Unis", "Estados Unidos")),
        ("DEU", ("Germany", "Allemagne", "Alemania")),
        ("CHE", ("Switzerland", "Suisse", "Suiza")),
    ],
)
def test_names_are_those_of_2014_in_three_languages(alliance: Alliance, code: str, names: tuple[str, str, str]):
    table = members_table(alliance, alliance.cycle("2014")).set_index("member")
    assert tuple(table.loc[code, ["name_en", "name_fr", "name_es"]]) == names


def test_no_name_has_an_ampersand_or_is_a_code(alliance: Alliance):
    for member in members_on(alliance, date(2014, 9, 30)):
        assert all("&" not in name and name != member.code for name in member.names.values())


def test_kosovo_alone_carries_the_footnote_on_its_status(alliance: Alliance):
    noted = [member for member in members_on(alliance, date(2014, 9, 30)) if member.footnotes]
    assert [member.code for member in noted] == ["XKX"]
    assert noted[0].footnotes["en"] == (
        "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and "
        "the ICJ Opinion on the Kosovo declaration of independence."
    )
    assert noted[0].footnotes["fr"].startswith("Cette désignation est sans préjudice")
    assert noted[0].footnotes["es"].startswith("Esta denominación se entiende sin perjuicio")


def test_both_cycles_are_demonstrations_on_their_published_dates(alliance: Alliance):
    assert list(alliance.cycles) == ["2013", "2014"]
    assert all(cycle.demonstration for cycle in alliance.cycles.values())
    assert (alliance.cycle("2013").report_date.year, alliance.cycle("2013").report_date.month) == (2013, 12)
    second = alliance.cycle("2014")
    assert second.report_date == date(2014, 9, 30)
    assert (second.secretariat, second.successor) == ("European Commission", "US Department of Justice")
    assert alliance.countries_total - len(members_on(alliance, second.report_date)) == 142


def test_goals_are_the_four_targets_and_seven_goals(alliance: Alliance):
    assert [goal.code for goal in alliance.policy_targets] == ["PT1", "PT2", "PT3", "PT4"]
    operational = {goal.code: (goal.parent, goal.wording) for goal in alliance.operational_goals()}
    assert operational == {
        "OG1.1": ("PT1", "official"),
        "OG2.1": ("PT2", "official"),
        "OG2.2": ("PT2", "paraphrase"),
        "OG3.1": ("PT3", "paraphrase"),
        "OG3.2": ("PT3", "paraphrase"),
        "OG4.1": ("PT4", "paraphrase"),
        "OG4.2": ("PT4", "paraphrase"),
    }
    assert all(goal.texts.keys() == {"en", "fr", "es"} for goal in alliance.goals)
    assert not any("pornograph" in text.lower() for goal in alliance.goals for text in goal.texts.values())


def test_the_register_has_at_least_170_commitments_of_five_kinds(alliance: Alliance):
    assert len(alliance.register) >= 170
    in_force = commitments_table(alliance, alliance.cycle("2014"))
    assert set(in_force["kind"]) == {"numeric", "growth_rule", "directional", "milestone", "checklist"}
    assert set(in_force["member"]) <= codes(alliance, date(2014, 9, 30))
    assert set(in_force["goal"]) == {goal.code for goal in alliance.operational_goals()}


def test_nobody_in_the_files_is_a_person(alliance: Alliance):
    for point in alliance.focal_points:
        assert point.name.startswith(
            ("National focal point, ", "Deputy focal point, ", "Point de contact ", "Punto focal ")
        )
        assert point.address.endswith(f"@{point.member.lower()}.example")
    assert alliance.contact.endswith(".example")


@pytest.mark.parametrize(
    ("heading", "repeat", "indicator"),
    [("of an indicator", None, True), ("of the reply", None, False), ("of a commitment", "commitments", False)],
)
def test_the_readme_for_editors_lists_the_roles(heading: str, repeat: str | None, indicator: bool, alliance: Alliance):
    asked = [question for question in alliance.form.asked if question.repeat == repeat]
    roles = {question.role for question in asked if question.role and (question.indicator is not None) == indicator}
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    table = text.split(f"| role {heading} |")[1].split("\n\n")[0]
    assert {code for row in table.splitlines()[2:] for code in re.findall(r"\w+", row.split("|")[1])} == roles


def test_the_readme_for_editors_names_every_file_and_every_column_of_the_register():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in FOLDER.iterdir() if path.name[0] not in ".~"} - {"README.md"}
    assert [name for name in sorted(files) if f"[{name}]({name})" not in text] == []
    register = text[text.index("## commitments.xlsx") :]
    assert [name for name in TABLES["commitments"].names if name not in register] == []
