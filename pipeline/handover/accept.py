"""Taking a package over: everything about it is checked, and it is made again from the archive that it holds.

The zip is hostile until it was checked. Nothing is written outside of a folder of its own, no name in it decides a place
that was not looked at, and what is computed from it is computed in a process with limits.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from pipeline.files import open_regular
from pipeline.handover.comparison import compare, read_manifest
from pipeline.handover.container import Entry, contents, entries
from pipeline.handover.contents import ABOUT, LAYOUT, MANIFEST, READ_ME
from pipeline.handover.data_package import DESCRIPTOR
from pipeline.handover.editions import EDITIONS, SECRETARIAT
from pipeline.handover.installation import PACKAGE, REMADE, finish_installation, place_of, settings_in
from pipeline.handover.receipt import Receipt
from pipeline.handover.refusals import ContainerError, IntoError
from pipeline.handover.remaking import remake_apart
from pipeline.handover.schema_check import schema_problems
from pipeline.handover.secrets import key_check
from pipeline.handover.versions import NAME as VERSIONS
from pipeline.handover.versions import code_fingerprint, made_with
from pipeline.settings import KEY_VARIABLE

TEXT_LIMIT: Final = 300_000_000
"""Bytes of a file that is read as a whole; those of the archive are not."""
ABOUT_LIMIT: Final = 1_000_000
_NEEDED: Final = (ABOUT, MANIFEST, READ_ME, VERSIONS, DESCRIPTOR)
_PIECE: Final = 1 << 20
_FAULTS: Final = 200
# Outside of what is compared: each lists the others, or what they were made with.
_NOT_COMPARED: Final = (MANIFEST, VERSIONS)


@dataclass(frozen=True)
class _Unpacked:
    """What came out of the zip: the digests by name, and what ``package.json`` and ``versions.json`` say."""

    digests: Mapping[str, str]
    about: Mapping[str, Any]
    versions: Mapping[str, Any]


class _Unusable(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, *faults: str):
        self.faults = faults
        super().__init__("; ".join(faults))


def accept(package: Path, into: Path | None = None, environment: Mapping[str, str] = os.environ) -> Receipt:
    """Check a package, make it again, and set up an installation from it where one is wished.

    Args:
        package: The zip.
        into: A folder that is empty or not there, for the installation; None for none. It is set up where the package
            can be used, also where something differs, and appears in one step.
        environment: Where the key of the cycle is looked up; a demonstration needs none.

    Returns:
        The receipt.

    Raises:
        IntoError: ``into`` is not empty, or cannot be written.
        OSError: The package cannot be read, or the disk is full.
    """
    _check_into(into)
    # Beside the folder that it becomes, so that it can take its place in one step.
    beside = None if into is None else into.resolve().parent
    folder = Path(tempfile.mkdtemp(prefix=".stocktake-accept-", dir=beside))
    try:
        receipt = _accept(package, folder, environment)
        if into is not None and receipt.state in ("identical", "different"):
            shutil.rmtree(folder / REMADE, ignore_errors=True)
            finish_installation(folder)
            folder.replace(into.resolve())
        elif into is not None:
            reason = "Nothing was set up: " + (
                "this edition holds no archive." if receipt.state == "intact" else "it cannot be used."
            )
            receipt = replace(receipt, notes=(*receipt.notes, reason))
        return receipt
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_into(into: Path | None) -> None:
    if into is None:
        return
    if into.is_symlink() or (into.exists() and not into.is_dir()):
        raise IntoError(f"{into} is no folder. Name one that is empty or not there yet.")
    if into.is_dir() and any(into.iterdir()):
        raise IntoError(f"{into} is not empty. Name a folder that is empty or not there yet.")
    if not into.resolve().parent.is_dir():
        raise IntoError(f"There is no folder {into.resolve().parent} in which {into.name} could be made.")


def _accept(package: Path, folder: Path, environment: Mapping[str, str]) -> Receipt:
    with os.fdopen(open_regular(package), "rb") as file:
        receipt = Receipt(package.name, _digest(file), "unusable", checked_with=made_with())
        try:
            unpacked = _unpack(file, folder)
        except ContainerError as error:
            return replace(receipt, faults=(str(error),))
        except _Unusable as error:
            return replace(receipt, faults=error.faults)
    data = [name.removeprefix("data/") for name in unpacked.digests if name.startswith("data/")]
    faults, tables = schema_problems(folder / PACKAGE / "data", data)
    receipt = replace(
        receipt,
        about={**unpacked.about, "name": unpacked.about["alliance"]["name"]},
        made_with=_made_with(unpacked.versions),
        files=len(unpacked.digests),
        tables=tables,
        faults=tuple(faults),
        notes=tuple(_notes(unpacked.versions)),
    )
    if unpacked.about["edition"] != SECRETARIAT:
        return replace(receipt, state="different" if faults else "intact")
    return _remade(receipt, unpacked, folder, environment)


def _remade(receipt: Receipt, unpacked: _Unpacked, folder: Path, environment: Mapping[str, str]) -> Receipt:
    key = environment.get(KEY_VARIABLE, "")
    wanted = str(unpacked.about.get("key_check", ""))
    if wanted and (not key or key_check(key.encode()) != wanted):
        reason = "is not the one of this cycle" if key else "is not set"
        mend = "It is not in the package; the secretariat that made it hands it over by another way."
        return replace(receipt, faults=(*receipt.faults, f"The key {KEY_VARIABLE} {reason}. {mend}"))
    failed = remake_apart(folder, str(unpacked.about["cycle"]), key)
    if failed:
        return replace(receipt, faults=(*receipt.faults, *failed.splitlines()))
    remade = read_manifest((folder / REMADE / MANIFEST).read_bytes())
    packed = {name: digest for name, digest in unpacked.digests.items() if name not in _NOT_COMPARED}
    remade = {name: digest for name, digest in remade.items() if name not in _NOT_COMPARED}
    differences = tuple(compare(packed, remade, folder / PACKAGE, folder / REMADE))
    for name in unpacked.digests:
        if name.startswith("report/"):
            # The report as it was handed over, should it be another one than would be made today.
            shutil.copyfile(
                folder / PACKAGE / name, settings_in(folder).output(str(unpacked.about["cycle"])) / Path(name).name
            )
    return replace(
        receipt, state="different" if receipt.faults or differences else "identical", differences=differences
    )


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _unpack(file: BinaryIO, folder: Path) -> _Unpacked:
    """Write the files of a package to their places, once everything around them was checked, and check them."""
    listed = entries(file, os.fstat(file.fileno()).st_size)
    absent = [name for name in _NEEDED if name not in {entry.name for entry in listed}]
    if absent:
        raise _Unusable(*(f"{name} is missing: it is no handover package, or not whole." for name in absent))
    for entry in listed:
        limit = ABOUT_LIMIT if entry.name in (ABOUT, VERSIONS) else TEXT_LIMIT
        if entry.size > limit and not entry.name.startswith("archive/"):
            raise _Unusable(f"{entry.name} is larger than such a file ever is.")
    if shutil.disk_usage(folder).free < 2 * sum(entry.size for entry in listed):
        raise _Unusable("There is not enough room on the disk to unpack it and to make it again.")
    digests: dict[str, str] = {}
    faults: list[str] = []
    for entry in listed:
        try:
            digests[entry.name] = _write(file, entry, folder / place_of(entry.name))
        except ContainerError as error:
            faults.append(str(error))
    if not faults:
        faults = _against_manifest((folder / PACKAGE / MANIFEST).read_bytes(), digests)
    if faults:
        raise _Unusable(*faults[:_FAULTS])
    del digests[MANIFEST]
    return _Unpacked(digests, _about(folder), _json(folder / PACKAGE / VERSIONS))


def _write(file: BinaryIO, entry: Entry, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as out:
        for piece in contents(file, entry):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _against_manifest(content: bytes, digests: Mapping[str, str]) -> list[str]:
    """Both ways: what the manifest lists is there and is what it says, and there is nothing else."""
    try:
        listed = read_manifest(content)
    except ValueError as error:
        return [f"{MANIFEST}: {error}."]
    return [
        *(f"{name}: the manifest lists it, and it is missing." for name in listed if name not in digests),
        *(f"{name}: the manifest does not list it." for name in digests if name not in listed and name != MANIFEST),
        *(
            f"{name}: its SHA-256 is not the one in the manifest."
            for name, digest in listed.items()
            if name in digests and digests[name] != digest
        ),
    ]


def _about(folder: Path) -> Mapping[str, Any]:
    about = _json(folder / PACKAGE / ABOUT)
    alliance = about.get("alliance")
    if about.get("layout") != LAYOUT:
        raise _Unusable(f"{ABOUT}: its layout is not {LAYOUT}. A newer stocktake made the package: install that one.")
    fits = (
        about.get("edition") in EDITIONS
        and isinstance(alliance, dict)
        and isinstance(alliance.get("name"), str)
        and re.fullmatch(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*", str(about.get("cycle"))) is not None
    )
    if not fits:
        raise _Unusable(f"{ABOUT}: it does not say which edition of which cycle of which alliance the package is.")
    return about


def _json(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _Unusable(f"{path.name}: it cannot be read.")
    return told


def _made_with(versions: Mapping[str, Any]) -> str:
    of = versions.get("stocktake")
    told = of if isinstance(of, dict) else {}
    return f"stocktake {told.get('version', '?')} (code {told.get('code', '?')}), Python {versions.get('python', '?')}"


def _notes(versions: Mapping[str, Any]) -> list[str]:
    of = versions.get("stocktake")
    if isinstance(of, dict) and of.get("code") == code_fingerprint():
        return []
    return ["Another version of stocktake made the package than checked it; what differs may come from that."]
