"""What servers say of a submission, checked: none of it is trusted to be there or to be of its kind."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, cast

from pipeline.gather.responses.moments import moment_of
from pipeline.text import clean_text


def mapping_of(value: object) -> Mapping[str, Any]:
    """The object that a value is, or an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def text_of(value: object) -> str:
    """A short text or whole number as text, made safe to show; '' for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join(clean_text(str(value)).split())[:200]


def file_of(identifier: str, ending: str) -> str:
    """A file's name made of the id of a submission, of letters, digits, points and hyphens only."""
    return re.sub(r"[^0-9A-Za-z.\-]+", "_", identifier).strip("._")[:120] + ending


def time_of(value: object) -> dt.datetime | None:
    """A time as servers write it, in UTC."""
    return moment_of(value) if isinstance(value, str) else None
