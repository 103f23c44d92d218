"""The folder of an installation that is set up from a package: where each file of the package goes, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.settings import Settings

_PLACES: Final = (("alliance/", "alliance/"), ("templates/", "report_templates/"), ("archive/", "data/archive/"))
_SETTINGS: Final = """\
# Settings of this installation, set up from a handover package. Before every command:  . ./settings.env
here="$(cd "$(dirname "${BASH_SOURCE:-$0}")" && pwd)"
export STOCKTAKE_ALLIANCE="$here/alliance"
export STOCKTAKE_TEMPLATES="$here/report_templates"
export STOCKTAKE_INBOX="$here/inbox"
export STOCKTAKE_DATA="$here/data"
# Never in a file: STOCKTAKE_KEY, and the passwords of ways in and out. The secretariat before you hands them over itself.
"""
SETTINGS_FILE: Final = "settings.env"
PACKAGE: Final = "package"
"""Folder for the files of the package that have no other place."""
REMADE: Final = "remade"
"""Folder for the package as it is made again."""


def settings_in(folder: Path) -> Settings:
    """The settings of the installation in a folder."""
    return Settings(folder / "alliance", folder / "inbox", folder / "report_templates", folder / "data")


def place_of(name: str) -> str:
    """Where a file of a package goes in the folder of an installation."""
    for begin, place in _PLACES:
        if name.startswith(begin):
            return f"{place}{name.removeprefix(begin)}"
    return f"{PACKAGE}/{name}"


def finish_installation(folder: Path) -> None:
    """Add what an installation needs beside the files of the package: an inbox, and the settings."""
    (folder / "inbox").mkdir()
    (folder / SETTINGS_FILE).write_text(_SETTINGS, encoding="utf-8")
