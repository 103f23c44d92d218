"""Evidence in the report: what the member lets be published, beside the commitment that it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from report_samples import TEMPLATES, question, sample
from test_report_document import page, text

from pipeline.frames import frame
from pipeline.questionnaire.form import Form
from pipeline.report.document import render_report
from pipeline.report.documents import Document, public_documents
from pipeline.report.tables import records

ROW = {"section": "commitments", "repeat": "commitments"}
DOCUMENT = {"section": "evidence", "repeat": "documents"}
QUESTIONS = (
    question(20, "c_status", kind="select_one", role="status", **ROW),
    question(21, "c_paper", role="evidence_title", **ROW),
    question(22, "c_page", kind="file", role="evidence_link", **ROW),
    question(23, "c_day", kind="date", role="evidence_date", **ROW),
    question(24, "c_open", kind="select_one", role="evidence_public", **ROW),
    question(25, "d_number", role="evidence_of", **DOCUMENT),
    question(26, "d_paper", role="evidence_title", **DOCUMENT),
    question(27, "d_page", kind="file", role="evidence_link", **DOCUMENT),
    question(28, "d_day", kind="date", role="evidence_date", **DOCUMENT),
    question(29, "d_open", kind="select_one", role="evidence_public", **DOCUMENT),
)
LINK = "https://www.alb.example/report?a=1&b=2"
SAID: list[tuple[str, str, dict[str, Any]]] = [
    ("ALB", "ALB-03", {"c_paper": "Law 12 <amended>", "c_day": date(2014, 3, 5), "c_open": "yes"}),
    ("ALB", "ALB-02", {"c_paper": "Internal memo", "c_page": "https://www.alb.example/memo", "c_open": "no"}),
    ("ALB", "ALB-01", {"c_paper": "Unsaid whether open"}),
    ("ALB", "NEW-10", {"d_number": "ALB-01", "d_paper": "Tenth", "d_open": "yes"}),
    ("ALB", "NEW-2", {"d_number": "ALB-01", "d_paper": "Second", "d_page": LINK, "d_open": "yes"}),
    ("ALB", "NEW-3", {"d_number": "ALB-03", "d_page": "https://www.alb.example/third", "d_open": "yes"}),
    ("ALB", "NEW-4", {"d_number": "ALB-03", "d_paper": "Locked away", "d_open": "no"}),
    ("ALB", "NEW-5", {"d_number": "ALB-77", "d_paper": "Astray", "d_open": "yes"}),
    ("ALB", "NEW-6", {"d_paper": "Of nothing", "d_open": "yes"}),
    ("ALB", "NEW-7", {"d_number": "ALB-02", "d_page": "scan 7.pdf", "d_open": "yes"}),
    ("BIH", "BIH-01", {"c_paper": "Veiled document of BIH", "c_open": "yes"}),
    ("BIH", "NEW-1", {"d_number": "BIH-01", "d_paper": "Veiled further document of BIH", "d_open": "yes"}),
]


def answers() -> pd.DataFrame:
    rows = [
        {
            "member": member, "row": row, "question": code, "raw": str(said), "value": str(said),
            "date": said if isinstance(said, date) else None, "sheet": "s", "cell": "D5", "submission": "b",
        }
        for member, row, answers in SAID
        for code, said in answers.items()
    ]  # fmt: skip
    return frame("answers", rows)


def with_documents(form: Form) -> Form:
    return replace(form, questions=(*form.questions, *QUESTIONS))


def rendered() -> bytes:
    small, this, tables = sample()
    tables = replace(tables, answers=pd.concat([tables.answers, answers()], ignore_index=True))
    return render_report(replace(small, form=with_documents(small.form)), this, tables, TEMPLATES)


def test_documents_are_the_first_of_each_commitment_and_then_the_further_ones_in_the_order_of_their_rows() -> None:
    form = with_documents(sample()[0].form)
    rows = {(row["member"], row["row"], row["question"]): row for row in records(answers())}
    assert public_documents(form, rows)["ALB"] == [
        Document("ALB-03", "Law 12 <amended>", "", date(2014, 3, 5)),
        Document("ALB-01", "Second", LINK, None),
        Document("ALB-03", "", "https://www.alb.example/third", None),
        Document("ALB-77", "Astray", "", None),
        Document("ALB-01", "Tenth", "", None),
    ]


def test_the_page_of_a_member_lists_what_is_public_under_the_number_of_its_commitment() -> None:
    shown = page(rendered(), "Albania")
    evidence = shown[shown.index("Evidence open to the public") : shown.index("Indicators")]
    assert [line for line in evidence.split("\n") if line][1:] == [
        *("Id", "Document, as the member gives it", "Date"),
        *("ALB-01", "Second", LINK, "–"),
        *("ALB-01", "Tenth", "–"),
        *("ALB-03", "Law 12 <amended>", "5\u00a0Mar\u00a02014"),
        *("ALB-03", "https://www.alb.example/third", "–"),
    ]


def test_what_is_not_public_or_not_consented_to_stands_nowhere_in_the_report() -> None:
    whole = text(rendered())
    for hidden in ("Internal memo", "alb.example/memo", "Unsaid", "Locked away", "Astray", "Of nothing", "Veiled"):
        assert hidden not in whole


def test_without_documents_there_is_no_such_heading() -> None:
    assert "Evidence open to the public" not in text(render_report(*sample(), TEMPLATES))
