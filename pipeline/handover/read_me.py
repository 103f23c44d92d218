"""README.md of a package: what it is and where to begin, for people who have nothing but the zip."""

from __future__ import annotations

from typing import Final

from pipeline.alliance.model import Alliance, Cycle

_FOLDERS: Final = """\
| where | what |
|---|---|
| `report/` | the progress report as a Word file |
| `data/` | every table as CSV, described by `datapackage.json` (Frictionless Data) and in words by `dictionary.md` |
| `sdmx/` | the scores as SDMX-CSV 2.0 and their structure as SDMX-ML 3.0 |
| `methodology/` | every method and every rule in full |
| `versions.json` | what all of this was made with |
| `package.json` | what this package is, and what it was made from |
| `MANIFEST.sha256` | the SHA-256 of every file: `sha256sum --check MANIFEST.sha256` |
"""
_SOURCES: Final = """\
| `data_docs/`, `letters/` | every rule and where it is not met; all letters on one page |
| `alliance/`, `templates/` | the secretariat's own files, and the templates of report, letters and workbooks |
| `archive/` | everything that was received, byte for byte, with its receipts and with what staff decided |
| `ledger/` | which letters were approved and sent, and what came back |
"""
_TAKE_OVER: Final = """\
**To take over**, with stocktake installed: `stocktake accept PACKAGE.zip --into FOLDER`. It checks every file, makes the
tables and the report again from the archive, writes a receipt, and sets up an installation that continues with the next
cycle. `methodology/handover.md` says more, also on what is handed over by another way: the key that signs workbooks, and
passwords.

**This edition holds personal data**: names and addresses of focal points, and everything that members sent. It is for the
secretariat alone.
"""
_TO_CHECK: Final = """\
**To check** that nothing was changed, with stocktake installed: `stocktake accept PACKAGE.zip`. This edition holds no answers
of single members but of those that agreed to their publication, and no contacts, letters or findings.
"""


def read_me(alliance: Alliance, cycle: Cycle, edition: str) -> bytes:
    """The text.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        edition: Whom the package is for.
    """
    is_whole = edition == "secretariat"
    mark = "\n**All answers are made up: this is a demonstration.**\n" if cycle.demonstration else ""
    return (
        f"# {alliance.name['en']}\n\nHandover package of the cycle {cycle.name} ({cycle.reference}), edition {edition}.\n"
        f"{mark}\n{_FOLDERS}{_SOURCES if is_whole else ''}\n{_TAKE_OVER if is_whole else _TO_CHECK}"
    ).encode()
