"""An alliance of any size and its filled workbooks: the same answers for every member, each signed for its own."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import string
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.alliance.frames import commitments_table
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance, Cycle, Membership
from pipeline.frames import frame
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.identity import read_token, sign, write_token
from pipeline.questionnaire.workbooks import write_workbooks
from pipeline.settings import PROJECT

KEY = b"key of the benchmarks"
_MODEL = "FRA"
_DAY = dt.date(2014, 3, 4)


def crowd(members: int) -> Alliance:
    """The real alliance's questionnaire and cycles with as many members (at most 17,576), all alike.

    Args:
        members: How many; each has the commitments of one real member under ids of its own.
    """
    alliance = load_alliance(PROJECT / "alliance")
    codes = [
        "".join(letters) for letters in itertools.islice(itertools.product(string.ascii_uppercase, repeat=3), members)
    ]
    since = min(membership.since for membership in alliance.memberships if membership.since)
    model = alliance.register[alliance.register["member"] == _MODEL]
    copies = [
        model.assign(
            member=code,
            **{name: model[name].str.replace(f"{_MODEL}-", f"{code}-") for name in ("commitment", "predecessor")},
        )
        for code in codes
    ]
    return replace(
        alliance,
        memberships=tuple(Membership(since, None, code, "en", "Europe/Paris") for code in codes),
        names=(),
        footnotes=(),
        groups=(),
        focal_points=(),
        register=pd.concat(copies, ignore_index=True),
    )


def filled_workbooks(alliance: Alliance, cycle: Cycle) -> Iterator[bytes]:
    """The workbook of every member, every question answered, as a spreadsheet program saves it."""
    codes = [membership.member for membership in alliance.memberships]
    first = replace(alliance, memberships=alliance.memberships[:1])
    commitments = commitments_table(first, cycle)
    (blank,) = write_workbooks(
        first, cycle, commitments, frame("earlier_answers", ()), PROJECT / "report_templates", KEY
    ).values()
    filled = _filled(blank, alliance.form, list(commitments["commitment"]))
    parts = _parts(filled)
    for code in codes:
        yield _signed(parts, codes[0], code)


def _filled(blank: bytes, form: Form, commitments: Sequence[str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for sheet in book:
        markers = {cell.value: cell.column for cell in sheet[1] if cell.value}
        if layout.CODE in markers:
            _fill_questions(sheet, markers[layout.ANSWER], form)
        elif layout.ROW in markers:
            _fill_items(sheet, {code: at for code, at in markers.items() if code in form.by_code}, form, commitments)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill_questions(sheet: Worksheet, column: int, form: Form) -> None:
    for row in sheet.iter_rows(min_row=2, max_col=column):
        if question := form.by_code.get(str(row[0].value)):
            row[-1].value = _typed(question, form)


def _fill_items(sheet: Worksheet, columns: dict[str, int], form: Form, keys: Sequence[str]) -> None:
    for row in sheet.iter_rows(min_row=2):
        for code, column in columns.items() if str(row[0].value) in keys else ():
            row[column - 1].value = _typed(form.by_code[code], form)


def _typed(question: Question, form: Form) -> object:
    labels = [choice.texts.get("label", "en") for choice in form.choices.get(question.choices or "", ())]
    match question.type:
        case "integer" | "decimal" | "range":
            return 100
        case "date":
            return _DAY
        case "select_one" | "select_multiple":
            return labels[-1]
        case _:
            return f"The ministry answers {question.code} in a sentence of about the usual length, with a number or two: 12."


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def _signed(parts: dict[str, bytes], model: str, code: str) -> bytes:
    """The workbook of the first member, made that of another one: its token, its signature, its commitments."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for name, data in parts.items():
            copy.writestr(
                zipfile.ZipInfo(name, (2014, 5, 20, 9, 0, 0)), _of_member(data, model, code), zipfile.ZIP_DEFLATED, 1
            )
    return buffer.getvalue()


def _of_member(data: bytes, model: str, code: str) -> bytes:
    begin = data.find(b'{"alliance"')
    if begin >= 0:
        text = data[begin : data.index(b"}", begin) + 1]
        token = read_token(text.decode())
        if token is None:
            raise ValueError("The token of the model workbook cannot be read.")
        own = replace(token, member=code)
        data = data.replace(text, write_token(own).encode()).replace(sign(token, KEY).encode(), sign(own, KEY).encode())
    return data.replace(f"{model}-".encode(), f"{code}-".encode())


def make_archive(folder: Path, members: int) -> None:
    """Archive the workbooks of as many members in a folder, with a receipt each."""
    from pipeline.gather.archive import Archive, Receipt

    alliance = crowd(members)
    cycle = alliance.cycle("2014")
    archive = Archive(folder)
    received = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)
    for membership, content in zip(alliance.memberships, filled_workbooks(alliance, cycle), strict=True):
        sha256 = archive.store(content)
        file = f"{membership.member}-{cycle.name}-en.xlsx"
        archive.record(Receipt(cycle.name, file, "folder", None, received, sha256, len(content)))
