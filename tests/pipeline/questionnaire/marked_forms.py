"""A small questionnaire with everything that a returned workbook must hold, and workbooks of it that come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl.workbook import Workbook

from pipeline.gather.cells import read_cells
from pipeline.gather.reading import Reading, read_workbook
from pipeline.gather.refusal import Refusal
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.marked_workbook import MarkedFinding, write_marked_workbook
from pipeline.translations import Catalogue
from tests.pipeline.questionnaire.questionnaire_forms import (
    EN,
    FR,
    KEY,
    Row,
    ask,
    group,
    make_commitments,
    make_cycle,
    make_form,
    make_member,
    make_workbook,
)
from tests.pipeline.questionnaire.workbook_sheets import opened

CHOICES: list[Row] = [
    {"list_name": "statuses", "name": "done", EN: "=Done; or \"so\"", FR: "Fait"},
    {"list_name": "statuses", "name": "begun", EN: "Begun", FR: "Entamé"},
    {"list_name": "countries", "name": "a", EN: "Alba", FR: "Albe"},
    {"list_name": "countries", "name": "b", EN: "Borea", FR: "Borée"},
    {"list_name": "regions", "name": "n", EN: "North", FR: "Nord", "of": "a"},
    {"list_name": "regions", "name": "s", EN: "South", FR: "Sud", "of": "b"},
]  # fmt: skip
COMMITMENTS = make_commitments({"commitment": "BIH-01", "title": "Old"}, {"commitment": "BIH-02", "title": "Second"})


def marked_form(folder: Path) -> Form:
    """Questions of every type, some that depend on others, a repeat with a register and one without."""
    asked = [
        ask("select_one countries", "country", required="yes"),
        ask("select_one regions", "region", choice_filter="of = ${country}"),
        ask("integer", "count"),
        ask("decimal", "share", unit="%"),
        ask("range", "mark", parameters="start=0 end=10 step=0.5"),
        ask("date", "day"),
        ask("select_multiple countries", "both"),
        ask("text", "words"),
        ask("file", "paper", relevant="${country} = 'a'"),
        ask("text", "more", relevant="${count} > 2"),
    ]
    commitments = [
        ask("text", "c_title", role="title", required="yes"),
        ask("select_one statuses", "c_status", role="status"),
        ask("date", "c_due", role="due"),
        ask("integer", "c_value"),
        ask("text", "c_why", relevant="${c_status} = 'done'"),
    ]
    evidence = [ask("text", "e_title"), ask("file", "e_paper"), ask("date", "e_date")]
    survey = [
        *group("one", *asked),
        *group("commitments", *group("commitments", *commitments, kind="repeat")),
        *group("evidence", *group("evidence", *evidence, kind="repeat")),
    ]
    return make_form(folder, survey, choices=CHOICES)


def finding(number: int, question: str = "", row: str = "", **more: Any) -> MarkedFinding:
    """A finding with the id 0000000001 and so on."""
    given = {"severity": "error", "sheet": "", "cell": "", "seen": "", "message": "Please mend it.", "status": "new"}
    return MarkedFinding(f"{number:010x}", row=row, question=question, **{**given, **more})


def stored_answer(question: str, row: str = "", **said: object) -> Mapping[str, Any]:
    """A row of the table of answers."""
    nothing = dict.fromkeys(("raw", "value", "number", "date", "read_as", "problem", "missing_reason", "comment"))
    return {**nothing, "row": row, "question": question, "sheet": "", "cell": "", **said}


def read_back(content: bytes, form: Form, kind: str = "xlsx") -> Reading:
    """What a workbook says."""
    sheets = read_cells(content, kind)  # type: ignore[arg-type]
    assert not isinstance(sheets, Refusal), sheets
    return read_workbook(sheets, form)


def saved(book: Workbook) -> bytes:
    """A workbook of openpyxl as a file."""
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def blank(form: Form) -> Workbook:
    """The blank workbook of the member, to be filled in."""
    return opened(make_workbook(form, commitments=COMMITMENTS))


def marked(
    form: Form,
    answers: Reading | Sequence[Mapping[str, Any]],
    findings: Sequence[MarkedFinding] = (),
    language: str = "en",
    **more: Any,
) -> bytes:
    """The workbook that goes back to the member."""
    rows = [vars(answer) for answer in answers.answers] if isinstance(answers, Reading) else answers
    given = {
        "catalogue": Catalogue(language),
        "member": make_member(language),
        "cycle": make_cycle(),
        "file": "reply.xlsx",
        "received": "2 June 2014, 14:05 (UTC+02:00)",
        "due": "1 July 2014",
    }
    return write_marked_workbook(
        form,
        alliance_code="TEST",
        alliance_name={"en": "Test & Alliance", "fr": "Alliance d'essai"},
        commitments=COMMITMENTS,
        previous={},
        key=KEY,
        answers=rows,
        findings=findings,
        **{**given, **more},
    )


Said = dict[tuple[str, str], tuple[object, ...]]


def said(reading: Reading) -> Said:
    """What counts of every answer: value, number, date, problem, missing-reason and comment."""
    return {
        (a.row, a.question): (a.value, a.number, a.date, a.problem, a.missing_reason, a.comment)
        for a in reading.answers
    }  # fmt: skip
