"""An unpacked package, made again from the sources in it: in a process of its own, with limits."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from pipeline.alliance.load import load_alliance
from pipeline.errors import AllianceError
from pipeline.feedback.ledger_copy import restore_ledger
from pipeline.feedback.refusals import LedgerError
from pipeline.files import write_atomically, write_folder
from pipeline.frames import TableError, write_table
from pipeline.gather.archive import ArchiveError
from pipeline.gather.intake import InboxError
from pipeline.handover.contents import HandedOver, package_files
from pipeline.handover.editions import SECRETARIAT
from pipeline.handover.installation import PACKAGE, REMADE, settings_in
from pipeline.handover.ledger_files import FOLDER, ledger_rows
from pipeline.settings import KEY_VARIABLE, SettingsError

WALL_SECONDS: Final = 5_400
_SHOWN: Final = 2_000
_OF_ITS_FILES: Final = (AllianceError, ArchiveError, InboxError, LedgerError, SettingsError, TableError)


def remake_apart(folder: Path, cycle: str, key: str) -> str | None:
    """Make an unpacked package again in a process of its own; see :func:`remake`.

    Args:
        folder: Where it was unpacked.
        cycle: Name of the cycle.
        key: The key of the cycle; '' where none is known.

    Returns:
        Why it cannot be done; None where it was.
    """
    command = [sys.executable, "-I", str(Path(__file__).with_name("rebuild_worker.py")), str(folder), cycle]
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env={**environment, **({KEY_VARIABLE: key} if key else {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "It takes too long to make it again."
    if done.returncode < 0:
        return (
            f"Making it again was ended by signal {-done.returncode}: it takes more time or memory than is allowed, or a "
            "file in it breaks the program that reads it."
        )
    if done.returncode == 0:
        with contextlib.suppress(ValueError, IndexError):
            return json.loads(done.stdout.splitlines()[-1]).get("failed")
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"Making it again failed: {(lines or ['no reason was given'])[-1][:_SHOWN]}"


def remake(folder: Path, cycle: str) -> str | None:
    """Put the ledger into its place, make the cycle again, and the package from that.

    Tables and outputs are left where an installation has them, the files of the package in ``remade``.

    Args:
        folder: Where the package was unpacked, see :func:`pipeline.handover.installation.place_of`.
        cycle: Name of the cycle.

    Returns:
        What is wrong with its files, in words; None where nothing is.
    """
    try:
        _remake(folder, cycle)
    except _OF_ITS_FILES as error:
        return str(error)[:_SHOWN]
    return None


def _remake(folder: Path, cycle_name: str) -> None:
    from pipeline.handover.package import agreed_members
    from pipeline.handover.rebuild import OF_LETTERS, rebuild
    from pipeline.handover.secrets import key_check
    from pipeline.handover.sources import source_files
    from pipeline.settings import signing_key

    settings = settings_in(folder)
    alliance = load_alliance(settings.alliance)
    if cycle_name not in alliance.cycles:
        raise SettingsError(f"package.json names the cycle {cycle_name}; cycles.yaml has {', '.join(alliance.cycles)}.")
    cycle = alliance.cycle(cycle_name)
    ledger = folder / PACKAGE / FOLDER
    try:
        rows = ledger_rows({f"{FOLDER}/{path.name}": path.read_bytes() for path in ledger.glob("*.csv")})
    except ValueError as error:
        raise LedgerError(str(error)) from None
    restore_ledger(settings.ledger, rows)
    rebuilt = rebuild(alliance, cycle, settings)
    for name, table in rebuilt.tables.items():
        write_table(settings.table(cycle.name, name), name, table)
    output = settings.output(cycle.name)
    for name, content in rebuilt.outputs.items():
        write_atomically(output / name, content)
    write_folder(output / "letters", rebuilt.letters)
    handed = HandedOver(
        alliance,
        cycle,
        rebuilt.tables,
        {
            **{name if "/" in name else f"report/{name}": content for name, content in rebuilt.outputs.items()},
            **{f"letters/{name}": rebuilt.letters[name] for name in OF_LETTERS},
        },
        source_files(alliance, cycle, settings),
        agreed_members(alliance, cycle, rebuilt.tables),
        "" if cycle.demonstration else key_check(signing_key(cycle)),
    )
    for name, content in package_files(handed, SECRETARIAT).items():
        if isinstance(content, bytes):
            write_atomically(folder / REMADE / name, content, durable=False)
