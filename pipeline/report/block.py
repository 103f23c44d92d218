"""What a building block of the report is. Each module of :mod:`pipeline.report.blocks` offers one as ``BLOCK``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from pipeline.report.charts import Chart
from pipeline.report.material import Material

CM = 567  # twentieths of a point in a centimetre


@dataclass(frozen=True)
class Block:
    """A part of the report that is built from the tables.

    Attributes:
        name: What the shell calls it by: ``{{p heat_map }}``, ``{{p target.goal_table }}``, ``{{p member.page }}``.
        build: From the material and, where it is about one of many, the code of the policy target or member (else '')
            to mark-up and charts, in their order.
        per: Whether there is one for the report, one per policy target or one per member.
    """

    name: str
    build: Callable[[Material, str], Iterable[Markup | Chart]]
    per: Literal["report", "target", "member"] = "report"


def widths(*centimetres: float) -> list[int]:
    """Column widths from centimetres."""
    return [round(CM * width) for width in centimetres]
