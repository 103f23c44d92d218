"""The lint finds each fault that was put into a sound report."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from report_samples import TEMPLATES, sample

from pipeline.report.document import render_report
from pipeline.report.lint import lint


@cache
def sound() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(render_report(*sample(), TEMPLATES))) as package:
        return {name: package.read(name) for name in package.namelist()}


def spoilt(part: str, old: str, new: str) -> bytes:
    parts = dict(sound())
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


DOCUMENT = "word/document.xml"
FAULTS = [
    (DOCUMENT, 'w:name="member_BIH"', 'w:name="member_ALB"', "Bookmark member_ALB stands 2 times."),
    (DOCUMENT, 'w:anchor="member_ALB"', 'w:anchor="member_ABL"', "Nothing is called member_ABL"),
    (DOCUMENT, "REF _Ref_heat_map", "REF _Ref_hot_map", "Nothing is called _Ref_hot_map"),
    (DOCUMENT, '<w:fldChar w:fldCharType="end"/>', "", "A field does not end."),
    (DOCUMENT, '<w:fldChar w:fldCharType="separate"/>', '<w:fldChar w:fldCharType="end"/>', "A field has"),
    (DOCUMENT, '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="begin" w:dirty="true"/>', "dirty"),
    (DOCUMENT, "<w:tblHeader/>", "", "exactly one header row"),
    (DOCUMENT, "<w:cantSplit/>", "", "a row that may split"),
    (DOCUMENT, "descr=", "title=", "Drawing 1 has no alternative text."),
    (DOCUMENT, "<w:tblDescription ", "<w:tblCaption ", "has no alternative text"),
    (DOCUMENT, '"MemberHeading"', '"MemberHeeding"', "The style MemberHeeding does not exist."),
    (DOCUMENT, "Title of ALB-01", "None", "“None” is left over"),
    (DOCUMENT, "Title of ALB-01", "{{ title }}", "“{{” is left over"),
    (DOCUMENT, "Title of ALB-01", "a nan here", "“nan” is left over"),
    (DOCUMENT, 'r:id="rIdChart2"', 'r:id="rIdChart9"', "The relation rIdChart9 does not exist."),
    ("word/_rels/document.xml.rels", "charts/chart1.xml", "charts/chart7.xml", "The part word/charts/chart7.xml"),
    ("word/settings.xml", "<w:zoom", '<w:updateFields w:val="true"/><w:zoom', "update fields"),
]


@pytest.mark.parametrize(("part", "old", "new", "told"), FAULTS, ids=range(len(FAULTS)))
def test_a_planted_fault_is_found(part: str, old: str, new: str, told: str):
    assert any(told in sentence for sentence in lint(spoilt(part, old, new)))


def test_a_cell_without_paragraph_is_found():
    document = sound()[DOCUMENT].decode()
    start = document.index("<w:tc>")
    inside = document[document.index("<w:p>", start) : document.index("</w:tc>", start)]
    assert any("cell without paragraph" in sentence for sentence in lint(spoilt(DOCUMENT, inside, "")))


def test_what_members_wrote_is_theirs():
    report = spoilt(DOCUMENT, "Title of ALB-01", "None of {{ these }}")
    assert lint(report, ["None of {{ these }}"]) == []
