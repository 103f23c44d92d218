"""Why a file cannot be read, in words that staff and the country can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["xlsx", "ods", "xls"]
"""The formats that are read."""


@dataclass(frozen=True)
class Refusal:
    """A file that is refused before any answer is taken from it.

    Attributes:
        reason: Code, e.g. ``password_protected``; the keys of :data:`DETAILS`.
        detail: What is wrong and what to do, in plain English.
    """

    reason: str
    detail: str


DETAILS = {
    "not_a_workbook": (
        "The file is not an Excel or OpenDocument workbook. Please send the questionnaire itself, saved as .xlsx, "
        ".xls or .ods."
    ),
    "password_protected": (
        "The workbook is protected with a password and cannot be opened. Please remove the password "
        "(File > Info > Protect Workbook > Encrypt with Password, leave it empty) and send it again."
    ),
    "macros": (
        "The workbook contains macros (program code), which are not accepted. Please save it as "
        "'Excel Workbook (.xlsx)' and send it again."
    ),
    "external_links": (
        "The workbook takes values from other files, which we do not have. Please break these links (in Excel: Data > "
        "Edit Links > Break Link; in LibreOffice: Edit > Links to External Files > Break Link), check the answers and "
        "send it again."
    ),
    "too_large": (
        "The file is far larger than a filled questionnaire can be. Please remove pictures and anything that is not "
        "part of the questionnaire; evidence is given as a link."
    ),
    "zip_bomb": (
        "The file unpacks to far more than a questionnaire can hold and was not opened. Please check the computer it "
        "comes from, copy the answers into a fresh questionnaire and send that."
    ),
    "damaged": (
        "The file is incomplete or damaged, probably in transfer. Please open it in Excel or LibreOffice, save it "
        "under a new name and send it again."
    ),
    "suspicious_names": (
        "The file contains parts whose names point outside the file, as no spreadsheet program writes them. Please "
        "copy the answers into a fresh questionnaire and send that."
    ),
    "suspicious_xml": (
        "The file contains document type declarations or an unusual encoding, as no spreadsheet program writes them. "
        "Please open it in Excel or LibreOffice, save it under a new name and send it again."
    ),
    "suspicious_dimensions": (
        "The workbook claims cells or counts far outside the questionnaire. Please copy the answers into a fresh "
        "questionnaire and send that."
    ),
    "unreadable": (
        "The workbook could not be read. Please open it in Excel or LibreOffice, save it under a new name as .xlsx "
        "and send it again."
    ),
    "not_a_response": (
        "The file is neither a submission of a web form nor an export of answers that can be read: XML of ODK Central, "
        "JSON of KoboToolbox, CSV, a zip of CSV files, or a workbook with the codes of the questions as headings."
    ),
    "unknown_encoding": (
        "The text is in no encoding that can be told for certain. Please export it as 'CSV UTF-8', or as a workbook."
    ),
    "no_codes": (
        "No heading of the table is the code of a question, so that no answer can be found. Please export it again with "
        "codes as headings: 'XML values and headers' in KoboToolbox, 'question code' in LimeSurvey, 'show assigned "
        "values' in EUSurvey."
    ),
    "no_responses": "The table has headings, but no response stands below them.",
    "no_member_column": "No heading of the table is that of the column that names the member, see ways_in.yaml.",
    "same_heading_twice": "Two columns of the table are for the same answers. Please delete the one that is wrong.",
    "uneven_rows": (
        "A row of the table has more cells than there are headings, so that answers would stand under wrong headings. "
        "Please export the table again; do not edit it by hand."
    ),
    "unlinked_tables": (
        "It cannot be told which of the tables in the file are the responses and which are their items. Please put in "
        "the export as the server made it."
    ),
    "too_slow": (
        "Reading the workbook took too long, so it was stopped. Please copy the answers into a fresh questionnaire "
        "and send that."
    ),
}


def refuse(reason: str, detail: str | None = None) -> Refusal:
    """The refusal of that code, in its usual words or in more exact ones."""
    return Refusal(reason, detail or DETAILS[reason])


def other_than_workbook(name: str) -> Refusal:
    """The refusal of a file that is known to be something else, e.g. ``a PDF document``."""
    return refuse(
        "not_a_workbook",
        f"The file is {name}, not a workbook. Please send the questionnaire itself, saved as .xlsx, .xls or .ods.",
    )
