"""What ODK or KoboToolbox store of our own questionnaire comes back question by question."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from books import notes, values
from lxml import etree
from web_forms import kobo_json, one

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.questionnaire.form import Question
from pipeline.questionnaire.xform import write_xform

ALLIANCE_FOLDER = Path(__file__).parents[3] / "alliance"


@pytest.fixture(scope="module")
def known() -> Alliance:
    return load_alliance(ALLIANCE_FOLDER)


REPEATS = {("commitments", "commitments"), ("evidence", "documents")}
"""Section and name of the repeats of our questionnaire."""


def stored(question: Question, alliance: Alliance, place: int) -> str:
    """A text that a form engine could store as the answer."""
    match question.type:
        case "integer":
            return str(1000 + place)
        case "decimal" | "range":
            return f"{place}.125"
        case "date":
            return f"2014-04-{1 + place % 28:02}"
        case "select_one":
            return alliance.form.choices[question.choices or ""][-1].code
        case "select_multiple":
            return " ".join(choice.code for choice in alliance.form.choices[question.choices or ""][:2])
        case "file":
            return f"https://www.alb.example/{place}" if place % 2 else f"decision {place}.pdf"
        case _:
            return f"What is said of {question.code}: =1+1, «é» & <b>"


def instance(alliance: Alliance) -> tuple[etree._Element, dict[tuple[str, str], str]]:
    """The XForm's own instance, filled in, with two rows in every repeat; and what was filled in."""
    root = etree.fromstring(write_xform(ALLIANCE_FOLDER / "questionnaire.xlsx"))
    (data,) = root.xpath("//*[local-name()='model']/*[local-name()='instance'][1]/*")
    for template in data.xpath("//*[@*[local-name()='template']]"):
        # Clients make the first item of it, where the instance has none.
        if len(template.getparent().findall(template.tag)) > 1:
            template.getparent().remove(template)
    for _, repeat in sorted(REPEATS):
        (item,) = data.xpath(f"//*[local-name()='{repeat}'][not(*[local-name()='{repeat}'])]")
        item.addnext(copy.deepcopy(item))
    filled: dict[tuple[str, str], str] = {}
    for place, question in enumerate(alliance.form.asked):
        nodes = data.xpath(f"//*[local-name()='{question.code}'][not(*)]")
        assert len(nodes) == (2 if question.repeat else 1), question.code
        for number, node in enumerate(nodes, 1):
            node.text = stored(question, alliance, place + number)
            filled[(f"NEW-{number}" if question.repeat else "", question.code)] = node.text
    return data, filled


def as_kobo(element: etree._Element, path: str = "") -> Iterator[tuple[str, Any]]:
    """The same nodes as KoboToolbox gives them: by path, and the items of a repeat in a list."""
    items: dict[str, list[dict[str, Any]]] = {}
    for child in element:
        name = etree.QName(child).localname
        inside = f"{path}/{name}" if path else name
        if (path, name) in REPEATS:
            items.setdefault(inside, []).append(dict(as_kobo(child, inside)))
        elif len(child):
            yield from as_kobo(child, inside)
        elif child.text:
            yield inside, child.text
    yield from items.items()


def test_every_answer_to_our_own_xform_is_recovered(known: Alliance) -> None:
    data, filled = instance(known)
    read = one(etree.tostring(data), "odk_central", known)
    assert (read.form_version, notes(read)) == (known.form.version, [])
    found = {(a.row, a.question): (a.raw, a.problem) for a in read.answers}
    assert found == {key: (text, None) for key, text in filled.items()}
    by_kobo = one(json.dumps(kobo_json(dict(as_kobo(data)))).encode(), "kobotoolbox", known)
    assert values(by_kobo) == values(read)
    assert notes(by_kobo) == []


def test_a_form_that_asks_who_answers_says_so_in_the_reading(known: Alliance) -> None:
    def asking(role: str | None) -> Alliance:
        questions = tuple(replace(q, role=role) if q.code == "country" else q for q in known.form.questions)
        return replace(known, form=replace(known.form, questions=questions))

    content = json.dumps(kobo_json({"identification/country": "Albania"})).encode()
    assert one(content, "kobotoolbox", asking("member")).member == "Albania"
    assert one(content, "kobotoolbox", asking(None)).member is None
