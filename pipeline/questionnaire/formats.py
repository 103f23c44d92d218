"""How a member's workbook looks: one palette, one set of cell formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

FONT: Final = "Calibri"
INK: Final = "#1F2A37"
GREY: Final = "#5B6470"
LINE: Final = "#C7CDD4"
ACCENT: Final = "#1F4E79"
ANSWER_FILL: Final = "#FFF8DC"
REASON_FILL: Final = "#E8F1FA"
LOCKED_FILL: Final = "#F3F4F6"
NOTE_FILL: Final = "#EEF3F8"
MARK_INK: Final = "#9C1C1C"
UNASKED_FILL: Final = "#D9DCE1"
UNASKED_INK: Final = "#4B5563"

MARK_FILLS: Final = {"error": "#FBE0DD", "warning": "#FFE9C7", "query": "#E4E1F7"}
MARK_INKS: Final = {"error": "#8E1B1B", "warning": "#7A4100", "query": "#3F3391"}
_MARK_BORDERS: Final = {"error": 2, "warning": 8, "query": 3}
"""Thick, thick with gaps, thin with gaps: marked cells can be told apart without their colours."""

TEXT_FORMAT: Final = "@"
DATE_FORMAT: Final = "yyyy-mm-dd"
INTEGER_FORMAT: Final = "#,##0"
YEAR_FORMAT: Final = "0"
EMPTY_COUNT_FORMAT: Final = '#,##0;-#,##0;"✓"'
"""Nothing left to do shows as a tick."""

_BOX: Final = {"border": 1, "border_color": LINE, "valign": "top", "text_wrap": True}
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "marker": {"font_color": GREY, "font_size": 8},
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT},
    "subtitle": {"font_color": GREY},
    "mark": {"bold": True, "font_color": MARK_INK},
    "heading": {**_BOX, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter"},
    "hint": {**_BOX, "italic": True, "font_size": 9, "font_color": GREY, "bg_color": NOTE_FILL},
    "code": {**_BOX, "font_size": 8, "font_color": GREY, "bg_color": LOCKED_FILL},
    "key": {**_BOX, "bold": True, "bg_color": LOCKED_FILL},
    "label": {**_BOX, "bold": True, "bg_color": "#FFFFFF"},
    "question": {**_BOX, "bg_color": "#FFFFFF"},
    "note": {**_BOX, "italic": True, "bg_color": NOTE_FILL, "font_color": ACCENT},
    "unit": {**_BOX, "font_color": GREY},
    "previous": {**_BOX, "font_color": GREY, "bg_color": LOCKED_FILL, "align": "left"},
    "answer": {**_BOX, "bg_color": ANSWER_FILL, "locked": False, "align": "left"},
    "reason": {**_BOX, "bg_color": REASON_FILL, "locked": False},
    "comment": {**_BOX, "bg_color": REASON_FILL, "locked": False, "num_format": TEXT_FORMAT},
    "answer_sample": {**_BOX, "bg_color": ANSWER_FILL},
    "reason_sample": {**_BOX, "bg_color": REASON_FILL},
    "previous_sample": {**_BOX, "bg_color": LOCKED_FILL},
    "unasked_sample": {**_BOX, "bg_color": UNASKED_FILL, "font_color": UNASKED_INK, "italic": True},
    "paragraph": {"text_wrap": True, "valign": "top"},
    "field": {"bold": True, "valign": "top", "font_color": GREY},
    "fact": {"valign": "top", "text_wrap": True, "align": "left"},
    "cell": dict(_BOX),
    "count": {**_BOX, "align": "right", "num_format": INTEGER_FORMAT},
    "empty_count": {**_BOX, "align": "right", "num_format": EMPTY_COUNT_FORMAT},
    "total": {**_BOX, "bold": True, "align": "right", "num_format": INTEGER_FORMAT, "bg_color": LOCKED_FILL},
    "empty_total": {**_BOX, "bold": True, "align": "right", "num_format": EMPTY_COUNT_FORMAT, "bg_color": LOCKED_FILL},
    "hidden": {"font_color": GREY, "font_size": 8},
    "link": {**_BOX, "font_color": ACCENT, "underline": 1},
    "legend": {"text_wrap": True, "valign": "vcenter"},
    "strong": {"bold": True},
    "soft": {"italic": True, "font_size": 9, "font_color": GREY},
    "required": {"bold": True, "font_color": MARK_INK},
}
_MARKED: Final[Mapping[str, Mapping[str, Any]]] = {
    f"{style}_{severity}": {
        **_STYLES[style],
        "bg_color": fill,
        "border": _MARK_BORDERS[severity],
        "border_color": MARK_INKS[severity],
    }
    for style in ("answer", "key")
    for severity, fill in MARK_FILLS.items()
}
_REMARKS: Final[Mapping[str, Mapping[str, Any]]] = {
    f"remark_{severity}": {**_BOX, "font_size": 9, "bg_color": MARK_FILLS[severity], "font_color": ink}
    for severity, ink in MARK_INKS.items()
}
_ALL_STYLES: Final = {**_STYLES, **_MARKED, **_REMARKS}


@dataclass
class Formats:
    """The formats of one workbook, each made once.

    Attributes:
        workbook: The XlsxWriter workbook that they belong to.
    """

    workbook: Workbook
    _made: dict[tuple[str, str], Format] = field(default_factory=dict[tuple[str, str], "Format"])

    def unasked(self) -> Format:
        """What is laid over the cells of a question that the other answers leave no room for."""
        if ("unasked", "") not in self._made:
            properties = {"bg_color": UNASKED_FILL, "font_color": UNASKED_INK, "italic": True}
            self._made["unasked", ""] = self.workbook.add_format(properties)
        return self._made["unasked", ""]

    def __call__(self, style: str, num_format: str = "") -> Format:
        """The format of a style, with another number format where one is given.

        Args:
            style: A name of the style sheet above.
            num_format: Excel number format, '' for the style's own.
        """
        if (style, num_format) not in self._made:
            properties = {"font_name": FONT, "font_size": 10, "font_color": INK, **_ALL_STYLES[style]}
            properties |= {"num_format": num_format} if num_format else {}
            self._made[style, num_format] = self.workbook.add_format(properties)
        return self._made[style, num_format]
