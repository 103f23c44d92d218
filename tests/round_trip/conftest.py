"""LibreOffice for the round trips: one process for all of them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DRIVER = Path(__file__).with_name("uno_driver.py")
PYTHONS = ("/usr/bin/python3", "/usr/local/bin/python3")


@dataclass(frozen=True)
class Office:
    """A running LibreOffice that does what people do to workbooks."""

    process: subprocess.Popen[str]

    def work(self, opened: Path, steps: Sequence[Sequence[Any]], save: Mapping[str, Path]) -> None:
        """Open a workbook, do the steps of ``uno_driver`` one after the other, and save it in several formats."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        paths = {kind: str(path) for kind, path in save.items()}
        self.process.stdin.write(json.dumps({"open": str(opened), "steps": steps, "save": paths}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer == {"done": True}, answer


def _python_with_uno() -> str:
    for python in PYTHONS:
        if Path(python).exists():
            tried = subprocess.run([python, "-c", "import uno"], check=False, capture_output=True)
            if tried.returncode == 0:
                return python
    message = "This test needs a Python that can drive LibreOffice (Debian: python3-uno)."
    if os.environ.get("STOCKTAKE_ALL_TOOLS") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def office(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    profile = tmp_path_factory.mktemp("office")
    with subprocess.Popen(
        [_python_with_uno(), DRIVER, tool("soffice"), profile], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"ready": True}
        yield Office(process)
        assert process.stdin is not None
        process.stdin.close()
