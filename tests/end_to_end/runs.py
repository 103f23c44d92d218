"""Runs of the command line in a data folder of their own."""

from __future__ import annotations

import email
import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pandas as pd

from pipeline.frames import read_table
from pipeline.settings import PROJECT


@dataclass(frozen=True)
class Run:
    """A finished run: its data folder and what the command said."""

    data: Path
    code: int
    out: str
    err: str

    def table(self, name: str, cycle: str = "2014") -> pd.DataFrame:
        """A table of the run."""
        return read_table(self.data / "tables" / cycle / f"{name}.parquet", name)

    @property
    def report(self) -> Path:
        """The report of the run, in the secretariat's edition."""
        (path,) = self.data.glob("output/*/*-progress-report.docx")
        return path

    def letter(self, member: str) -> EmailMessage:
        """The letter to a member."""
        (path,) = self.data.glob(f"output/*/letters/{member}-*.eml")
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        return message

    def fingerprints(self) -> dict[str, str]:
        """SHA-256 of every table and output."""
        files = [path for part in ("tables", "output") for path in (self.data / part).rglob("*") if path.is_file()]
        return {str(path.relative_to(self.data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a run of its own: nothing of the caller's settings but its path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STOCKTAKE_", "DAGSTER_"))}
    return {**kept, "STOCKTAKE_DATA": str(data), **more}


def run_cycle(data: Path, cycle: str = "2014", command: str = "report", **more: str) -> Run:
    """Run ``stocktake report``, or another command for a cycle, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "assets.cli", command, cycle],
        cwd=PROJECT,
        env=environment(data, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(data, done.returncode, done.stdout, done.stderr)
