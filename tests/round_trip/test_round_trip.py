"""The law of gathering: whatever people do to a workbook, an answer comes back as it was meant, or its loss is told."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from office import Office
from questionnaires import Desk, Typed, answer_cells, blank_workbook, desks, forms, plain_form

from pipeline.gather.cells import CellReader
from pipeline.gather.guard import inspect
from pipeline.gather.reading import Answer, Reading, read_workbook
from pipeline.gather.refusal import Refusal
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.identity import is_genuine, read_token


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(data=st.data())
def test_whatever_is_done_to_the_sheets_no_answer_is_silently_wrong(office: Office, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        form = data.draw(forms(folder))
        content = blank_workbook(form)
        blank, before = folder / "blank.xlsx", _read(content, form)
        blank.write_bytes(content)
        desk = data.draw(desks(form, content))
        saved = {kind: folder / f"returned.{kind}" for kind in ("xlsx", "ods", "xls")}
        office.work(blank, desk.steps, saved)
        for kind, path in saved.items():
            note(f"saved as {kind}")
            _check(_read(path.read_bytes(), form), desk, before)


def _read(content: bytes, form: Form) -> Reading:
    kind = inspect(content)
    assert not isinstance(kind, Refusal), kind
    with CellReader() as reader:
        sheets = reader.read(content, kind)
    assert not isinstance(sheets, Refusal), sheets
    return read_workbook(sheets, form)


def _check(reading: Reading, desk: Desk, before: Reading) -> None:
    assert is_genuine(read_token(reading.token or ""), reading.signature or "", b"a key for tests only")  # type: ignore[arg-type]
    read = {(answer.row, answer.question): answer for answer in reading.answers}
    prefilled = {(answer.row, answer.question): answer.value for answer in before.answers}
    typed = {(answer.row, answer.question.code) for answer in desk.typed}
    for answer in desk.typed:
        found = read.get((answer.row, answer.question.code))
        if _is_recovered(found, answer):
            continue
        assert found is None or found.value is None, f"silently wrong: {found} for {answer}"
        assert not answer.survives, f"lost though it is still there: {found} for {answer}; {reading.notes}"
        assert _is_reported(found, answer, reading), f"lost without a word: {answer}; {reading.notes}"
    for key, found in read.items():
        if key not in typed and found.value is not None:
            assert found.value == prefilled.get(key), f"invented: {found}"


def _is_recovered(found: Answer | None, answer: Typed) -> bool:
    """Whether it came back with its value, or as what was typed with the question what it means."""
    return found is not None and (found.value == answer.value or (found.value is None and found.raw == answer.entered))


def _is_reported(found: Answer | None, answer: Typed, reading: Reading) -> bool:
    if found is not None and found.problem:
        return True
    if answer.row and answer.row not in reading.items.get("items", {}):
        # A commitment that is not there any more is told by comparing with the register; a row for new ones that
        # somebody deletes was theirs to delete.
        return answer.row.startswith(("BIH-", "NEW-"))
    return any(
        told.question == answer.question.code
        or (answer.row and told.row == answer.row)
        or (told.note == "missing_section" and told.seen == answer.question.section)
        or told.note == "missing_column"
        for told in reading.notes
    )


HARD_TEXTS = (
    '=HYPERLINK("http://example.org";"x")',
    "+41 22 000 00 00",
    "-1 of 2; @SUM(A1)",
    "{{ member }} {% for x in y %} {# #} ${code} %(name)s",
    "<script>alert(1)</script> & <b>bold</b> &amp; <!-- -->]]>",
    "עברית وعربي \u202eabc\u202c \u200fx",
    "👩‍👩‍👧‍👦🏛️🇽🇰 \U0001f600",
    "_x000B_ _x0041_ #REF! #N/A",
    "first line\nsecond line\n\nfourth",
    "é" * 32_000,
)


@pytest.mark.slow
def test_text_of_any_kind_comes_back_unchanged_from_every_format(office: Office, tmp_path: Path) -> None:
    survey = [
        {"type": "text", "name": f"q{number}", "label": f"Question {number}"} for number in range(len(HARD_TEXTS))
    ]
    form = plain_form(tmp_path, survey)
    blank = tmp_path / "blank.xlsx"
    blank.write_bytes(blank_workbook(form))
    places = answer_cells(blank.read_bytes(), form)
    steps = [["type", *places[f"q{number}"], text] for number, text in enumerate(HARD_TEXTS)]
    saved = {kind: tmp_path / f"returned.{kind}" for kind in ("xlsx", "ods", "xls")}
    office.work(blank, steps, saved)
    for kind, path in saved.items():
        read = {answer.question: answer.value for answer in _read(path.read_bytes(), form).answers}
        assert read == {f"q{number}": text for number, text in enumerate(HARD_TEXTS)}, kind
