"""Which section of the questionnaire, and so which sheet of a workbook, each question of the form belongs to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.questionnaire.form import Section, Texts
from pipeline.questionnaire.xlsform_survey import Place

UNGROUPED: Final = "form"
"""Code of the section of what stands outside of all groups, where no group has that name."""


@dataclass(frozen=True)
class Planned:
    """A section before its texts are known: its code, its repeat, and the group or repeat whose label it bears."""

    code: str
    repeat: str | None
    named_by: tuple[Place, ...]


def plan_sections(places: Sequence[Place]) -> tuple[list[Place], list[Planned]]:
    """Tell the section of every place.

    A top-level group is a section. A repeat is one, too: that of the group around it where nothing else is asked there,
    else one of its own. Questions outside of all groups have one together.

    Args:
        places: All places of the survey in order.

    Returns:
        The places with their sections, and the sections in which anything is to be seen, in the order in which they
        begin.
    """
    repeats = {place.name: place for place in places if place.kind == "repeat" and place.repeat is None}
    codes = _codes(places, repeats)
    placed = [replace(place, section=codes[_top(place), _own_repeat(place, repeats)]) for place in places]
    shown = dict.fromkeys(place.section for place in placed if place.is_question and place.kind != "calculate")
    by_code = {code: key for key, code in reversed(codes.items())}
    repeat_of = {code: repeat for (_, repeat), code in codes.items() if repeat is not None}
    groups = {place.name: place for place in places if place.kind == "group" and not place.groups}
    planned = [
        Planned(code, repeat_of.get(code), _named_by(code, by_code[code][0], repeat_of.get(code), groups, repeats))
        for code in dict.fromkeys(codes.values())
        if code in shown
    ]
    return placed, planned


def section_of(
    planned: Planned, texts: Mapping[str, Texts], title: Mapping[str, str], default_language: str
) -> Section:
    """The section with its texts: the label of its group, else of its repeat, else the form's title.

    Args:
        planned: The section.
        texts: Texts per path of a group or repeat.
        title: Title of the form per language.
        default_language: Language of last resort.
    """
    for place in planned.named_by:
        if texts[place.path].get("label", default_language):
            return Section(planned.code, planned.repeat, texts[place.path])
    labels = dict.fromkeys(title, planned.code) if planned.named_by else title
    by_field = {("label", language): label for language, label in labels.items()}
    return Section(planned.code, planned.repeat, Texts(by_field, default_language))


def _top(place: Place) -> str:
    """The top-level group or repeat that a place stands in or is; '' for a question outside of all."""
    if place.groups:
        return place.groups[0]
    return "" if place.is_question or not place.kind else place.name


def _own_repeat(place: Place, repeats: Mapping[str, Place]) -> str | None:
    """The outermost repeat that a place stands in or is."""
    if place.kind == "repeat" and place.repeat is None:
        return place.name
    return next((name for name in place.groups if name in repeats), None)


def _codes(places: Sequence[Place], repeats: Mapping[str, Place]) -> dict[tuple[str, str | None], str]:
    """The code of the section per top-level place and repeat, in the order in which they begin."""
    keys = dict.fromkeys((_top(place), _own_repeat(place, repeats)) for place in places)
    asked = {_top(place) for place in places if place.is_answered and _own_repeat(place, repeats) is None}
    taken = {place.name for place in places if not place.groups}
    codes: dict[tuple[str, str | None], str] = {}
    for top, repeat in keys:
        alone = top not in asked and len({key for key in keys if key[0] == top and key[1] is not None}) == 1
        if not top:
            codes[top, repeat] = _free(UNGROUPED, taken)
        elif repeat is None or alone:
            codes[top, repeat] = top
        else:
            codes[top, repeat] = repeat if repeat == top else _free(repeat, taken)
            taken.add(codes[top, repeat])
    return codes


def _free(code: str, taken: Collection[str]) -> str:
    number, free = 1, code
    while free in taken:
        number += 1
        free = f"{code}_{number}"
    return free


def _named_by(
    code: str, top: str, repeat: str | None, groups: Mapping[str, Place], repeats: Mapping[str, Place]
) -> tuple[Place, ...]:
    """The group or repeat whose label a section bears: its own first."""
    candidates = [groups.get(top) if code == top else None, repeats.get(repeat or ""), groups.get(top)]
    return tuple(place for place in candidates if place is not None)
