"""What a package holds: from the tables, outputs and sources of a cycle to files by name.

The same function makes a package and, when it is taken over, makes it again from what is in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.handover.container import Content
from pipeline.handover.data_csv import data_csv
from pipeline.handover.data_package import DESCRIPTOR, as_json, data_file, data_package
from pipeline.handover.dictionary import dictionary_csv, dictionary_markdown
from pipeline.handover.editions import SECRETARIAT, columns_of, tables_for
from pipeline.handover.methodology import methodology_files
from pipeline.handover.read_me import read_me
from pipeline.handover.sdmx import scores_cube
from pipeline.handover.versions import NAME as VERSIONS
from pipeline.handover.versions import versions

ABOUT: Final = "package.json"
MANIFEST: Final = "MANIFEST.sha256"
READ_ME: Final = "README.md"
LAYOUT: Final = 1
"""Version of the layout of packages."""
SOURCES: Final = ("alliance", "templates", "archive", "ledger")
"""Folders with what everything else is made from; the secretariat's edition alone has them."""

_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class HandedOver:
    """What a package is made of.

    Attributes:
        alliance, cycle: Whose, and which.
        tables: All tables of the cycle.
        outputs: What was made for people, by name within the package: reports, Data Docs, the overview of letters.
        sources: The files of :data:`SOURCES`, by name within the package.
        agreed: The members that agreed to the publication of their own results.
        key_check: What tells whether a key is that of the cycle, see :func:`pipeline.handover.secrets.key_check`.
    """

    alliance: Alliance
    cycle: Cycle
    tables: Mapping[str, pd.DataFrame]
    outputs: Mapping[str, bytes]
    sources: Mapping[str, Content] = field(default_factory=dict[str, Content])
    agreed: frozenset[str] = frozenset()
    key_check: str = ""


def package_files(handed: HandedOver, edition: str) -> dict[str, Content]:
    """The files of an edition of the package, the manifest included.

    Args:
        handed: What it is made of.
        edition: One of :data:`pipeline.handover.editions.EDITIONS`.

    Returns:
        Contents by name; same inputs, same bytes.
    """
    tables = tables_for(edition, handed.tables, handed.agreed)
    columns = {name: columns_of(edition, name) for name in tables}
    cube = scores_cube(handed.alliance, handed.cycle, tables)
    files: dict[str, Content] = {
        **{data_file(name): data_csv(name, table, columns[name]) for name, table in tables.items()},
        DESCRIPTOR: data_package(handed.alliance, handed.cycle, edition, columns),
        "data/dictionary.csv": dictionary_csv(columns),
        "data/dictionary.md": dictionary_markdown(columns),
        "sdmx/scores.csv": cube.data,
        "sdmx/structure.xml": cube.structure,
        VERSIONS: as_json(versions(handed.alliance)),
        **methodology_files(),
        **{name: content for name, content in handed.outputs.items() if may_hold(edition, name)},
    }
    if edition == SECRETARIAT:
        files |= handed.sources
    digests = {name: sha256(content) for name, content in files.items()}
    about = _about(handed, edition, digests, {name: len(table) for name, table in tables.items()})
    last = {ABOUT: as_json(about), READ_ME: read_me(handed.alliance, handed.cycle, edition)}
    digests |= {name: sha256(content) for name, content in last.items()}
    return {**files, **last, MANIFEST: manifest(digests)}


def may_hold(edition: str, output: str) -> bool:
    """Whether an edition may hold an output: the secretariat's all of them, the others reports made for them alone."""
    if edition == SECRETARIAT:
        return True
    made_for = {"members": "members|public", "public": "public"}[edition]
    return bool(re.fullmatch(rf"report/[^/]*-({made_for})(-[a-z]{{2}})?\.docx", output))


def manifest(digests: Mapping[str, str]) -> bytes:
    """The SHA-256 of every file but the manifest, a line each, as ``sha256sum --check`` reads it."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("utf-8")


def sha256(content: Content) -> str:
    """The SHA-256 of a content."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256()
    with content.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _about(handed: HandedOver, edition: str, digests: Mapping[str, str], rows: Mapping[str, int]) -> dict[str, Any]:
    cycle = handed.cycle
    made_from = {
        folder: sha256(manifest({name: of for name, of in digests.items() if name.startswith(f"{folder}/")}))
        for folder in SOURCES
        if edition == SECRETARIAT
    }
    return {
        "layout": LAYOUT,
        "alliance": {"code": handed.alliance.code, "name": handed.alliance.name["en"]},
        "cycle": cycle.name,
        "reference": cycle.reference,
        "report_date": cycle.report_date.isoformat(),
        "demonstration": cycle.demonstration,
        "edition": edition,
        "handed_over_by": cycle.secretariat,
        "taken_over_by": cycle.successor or None,
        **({"key_check": handed.key_check} if edition == SECRETARIAT else {}),
        "made_from": made_from,
        "files": len(digests) + 3,
        "rows": dict(rows),
    }
