"""Taking a package over: everything about it is checked, and it is made again from the archive that it holds.

The zip is hostile until it was checked. Nothing is written outside of a folder of its own, no name in it decides a place
that was not looked at, and what is computed from it is computed in a process with limits.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pipeline.files import open_regular
from pipeline.handover.comparison import compare, read_manifest
from pipeline.handover.contents import MANIFEST
from pipeline.handover.editions import SECRETARIAT, restricted
from pipeline.handover.installation import PACKAGE, REMADE, finish_installation, settings_in
from pipeline.handover.receipt import Receipt
from pipeline.handover.refusals import ContainerError, IntoError
from pipeline.handover.remaking import remake_apart
from pipeline.handover.schema_check import schema_problems
from pipeline.handover.secrets import key_check
from pipeline.handover.unpacking import Unpacked, UnusableError, digest_of, unpack_package
from pipeline.handover.versions import NAME as VERSIONS
from pipeline.handover.versions import code_fingerprint, made_with
from pipeline.settings import KEY_VARIABLE

# Outside of what is compared: each lists the others, or what they were made with.
_NOT_COMPARED: Final = (MANIFEST, VERSIONS)


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
        receipt = Receipt(package.name, digest_of(file), "unusable", checked_with=made_with())
        try:
            unpacked = unpack_package(file, folder)
        except ContainerError as error:
            return replace(receipt, faults=(str(error),))
        except UnusableError as error:
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
        faults += restricted(str(unpacked.about["edition"]), unpacked.digests, folder / PACKAGE)
        return replace(receipt, state="different" if faults else "intact", faults=tuple(faults))
    return _remade(receipt, unpacked, folder, environment)


def _remade(receipt: Receipt, unpacked: Unpacked, folder: Path, environment: Mapping[str, str]) -> Receipt:
    key = environment.get(KEY_VARIABLE, "")
    wanted = str(unpacked.about.get("key_check", ""))
    if wanted and (not key or key_check(key.encode()) != wanted):
        reason = "is not the one of this cycle" if key else "is not set"
        mend = "It is not in the package; the secretariat that made it hands it over by another way."
        return replace(receipt, faults=(*receipt.faults, f"The key {KEY_VARIABLE} {reason}. {mend}"))
    failed = remake_apart(folder, str(unpacked.about["cycle"]), key)
    if failed:
        # Where it was unpacked is nobody's business, and gone when the receipt is read.
        said = failed.replace(f"{folder / 'data'}/", "").replace(f"{folder}/", "").splitlines()
        return replace(receipt, faults=(*receipt.faults, *said))
    remade = read_manifest((folder / REMADE / MANIFEST).read_bytes())
    packed = {name: digest for name, digest in unpacked.digests.items() if name not in _NOT_COMPARED}
    remade = {name: digest for name, digest in remade.items() if name not in _NOT_COMPARED}
    differences = tuple(compare(packed, remade, folder / PACKAGE, folder / REMADE))
    for name in unpacked.digests:
        if re.fullmatch(r"report/[^/]+\.docx", name):
            # The report as it was handed over, should it be another one than would be made today.
            shutil.copyfile(
                folder / PACKAGE / name, settings_in(folder).output(str(unpacked.about["cycle"])) / Path(name).name
            )
    return replace(
        receipt, state="different" if receipt.faults or differences else "identical", differences=differences
    )


def _made_with(versions: Mapping[str, Any]) -> str:
    of = versions.get("stocktake")
    told = of if isinstance(of, dict) else {}
    return f"stocktake {told.get('version', '?')} (code {told.get('code', '?')}), Python {versions.get('python', '?')}"


def _notes(versions: Mapping[str, Any]) -> list[str]:
    of = versions.get("stocktake")
    if isinstance(of, dict) and of.get("code") == code_fingerprint():
        return []
    return ["Another version of stocktake made the package than checked it; what differs may come from that."]
