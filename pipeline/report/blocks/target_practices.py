"""Good practices that members share, where they agreed to be named."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.material import Material
from pipeline.report.wml import caption, cell, link, paragraph, table


def build(material: Material, about: str) -> Iterator[Markup]:
    """One row per practice; a sentence where no member that may be named has given one."""
    rows = [
        [cell(link(f"member_{code}", material.name(code))), text]
        for code, text in practices(material, about)
        if material.shows(code)
    ]
    if not rows:
        yield paragraph(f"No member that agreed to be named has described a good practice under {about}.")
        return
    yield caption("Table", f"practices_{about}", f"Good practices under {about}, in the members' own words")
    yield table(f"Good practices under {about}", widths(4.0, 12.5), ["Member", "Good practice"], rows)


def practices(material: Material, target: str) -> Iterator[tuple[str, str]]:
    """Member and text of each good practice that belongs to a policy target.

    A question belongs to the target of its goal; one without a goal belongs to the target whose code its section has.
    """
    form = material.alliance.form
    parents = {goal.code: goal.parent for goal in material.goals}
    questions = [
        question
        for question in form.asked
        if question.role == "good_practice" and target == parents.get(question.goal or "", question.section.upper())
    ]
    for code in material.member:
        for question in questions:
            answer = material.answers.get((code, "", question.code))
            if answer and answer["value"]:
                yield code, answer["value"]


BLOCK = Block("practices", build, per="target")
