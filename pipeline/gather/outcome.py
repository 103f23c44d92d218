"""What reading one content gave, and how that is kept as bytes: never as anything that could run when it is loaded."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from operator import attrgetter
from typing import Any

from pipeline.gather.found import Note
from pipeline.gather.reading import Answer, Reading
from pipeline.gather.refusal import Refusal

Outcome = Refusal | tuple[Reading, ...]
"""The refusal of a content, or what it says: one reading, or one per member where it holds the answers of several."""

_ANSWER = tuple(field.name for field in fields(Answer))
_DATE = _ANSWER.index("date")
_NOTE = tuple(field.name for field in fields(Note))
_LONG = ("answers", "notes", "items", "places")
_SHORT = tuple(field.name for field in fields(Reading) if field.name not in (*_LONG, "received"))


def write_outcome(outcome: Outcome) -> tuple[bytes, bytes]:
    """Turn an outcome into bytes.

    Args:
        outcome: What reading a content gave.

    Returns:
        Its heading (what decisions need: all but answers, notes, items and places), one line of JSON; and the rest,
        packed.
    """
    if isinstance(outcome, Refusal):
        return _json({"refused": asdict(outcome)}), b""
    # Level 1: a quarter of the time of the usual level, for a tenth more of space.
    return _json({"parts": [_heading(part) for part in outcome]}), zlib.compress(_json([*map(_rest, outcome)]), 1)


def read_heading(heading: bytes) -> Outcome:
    """The outcome of which :func:`write_outcome` made ``heading``, its readings without what they say."""
    content = json.loads(heading)
    if "refused" in content:
        return Refusal(**content["refused"])
    return tuple(_reading(part, {}) for part in content["parts"])


def read_outcome(heading: bytes, rest: bytes) -> Outcome:
    """The outcome of which :func:`write_outcome` made both."""
    content = json.loads(heading)
    if "refused" in content:
        return Refusal(**content["refused"])
    said = json.loads(zlib.decompress(rest))
    return tuple(_reading(part, _said(more)) for part, more in zip(content["parts"], said, strict=True))


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _heading(reading: Reading) -> Mapping[str, Any]:
    received = reading.received.isoformat() if reading.received else None
    return {"received": received, **{name: getattr(reading, name) for name in _SHORT}}


def _reading(heading: Mapping[str, Any], said: Mapping[str, Any]) -> Reading:
    received = heading["received"] and dt.datetime.fromisoformat(heading["received"])
    return Reading(**{**heading, "received": received}, **said)


def _rest(reading: Reading) -> Mapping[str, Any]:
    """Answers and notes by column: that is a third of the text that records are, and quicker to read."""
    answers = _columns(reading.answers, _ANSWER)
    answers[_DATE] = [day and day.isoformat() for day in answers[_DATE]]
    return {
        "answers": answers,
        "notes": _columns(reading.notes, _NOTE),
        "items": {repeat: {row: [*place] for row, place in rows.items()} for repeat, rows in reading.items.items()},
        "places": [[*key, *place] for key, place in reading.places.items()],
    }


def _columns(records: Sequence[object], names: Sequence[str]) -> list[list[Any]]:
    return [list(map(attrgetter(name), records)) for name in names]


def _said(rest: Mapping[str, Any]) -> Mapping[str, Any]:
    answers: list[list[Any]] = rest["answers"]
    answers[_DATE] = [day and dt.date.fromisoformat(day) for day in answers[_DATE]]
    return {
        "answers": tuple(map(Answer, *answers)),
        "notes": tuple(map(Note, *rest["notes"])),
        "items": {
            repeat: {row: (sheet, cell) for row, (sheet, cell) in rows.items()}
            for repeat, rows in rest["items"].items()
        },
        "places": {(row, question): (sheet, cell) for row, question, sheet, cell in rest["places"]},
    }
