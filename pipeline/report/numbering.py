"""The numbers that Word will put before headings, so that the contents can show them without Word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # pyright: ignore[reportPrivateUsage]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class ListLevel:
    """A level of a numbering: which list, how deep (from 0), number format and pattern, e.g. ``%1.%2``."""

    list_id: str
    depth: int
    formats: tuple[str, ...]
    pattern: str


@dataclass
class Numbering:
    """Outline levels (from 1) and list levels by style id; counts as it is asked for numbers in document order."""

    outline: Mapping[str, int]
    levels: Mapping[str, ListLevel]
    _counts: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def next_number(self, style: str) -> str:
        """The number of the next paragraph of a style, '' for a style without numbers."""
        level = self.levels.get(style)
        if level is None:
            return ""
        counts = self._counts.setdefault(level.list_id, [0] * 9)
        counts[level.depth] += 1
        counts[level.depth + 1 :] = [0] * (8 - level.depth)
        shown = level.pattern
        for depth, style_format in enumerate(level.formats):
            shown = shown.replace(f"%{depth + 1}", _shown(counts[depth], style_format))
        return shown.strip()


def _shown(count: int, style_format: str) -> str:
    return chr(ord("A") + count - 1) if style_format == "upperLetter" and 0 < count <= 26 else str(count)


def read_numbering(styles: bytes, numbering: bytes | None) -> Numbering:
    """Read which styles are headings and how they are numbered.

    Args:
        styles: The part ``word/styles.xml``.
        numbering: The part ``word/numbering.xml``, if there is one.
    """
    from lxml import etree

    root = etree.fromstring(styles)
    by_id = {str(style.get(f"{_W}styleId")): style for style in root.iter(f"{_W}style")}
    lists = _lists(etree.fromstring(numbering)) if numbering else {}
    outline: dict[str, int] = {}
    levels: dict[str, ListLevel] = {}
    for name, style in by_id.items():
        depth = _inherited(style, by_id, f"{_W}pPr/{_W}outlineLvl")
        if depth is not None and int(str(depth.get(f"{_W}val"))) < 9:
            outline[name] = int(str(depth.get(f"{_W}val"))) + 1
        list_id = _inherited(style, by_id, f"{_W}pPr/{_W}numPr/{_W}numId")
        at = _inherited(style, by_id, f"{_W}pPr/{_W}numPr/{_W}ilvl")
        if list_id is not None:
            key = (str(list_id.get(f"{_W}val")), 0 if at is None else int(str(at.get(f"{_W}val"))))
            if key in lists:
                levels[name] = lists[key]
    return Numbering(outline, levels)


def _inherited(style: Element, by_id: Mapping[str, Element], path: str) -> Element | None:
    """What a style says of itself, or else the style that it is based on."""
    seen: set[str] = set()
    while (found := style.find(path)) is None:
        base = style.find(f"{_W}basedOn")
        name = "" if base is None else str(base.get(f"{_W}val"))
        if name in seen or name not in by_id:
            return None
        seen.add(name)
        style = by_id[name]
    return found


def _lists(root: Element) -> dict[tuple[str, int], ListLevel]:
    abstract = {str(item.get(f"{_W}abstractNumId")): item for item in root.iter(f"{_W}abstractNum")}
    found: dict[tuple[str, int], ListLevel] = {}
    for instance in root.iter(f"{_W}num"):
        list_id = str(instance.get(f"{_W}numId"))
        link = instance.find(f"{_W}abstractNumId")
        if link is None:
            continue
        levels = abstract[str(link.get(f"{_W}val"))].findall(f"{_W}lvl")
        formats = tuple(_value(level, "numFmt") for level in levels)
        for level in levels:
            depth = int(str(level.get(f"{_W}ilvl")))
            if formats[depth] != "bullet":
                found[list_id, depth] = ListLevel(list_id, depth, formats, _value(level, "lvlText"))
    return found


def _value(level: Element, name: str) -> str:
    element = level.find(f"{_W}{name}")
    return "" if element is None else str(element.get(f"{_W}val") or "")
