"""A package taken out of its zip: every file in its place, with the bytes that the manifest says, and none beside."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from pipeline.gather.guard import inspect, unpack
from pipeline.gather.refusal import Refusal
from pipeline.handover.comparison import read_manifest
from pipeline.handover.container import Entry, contents, entries
from pipeline.handover.contents import ABOUT, LAYOUT, MANIFEST, READ_ME
from pipeline.handover.data_package import DESCRIPTOR
from pipeline.handover.editions import EDITIONS
from pipeline.handover.installation import PACKAGE, place_of
from pipeline.handover.refusals import ContainerError
from pipeline.handover.versions import NAME as VERSIONS

TEXT_LIMIT: Final = 300_000_000
"""Bytes of a file that is read as a whole; those of the archive are not."""
_LIMITS: Final = {ABOUT: 1_000_000, VERSIONS: 1_000_000, DESCRIPTOR: 10_000_000, MANIFEST: 20_000_000}
_NEEDED: Final = (ABOUT, MANIFEST, READ_ME, VERSIONS, DESCRIPTOR)
_PIECE: Final = 1 << 20
_FAULTS: Final = 200
_ALIASES: Final = 50


class UnusableError(Exception):
    """A package cannot be used; ``faults`` says why, a sentence each."""

    def __init__(self, *faults: str):
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True)
class Unpacked:
    """What came out of the zip.

    Attributes:
        digests: SHA-256 by name, without the manifest.
        about, versions: What ``package.json`` and ``versions.json`` say.
    """

    digests: Mapping[str, str]
    about: Mapping[str, Any]
    versions: Mapping[str, Any]


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of an open file."""
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def unpack_package(file: BinaryIO, folder: Path) -> Unpacked:
    """Write the files of a package to their places, once everything around them was checked, and check them.

    Args:
        file: The zip, open.
        folder: An empty folder.

    Raises:
        ContainerError: It is no zip of a package.
        UnusableError: It is no package, or not whole, or holds what nobody should open.
        OSError: The disk is full.
    """
    listed = entries(file, os.fstat(file.fileno()).st_size)
    absent = [name for name in _NEEDED if name not in {entry.name for entry in listed}]
    if absent:
        raise UnusableError(*(f"{name} is missing: it is no handover package, or not whole." for name in absent))
    for entry in listed:
        if entry.size > _LIMITS.get(entry.name, TEXT_LIMIT) and not entry.name.startswith("archive/"):
            raise UnusableError(f"{entry.name} is larger than such a file ever is.")
    if shutil.disk_usage(folder).free < 2 * sum(entry.size for entry in listed):
        raise UnusableError("There is not enough room on the disk to unpack it and to make it again.")
    digests: dict[str, str] = {}
    faults: list[str] = []
    for entry in listed:
        try:
            digests[entry.name] = _write(file, entry, folder / place_of(entry.name))
        except ContainerError as error:
            faults.append(str(error))
    if not faults:
        faults = _against_manifest((folder / PACKAGE / MANIFEST).read_bytes(), digests)
    faults = faults or [fault for name in digests for fault in _suspicious(name, folder / place_of(name))]
    if faults:
        raise UnusableError(*faults[:_FAULTS])
    del digests[MANIFEST]
    return Unpacked(digests, _about(folder), _json(folder / PACKAGE / VERSIONS))


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


def _suspicious(name: str, path: Path) -> Iterator[str]:
    """Why a file of the secretariat is not opened: what would stop a workbook of a stranger stops it, too."""
    if not name.startswith(("alliance/", "templates/")):
        return
    if path.suffix in (".xlsx", ".docx"):
        found = inspect(path.read_bytes()) if path.suffix == ".xlsx" else unpack(path.read_bytes())
        if isinstance(found, Refusal):
            yield f"{name}: {found.detail}"
    elif path.suffix == ".yaml" and _aliases(path.read_bytes()) > _ALIASES:
        yield f"{name}: it refers to itself more often than anybody would write."


def _aliases(content: bytes) -> int:
    """How often a YAML file refers to a part of itself, by which a few lines can stand for milliards of values."""
    import yaml

    try:
        return sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(content, yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError):
        return 0  # whoever loads it says what is wrong with it


def _about(folder: Path) -> Mapping[str, Any]:
    about = _json(folder / PACKAGE / ABOUT)
    alliance = about.get("alliance")
    if about.get("layout") != LAYOUT:
        raise UnusableError(
            f"{ABOUT}: its layout is not {LAYOUT}. A newer stocktake made the package: install that one."
        )
    fits = (
        about.get("edition") in EDITIONS
        and isinstance(alliance, dict)
        and isinstance(alliance.get("name"), str)
        and re.fullmatch(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*", str(about.get("cycle"))) is not None
    )
    if not fits:
        raise UnusableError(f"{ABOUT}: it does not say which edition of which cycle of which alliance the package is.")
    return about


def _json(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise UnusableError(f"{path.name}: it cannot be read.")
    return told
