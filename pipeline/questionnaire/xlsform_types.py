"""What the type of a row in the sheet ``survey`` says, in all the spellings that pyxform takes.

pyxform's own patterns and its dictionary of types are asked, so that ``int``, ``add integer prompt`` and ``integer`` are
one type here as there, and a type with a constraint of its own (``percentage``) brings it along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pipeline.alliance.rows import nearest

METADATA: Final = "metadata"
"""Rows that a device fills in: when the form was begun, whose telephone it is. No member answers them."""

QUESTION_TYPES: Final = (
    *("text", "integer", "decimal", "range", "date", "select_one", "select_multiple", "file", "note", "calculate"),
)
_DEVICE_CALCULATIONS: Final = {"today": "today()", "start": "now()", "end": "now()"}
"""What metadata means to expressions, by its ``jr:preloadParams``; of anything else a workbook knows nothing."""
_INPUTS: Final = {"string": "text", "int": "integer", "decimal": "decimal", "date": "date"}
_IN_A_FILE: Final = "The choices of select_one_from_file and the like stand in another file."
_WHY_NOT: Final = {
    "select one external": (_IN_A_FILE, "Put the choices into the sheet choices, and use select_one."),
    "from file": (_IN_A_FILE, "Put the choices into the sheet choices, and use select_one or select_multiple."),
    "rank": ("A ranking cannot be asked in a workbook.", "Use select_multiple, or an integer question per choice."),
    "loop": ("A loop over choices is not supported.", "Write its questions out, or use a repeat."),
    "audit": ("The type 'audit' is not supported.", "Remove the row: a workbook keeps no log of its filling in."),
}


@dataclass(frozen=True)
class RowType:
    """What the type of a row says.

    Attributes:
        kind: A question type, ``metadata``, ``begin``, ``end``, or ``''`` where it is not supported.
        control: ``group`` or ``repeat`` where ``kind`` is ``begin`` or ``end``.
        choices: Name of the list of choices, or ''.
        or_other: Whether the form adds a choice "other" and a question for it.
        calculation: What metadata means to expressions, or ''.
        hint: A hint that the type brings along, or ''.
        seen, mend: What is wrong with an unsupported type, and what to do.
    """

    kind: str
    control: str = ""
    choices: str = ""
    or_other: bool = False
    calculation: str = ""
    hint: str = ""
    seen: str = ""
    mend: str = ""


def read_type(text: str) -> RowType:
    """Read the type of a row.

    Args:
        text: The cell under ``type``, not empty.
    """
    text = " ".join(text.split())
    return _control(text) or _select(text) or _plain(text)


def _control(text: str) -> RowType | None:
    from pyxform import aliases
    from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

    for kind, pattern in (("begin", RE_BEGIN_CONTROL), ("end", RE_END_CONTROL)):
        match = pattern.search(text)
        if match:
            control = aliases.control[match["type"]]
            return _refused("loop") if control == "loop" else RowType(kind, control)
    return None


def _select(text: str) -> RowType | None:
    from pyxform import aliases
    from pyxform.xls2json import RE_SELECT

    match = RE_SELECT.search(text)
    if match is None:
        bare = aliases.select.get(text)
        return RowType(_SELECTS[bare]) if bare in _SELECTS else None
    command, choices = aliases.select[match["select_command"]], match["list_name"]
    if match["select_command"] in aliases.select_from_file:
        return _refused("from file")
    if command not in _SELECTS:
        return _refused(command)
    if "${" in choices:
        seen = f"The choices of '{text}' are the rows of a repeat."
        return RowType("", seen=seen, mend="Put the choices into the sheet choices.")
    return RowType(_SELECTS[command], choices=choices, or_other=match["specify_other"] is not None)


_SELECTS: Final = {"select one": "select_one", "select all that apply": "select_multiple"}


def _plain(text: str) -> RowType:
    declared = _dictionary().get(text)
    if declared is None or text == "audit":
        return _refused(text)
    bind: Mapping[str, str] = declared.get("bind", {})
    control: Mapping[str, str] = declared.get("control", {})
    hint = str(declared.get("hint", ""))
    if not control:
        if "jr:preload" in bind:
            return RowType(METADATA, calculation=_DEVICE_CALCULATIONS.get(bind["jr:preloadParams"], ""))
        return RowType("calculate") if bind.get("type") == "string" else _refused(text)
    if control["tag"] == "range":
        return RowType("range")
    if control["tag"] == "upload" and control.get("mediatype") == "application/*":
        return RowType("file")
    if control["tag"] == "input" and bind.get("type") in _INPUTS:
        return RowType("note" if "readonly" in bind else _INPUTS[bind["type"]], hint=hint)
    return _refused(text)


@cache
def _dictionary() -> Mapping[str, Any]:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return QUESTION_TYPE_DICT


def _refused(text: str) -> RowType:
    hint = nearest(text.split()[0].lower(), QUESTION_TYPES)
    mend = f"Use one of {', '.join(QUESTION_TYPES)}, or groups and repeats.{hint}"
    seen, mend = _WHY_NOT.get(text, (f"The type '{text}' is not supported.", mend))
    return RowType("", seen=seen, mend=mend)
