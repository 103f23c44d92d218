"""Notes below a table: those that official texts put on members' names, and whom an edition leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from pipeline.report.material import Material
from pipeline.report.scale import WITHHELD_MARK
from pipeline.report.wml import paragraph


def notes(material: Material, members: Iterable[str]) -> Iterator[Markup]:
    """One note per different footnote of the members named.

    Args:
        material: The tables.
        members: Codes of the members whose names were shown.

    Yields:
        Paragraphs that begin with the asterisk the names carry.
    """
    seen: set[str] = set()
    for code in members:
        text = material.member[code]["footnote"]
        if text and text not in seen:
            seen.add(text)
            yield paragraph(f"* {material.member[code]['name_en']}: {text}", style="Note")


def not_counted(material: Material) -> Iterator[Markup]:
    """The note below a table of single answers or commitments that says whom the edition does not count in it."""
    if words := material.not_counted:
        yield paragraph(f"{WITHHELD_MARK.symbol} {words[0].upper()}{words[1:]}.", style="Note")
