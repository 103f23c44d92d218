"""A running LibreOffice that does what people do to workbooks."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Office:
    """Speaks to ``uno_driver``, in which LibreOffice runs."""

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
