"""The forms of pyxform's own test suite that use the supported parts load with the same names, types and relevance.

What is the same is read off the XForm that pyxform makes: the nodes of its instance, its binds, controls and lists of
choices. Of 354 forms, 128 are understood, 163 use what is not supported and are refused with the place, and 63 are wrong
on purpose: pyxform refuses them, and so must we. Of those that are understood, 20 show or calculate something and ask
nothing; as the questionnaire of an alliance they are refused for that alone.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert
from pyxform_tables import refused, tables, write_tables

from pipeline.errors import AllianceError
from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.xlsform import load_form, make_form, read_form

pytestmark = pytest.mark.slow

X = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
TEMPLATE = "{http://openrosa.org/javarosa}template"
PRELOAD = "{http://openrosa.org/javarosa}preload"
TABLES, REFUSED = tables(), refused()
BIND_TYPES = {
    "text": "string",
    "integer": "int",
    "decimal": "decimal",
    "date": "date",
    "file": "binary",
    "select_one": "string",
    "select_multiple": "string",
}
CONTROLS = {
    **dict.fromkeys(("text", "integer", "decimal", "date", "note"), "input"),
    "select_one": "select1",
    "select_multiple": "select",
    "range": "range",
    "file": "upload",
}
GENERATED = re.compile(r"(generated_table_list_label|reserved_name_for_field_list_labels)_\d+")
"""Nodes that pyxform adds for the looks of a table of choices: nobody answers them."""


def pyxform_xform(path: Path) -> Any | None:
    """The XForm that pyxform makes of a form, or None where it refuses the form."""
    try:
        return etree.fromstring(convert(path, validate=False).xform.encode())
    except PyXFormError:
        return None


def understood(path: Path) -> Form:
    """A form as it is read, whether it asks anything or not."""
    return make_form(*read_form(path))


@pytest.mark.parametrize("name", [name for name in TABLES if name not in REFUSED])
def test_a_form_of_supported_parts_loads_as_pyxform_understands_it(name: str, tmp_path: Path) -> None:
    path = write_tables(TABLES[name], tmp_path / "form.xlsx")
    xform = pyxform_xform(path)
    if xform is None:
        with pytest.raises(AllianceError):
            load_form(path)
        return
    form = understood(path)
    binds = {bind.get("nodeset"): bind for bind in xform.iter(f"{X}bind")}
    controls = {control.get("ref"): control for control in xform.find(f"{H}body").iter() if control.get("ref")}
    assert sorted(question.path for question in form.questions) == sorted(leaves(xform, form.root))
    assert form.id == next(xform.iter(f"{X}instance"))[0].get("id")
    shown = {question.section for question in form.questions if question.type != "calculate"}
    assert shown == {section.code for section in form.sections}, "every question has a sheet, and no sheet is empty"
    for section in form.sections:
        assert {question.repeat for question in form.asked if question.section == section.code} <= {section.repeat}
    for question in form.questions:
        bind, control = binds[question.path], controls.get(question.path)
        assert_same_type(question, bind, control)
        assert same(question.relevant, question.path) == conditions(question, binds), question.code
        if question.choices:
            assert [choice.code for choice in form.choices[question.choices]] == offered(xform, control)


def leaves(xform: Any, root: str) -> list[str]:
    """Paths of the nodes that hold answers; rows of repeats once, metadata of the submission and looks left out."""
    instance = next(xform.iter(f"{X}instance"))[0]
    found: list[str] = []
    for node in instance.iter():
        around = [*node.iterancestors()][::-1]
        names = [etree.QName(each).localname for each in (*around, node)]
        names = names[names.index(root) :]
        is_group = len(node) > 0 or "meta" in names or any(each.get(TEMPLATE) is not None for each in (node, *around))
        is_empty_group = node.get(TEMPLATE) is not None
        if not is_group and not is_empty_group and not GENERATED.fullmatch(names[-1]):
            found.append("/" + "/".join(names))
    return found


def assert_same_type(question: Question, bind: Any, control: Any) -> None:
    tag = None if control is None else etree.QName(control).localname
    if question.type == "calculate":
        assert bind.get("calculate") or bind.get(PRELOAD)
        return
    assert tag == CONTROLS[question.type] or question.type == "note"
    if question.type == "note":
        assert bind.get("readonly") == "true()"
    elif question.type == "range":
        assert question.number_range is not None
        limits = (question.number_range.start, question.number_range.end, question.number_range.step)
        assert bind.get("type") == ("int" if all(limit.is_integer() for limit in limits) else "decimal")
        assert {float(control.get(name)) for name in ("start", "end")} == set(limits[:2])
    else:
        assert bind.get("type") == BIND_TYPES[question.type]


def same(expression: str, path: str) -> str:
    """An expression without blanks and with every relative path made absolute, as seen from the node at ``path``."""

    def absolute(match: re.Match[str]) -> str:
        up = match[1].count("../")
        return "/".join([*path.split("/")[: -up or None], match[2]])

    return re.sub(r"\s", "", re.sub(r"(?<![\w/.)])((?:\.\./)+)([\w./-]*)", absolute, expression))


def conditions(question: Question, binds: Any) -> str:
    """The conditions of the binds of the groups around a question and of its own."""
    names = question.path.strip("/").split("/")
    paths = ["/" + "/".join(names[: depth + 1]) for depth in range(1, len(names))]
    found = [same(binds[path].get("relevant"), path) for path in paths if path in binds and binds[path].get("relevant")]
    return found[0] if len(found) == 1 else "and".join(f"({text})" for text in found)


def offered(xform: Any, control: Any) -> list[str]:
    """Codes of the choices that a control offers before any filter."""
    itemset = control.find(f"{X}itemset")
    name = re.findall(r"instance\('([^']+)'\)", itemset.get("nodeset"))[0]
    [instance] = [each for each in xform.iter(f"{X}instance") if each.get("id") == name]
    return [node.text for node in instance.iter(f"{X}name")]


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_with_what_is_not_supported_is_refused_with_sheet_and_row(name: str, tmp_path: Path) -> None:
    path = write_tables(TABLES[name], tmp_path / "form.xlsx")
    assert pyxform_xform(path) is not None, "pyxform takes it: the refusal is ours, and so must the reason be"
    with pytest.raises(AllianceError) as caught:
        load_form(path)
    expected = REFUSED[name]
    first = caught.value.problems[0]
    assert (first.sheet, str(first.row), first.column) == (expected["sheet"], expected["row"], expected["column"])
    assert all(problem.sheet and problem.row and problem.seen and problem.mend for problem in caught.value.problems)


def test_most_forms_of_the_suite_are_there_and_the_supported_parts_among_those_that_load(tmp_path: Path) -> None:
    loaded: list[Form] = []
    for name in TABLES:
        if name not in REFUSED:
            try:
                loaded.append(understood(write_tables(TABLES[name], tmp_path / "form.xlsx")))
            except AllianceError:
                continue
            if not loaded[-1].asked:
                with pytest.raises(AllianceError, match="asks nothing"):
                    load_form(tmp_path / "form.xlsx")
    assert sum(not form.asked for form in loaded) == 20
    kinds = Counter(question.type for form in loaded for question in form.questions)
    assert (len(TABLES), len(loaded), len(REFUSED)) == (354, 128, 163)
    assert set(kinds) == {*BIND_TYPES, "range", "note", "calculate"}
    questions = [question for form in loaded for question in form.questions]
    assert sum(bool(question.relevant) for question in questions) >= 12
    assert sum(bool(question.choice_filter) for question in questions) >= 5
    assert (
        sum("__last-saved" in question.relevant + question.constraint + question.calculate for question in questions)
        > 3
    )
