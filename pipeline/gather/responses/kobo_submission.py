"""Submissions of KoboToolbox as its API gives them in JSON (``/api/v2/assets/{uid}/data/``).

Each answer stands under its path, ``"group/question"``; a repeat is a list of objects whose keys are whole paths again.
What begins with an underscore is the server's own. Source: support.kobotoolbox.org/api.html and kobotoolbox/kpi,
docs/api/v2/data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from pipeline.gather.reading import Reading
from pipeline.gather.refusal import refuse
from pipeline.gather.responses.nodes import Node, Path, read_nodes
from pipeline.gather.responses.said import put_together
from pipeline.questionnaire.form import Form

SIZE_LIMIT = 8_000_000
VALUES_LIMIT = 200_000
DEPTH_LIMIT = 32

# KoboToolbox numbers the versions of a form itself; such a number says nothing about that of the questionnaire.
_OWN_VERSION = re.compile(r"v[0-9A-Za-z]{20,24}( \(.{0,40}\))?")


class _UnacceptableError(ValueError):
    """What JSON must not hold; the message says what."""


def load_json(content: bytes) -> object:
    """Load JSON from outside; numbers are kept as they are written, as texts.

    Args:
        content: The file.

    Returns:
        Its objects, lists, texts, truth values and None; or the refusal: too_large, unknown_encoding, damaged (with
        the words for numbers that are none, and for names that stand twice in an object).
    """
    if len(content) > SIZE_LIMIT or sum(map(content.count, (b",", b"[", b"{"))) > VALUES_LIMIT:
        return refuse("too_large")
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError:
        return refuse("unknown_encoding")
    except _UnacceptableError as error:
        return refuse("damaged", str(error))
    except (ValueError, RecursionError):
        return refuse("damaged", "The submission is not well-formed JSON, so that no answer can be taken from it.")


def _no_number(text: str) -> None:
    raise _UnacceptableError(f"The submission holds {text}, which is no number in JSON, so that it was not read.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise _UnacceptableError(
            "A name stands twice in the submission, so that it was not read: which answer is meant?"
        )
    return content


def read_kobo_submission(content: Mapping[str, Any], form: Form) -> Reading:
    """Read one submission.

    Args:
        content: Its object, as :func:`load_json` gives it.
        form: The questionnaire.

    Returns:
        Its answers, with the version that it names where that is one of the questionnaire.
    """
    reading = put_together(read_nodes(_nodes(content), form), form, "canonical")
    version = str(content.get("__version__") or content.get("_version_") or "")
    return replace(reading, form_version=None if not version or _OWN_VERSION.fullmatch(version) else version)


def _nodes(content: Mapping[str, Any], item: tuple[Path, int] | None = None, depth: int = 0) -> Iterator[Node]:
    for key, value in content.items():
        path = tuple(key.split("/"))
        if key.startswith("_"):
            continue
        match value:
            case list() if depth < DEPTH_LIMIT:
                for number, inside in enumerate(cast("list[Any]", value), 1):
                    if isinstance(inside, Mapping):
                        of = item or (path, number)
                        yield from _nodes(cast("Mapping[str, Any]", inside), of, depth + 1)
                    else:
                        yield Node(path, item, _text(inside))
            case _:
                yield Node(path, item, _text(value))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return "…" if value else ""
