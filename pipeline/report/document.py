"""From the tables of a cycle and the shell that staff edit to the progress report in Word.

What belongs here: the order of the work. The shell and its tags are in ``shell.py``, what tags may name in ``views.py``,
the blocks in ``blocks/``, numbers and contents in ``finishing.py``, the file itself in ``package.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from pipeline.alliance.model import Alliance, Cycle
from pipeline.editions.edition import SECRETARIAT, Edition
from pipeline.registry import discover
from pipeline.report import blocks as block_package
from pipeline.report.block import Block
from pipeline.report.charts import Chart, drawing
from pipeline.report.finishing import finish
from pipeline.report.material import Material
from pipeline.report.package import add_charts, chart_relation, core_properties, made_on, pack
from pipeline.report.shell import SHELL, fill, place, put_in, rating_looks, read_shell
from pipeline.report.tables import Tables
from pipeline.report.views import context

CORE = "docProps/core.xml"
_LATE = ("contents", "list_of_tables", "list_of_figures")
_ASKS_TO_UPDATE = re.compile(rb"<w:updateFields[^>]*/>")


def render_report(
    alliance: Alliance, cycle: Cycle, tables: Tables, templates: Path, edition: Edition = SECRETARIAT
) -> bytes:
    """Render an edition of the progress report.

    Args:
        alliance: The alliance.
        cycle: The cycle reported on.
        tables: The tables of the edition, ``figures`` included.
        templates: Folder with the shell ``report.docx``.
        edition: The edition.

    Returns:
        The Word file; same inputs, same bytes.

    Raises:
        AllianceError: The shell is missing, or one of its tags or styles is wrong; names place and mend.
    """
    shell = read_shell(templates / SHELL)
    colours = rating_looks(shell)
    material = Material(alliance, cycle, tables, edition)
    blocks = discover(block_package, "BLOCK", Block)
    filled = fill(shell, context(material, blocks))
    charts: list[Chart] = []
    filled["word/document.xml"] = _with_blocks(filled["word/document.xml"], material, blocks, charts)
    parts = {**shell.parts, **{name: text.encode("utf-8") for name, text in filled.items()}}
    parts["word/document.xml"] = finish(
        filled["word/document.xml"], shell.parts["word/styles.xml"], shell.parts.get("word/numbering.xml")
    )
    if "word/settings.xml" in parts:
        parts["word/settings.xml"] = _ASKS_TO_UPDATE.sub(b"", parts["word/settings.xml"])
    add_charts(parts, charts, colours, made_on(cycle))
    title = f"{alliance.name['en']}: {cycle.title['en']} ({edition.title})"
    parts[CORE] = core_properties(cycle, title, cycle.secretariat)
    return pack(parts)


def _with_blocks(text: str, material: Material, blocks: Iterable[Block], charts: list[Chart]) -> str:
    by_name = {block.name: block for block in blocks}

    def build(name: str, about: str) -> str:
        if name in _LATE:
            return place(name)
        return "".join(_placed(piece, charts) for piece in by_name[name].build(material, about))

    return put_in(text, build)


def _placed(piece: Markup | Chart, charts: list[Chart]) -> str:
    if isinstance(piece, Chart):
        charts.append(piece)
        return drawing(piece, chart_relation(len(charts)))
    return piece
