"""The sources of a cycle, from which everything else is made: as files of a package, and back in their places."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.alliance.model import Alliance, Cycle
from pipeline.feedback.ledger_copy import copy_ledger
from pipeline.gather.archive import Archive
from pipeline.handover.container import Content
from pipeline.handover.ledger_files import ledger_files
from pipeline.settings import Settings

_OF_ALLIANCE: Final = (
    *("README.md", "alliance.yaml", "commitments.xlsx", "composite.csv", "cycles.yaml", "focal_points.csv"),
    *("footnotes.csv", "goals.csv", "groups.csv", "memberships.csv", "names.csv", "phrases.csv", "questionnaire.xlsx"),
    *("ways_in.yaml", "ways_out.yaml"),
)
"""What else lies in the folder is nobody's business: a copy, a draft, a note."""
_OF_TEMPLATES: Final = (".docx", ".j2", ".md", ".po")


def cycles_of(alliance: Alliance, cycle: Cycle) -> list[str]:
    """The names of the cycle and of those before it, the oldest first: what a package of the cycle covers."""
    return [each.name for each in (*alliance.earlier_cycles(cycle.name), cycle)]


def source_files(alliance: Alliance, cycle: Cycle, settings: Settings) -> dict[str, Content]:
    """The sources by their names within the package.

    Args:
        alliance: The alliance.
        cycle: The cycle; nothing that belongs to later ones is among them.
        settings: Where everything is.

    Raises:
        ArchiveError: The archive was changed from outside.
        LedgerError: The ledger cannot be used.
    """
    covered = cycles_of(alliance, cycle)
    of_alliance = (settings.alliance / name for name in _OF_ALLIANCE)
    of_templates = (path for path in settings.templates.rglob("*") if path.suffix in _OF_TEMPLATES)
    return {
        **_named("alliance", settings.alliance, of_alliance),
        **_named("templates", settings.templates, of_templates),
        **{f"archive/{name}": path for name, path in Archive(settings.archive).files(covered).items()},
        **ledger_files(copy_ledger(settings.ledger, covered)),
    }


def _named(name: str, folder: Path, paths: Iterable[Path]) -> dict[str, Content]:
    """The contents of plain files; what staff edit is read at once, so that no later change tears it apart."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(paths)
        if path.is_file() and not path.name.startswith((".", "~"))
    }
