"""Workbooks of the demonstration alliance as the product itself writes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.alliance.frames import commitments_table, members_on
from pipeline.alliance.model import Alliance
from pipeline.questionnaire.workbook import write_workbook
from pipeline.translations import load_catalogue

ROOT = Path(__file__).parents[3]
KEY = b"key of the tests"


def blank(alliance: Alliance, code: str, language: str) -> bytes:
    """The workbook of a member for the cycle 2014, without any answers of an earlier one."""
    cycle = alliance.cycle("2014")
    (member,) = [member for member in members_on(alliance, cycle.report_date) if member.code == code]
    commitments = commitments_table(alliance, cycle).query("member == @code")
    catalogue = load_catalogue(ROOT / "report_templates" / "translations", language)
    member = replace(member, language=language)
    return write_workbook(alliance.form, member, cycle, alliance.code, alliance.name, commitments, {}, catalogue, KEY)
