"""The process in which workbooks are parsed; started by ``cells`` as a script of its own.

It is small and has one thread, so forking is safe here whatever the program that started it has running. Each workbook
is parsed in a fork with limits on memory and processor time: what a hostile file does to the parser ends with that
fork. Nothing but the standard library and the parser is imported, so that a start takes about 40 ms and a fork one.

Messages: a request is a line of JSON with ``size`` and ``format``, then the file's bytes; an answer is the number of
its bytes as a line, then JSON with either ``sheets`` or ``refused``.
"""

from __future__ import annotations

import datetime
import io
import json
import math
import os
import re
import resource
import select
import signal
import sys
import time
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import Any

import python_calamine

# A filled questionnaire takes 0.02 s and 30 MB. The wall-clock limit is for a machine that is busy with other things.
MEMORY_LIMIT = 500_000_000
CPU_SECONDS = 2
WALL_SECONDS = 20.0
ANSWER_LIMIT = 64_000_000
MERGES_LIMIT = 5_000


def parse(content: bytes, kind: str) -> dict[str, Any]:
    """Parse a workbook into what JSON can carry.

    Args:
        content: The file.
        kind: xlsx, xls or ods.

    Returns:
        ``{"sheets": [{"name", "hidden", "cells": [[row, column, value]], "merged": [[row, column, row, column]],
        "unset": [[row, column]]}]}`` with positions from 0 and only cells that hold something, or ``{"refused": code}``.
    """
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        if any(meta.typ in _PROGRAMS for meta in workbook.sheets_metadata):
            return {"refused": "macros"}
        unset = _formulas_without_value(content) if kind == "xlsx" else {}
        return {
            "sheets": [
                {
                    "name": meta.name,
                    "hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible,
                    **_sheet(workbook.get_sheet_by_name(meta.name)),
                    "unset": unset.get(meta.name, []),
                }
                for meta in workbook.sheets_metadata
                if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
        }
    except python_calamine.PasswordError:
        return {"refused": "password_protected"}
    except (python_calamine.CalamineError, ElementTree.ParseError, ValueError, OSError):
        return {"refused": "unreadable"}


_PROGRAMS = (python_calamine.SheetTypeEnum.MacroSheet, python_calamine.SheetTypeEnum.Vba)


def _sheet(sheet: python_calamine.CalamineSheet) -> dict[str, Any]:
    top, left = sheet.start or (0, 0)
    cells = [
        [top + row, left + column, _plain(value)]
        for row, values in enumerate(sheet.to_python(skip_empty_area=True))
        for column, value in enumerate(values)
        if value != ""
    ]
    merged = [[*begin, *end] for begin, end in (sheet.merged_cell_ranges or [])[:MERGES_LIMIT]]
    return {"cells": cells, "merged": merged}


def _plain(value: object) -> object:
    # Types that JSON lacks become an object with one key that names the type.
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"time": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


# A cell with a formula and no value, an empty one or an error; repetitions are bounded so that no text makes it slow.
_UNSET = re.compile(
    rb"<(?:\w{1,20}:)?c\s[^<>]{0,400}?\br\s{0,9}=\s{0,9}[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]{0,400}?>\s{0,99}"
    rb"(?:<(?:\w{1,20}:)?f\b[^<>]{0,400}(?:/>|>[^<]{0,9000}</(?:\w{1,20}:)?f>))\s{0,99}"
    rb"(?:<(?:\w{1,20}:)?v\s{0,9}/>|<(?:\w{1,20}:)?v>(?:#[^<]{0,40})?</(?:\w{1,20}:)?v>)?\s{0,99}</(?:\w{1,20}:)?c>"
)


def _formulas_without_value(content: bytes) -> dict[str, list[list[int]]]:
    """Cells of an .xlsx file with a formula whose result was not stored or is an error, per sheet.

    The parser gives nothing for them, so that they would look like cells that were left empty.
    """
    found: dict[str, list[list[int]]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = set(parts.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - see above
        targets = {link.get("Id"): (link.get("Target") or "").removeprefix("/xl/") for link in links}
        for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():  # noqa: S314 - see above
            identifier = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            part = f"xl/{targets.get(identifier)}"
            if sheet.tag.rpartition("}")[2] == "sheet" and part in names:
                data = parts.read(part).partition(b"sheetData>")[2].partition(b"sheetData>")[0]
                cells = _UNSET.findall(data) if b"<f" in data or b":f" in data else []
                found[sheet.get("name", "")] = [[int(row) - 1, _column(letters)] for letters, row in cells]
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _in_fork(content: bytes, kind: str) -> bytes:
    """Parse in a fork with limits; what it answers, or a refusal where it died or took too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer_and_exit(content, kind, writing)
    os.close(writing)
    answer = _read_until(reading, time.monotonic() + WALL_SECONDS)
    os.close(reading)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if answer is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)):
        return b'{"refused": "too_slow"}'
    if status != 0 or not answer:
        return b'{"refused": "unreadable"}'
    return answer


def _answer_and_exit(content: bytes, kind: str, writing: int) -> None:
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # A parser that gives up prints a trace of its own, which nobody can use.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        answer = json.dumps(parse(content, kind)).encode("utf-8")
        if len(answer) > ANSWER_LIMIT:
            answer = b'{"refused": "too_large"}'
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        code = 0
    finally:
        # Whatever happened (the parser's panics are no Exception), this fork must not go on as a second worker.
        os._exit(code)


def _read_until(reading: int, deadline: float) -> bytes | None:
    chunks: list[bytes] = []
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        chunk = os.read(reading, 1 << 20)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)


def main() -> None:
    """Answer requests until the program that started this one closes the line, or is gone."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(request["size"])
        if len(content) < request["size"]:
            return
        answer = _in_fork(content, request["format"])
        answers.write(b"%d\n" % len(answer) + answer)
        answers.flush()


if __name__ == "__main__":
    os.chdir(Path("/"))
    main()
