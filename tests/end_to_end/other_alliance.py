"""Another alliance than the one in ``alliance/``, written as its secretariat would: three members, Portuguese first.

Nothing in it is like the real one: no goal, section, repeat or question has the same code, there is no checklist, no
rule across questions and no footnote, and the cycle is no demonstration. Wherever the program knows anything but the
meaning that files declare, this alliance does not get through.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from pipeline.alliance.frames import commitments_table
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.frames import frame
from pipeline.questionnaire.workbooks import write_workbooks
from pipeline.settings import PROJECT
from pipeline.tables import TABLES

CYCLE = "2030-1"
KEY = "a key that only this alliance has"

_TEXTS = {
    "alliance.yaml": """\
code: RIOS
short_name: River Pact
languages: [pt, en]
name: {pt: Pacto pelos Rios, en: "Pact for Rivers & Seas"}
office: {pt: Gabinete do Pacto, en: Office of the Pact}
contact: office@rios.example
countries_total: 9
scoring:
  threshold: 0.5
  methods:
    numeric: growth_ratio
    growth_rule: growth_rule
    directional: directional
    milestone: milestone
    checklist: checklist
  composite:
    range: [1, 100]
    mean: geometric
    draws: 200
    seed: 5
""",
    "cycles.yaml": f"""\
- name: {CYCLE}
  title: {{pt: Primeiro balanço, en: First stocktake}}
  reference: RIOS/1
  period_start: 2029-01-01
  period_end: 2030-06-30
  opens: 2030-07-01
  reminder: 2030-08-01
  deadline: 2030-08-31
  cut_off: 2030-09-30
  report_date: 2030-11-01
  secretariat: Office of the Pact
  successor:
  demonstration: false
""",
    "memberships.csv": """\
member,since,until,language,time_zone
MOZ,2028-01-01,,pt,Africa/Maputo
BRA,2028-01-01,,pt,America/Sao_Paulo
PRT,2028-01-01,,en,Europe/Lisbon
""",
    "composite.csv": """\
code,parent,weight,direction,level,goalpost_low,goalpost_high,target
rios,agua,1,1,1,0,200,
descargas,agua,3,-1,1,0,100,
agua,,,,2,,,
""",
    "names.csv": "member,language,name,since,until\n",
    "footnotes.csv": "member,language,text,since,until\n",
    "groups.csv": "group,member,since,until\n",
    "goals.csv": """\
goal,kind,parent,text_pt,text_en,wording,source
WATER,policy_target,,Água limpa,Clean water,official,Treaty of the Pact
W-1,operational_goal,WATER,Mais rios limpos,More clean rivers,official,Treaty of the Pact
W-2,operational_goal,WATER,Menos descargas,Fewer discharges,paraphrase,Treaty of the Pact
""",
    "focal_points.csv": """\
member,role,name,address,language
MOZ,focal_point,Ponto focal,ponto.focal@moz.example.org,pt
BRA,focal_point,Ponto focal,ponto.focal@bra.example.org,pt
PRT,focal_point,Focal point,focal.point@prt.example.org,en
""",
}

_SURVEY: Sequence[Sequence[object]] = (
    (
        *("type", "name", "label::Português (pt)", "label::English (en)", "goal", "indicator", "role", "unit"),
        *("required", "parameters", "choice_filter"),
    ),
    ("begin group", "quem", "Quem responde", "Who answers"),
    ("text", "ministerio", "Ministério", "Ministry", None, None, "authority", None, "yes"),
    ("select_one publicar", "publicacao", "Publicação", "Publication", None, None, "consent"),
    ("end group",),
    ("begin group", "agua", "Água", "Water"),
    ("integer", "rios", "Rios limpos", "Clean rivers", "W-1", "rios", "value", "rivers", "yes"),
    ("integer", "rios_ano", "Ano", "Year", "W-1", "rios", "year", "year"),
    ("decimal", "descargas", "Descargas", "Discharges", "W-2", "descargas", "value", "tonnes"),
    ("integer", "descargas_ano", "Ano das descargas", "Year of discharges", "W-2", "descargas", "year", "year"),
    ("range", "cobertura", "Cobertura da rede", "Coverage", *[None] * 5, "start=0 end=100 step=5"),
    ("file", "plano", "Plano de bacia", "Basin plan"),
    ("select_one bacias", "bacia", "Bacia maior", "Largest basin"),
    ("select_one afluentes", "afluente", "Afluente maior", "Largest tributary", *[None] * 6, "de = ${bacia}"),
    ("end group",),
    ("begin group", "promessas", "Promessas", "Promises"),
    ("begin repeat", "promessa", "Promessa", "Promise"),
    ("text", "p_titulo", "Título", "Title", None, None, "title"),
    ("select_one metas", "p_meta", "Meta", "Goal", None, None, "goal"),
    ("select_one estados", "p_estado", "Estado", "State", None, None, "status"),
    ("date", "p_prazo", "Prazo", "Due", None, None, "due"),
    ("text", "p_mudanca", "O que mudou", "What changed", None, None, "change"),
    ("end repeat",),
    ("end group",),
    ("begin group", "fim", "Fim", "End"),
    ("text", "exito", "Maior êxito", "Greatest success", None, None, "achievements"),
    ("end group",),
)
_CHOICES: Sequence[Sequence[object]] = (
    ("list_name", "name", "label::Português (pt)", "label::English (en)", "de"),
    ("publicar", "full", "Tudo", "Everything"),
    ("publicar", "aggregate", "Só totais", "Totals only"),
    ("metas", "W-1", "Mais rios limpos", "More clean rivers"),
    ("metas", "W-2", "Menos descargas", "Fewer discharges"),
    ("estados", "not_started", "Por iniciar", "Not started"),
    ("estados", "limited", "Limitado", "Limited"),
    ("estados", "substantial", "Substancial", "Substantial"),
    ("estados", "complete", "Concluído", "Complete"),
    ("bacias", "amazonas", "Amazonas", "Amazon"),
    ("bacias", "zambeze", "Zambeze", "Zambezi"),
    ("afluentes", "negro", "Rio Negro", "Negro River", "amazonas"),
    ("afluentes", "madeira", "Rio Madeira", "Madeira River", "amazonas"),
    ("afluentes", "chire", "Rio Chire", "Shire River", "zambeze"),
    ("missing_reason", "not_available", "Não disponível", "Not available"),
    ("missing_reason", "not_applicable", "Não aplicável", "Not applicable"),
    ("missing_reason", "not_yet", "Ainda não", "Not yet"),
    ("missing_reason", "confidential", "Confidencial", "Confidential"),
)
_SETTINGS = (("form_id", "version", "form_title", "default_language"), ("rios", "1", "Rios", "Português (pt)"))

_COMMITMENTS: Sequence[Mapping[str, object]] = (
    {
        "commitment": "BRA-01",
        "goal": "W-1",
        "title": "Clean 200 rivers",
        "kind": "numeric",
        "indicator": "rios",
        "unit": "rivers",
        "direction": 1,
        "baseline_value": 100,
        "baseline_year": 2025,
        "target_value": 200,
        "target_year": 2035,
    },
    {
        "commitment": "BRA-02",
        "goal": "W-2",
        "title": "Discharge less",
        "kind": "directional",
        "indicator": "descargas",
        "unit": "tonnes",
        "direction": -1,
        "baseline_value": 80,
        "baseline_year": 2025,
    },
    {"commitment": "MOZ-01", "goal": "W-2", "title": "A law", "kind": "milestone", "due_date": "2030-01-31"},
    {"commitment": "PRT-01", "goal": "W-1", "title": "A plan", "kind": "milestone", "due_date": "2031-01-31"},
)

# What the two members that answer write into their workbooks: by question, and by commitment and question.
ANSWERS: Mapping[str, Mapping[str, object]] = {
    "BRA": {
        "ministerio": "Ministério do Meio Ambiente & Clima",
        "publicacao": "Tudo",
        "rios": 160,
        "rios_ano": 2030,
        "descargas": "62,5",
        "descargas_ano": 2030,
        "cobertura": 45,
        "plano": "https://agua.example.org/plano?a=1&b=2",
        "bacia": "Amazonas",
        "afluente": "Rio Negro",
        "exito": "Limpámos <60> rios",
    },
    # 47 is no step of 5, a sentence is no link, and the Negro does not flow into the Zambezi.
    "MOZ": {
        "ministerio": "Ministério da Água",
        "publicacao": "Só totais",
        "rios": 12,
        "rios_ano": 2030,
        "cobertura": 47,
        "plano": "no sítio do ministério",
        "bacia": "Zambeze",
        "afluente": "Rio Negro",
    },
}
STATES: Mapping[str, Mapping[str, object]] = {"MOZ-01": {"p_estado": "Concluído"}}


def write_alliance(folder: Path) -> Path:
    """Write the alliance's folder."""
    folder.mkdir()
    for name, text in _TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    sheets = {"survey": _SURVEY, "choices": _CHOICES, "settings": _SETTINGS}
    (folder / "questionnaire.xlsx").write_bytes(_book(sheets))
    columns = TABLES["commitments"].names
    rows = [
        [{"since_cycle": CYCLE, "member": str(row["commitment"])[:3], **row}.get(name) for name in columns]
        for row in _COMMITMENTS
    ]
    (folder / "commitments.xlsx").write_bytes(_book({"commitments": [columns, *rows]}))
    return folder


def write_templates(folder: Path) -> Path:
    """Copy the templates and give them Portuguese words for one message: all others are said in English."""
    shutil.copytree(PROJECT / "report_templates", folder)
    (folder / "translations" / "pt.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '\nmsgid "Your answer"\nmsgstr "A sua resposta"\n',
        encoding="utf-8",
    )
    return folder


def write_inbox(folder: Path, alliance: Path, templates: Path) -> Path:
    """Fill in the blank workbooks of the members that answer, as they would come back in August 2030."""
    loaded = load_alliance(alliance)
    blank = blank_workbooks(loaded, templates)
    arrived = folder / CYCLE
    arrived.mkdir(parents=True)
    lines = ["file,received,sender"]
    for member, answers in ANSWERS.items():
        (name,) = [name for name in blank if name.startswith(member)]
        (arrived / name).write_bytes(fill_in(blank[name], answers))
        lines.append(f"{name},2030-08-2{len(lines)}T10:00:00Z,ponto.focal@{member.lower()}.example.org")
    (arrived / "received.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def blank_workbooks(alliance: Alliance, templates: Path) -> Mapping[str, bytes]:
    """The workbooks that the members get."""
    cycle = alliance.cycle(CYCLE)
    no_answers = frame("earlier_answers", [])
    return write_workbooks(alliance, cycle, commitments_table(alliance, cycle), no_answers, templates, KEY.encode())


def fill_in(blank: bytes, answers: Mapping[str, object]) -> bytes:
    """Type answers into the cells beside the codes of questions, and below the headings of the promises."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for sheet in book.worksheets:
        columns = {cell.value: cell.column for cell in sheet[1] if cell.value}
        for row in range(2, sheet.max_row + 1):
            key = str(sheet.cell(row, 1).value or "")
            if "#answer" in columns and key in answers:
                cell = sheet.cell(row, columns["#answer"])
                cell.value = answers[key]
                if isinstance(answers[key], str):
                    cell.data_type = "s"  # typed as text, a formula is none
            for code, answer in STATES.get(key, {}).items() if "#row" in columns else ():
                sheet.cell(row, columns[code]).value = answer
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _book(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
