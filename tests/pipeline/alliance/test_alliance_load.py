"""Loading: a sound folder gives an alliance; each fault is told once, with its place and the mend."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from alliance_folder import CHOICES, COMMITMENTS, SURVEY, TEXTS, Folder, make_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipeline.alliance.codes import territory_name
from pipeline.alliance.load import load_alliance
from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import Form


def place(problem: Problem) -> tuple[str, int | None, str]:
    return problem.file, problem.row, problem.column


def only(folder: Folder) -> Problem:
    problems = folder.problems()
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert problems[0].mend.endswith((".", "?")), "the mend is a sentence"
    return problems[0]


def test_a_sound_folder_gives_what_its_files_say(folder: Folder):
    alliance = folder.load()
    assert (alliance.code, alliance.short_name, alliance.languages) == ("TINY", "Tiny Alliance", ("en", "fr"))
    assert alliance.name == {"en": "Tiny Alliance", "fr": "Petite alliance"}
    assert alliance.countries_total == 196
    assert alliance.scoring.threshold == 0.6
    assert alliance.scoring.goal_weights == {"OG1.1": 2.0}
    assert alliance.scoring.units == {"days": {"fr": "jours"}}
    assert [m.member for m in alliance.memberships] == ["TUR", "XKX", "HRV"]
    assert alliance.memberships[2].until == date(2014, 9, 29)
    assert list(alliance.cycles) == ["2013", "2014"]
    assert alliance.cycles["2013"].demonstration is True
    assert alliance.cycles["2014"].demonstration is False
    assert alliance.cycles["2013"].successor == ""
    assert alliance.cycles["2013"].status == "draft"
    assert alliance.least_members == 3
    assert alliance.goals[0].parent is None
    assert alliance.goals[2].texts["en"] == "Help, at once"
    assert alliance.focal_points[1].role == "deputy"
    assert list(alliance.register["commitment"]) == ["TUR-01", "TUR-02", "TUR-10", "XKX-01", "HRV-01"]
    assert alliance.register["target_value"][0] == 20.5


FAULTS_OF_TEXT_FILES = [
    # file, text, text that spoils it, row, column, what the message says
    ("alliance.yaml", "code: TINY", "code: TI/NY", 1, "code", "file names"),
    ("alliance.yaml", "code: TINY\n", "", 1, "code", "missing"),
    ("alliance.yaml", "countries_total: 196", "countries_total: 196\ncolour: blue", 12, "colour", "No such entry"),
    ("alliance.yaml", "countries_total: 196", "countries_total: 0", 11, "countries_total", "too small"),
    ("alliance.yaml", "  fr: Petite alliance\n", "", 1, "name.fr", "missing"),
    ("alliance.yaml", "  fr: Petite alliance", "  fr:", 6, "name.fr", "empty"),
    ("alliance.yaml", "code: TINY", "code: TINY\ncode: TINY", 1, "code", "twice"),
    ("alliance.yaml", "threshold: 0.6", "threshold: 60", 13, "scoring.threshold", "not a share"),
    ("alliance.yaml", "threshold: 0.6", "threshold: most", 13, "scoring.threshold", "not a number"),
    ("alliance.yaml", "office@tiny", "office tiny", 10, "contact", "not an address"),
    ("alliance.yaml", "numeric: growth_ratio", "numeric: guess", 15, "scoring.methods.numeric", "growth_ratio"),
    ("alliance.yaml", "numeric: growth_ratio", "numeric: milestone", 15, "scoring.methods.numeric", "not a method"),
    ("alliance.yaml", "OG1.1: 2", "OG1.1: 0", 21, "scoring.goal_weights.OG1.1", "no weight"),
    ("alliance.yaml", "OG1.1: 2", "OG1.7: 2", 21, "scoring.goal_weights.OG1.7", "Did you mean OG1"),
    ("alliance.yaml", "{fr: jours}", "jours", 23, "scoring.units.days", "in which language"),
    ("alliance.yaml", "{fr: jours}", "{french: jours}", 23, "scoring.units.days.french", "in which language"),
    ("alliance.yaml", "{fr: jours}", "{fr: }", 23, "scoring.units.days.fr", "empty"),
    ("alliance.yaml", "OG1.1: 2", "PT1: 2", 21, "scoring.goal_weights.PT1", "not an operational goal"),
    (
        "alliance.yaml",
        "scoring:",
        "publication: {least_members: 2}\nscoring:",
        12,
        "publication.least_members",
        "too small",
    ),
    ("alliance.yaml", "scoring:", "publication: {least_members: }\nscoring:", 12, "publication.least_members", "empty"),
    (
        "alliance.yaml",
        "scoring:",
        "publication: {least_members: few}\nscoring:",
        12,
        "publication.least_members",
        "not a number",
    ),
    (
        "alliance.yaml",
        "scoring:",
        "publication: {most_members: 9}\nscoring:",
        12,
        "publication.most_members",
        "No such entry",
    ),
    ("cycles.yaml", "demonstration: no", "demonstration: no\n  status: ready", 27, "status", "draft, final, revision"),
    ("cycles.yaml", "deadline: 2014-07-15", "deadline: 2014-06-15", 21, "deadline", "before reminder"),
    ("cycles.yaml", "deadline: 2014-07-15", "deadline: 2014-13-15", 21, "deadline", "not a day"),
    ("cycles.yaml", "deadline: 2014-07-15", "deadline: 15.07.2014", 21, "deadline", "year-month-day"),
    ("cycles.yaml", "period_end: 2014-06-30", "period_end: 2013-06-30", 18, "period_end", "before period_start"),
    ("cycles.yaml", "  reference: TINY/2\n", "", 14, "reference", "missing"),
    ("cycles.yaml", "demonstration: no", "demonstration: maybe", 26, "demonstration", "neither true nor false"),
    ("cycles.yaml", "Second report, fr: Deuxième rapport", "Second report", 14, "title.fr", "missing"),
    ("memberships.csv", "Europe/Zagreb", "Europe/Atlantis", 4, "time_zone", "not a time zone"),
    ("memberships.csv", "Europe/Zagreb", "Europe", 4, "time_zone", "not a time zone"),
    ("memberships.csv", "Europe/Zagreb", "../../etc/passwd", 4, "time_zone", "not a time zone"),
    ("memberships.csv", "2014-09-29,en", "2012-09-29,en", 4, "until", "before the first day"),
    ("memberships.csv", "2014-09-29,en", "29/09/2014,en", 4, "until", "not a day"),
    ("memberships.csv", "HRV,2012-12-05", "HRV,", 4, "since", "empty"),
    ("memberships.csv", "2014-09-29,en", "2014-09-29,de", 4, "language", "en, fr"),
    ("memberships.csv", "first in the alliance's own order", 'one", two', 2, "", "more cells than headings"),
    ("memberships.csv", ",time_zone,note", ",time_zone,colour", 1, "colour", "No such column"),
    ("memberships.csv", ",time_zone,note", ",time_zone,time_zone", 1, "time_zone", "twice"),
    ("names.csv", "TUR,en", "TRU,en", 2, "member", "Did you mean TUR"),
    ("names.csv", "TUR,en", "TUR,de", 2, "language", "en, fr"),
    ("names.csv", "TUR,en,Turkey", "TUR,en,", 2, "name", "empty"),
    ("names.csv", "TUR,en,Turkey", "TUR,en,Tur\x07key", 2, "name", "control character"),
    ("footnotes.csv", "XKX,fr,Une note sur le statut.,2012-02-24,\n", "", 2, "language", "missing in fr"),
    ("groups.csv", "EU,HRV", "EU,HRB", 2, "member", "never was a member"),
    ("groups.csv", "EU,HRV", "The EU,HRV", 2, "group", "blank"),
    ("goals.csv", "Help, at once", "", 4, "text_en", "empty"),
    ("goals.csv", "OG1.2,operational_goal", "OG1.2,goal", 4, "kind", "policy_target, operational_goal"),
    ("goals.csv", "PT1,policy_target,,", "PT1,policy_target,PT1,", 2, "parent", "has no parent"),
    ("focal_points.csv", "HRV,focal_point", "HRV,boss", 5, "role", "focal_point, deputy"),
    ("focal_points.csv", "deputy@tur.example", "focal.point@tur.example", 3, "address", "row 2"),
]


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "says"), FAULTS_OF_TEXT_FILES)
def test_a_fault_in_a_text_file_is_told_once_with_its_place(
    folder: Folder, file: str, old: str, new: str, row: int, column: str, says: str
):
    folder.replace(file, old, new)
    problem = only(folder)
    assert place(problem) == (file, row, column)
    assert says in str(problem)


@pytest.mark.parametrize(
    "address",
    [
        "focal.point",
        "a@b@hrv.example",
        "a@hrv",
        "a b@hrv.example",
        "a@hrv.example;b@hrv.example",
        "Focal Point <a@hrv.example>",
        "=?UTF-8?Q?a=0ABcc:b?=@hrv.example",
        "a\x00@hrv.example",
        "a@-hrv.example",
        "é@hrv.example",
        "a@" + "h" * 250 + ".example",
    ],
)
def test_an_address_that_must_not_go_on_an_envelope_is_a_problem(folder: Folder, address: str):
    folder.replace("focal_points.csv", "focal.point@hrv.example", address)
    problems = folder.problems()
    assert {place(problem) for problem in problems} == {("focal_points.csv", 5, "address")}


def test_an_address_with_a_line_end_is_a_problem(folder: Folder):
    folder.replace("focal_points.csv", "focal.point@hrv.example", '"focal.point@hrv.example\nBcc: x@y.example"')
    assert place(only(folder)) == ("focal_points.csv", 5, "address")


@pytest.mark.parametrize(
    ("file", "line", "row", "column", "says"),
    [
        ("memberships.csv", "TUR,2013-01-01,2013-12-31,en,Europe/Istanbul,", 5, "since", "row 2"),
        ("memberships.csv", "HRV,2014-09-29,,en,Europe/Zagreb,", 5, "since", "row 4"),
        ("names.csv", "TUR,en,Republic of Turkey,2022-05-31,", 3, "since", "row 2"),
        ("footnotes.csv", "XKX,en,Another note.,2015-01-01,\nXKX,fr,Une autre.,2013-01-01,2015-01-01", 4, "since", ""),
        ("groups.csv", "EU,HRV,,2013-07-01", 2, "since", "row 3"),
    ],
)
def test_times_that_overlap_are_told_at_the_later_one(
    folder: Folder, file: str, line: str, row: int, column: str, says: str
):
    folder.append(file, line)
    problems = folder.problems()
    assert (file, row, column) in [place(problem) for problem in problems]
    assert says in str(next(problem for problem in problems if place(problem) == (file, row, column)))


@pytest.mark.parametrize("status", ["draft", "final", "revision"])
def test_a_cycle_has_the_status_of_its_report(folder: Folder, status: str):
    folder.replace("cycles.yaml", "demonstration: no", f"demonstration: no\n  status: {status}")
    assert folder.load().cycles["2014"].status == status


def test_the_alliance_says_how_many_members_a_group_must_have(folder: Folder):
    folder.replace("alliance.yaml", "scoring:", "publication:\n  least_members: 5\nscoring:")
    assert folder.load().least_members == 5


def test_a_member_may_leave_and_come_back(folder: Folder):
    folder.append("memberships.csv", "HRV,2014-09-30,,fr,Europe/Zagreb,")
    assert [m.language for m in folder.load().memberships if m.member == "HRV"] == ["en", "fr"]


@pytest.mark.parametrize("code", ["ZZZ", "SUN", "DDR", "ALX", "AL", "alb", "XKK", "XXX", "QQQ", "A;B"])
def test_a_code_of_no_country_is_a_problem(folder: Folder, code: str):
    folder.replace("memberships.csv", "HRV,2012", f"{code},2012")
    problems = folder.problems()
    assert ("memberships.csv", 4, "member") in [place(problem) for problem in problems]
    assert "not the code of a country" in str(problems[0])


def test_a_member_without_focal_point_is_a_problem(folder: Folder):
    folder.replace("focal_points.csv", "TUR,focal_point,", "TUR,deputy,")
    problem = only(folder)
    assert place(problem) == ("memberships.csv", 2, "member")
    assert "focal_points.csv" in problem.mend


def test_a_cycle_that_comes_twice_and_one_without_members_are_problems(folder: Folder):
    folder.replace("cycles.yaml", "name: 2014", "name: 2013")
    assert ("cycles.yaml", 14, "name") in [place(problem) for problem in folder.problems()]


def test_a_cycle_without_any_member_is_a_problem(folder: Folder):
    for old in ("TUR,2012-12-05", "HRV,2012-12-05,2014-09-29"):
        folder.replace("memberships.csv", old, f"{old[:3]},2014-01-01,{old[15:]}".rstrip(","))
    folder.write_register([])
    problems = [problem for problem in folder.problems() if problem.file == "cycles.yaml"]
    assert [place(problem) for problem in problems] == [("cycles.yaml", 10, "report_date")]


def test_a_goal_with_an_unknown_parent_and_a_target_without_goals_are_problems(folder: Folder):
    folder.append("goals.csv", "PT2,policy_target,,Prosecute,Poursuivre,official,Launch")
    folder.append("goals.csv", "OG3.1,operational_goal,PT3,Teach,Enseigner,official,Launch")
    found = {(place(problem), problem.seen) for problem in folder.problems()}
    assert (("goals.csv", 5, "goal"), "PT2 has no operational goal.") in found
    assert (("goals.csv", 6, "parent"), "There is no goal PT3.") in found


def test_a_goal_whose_parent_is_a_goal_is_a_problem(folder: Folder):
    folder.replace("goals.csv", "OG1.2,operational_goal,PT1", "OG1.2,operational_goal,OG1.1")
    assert place(only(folder)) == ("goals.csv", 4, "parent")


def test_a_goal_that_comes_twice_is_a_problem(folder: Folder):
    folder.append("goals.csv", "OG1.2,operational_goal,PT1,Again,Encore,official,Launch")
    assert place(only(folder)) == ("goals.csv", 5, "goal")


def test_a_goal_without_any_question_is_a_problem(folder: Folder):
    folder.write_form([cells for cells in SURVEY if cells[:2] != ("select_one yes_no", "law")])
    problems = {place(problem): problem for problem in folder.problems()}
    assert "questionnaire.xlsx" in problems["goals.csv", 4, "goal"].seen
    # The register's checklist has lost its indicator as well.
    assert set(problems) == {("goals.csv", 4, "goal"), ("commitments.xlsx", 4, "indicator")}


def test_a_question_about_an_unknown_goal_is_a_problem_at_its_row_in_the_form(folder: Folder):
    folder.write_form([cells if cells[1:2] != ("victims_year",) else (*cells[:4], "OG1.9") for cells in SURVEY])
    problem = only(folder)
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("questionnaire.xlsx", "survey", 4, "goal")


def test_a_goal_that_new_commitments_cannot_choose_is_a_problem(folder: Folder):
    folder.write_form(choices=[cells for cells in CHOICES if cells[1] != "OG1.2"])
    problem = only(folder)
    assert place(problem) == ("goals.csv", 4, "goal")
    assert "does not offer" in problem.seen


@pytest.mark.parametrize("taken", ["required_answer", "missing_row"])
def test_a_check_named_like_a_rule_or_a_note_of_stocktake_is_a_problem_at_its_row(folder: Folder, taken: str):
    own = ("victims_found", "victims", "${victims} > 0", "query", "Are there none?")
    folder.write_form(checks=(own, (taken, *own[1:])))
    problem = only(folder)
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("questionnaire.xlsx", "checks", 3, "name")
    assert taken in problem.seen
    assert "another name" in problem.mend


def test_a_severity_of_a_rule_is_read_from_the_sheet_rules(folder: Folder):
    folder.write_form(rules=(("due_date_moved", "warning", "the board decides"), ("missing_row", "off")))
    decided = [(one.rule, one.severity) for one in folder.load().form.rule_severities]
    assert decided == [("due_date_moved", "warning"), ("missing_row", "off")]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (("due_date_move", "warning"), "rule", "Did you mean due_date_moved?"),
        (("due_date_moved", "serious"), "severity", "error, warning, query, off"),
        (("due_date_moved", None), "severity", "error, warning, query, off"),
        ((None, "error"), "rule", "Name the rule."),
        (("target_moved", "error"), "rule", "row 2 already"),
        (("cross_check", "error"), "rule", "the sheet checks"),
        (("victims_found", "error"), "rule", "the sheet checks"),
    ],
)
def test_a_fault_in_the_sheet_rules_is_told_with_its_place(folder: Folder, row: tuple, column: str, says: str):
    check = ("victims_found", "victims", "${victims} > 0", "query", "Are there none?")
    folder.write_form(checks=(check,), rules=(("target_moved", "query"), row))
    problem = only(folder)
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("questionnaire.xlsx", "rules", 3, column)
    assert says in str(problem)


PHRASES = "language,phrase,kind\nen,To be completed,empty\nen,see last report,elsewhere\nfr,à compléter,empty\n"


def test_phrases_are_read_in_the_order_of_the_file_which_may_be_left_out(folder: Folder):
    assert folder.load().phrases == ()
    (folder.path / "phrases.csv").write_text(PHRASES, encoding="utf-8")
    assert [(one.language, one.text, one.kind) for one in folder.load().phrases] == [
        ("en", "To be completed", "empty"), ("en", "see last report", "elsewhere"), ("fr", "à compléter", "empty"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("en,x,none", "kind", "empty, elsewhere"),
        ("de,x,empty", "language", "en, fr"),
        ("en,...,empty", "phrase", "neither letters nor digits"),
        ("en,TO BE completed!,empty", "phrase", "row 2"),
        ("fr,See last report,empty", "kind", "elsewhere in row 3"),
        (f"en,{'x' * 81},empty", "phrase", "at most 80"),
    ],
)
def test_a_fault_in_the_phrases_is_told_with_its_place(folder: Folder, row: str, column: str, says: str):
    (folder.path / "phrases.csv").write_text(f"{PHRASES}{row}\n", encoding="utf-8")
    problem = only(folder)
    assert place(problem) == ("phrases.csv", 5, column)
    assert says in str(problem)


def test_the_same_phrase_may_stand_in_two_languages(folder: Folder):
    (folder.path / "phrases.csv").write_text(f"{PHRASES}fr,TO BE COMPLETED,empty\n", encoding="utf-8")
    assert len(folder.load().phrases) == 4


COMPOSITE = "code,parent,level,weight,target\nvictims,all,1,2,40\nall,,2,,\n"
SECTION = TEXTS["alliance.yaml"].count("\n") + 1
"""Line of ``composite:`` where it follows what alliance.yaml has."""


def with_composite(folder: Folder, table: str = COMPOSITE, *entries: str) -> Folder:
    """The folder with a composite, and with entries about it at the end of alliance.yaml."""
    (folder.path / "composite.csv").write_text(table, encoding="utf-8")
    lines = ["  composite:", *(f"    {entry}" for entry in entries)] if entries else []
    text = TEXTS["alliance.yaml"] + "".join(f"{line}\n" for line in lines)
    (folder.path / "alliance.yaml").write_text(text, encoding="utf-8")
    return folder


def test_an_alliance_has_no_composite_unless_it_has_a_file_about_it(folder: Folder):
    alliance = folder.load()
    assert (alliance.composite, alliance.scoring.composite) == (None, None)


def test_a_composite_is_read_with_its_settings(folder: Folder):
    entries = ("normalise: target", "range: [1, 100]", "capped: yes", "mean: {2: geometric}", "threshold: 0.5", "draws: 100", "seed: 9")  # fmt: skip
    alliance = with_composite(folder, COMPOSITE, *entries).load()
    assert alliance.composite is not None
    assert [(node.code, node.parent, node.level, node.weight) for node in alliance.composite.nodes.values()] == [
        ("victims", "all", 1, 2.0), ("all", "", 2, 1.0),
    ]  # fmt: skip
    chosen = alliance.scoring.composite
    assert chosen is not None
    assert (chosen.normalise, chosen.low, chosen.high, chosen.capped) == ("target", 1.0, 100.0, True)
    assert (chosen.mean(2), chosen.mean(3), chosen.threshold(2)) == ("geometric", "arithmetic", 0.5)
    assert (chosen.draws, chosen.seed) == (100, 9)


@pytest.mark.parametrize(
    ("table", "entry", "where", "says"),
    [
        (COMPOSITE.replace("victims", "victim"), "", ("composite.csv", 2, "code"), "Did you mean victims?"),
        (COMPOSITE.replace("victims", "law"), "", ("composite.csv", 2, "code"), "No question of questionnaire.xlsx"),
        (COMPOSITE.replace(",2,40", ",-2,40"), "", ("composite.csv", 2, "weight"), "below 0"),
        (COMPOSITE, "mean: median", ("alliance.yaml", SECTION + 1, "scoring.composite.mean"), "arithmetic, geometric, harmonic"),
        (COMPOSITE, "mean: {3: geometric}", ("alliance.yaml", SECTION + 1, "scoring.composite.mean"), "Nothing is of level 3"),
        (COMPOSITE, "mean: {top: geometric}", ("alliance.yaml", SECTION + 1, "scoring.composite.mean.top"), "not the level"),
        (COMPOSITE, "threshold: 60", ("alliance.yaml", SECTION + 1, "scoring.composite.threshold"), "not a share"),
        (COMPOSITE, "range: [100]", ("alliance.yaml", SECTION + 1, "scoring.composite.range"), "no range"),
        (COMPOSITE, "capped: maybe", ("alliance.yaml", SECTION + 1, "scoring.composite.capped"), "neither true nor false"),
        (COMPOSITE, "draws: many", ("alliance.yaml", SECTION + 1, "scoring.composite.draws"), "not a whole number"),
        (COMPOSITE, "normalise: goalposts", ("alliance.yaml", SECTION + 1, "scoring.composite.normalise"), "goalposts for victims"),
        (COMPOSITE, "weights: equal", ("alliance.yaml", SECTION + 1, "scoring.composite.weights"), "No such entry"),
    ],
)  # fmt: skip
def test_a_fault_in_the_composite_is_told_with_its_place(
    folder: Folder, table: str, entry: str, where: tuple[str, int, str], says: str
):
    problem = only(with_composite(folder, table, *filter(None, [entry])))
    assert place(problem) == where
    assert says in str(problem)


def test_settings_of_a_composite_without_the_composite_are_told(folder: Folder):
    with_composite(folder, COMPOSITE, "mean: geometric")
    (folder.path / "composite.csv").unlink()
    problem = only(folder)
    assert place(problem) == ("alliance.yaml", SECTION, "scoring.composite")
    assert "There is no composite.csv" in str(problem)


def test_a_check_with_a_name_of_its_own_is_none(folder: Folder):
    folder.write_form(checks=(("victims_found", "victims", "${victims} > 0", "query", "Are there none?"),))
    assert [check.name for check in folder.load().form.checks] == ["victims_found"]


def test_a_language_that_the_form_lacks_is_a_problem(folder: Folder):
    folder.replace("alliance.yaml", "languages: [en, fr]", "languages: [en, fr, es]")
    found = [place(problem) for problem in folder.problems()]
    assert ("alliance.yaml", 3, "languages") in found
    assert ("goals.csv", 1, "text_es") in found
    assert ("cycles.yaml", 1, "title.es") in found


FAULTS_OF_THE_REGISTER = [
    # row, cells, column, what the message says
    (2, {"commitment": "TUR-02"}, "commitment", "already"),
    (2, {"commitment": "FRA-01"}, "commitment", "TUR-01"),
    (2, {"commitment": "TUR-1"}, "commitment", "not an id"),
    (2, {"commitment": None}, "commitment", "empty"),
    (2, {"title": "   "}, "title", "empty"),
    (2, {"member": "FRA", "commitment": "FRA-01"}, "member", "never was a member"),
    (5, {"since_cycle": "2013"}, "since_cycle", "not a member on 2013-12-13"),
    (6, {"since_cycle": "2014"}, "since_cycle", "not a member on 2014-09-30"),
    (2, {"since_cycle": "2015"}, "since_cycle", "2013, 2014"),
    (2, {"goal": "OG1.3"}, "goal", "There is no goal"),
    (6, {"goal": "PT1"}, "goal", "policy target"),
    (2, {"goal": "OG1.2"}, "indicator", "informs OG1.1"),
    (2, {"kind": "number"}, "kind", "numeric, growth_rule"),
    (2, {"method": "guess"}, "method", "growth_ratio"),
    (2, {"method": "milestone"}, "method", "not a method for the kind numeric"),
    (2, {"action": "talk"}, "action", "legislative"),
    (2, {"indicator": "victim"}, "indicator", "Did you mean victims"),
    (2, {"indicator": "law"}, "indicator", "role value"),
    (2, {"unit": None}, "unit", "missing"),
    (2, {"unit": "children"}, "unit", "victims"),
    (2, {"direction": None}, "direction", "has none"),
    (2, {"direction": 2}, "direction", "1 or -1"),
    (2, {"sign": 0}, "sign", "1 or -1"),
    (2, {"baseline_value": None}, "baseline_value", "has none"),
    (2, {"baseline_value": "about ten"}, "baseline_value", "not a number"),
    (2, {"baseline_value": "10,5"}, "baseline_value", "decimal point"),
    (2, {"baseline_year": None}, "baseline_year", "has none"),
    (2, {"baseline_year": 12}, "baseline_year", "four digits"),
    (2, {"baseline_year": 2012.5}, "baseline_year", "whole number"),
    (2, {"baseline_year": 2016}, "target_year", "not after"),
    (2, {"target_value": None}, "target_value", "has none"),
    (2, {"target_value": 9}, "target_value", "not above"),
    (2, {"direction": -1}, "target_value", "not below"),
    (2, {"target_year": None}, "target_year", "has none"),
    (3, {"growth_rate": None}, "growth_rate", "has none"),
    (3, {"growth_rate": 10}, "growth_rate", "0.1 for 10 %"),
    (3, {"growth_rate": 0}, "growth_rate", "0.1 for 10 %"),
    (3, {"growth_reading": None}, "growth_reading", "has none"),
    (3, {"growth_reading": "yearly"}, "growth_reading", "each_year, on_average"),
    (3, {"baseline_year": None}, "baseline_year", "both or none"),
    (6, {"direction": None}, "direction", "has none"),
    (4, {"indicator": None}, "indicator", "has none"),
    (5, {"due_date": None}, "due_date", "has none"),
    (5, {"due_date": date(2013, 1, 1)}, "due_date", "before the start"),
    (5, {"due_date": "30 June 2015"}, "due_date", "not a day"),
    (3, {"weight": 0}, "weight", "no weight"),
    (3, {"weight": -1}, "weight", "no weight"),
    (4, {"predecessor": "TUR-07"}, "predecessor", "no commitment TUR-07"),
    (4, {"predecessor": "HRV-01"}, "predecessor", "commitment of HRV"),
    (4, {"predecessor": "TUR-10"}, "predecessor", "round"),
    (3, {"predecessor": "TUR-10"}, "predecessor", "round"),
]


@pytest.mark.parametrize(("row", "cells", "column", "says"), FAULTS_OF_THE_REGISTER)
def test_a_fault_in_the_register_is_told_with_its_sheet_row_and_column(
    folder: Folder, row: int, cells: dict[str, object], column: str, says: str
):
    folder.set_commitment(row, **cells)
    problems = folder.problems()
    assert {(problem.file, problem.sheet) for problem in problems} == {("commitments.xlsx", "commitments")}
    matching = [problem for problem in problems if problem.column == column and says in str(problem)]
    assert matching, "\n".join(map(str, problems))


def test_a_fault_in_the_register_names_its_row(folder: Folder):
    folder.set_commitment(5, due_date=None)
    assert place(only(folder)) == ("commitments.xlsx", 5, "due_date")


def test_a_predecessor_of_a_later_cycle_is_a_problem(folder: Folder):
    folder.set_commitment(4, predecessor=None)
    folder.set_commitment(3, predecessor="TUR-10")
    problem = only(folder)
    assert place(problem) == ("commitments.xlsx", 3, "predecessor")
    assert "after 2013" in problem.seen


def test_empty_rows_of_the_register_are_passed_over_and_keep_the_numbering(folder: Folder):
    folder.write_register([COMMITMENTS[0], {}, {**COMMITMENTS[1], "weight": 0}])
    assert place(only(folder)) == ("commitments.xlsx", 4, "weight")


def test_numbers_and_days_typed_as_text_are_read(folder: Folder):
    folder.set_commitment(2, baseline_year="2012", target_value="20.5", direction="1")
    folder.set_commitment(5, due_date="2015-06-30")
    register = folder.load().register
    assert register["baseline_year"][0] == 2012
    assert register["target_value"][0] == 20.5
    assert register["due_date"][3].isoformat().startswith("2015-06-30")


def test_a_workbook_whose_sheet_has_another_name_is_a_problem(folder: Folder):
    path = folder.path / "commitments.xlsx"
    book = load_workbook(path)
    book["commitments"].title = "Sheet1"
    book.save(path)
    problem = only(folder)
    assert (problem.file, problem.sheet) == ("commitments.xlsx", "commitments")
    assert "about, Sheet1" in problem.mend


def test_something_that_is_not_a_workbook_is_a_problem(folder: Folder):
    (folder.path / "commitments.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    problem = only(folder)
    assert problem.file == "commitments.xlsx"
    assert "not a workbook" in problem.seen


@pytest.mark.parametrize(
    "file",
    [
        "alliance.yaml",
        "cycles.yaml",
        "memberships.csv",
        "names.csv",
        "footnotes.csv",
        "groups.csv",
        "goals.csv",
        "focal_points.csv",
        "commitments.xlsx",
        "questionnaire.xlsx",
    ],
)
def test_a_missing_file_is_one_problem_and_no_more(folder: Folder, file: str):
    (folder.path / file).unlink()
    problem = only(folder)
    assert (problem.file, problem.seen) == (file, "The file is missing.")


def test_a_table_without_rows_is_a_problem_where_the_alliance_needs_one(folder: Folder):
    folder.write_register([])
    (folder.path / "goals.csv").write_text("goal,kind,parent,text_en,text_fr,wording,source\n", encoding="utf-8")
    assert [(problem.file, problem.seen) for problem in folder.problems()] == [("goals.csv", "There are no rows.")]


def test_names_footnotes_groups_and_register_may_be_empty(folder: Folder):
    for file in ("names.csv", "footnotes.csv", "groups.csv"):
        headings = (folder.path / file).read_text(encoding="utf-8").splitlines()[0]
        (folder.path / file).write_text(headings + "\n", encoding="utf-8")
    folder.write_register([])
    alliance = folder.load()
    assert alliance.names == alliance.footnotes == alliance.groups == ()
    assert alliance.register.empty


def test_tables_may_be_separated_by_semicolons_and_have_a_byte_order_mark(folder: Folder):
    before = folder.load()
    for file in ("memberships.csv", "names.csv", "groups.csv"):
        path = folder.path / file
        path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8-sig", newline="\r\n")
    after = folder.load()
    assert replace(after, form=before.form, register=before.register) == before


def test_a_table_in_another_encoding_is_a_problem(folder: Folder):
    path = folder.path / "goals.csv"
    text = path.read_text(encoding="utf-8").replace("Trouver plus", "Améliorer")
    path.write_bytes(text.encode("cp1252"))
    problem = only(folder)
    assert place(problem) == ("goals.csv", 3, "")
    assert "CSV UTF-8" in problem.mend


def test_a_quotation_mark_that_is_never_closed_is_a_problem(folder: Folder):
    folder.replace("goals.csv", '"Help, at once"', '"Help, at once')
    assert "quotation mark" in only(folder).mend


def test_text_that_is_not_yaml_is_a_problem_with_its_line(folder: Folder):
    folder.replace("cycles.yaml", "  reference: TINY/2", "  reference: [TINY/2")
    problem = only(folder)
    assert problem.file == "cycles.yaml"
    assert problem.row is not None
    assert problem.row == 17


@pytest.mark.parametrize("text", ["", "just words\n", "- one\n- two\n"])
def test_yaml_without_entries_is_a_problem(folder: Folder, text: str):
    (folder.path / "alliance.yaml").write_text(text, encoding="utf-8")
    assert folder.problems()[0].file == "alliance.yaml"


def test_a_heading_that_is_missing_is_told_once_and_not_for_every_row(folder: Folder):
    path = folder.path / "focal_points.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("member,role", "country,role"), encoding="utf-8")
    found = [place(problem) for problem in folder.problems()]
    assert found == [("focal_points.csv", 1, "member"), ("focal_points.csv", 1, "country")]


def test_problems_of_all_files_are_told_at_once(folder: Folder):
    folder.replace("alliance.yaml", "threshold: 0.6", "threshold: 60")
    folder.replace("cycles.yaml", "deadline: 2014-07-15", "deadline: soon")
    folder.replace("memberships.csv", "Europe/Zagreb", "Atlantis")
    folder.replace("goals.csv", "OG1.2,operational_goal", "OG1.2,goal")
    folder.set_commitment(2, direction=0, target_year=None)
    (folder.path / "names.csv").unlink()
    with pytest.raises(AllianceError) as caught:
        load_alliance(folder.path)
    assert {place(problem) for problem in caught.value.problems} == {
        ("alliance.yaml", 13, "scoring.threshold"),
        ("cycles.yaml", 21, "deadline"),
        ("memberships.csv", 4, "time_zone"),
        ("goals.csv", 4, "kind"),
        ("commitments.xlsx", 2, "direction"),
        ("commitments.xlsx", 2, "target_year"),
        ("names.csv", None, ""),
    }
    assert str(caught.value).startswith("7 problems in the alliance's files:\n- alliance.yaml, row 13")


def test_a_row_with_a_problem_is_not_told_again_by_those_that_refer_to_it(folder: Folder):
    folder.replace("memberships.csv", "Europe/Istanbul", "Istanbul")
    assert place(only(folder)) == ("memberships.csv", 2, "time_zone")


def test_loading_does_not_change_the_folder(folder: Folder):
    before = {path: path.read_bytes() for path in sorted(folder.path.iterdir())}
    folder.load()
    assert {path: path.read_bytes() for path in sorted(folder.path.iterdir())} == before


@pytest.mark.parametrize("code", ["OG1/2", "OG 1.2", "OG1.2é", "<b>", "OG1.2."])
def test_a_goal_whose_code_cannot_be_part_of_names_is_told(folder: Folder, code: str):
    folder.replace("goals.csv", "OG1.2,operational_goal", f"{code},operational_goal")
    told = [problem for problem in folder.problems() if (problem.file, problem.column) == ("goals.csv", "goal")]
    assert [problem.row for problem in told if "cannot be a code" in problem.seen] == [4]


def test_a_folder_that_is_not_there_is_told_once_with_the_setting_to_correct(tmp_path: Path):
    with pytest.raises(AllianceError) as caught:
        load_alliance(tmp_path / "nowhere")
    (problem,) = caught.value.problems
    assert "nowhere" in problem.file
    assert "STOCKTAKE_ALLIANCE" in problem.mend


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return make_folder(tmp_path_factory.mktemp("form")).load().form


FRAGMENTS = [
    "\x00",
    '"',
    ",",
    ";",
    "\n",
    "é",
    "{",
    "[",
    ":",
    "- ",
    "&a ",
    "*a",
    "!!x ",
    "2014-99-99",
    "9" * 400,
    "²",
    "TUR",
]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(file=st.sampled_from(sorted(TEXTS)), at=st.floats(0, 1), cut=st.integers(0, 20), put=st.sampled_from(FRAGMENTS))
def test_whatever_stands_in_a_text_file_loading_works_or_tells_problems(
    tmp_path_factory: pytest.TempPathFactory, form: Form, file: str, at: float, cut: int, put: str
):
    text = TEXTS[file]
    start = int(at * len(text))
    spoiled = make_folder(tmp_path_factory.mktemp("spoiled"))
    (spoiled.path / file).write_text(text[:start] + put + text[start + cut :], encoding="utf-8", newline="")
    problems: tuple[Problem, ...] | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.questionnaire.xlsform.load_form", lambda _: form)
        try:
            spoiled.load()
        except AllianceError as error:
            problems = error.problems
    assert problems is None or problems
    assert {problem.file for problem in problems or ()} <= {*TEXTS, "commitments.xlsx", "questionnaire.xlsx"}


def test_a_list_of_two_alliances_is_a_problem(folder: Folder):
    text = "- " + TEXTS["alliance.yaml"].strip().replace("\n", "\n  ") + "\n"
    (folder.path / "alliance.yaml").write_text(text, encoding="utf-8")
    assert folder.load().code == "TINY", "a list of one is no fault"
    (folder.path / "alliance.yaml").write_text(text + text, encoding="utf-8")
    problem = only(folder)
    assert (problem.file, problem.seen) == ("alliance.yaml", "There are 2 entries in a list.")


def test_a_language_that_nobody_speaks_is_a_problem(folder: Folder):
    folder.replace("alliance.yaml", "languages: [en, fr]", "languages: [en, fr, xx]")
    seen = [problem.seen for problem in folder.problems() if place(problem) == ("alliance.yaml", 3, "languages")]
    assert "'xx' is not a language." in seen


def test_an_alliance_without_english_is_a_problem(folder: Folder):
    folder.replace("alliance.yaml", "languages: [en, fr]", "languages: [fr]")
    seen = [problem.seen for problem in folder.problems() if place(problem) == ("alliance.yaml", 3, "languages")]
    assert seen == ["English (en) is missing."]


def test_a_member_that_cldr_has_no_name_for_needs_one_in_the_alliances_names(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    def without_kosovo(code: str, language: str) -> str | None:
        return None if (code, language) == ("XKX", "fr") else territory_name(code, language)

    monkeypatch.setattr("pipeline.alliance.checks.territory_name", without_kosovo)
    problem = only(folder)
    assert (place(problem), problem.seen) == (("memberships.csv", 3, "member"), "XKX has no name in fr.")
    folder.append("names.csv", "XKX,fr,Kosovo,,")
    assert folder.load().names[1].name == "Kosovo"
