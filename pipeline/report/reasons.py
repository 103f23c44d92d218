"""Why a file was not taken in, in the few words that a report for all has room for.

The table of submissions has the full reason; it may name senders, who have no place in the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, str] = {
    "not_a_workbook": "the file is not a workbook",
    "password_protected": "protected with a password",
    "macros": "contains macros, which are not accepted",
    "too_large": "far larger than a filled questionnaire",
    "zip_bomb": "unpacks to more than a questionnaire can hold",
    "damaged": "incomplete or damaged",
    "suspicious_names": "built as no spreadsheet program does it",
    "external_links": "takes values from other files",
    "suspicious_xml": "built as no spreadsheet program does it",
    "suspicious_dimensions": "claims cells far outside the questionnaire",
    "unreadable": "could not be read",
    "too_slow": "reading it took too long",
    "no_token": "the hidden sheet that says whose it is was lost",
    "forged_token": "the hidden sheet that says whose it is was changed",
    "other_alliance": "a workbook of another alliance",
    "other_cycle": "a workbook of another cycle",
    "other_form_version": "made from another version of the questionnaire",
    "not_a_member": "a workbook of a country that is not a member",
    "sender_of_another_member": "sent by another member than the one whose workbook it is",
    "unknown_sender": "sent by nobody whom the alliance knows",
    "unknown_submitter": "submitted by nobody whom the alliance knows",
    "no_member": "does not say whose it is",
    "claims_another_member": "names another member than the one whose workbook it is",
    "unfinished": "saved on the server but never sent",
    "rejected_there": "rejected by those who review it on the server",
    "rejected_by_staff": "set aside by the secretariat",
    "after_cut_off": "arrived after the data cut-off",
}


def reason_words(submission: Mapping[str, Any]) -> str:
    """The reason of a row of table ``submissions``; a code that is not known here as its own words."""
    code = submission["reason"] or ""
    return WORDS.get(code) or code.replace("_", " ") or "–"
