"""Making the packages of a cycle: one zip per edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.files import write_pieces_atomically
from pipeline.handover.container import pack
from pipeline.handover.contents import HandedOver, package_files, sha256
from pipeline.handover.editions import EDITIONS
from pipeline.handover.rebuild import OF_LETTERS
from pipeline.handover.secrets import key_check, refuse_secrets
from pipeline.handover.sources import source_files
from pipeline.report.material import Material
from pipeline.report.tables import Tables
from pipeline.settings import Settings, signing_key


@dataclass(frozen=True)
class Package:
    """A package that was written: for whom, where, its SHA-256, and how many files and bytes it has."""

    edition: str
    path: Path
    sha256: str
    files: int
    size: int


def write_packages(
    alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame], settings: Settings
) -> list[Package]:
    """Write the packages of a cycle to ``output/<cycle>/handover``, each in one step.

    Args:
        alliance: The alliance.
        cycle: The cycle, of which everything has been made.
        tables: Its tables.
        settings: Where outputs, archive, ledger, templates and files of the alliance are.

    Raises:
        ArchiveError: The archive was changed from outside.
        ContainerError: There is a file that no package can hold.
        LedgerError: The ledger cannot be used.
        SecretError: A secret of this installation stands in a file; no package is written.
        SettingsError: The key of the cycle is missing.
    """
    handed = handed_over(alliance, cycle, tables, settings)
    made = {edition: package_files(handed, edition) for edition in EDITIONS}
    for files in made.values():
        refuse_secrets(files)
    written: list[Package] = []
    for edition, files in made.items():
        path = settings.output(cycle.name) / "handover" / f"{alliance.code}-{cycle.name}-handover-{edition}.zip"
        write_pieces_atomically(path, pack(files))
        written.append(Package(edition, path, sha256(path), len(files), path.stat().st_size))
    return written


def handed_over(alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame], settings: Settings) -> HandedOver:
    """Gather what the packages of a cycle are made of; see :func:`write_packages`."""
    return HandedOver(
        alliance,
        cycle,
        tables,
        _outputs(alliance, cycle, settings.output(cycle.name)),
        source_files(alliance, cycle, settings),
        agreed_members(alliance, cycle, tables),
        "" if cycle.demonstration else key_check(signing_key(cycle)),
    )


def agreed_members(alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """The members that agreed to the publication of their own results, as the report has it."""
    known = Material(alliance, cycle, Tables(**{field.name: tables[field.name] for field in fields(Tables)}))
    return frozenset(member for member in known.member if known.shows(member))


def _outputs(alliance: Alliance, cycle: Cycle, folder: Path) -> dict[str, bytes]:
    """What of the outputs is handed over: by name within the package."""
    reports = folder.glob(f"{alliance.code}-{cycle.name}-progress-report*.docx")
    named = {
        **{f"report/{path.name}": path for path in reports},
        "data_docs/index.html": folder / "data_docs" / "index.html",
        **{f"letters/{name}": folder / "letters" / name for name in OF_LETTERS},
    }
    return {name: path.read_bytes() for name, path in sorted(named.items()) if path.is_file()}
