"""Who sends what and when, what is wrong with it, and what must become of it: written down before any of it is read.

A member that is not named here sends one good workbook in time, unless it is among ``SILENT``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from examples.flaws import (
    Flaw,
    answered,
    choices_in,
    columns_inserted,
    dates_as_text,
    emptied,
    numbers_as_text,
    questions_deleted,
    rows_inserted,
    rows_inserted_on_top,
    sections_left_out,
    sheets_renamed,
    sheets_reversed,
    token_removed,
    typed,
)


@dataclass(frozen=True)
class Expected:
    """What must become of one place of an accepted workbook.

    Attributes:
        question: The question.
        row: Row of the table of commitments or of documents, '' outside.
        value: The value that must be read; '' where only the rest matters.
        read_as: Rule by which it must be read.
        problem: Problem that must be noted instead of a value.
        finding: Rule or check that must give a finding there.
    """

    question: str
    row: str = ""
    value: str = ""
    read_as: str = ""
    problem: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Arrival:
    """One file that arrives.

    Attributes:
        member: Whose workbook it is.
        received: Local time of the sender.
        flaws: What is wrong with it.
        packaging: xlsx, ods, xls, resaved (by LibreOffice), encrypted, picture, or copy (the same file once more).
        sender: Member whose focal point sends it, where that is another one.
        cycle: Cycle of the workbook, where that is another one.
        file: Name of the file; a usual one where empty.
        status: What must become of it.
        reason: Code of the reason for any other status than accepted.
        late: It comes after the deadline.
        expected: What must become of single places.
        also_changed: Codes of other questions, and of whole sections, whose answers the flaws change.
    """

    member: str
    received: str
    flaws: tuple[Flaw, ...] = ()
    packaging: str = "xlsx"
    sender: str = ""
    cycle: str = ""
    file: str = ""
    status: str = "accepted"
    reason: str = ""
    late: bool = False
    expected: tuple[Expected, ...] = ()
    also_changed: tuple[str, ...] = ()


SILENT: Final[Mapping[str, Sequence[str]]] = {
    "2013": ("GHA", "KHM", "MDA"),
    "2014": ("ARM", "GEO", "LTU", "MLT", "MNE"),
}
"""Members that never answer in a cycle."""

NEW_COMMITMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "2013": {},
    "2014": {"CRI": "OG2.2", "EST": "OG3.1", "IRL": "OG4.1"},
}
"""Members that add a commitment, and its goal."""

FURTHER_DOCUMENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "2013": {
        "ALB": ("ALB-01",),
        "CAN": ("CAN-02", "CAN-01"),
        "ESP": ("ESP-01", "ESP-01", "ESP-03"),
        "FRA": ("FRA-02",),
    },
    "2014": {
        "ALB": ("ALB-02", "ALB-02", "ALB-04"),
        "AUS": ("AUS-01", "AUS-02", "AUS-03"),
        "CAN": ("CAN-01", "CAN-03"),
        "CHE": ("CHE-01",),
        "DEU": ("DEU-01", "DEU-02", "DEU-03", "DEU-04"),
        "ESP": ("ESP-02", "ESP-03"),
        "EST": ("EST-01", "NEW-1"),
        "FIN": ("FIN-01", "FIN-01", "FIN-02"),
        "FRA": ("FRA-02", "FRA-03", "FRA-03", "FRA-05"),
        "GBR": ("GBR-01", "GBR-04"),
        "JPN": ("JPN-01", "JPN-02"),
        "MEX": ("MEX-03", "MEX-03", "MEX-01"),
        "NLD": ("NLD-01",),
        "USA": ("USA-02", "USA-01", "USA-02"),
    },
}
"""Members that list further documents, and the commitment of each."""

_HOSTILE_BEGINNINGS: Final = {
    ("", "achievements"): "=2+3 is what the budget was called; -the plan- was kept",
    ("", "obstacles"): "+ staff was moved, + rooms were found",
    ("", "priorities"): "- train prosecutors\n- shorten queues",
    ("", "requests"): '@secretariat: please send =HYPERLINK("https://a.example","the list")',
}
_MARKUP: Final = {
    ("", "achievements"): 'Costs < 5 % & time > 3 months; see <b>annex</b> & "tables"',
    ("", "obstacles"): "{{ cycle.name }} and {% if x %}braces{% endif %} were typed by hand <!-- so -->",
    ("", "priorities"): "Schools & hospitals < 100 pupils; ${reporting_year} ]]> %(name)s",
}
_OTHER_SCRIPTS: Final = {
    ("", "achievements"): "דו״ח לדוגמה: היחידה הורחבה 🙂 and works every day",
    ("", "obstacles"): "مثال مختلق: نقص في الموظفين — then “quotes”, ½, ﬁ and 👩\u200d🏫",
    ("", "priorities"): "示例文字 · пример текста · παράδειγμα",
}


def _same_values(texts: Mapping[tuple[str, str], str]) -> tuple[Expected, ...]:
    return tuple(Expected(question, row, value=text) for (row, question), text in texts.items())


ARRIVALS: Final[Mapping[str, Sequence[Arrival]]] = {
    "2013": (
        Arrival(
            "BEL",
            "2013-10-08T11:20",
            (numbers_as_text(",", " "),),
            expected=(
                Expected("data_examined", read_as="decimal_comma"),
                Expected("campaign_reach", read_as="thousands"),
            ),
        ),
        Arrival(
            "GRC",
            "2013-10-11T16:02",
            (typed({("", "data_examined"): "n/a", ("", "campaigns_baseline"): "no data"}),),
            expected=(
                Expected("data_examined", problem="no_value_word", finding="unreadable_answer"),
                Expected("campaigns_baseline", read_as="no_value_word"),
            ),
        ),
        Arrival("HRV", "2013-10-14T09:45", (sheets_renamed({"pt1": "T1", "commitments": "Table"}),)),
        Arrival(
            "PHL",
            "2013-10-07T08:30",
            packaging="picture",
            file="Scan 2013-10-07.xlsx",
            status="rejected",
            reason="not_a_workbook",
        ),
        Arrival("PHL", "2013-10-09T10:15"),
        Arrival("ROU", "2013-10-22T14:40", late=True),
        Arrival("SVK", "2013-10-10T13:05", packaging="ods"),
    ),
    "2014": (
        Arrival(
            "AUS",
            "2014-07-10T09:12",
            (answered({("NEW-2", "e_commitment"): "AUS-77"}),),
            expected=(Expected("e_commitment", "NEW-2", value="AUS-77", finding="unknown_commitment"),),
        ),
        Arrival(
            "BGR",
            "2014-07-01T15:10",
            (token_removed,),
            file="Copy of answers.xlsx",
            status="quarantined",
            reason="no_token",
        ),
        Arrival("BGR", "2014-07-03T09:30"),
        Arrival("BIH", "2014-07-07T12:11", (answered(_MARKUP),), expected=_same_values(_MARKUP)),
        Arrival(
            "CHE",
            "2014-07-11T10:26",
            (choices_in("en"),),
            expected=(
                Expected("consent", read_as="label_other_language"),
                Expected("consulted_kinds", read_as="label_other_language"),
            ),
        ),
        Arrival(
            "CYP", "2014-07-02T11:51", (answered(_HOSTILE_BEGINNINGS),), expected=_same_values(_HOSTILE_BEGINNINGS)
        ),
        Arrival(
            "DEU",
            "2014-07-10T08:44",
            (dates_as_text,),
            expected=(Expected("signed_on", value="2014-07-09", read_as="text_date"),),
        ),
        Arrival(
            "DNK",
            "2014-07-04T13:37",
            (answered({("", "icse_new_previous"): 99}),),
            expected=(Expected("icse_new_previous", value="99", finding="icse_new_as_last_time"),),
        ),
        Arrival(
            "ESP",
            "2014-07-08T17:20",
            (
                sheets_renamed(
                    {
                        "identification": "Datos",
                        "pt1": "Hoja 2",
                        "pt2": "Hoja 3",
                        "commitments": "Tabla",
                        "evidence": "Documentos",
                        "overall": "Resumen",
                    }
                ),
                sheets_reversed,
            ),
        ),
        Arrival("FIN", "2014-07-03T12:00", packaging="ods"),
        Arrival(
            "FRA",
            "2014-07-15T18:55",
            (numbers_as_text(",", "\u202f"),),
            expected=(Expected("notice_hours", read_as="decimal_comma"),),
        ),
        Arrival(
            "GBR",
            "2014-07-14T16:48",
            (
                typed({("", "approved_on"): "03/04/2014"}),
                answered({("NEW-2", "e_link"): "https://www.gbr.example/2014/document-1"}),
            ),
            expected=(
                Expected("approved_on", problem="ambiguous_date", finding="unreadable_answer"),
                Expected("e_link", "NEW-1", finding="document_named_once"),
                Expected(
                    "e_link", "NEW-2", value="https://www.gbr.example/2014/document-1", finding="document_named_once"
                ),
            ),
        ),
        Arrival(
            "GHA",
            "2014-06-27T09:15",
            (typed({("", "companies_reporting"): "n/a", ("", "data_examined"): "-"}),),
            expected=(
                Expected("companies_reporting", problem="no_value_word", finding="unreadable_answer"),
                Expected("data_examined", problem="no_value_word", finding="unreadable_answer"),
            ),
        ),
        Arrival(
            "HRV",
            "2014-07-09T11:11",
            (typed({("", "data_examined"): 130, ("HRV-02", "c_evidence_link"): "www.hrv.example/report"}),),
            expected=(
                Expected("data_examined", value="130", finding="constraint"),
                Expected("c_evidence_link", "HRV-02", problem="not_a_link", finding="unreadable_answer"),
            ),
        ),
        Arrival(
            "HUN",
            "2014-07-04T10:00",
            packaging="encrypted",
            file="GA-CSAO 2014 HUN protected.xlsx",
            status="rejected",
            reason="password_protected",
        ),
        Arrival("HUN", "2014-07-08T10:30"),
        Arrival("ISR", "2014-07-06T12:34", (answered(_OTHER_SCRIPTS),), expected=_same_values(_OTHER_SCRIPTS)),
        Arrival(
            "ITA",
            "2014-07-15T13:13",
            (columns_inserted("pt4", 3, "to be checked by the unit"), columns_inserted("identification", 5, "ok")),
        ),
        Arrival("JPN", "2014-07-11T15:30", packaging="xls"),
        Arrival(
            "KHM",
            "2014-07-14T09:09",
            packaging="picture",
            file="Questionnaire KHM 2014.xlsx",
            status="rejected",
            reason="not_a_workbook",
        ),
        Arrival("KOR", "2014-07-10T14:00", file="GA-CSAO 2014 KOR.xlsx"),
        Arrival(
            "KOR",
            "2014-07-10T14:25",
            packaging="copy",
            file="GA-CSAO 2014 KOR (2).xlsx",
            status="duplicate",
            reason="same_file",
        ),
        Arrival(
            "MEX",
            "2014-07-09T09:40",
            (dates_as_text, answered({("NEW-1", "e_commitment"): "the third", ("NEW-3", "e_link"): "in our archive"})),
            expected=(
                Expected("signed_on", value="2014-07-08", read_as="text_date"),
                Expected("e_commitment", "NEW-1", value="the third", finding="constraint"),
                Expected("e_link", "NEW-3", problem="not_a_link", finding="unreadable_answer"),
            ),
        ),
        Arrival(
            "NGA",
            "2014-07-12T11:00",
            (sections_left_out("pt3", "pt4"),),
            expected=(
                Expected("campaigns", finding="required_answer"),
                Expected("notice_hours", finding="required_answer"),
                Expected("campaigns", finding="too_few_accounted"),
            ),
            also_changed=("pt3", "pt4"),
        ),
        Arrival("NLD", "2014-07-02T14:14", packaging="resaved"),
        Arrival("NOR", "2014-07-29T09:21", late=True),
        Arrival(
            "NZL",
            "2014-07-09T10:05",
            sender="AUS",
            file="Questionnaire.xlsx",
            status="quarantined",
            reason="sender_of_another_member",
        ),
        Arrival("NZL", "2014-07-11T10:40"),
        Arrival(
            "POL",
            "2014-07-07T15:45",
            (
                rows_inserted("pt2", "law_possession", 2, "Our remark: see the note of the ministry."),
                rows_inserted_on_top("pt3", 3),
            ),
        ),
        Arrival(
            "PRT",
            "2014-07-14T12:20",
            (typed({("", "campaign_reach"): "1.234"}),),
            expected=(Expected("campaign_reach", problem="ambiguous_number", finding="unreadable_answer"),),
        ),
        Arrival(
            "ROU",
            "2014-07-15T10:10",
            (questions_deleted("pt2", "law_grooming", "law_grooming_article", "law_grooming_date", "unit_exists"),),
            expected=(
                Expected("law_grooming", finding="required_answer"),
                Expected("unit_exists", finding="required_answer"),
            ),
            also_changed=("law_grooming_article", "law_grooming_date"),
        ),
        Arrival(
            "SWE",
            "2014-06-25T08:20",
            (
                answered({("", "declaration"): "no", ("", "campaigns_year"): 1913}),
                emptied((("", "achievements"), ("", "law_production"))),
            ),
            file="GA-CSAO 2014 SWE.xlsx",
            status="superseded",
            reason="later_version",
        ),
        Arrival(
            "SWE",
            "2014-07-04T16:31",
            file="GA-CSAO 2014 SWE corrected.xlsx",
            expected=(Expected("declaration", value="yes"),),
        ),
        Arrival("THA", "2014-08-20T10:00", status="quarantined", reason="after_cut_off", late=True),
        Arrival(
            "TUR",
            "2014-06-30T11:30",
            cycle="2013",
            file="Turkey last year's form.xlsx",
            status="quarantined",
            reason="other_cycle",
        ),
        Arrival("TUR", "2014-07-05T11:45"),
        Arrival(
            "UKR",
            "2014-07-13T19:05",
            (
                answered(
                    {
                        ("", "icse_total"): 5,
                        ("", "approved_on"): date(2014, 7, 12),
                        ("", "signed_on"): date(2014, 7, 1),
                        ("UKR-02", "c_status"): "complete",
                        ("UKR-03", "c_due"): date(2012, 12, 31),
                    }
                ),
                emptied([("UKR-02", f"c_evidence_{part}") for part in ("title", "link", "date", "public")]),
            ),
            expected=(
                Expected("icse_total", value="5", finding="stock_not_below_flow"),
                Expected("icse_total", value="5", finding="stock_fell"),
                Expected("signed_on", value="2014-07-01", finding="signed_after_approval"),
                Expected("c_status", "UKR-02", value="complete", finding="complete_without_evidence"),
                Expected("c_due", "UKR-03", value="2012-12-31", finding="constraint"),
            ),
            also_changed=("approved_on", *(f"c_evidence_{part}" for part in ("title", "link", "date", "public"))),
        ),
    ),
}
