"""The process in which workbooks are parsed; started by ``cells`` as a script of its own.

It has limits on memory and, per workbook, on processor time, and it does nothing but parse: what a hostile file does to
the parser ends with this process, and ``cells`` starts another. Nothing but the standard library and the parser is
imported, so that a start takes about 60 ms.

Messages: a request is a line of JSON with ``size`` and ``format``, then the file's bytes; an answer is the number of
its bytes as a line, then JSON as ``sheet_content.parse`` gives it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path

# A filled questionnaire takes 0.005 s and 40 MB.
MEMORY_LIMIT = 400_000_000
PROCESSOR_SECONDS = 1.2
ANSWER_LIMIT = 32_000_000


def main() -> None:
    """Answer requests until the program that started this one closes the line, or is gone."""
    # The start is isolated (-I), so that nothing in the working directory can be imported. Ours comes last.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from pipeline.gather.sheet_content import parse

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A parser that gives up prints a trace of its own, which nobody can use.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # Workbooks are trees without cycles; looking for some takes a tenth of the time.
    gc.disable()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b"5\nready")
    answers.flush()
    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(request["size"])
        if len(content) < request["size"]:
            return
        # Its signal ends the process, whatever the parser is doing.
        signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
        answer = json.dumps(parse(content, request["format"]), ensure_ascii=False).encode("utf-8", "surrogatepass")
        signal.setitimer(signal.ITIMER_PROF, 0)
        if len(answer) > ANSWER_LIMIT:
            answer = b'{"refused": "too_large"}'
        answers.write(b"%d\n" % len(answer) + answer)
        answers.flush()


if __name__ == "__main__":
    os.chdir(Path("/"))
    main()
