"""A tiny alliance of three members, in files that a test can spoil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.errors import AllianceError, Problem
from pipeline.tables import TABLES

TEXTS = {
    "alliance.yaml": """\
code: TINY
short_name: Tiny Alliance
languages: [en, fr]
name:
  en: Tiny Alliance
  fr: Petite alliance
office:
  en: Office
  fr: Bureau
contact: office@tiny.example
countries_total: 196
scoring:
  threshold: 0.6
  methods:
    numeric: growth_ratio
    growth_rule: growth_rule
    directional: directional
    milestone: milestone
    checklist: checklist
  goal_weights:
    OG1.1: 2
  units:
    days: {fr: jours}
""",
    "cycles.yaml": """\
- name: 2013
  title: {en: First report, fr: Premier rapport}
  reference: TINY/1
  period_start: 2012-12-05
  period_end: 2013-06-30
  opens: 2013-07-01
  reminder: 2013-08-01
  deadline: 2013-08-31
  cut_off: 2013-09-30
  report_date: 2013-12-13
  secretariat: Office A
  successor:
  demonstration: true
- name: 2014
  title: {en: Second report, fr: Deuxième rapport}
  reference: TINY/2
  period_start: 2013-07-01
  period_end: 2014-06-30
  opens: 2014-06-01
  reminder: 2014-07-01
  deadline: 2014-07-15
  cut_off: 2014-08-15
  report_date: 2014-09-30
  secretariat: Office A
  successor: Office B
  demonstration: no
""",
    "memberships.csv": """\
member,since,until,language,time_zone,note
TUR,2012-12-05,,en,Europe/Istanbul,first in the alliance's own order
XKX,2014-01-01,,fr,Europe/Belgrade,
HRV,2012-12-05,2014-09-29,en,Europe/Zagreb,
""",
    "names.csv": """\
member,language,name,since,until
TUR,en,Turkey,,2022-05-31
""",
    "footnotes.csv": """\
member,language,text,since,until
XKX,en,A note on status.,2012-02-24,
XKX,fr,Une note sur le statut.,2012-02-24,
""",
    "groups.csv": """\
group,member,since,until
EU,HRV,2013-07-01,
""",
    "goals.csv": """\
goal,kind,parent,text_en,text_fr,wording,source
PT1,policy_target,,Find victims,Trouver les victimes,official,Launch
OG1.1,operational_goal,PT1,Find more victims,Trouver plus de victimes,paraphrase,Declaration
OG1.2,operational_goal,PT1,"Help, at once",Aider,paraphrase,Declaration
""",
    "focal_points.csv": """\
member,role,name,address,language
TUR,focal_point,"National focal point, Turkey",focal.point@tur.example,en
TUR,deputy,"Deputy focal point, Turkey",deputy@tur.example,en
XKX,focal_point,"National focal point, Kosovo",focal.point@xkx.example,fr
HRV,focal_point,"National focal point, Croatia",focal.point@hrv.example,en
""",
}

LABELS = ("label::English (en)", "label::French (fr)")
SURVEY_HEADINGS = ("type", "name", *LABELS, "goal", "indicator", "role", "unit")
SURVEY = (
    ("begin group", "pt1", "Target", "Cible"),
    ("integer", "victims", "Victims", "Victimes", "OG1.1", "victims", "value", "victims"),
    ("integer", "victims_year", "Year", "Année", "OG1.1", "victims", "year", "year"),
    ("select_one yes_no", "law", "Law", "Loi", "OG1.2", "law", "element"),
    ("note", "thanks", "Thank you", "Merci"),
    ("end group",),
    ("begin group", "commitments", "Commitments", "Engagements"),
    ("begin repeat", "commitments", "Commitment", "Engagement"),
    ("text", "c_title", "Title", "Titre", None, None, "title"),
    ("select_one goals", "c_goal", "Goal", "Objectif", None, None, "goal"),
    ("select_one status", "c_status", "Status", "État", None, None, "status"),
    ("end repeat",),
    ("end group",),
)
CHOICES = (
    ("yes_no", "yes", "Yes", "Oui"),
    ("yes_no", "no", "No", "Non"),
    ("goals", "OG1.1", "More", "Plus"),
    ("goals", "OG1.2", "Help", "Aide"),
    ("status", "complete", "Complete", "Achevé"),
    ("missing_reason", "not_available", "Not available", "Non disponible"),
    ("missing_reason", "not_applicable", "Not applicable", "Sans objet"),
    ("missing_reason", "not_yet", "Not yet", "Pas encore"),
    ("missing_reason", "confidential", "Confidential", "Confidentiel"),
)
SETTINGS = (("form_id", "version", "form_title", "default_language"), ("tiny", "1", "Tiny", "English (en)"))

_OF_ALL = {"member": "TUR", "goal": "OG1.1", "title": "A commitment", "since_cycle": "2013"}
COMMITMENTS: tuple[Mapping[str, object], ...] = (
    {  # row 2
        **_OF_ALL,
        "commitment": "TUR-01",
        "kind": "numeric",
        "indicator": "victims",
        "unit": "victims",
        "direction": 1,
        "baseline_value": 10,
        "baseline_year": 2012,
        "target_value": 20.5,
        "target_year": 2016,
    },
    {  # row 3
        **_OF_ALL,
        "commitment": "TUR-02",
        "kind": "growth_rule",
        "indicator": "victims",
        "unit": "victims",
        "baseline_value": 10,
        "baseline_year": 2012,
        "growth_rate": 0.1,
        "growth_reading": "each_year",
        "weight": 3,
    },
    {  # row 4
        **_OF_ALL,
        "commitment": "TUR-10",
        "kind": "checklist",
        "goal": "OG1.2",
        "indicator": "law",
        "since_cycle": "2014",
        "predecessor": "TUR-02",
    },
    {  # row 5
        **_OF_ALL,
        "commitment": "XKX-01",
        "member": "XKX",
        "kind": "milestone",
        "start_date": date(2014, 1, 1),
        "due_date": date(2015, 6, 30),
        "since_cycle": "2014",
    },
    {  # row 6
        **_OF_ALL,
        "commitment": "HRV-01",
        "member": "HRV",
        "kind": "directional",
        "direction": -1,
        "sign": -1,
    },
)


class Folder:
    """The folder of a tiny alliance, and ways to spoil it."""

    def __init__(self, path: Path):
        self.path = path

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace text that stands exactly once in a text file."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (self.path / file).write_text(text.replace(old, new), encoding="utf-8")

    def append(self, file: str, line: str) -> None:
        """Add a line to a text file."""
        with (self.path / file).open("a", encoding="utf-8") as text:
            text.write(line + "\n")

    def set_commitment(self, row: int, **cells: object) -> None:
        """Change cells of a row of the register."""
        book = load_workbook(self.path / "commitments.xlsx")
        sheet = book["commitments"]
        for column, value in cells.items():
            sheet.cell(row, TABLES["commitments"].names.index(column) + 1).value = value
        book.save(self.path / "commitments.xlsx")

    def write_form(
        self,
        survey: Sequence[Sequence[object]] = SURVEY,
        choices: Sequence[Sequence[object]] = CHOICES,
        checks: Sequence[Sequence[object]] = (),
        rules: Sequence[Sequence[object]] = (),
    ) -> None:
        """Write the questionnaire."""
        book = Workbook()
        book.remove(book.active)
        sheets = {
            "survey": (SURVEY_HEADINGS, *survey),
            "choices": (("list_name", "name", *LABELS), *choices),
            "settings": SETTINGS,
            "checks": (("name", "question", "expression", "severity", "message::English (en)"), *checks),
            **({"rules": (("rule", "severity", "note"), *rules)} if rules else {}),
        }
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for cells in rows:
                sheet.append(list(cells))
        book.save(self.path / "questionnaire.xlsx")

    def write_register(self, commitments: Sequence[Mapping[str, object]] = COMMITMENTS) -> None:
        """Write the register, a sheet with free text beside it."""
        book = Workbook()
        about = book.active
        about.title = "about"
        about.append(["All of this is made up."])
        sheet = book.create_sheet("commitments")
        names = TABLES["commitments"].names
        sheet.append(names)
        for commitment in commitments:
            sheet.append([commitment.get(name) for name in names])
        book.save(self.path / "commitments.xlsx")

    def load(self) -> Alliance:
        """Load the alliance."""
        return load_alliance(self.path)

    def problems(self) -> tuple[Problem, ...]:
        """The problems that loading tells of."""
        with pytest.raises(AllianceError) as caught:
            self.load()
        return caught.value.problems


def make_folder(path: Path) -> Folder:
    """Write the tiny alliance, without any fault, into an empty folder."""
    made = Folder(path)
    for file, text in TEXTS.items():
        (path / file).write_text(text, encoding="utf-8")
    made.write_form()
    made.write_register()
    return made
