"""LibreOffice for the round trips: one process for all of them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from office import Office

DRIVER = Path(__file__).with_name("uno_driver.py")
PYTHONS = ("/usr/bin/python3", "/usr/local/bin/python3")


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
