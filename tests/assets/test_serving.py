"""What is there before the UI comes up."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets import ui
from pipeline.settings import Settings


class StartedError(Exception):
    """Raised in place of the first program that would be started."""


def test_the_databases_of_dagster_are_there_before_two_programs_could_both_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "dagster"
    monkeypatch.setenv("DAGSTER_HOME", str(home))

    def start(*_arguments: object, **_options: object) -> None:
        raise StartedError

    monkeypatch.setattr(ui.subprocess, "Popen", start)
    monkeypatch.setattr(ui.signal, "signal", lambda *_: None)
    with pytest.raises(StartedError):
        ui.serve(Settings(tmp_path, tmp_path, tmp_path, tmp_path), 3999)
    assert (home / "schedules" / "schedules.db").is_file()
    assert list(home.rglob("runs.db"))
