"""Guards and reads one file in a fresh process, and tells what it took and which files it touched.

Run as a script: the file, and with ``parse`` as a second argument also the parser in this process, so that what it opens
is seen too. Prints JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

OPENED: list[str] = []
WATCHED = ("open", "os.", "shutil.", "socket.", "urllib.", "subprocess.", "ftplib.", "http.")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(WATCHED):
        OPENED.append(f"{event} {arguments[0] if arguments else ''}")


def _peak(process: int | str) -> int:
    """Largest resident memory of a process in bytes, its own and not that of the one that started it."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main() -> None:
    """Guard and read, then say how it went."""
    from pipeline.gather.cells import CellReader
    from pipeline.gather.guard import inspect
    from pipeline.gather.refusal import Refusal

    content = Path(sys.argv[1]).read_bytes()
    sys.addaudithook(_watch)
    begin, started = time.monotonic(), time.process_time()
    answer = format = inspect(content)
    worker = 0
    if not isinstance(format, Refusal):
        with CellReader() as reader:
            answer = reader.read(content, format)
            seconds, wall = time.process_time() - started, time.monotonic() - begin
            if reader._worker is not None:
                worker = _peak(reader._worker.pid)
        if "parse" in sys.argv:
            from pipeline.gather.sheet_content import parse

            parse(content, format)
    else:
        seconds, wall = time.process_time() - started, time.monotonic() - begin
    opened = [*OPENED]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {
        "reason": answer.reason if isinstance(answer, Refusal) else None,
        "refused_by": "guard" if isinstance(format, Refusal) else "reader",
        "seconds": seconds + children.ru_utime + children.ru_stime,
        "wall": wall,
        "memory": _peak("self") + (worker or children.ru_maxrss * 1024 * (format is not answer)),
        "opened": opened,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    sys.path.insert(0, os.environ["STOCKTAKE_ROOT"])
    main()
