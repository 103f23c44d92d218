"""The receipt for a package: what it is, what was checked, and whether making it again gave the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pipeline.handover.comparison import Difference
from pipeline.text import UNSEEN, clean_text, one_line

State = Literal["identical", "intact", "different", "unusable"]
EXIT_CODES: Final[Mapping[State, int]] = {"identical": 0, "intact": 0, "different": 1, "unusable": 2}
_SAID: Final[Mapping[State, str]] = {
    "identical": "IDENTICAL. Every file is as its checksum says, and making tables and report again from the archive gave "
    "the same, byte for byte.",
    "intact": "INTACT. Every file is as its checksum says. This edition holds no archive, so that nothing could be made "
    "again from it.",
    "different": "DIFFERENT. What differs is listed below.",
    "unusable": "NOT USABLE. The reason is listed below.",
}
_LINES: Final = 2_000
"""So many differences stand in a receipt at most."""
_LONGEST: Final = 600


@dataclass(frozen=True)
class Receipt:
    """What became of a package.

    Attributes:
        file: Name of the zip.
        sha256: Its SHA-256; '' where it could not be read.
        state: ``identical``; ``intact`` where there is nothing to make it again from; ``different``; ``unusable``.
        about: What ``package.json`` says; empty where it could not be read.
        made_with, checked_with: Versions of the maker and of the one who checks.
        files, tables: How many were checked.
        faults: Why it cannot be used, or where data are not as their schema says.
        differences: What making it again gave otherwise.
        notes: What else the two secretariats should know.
    """

    file: str
    sha256: str
    state: State
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])
    made_with: str = ""
    checked_with: str = ""
    files: int = 0
    tables: int = 0
    faults: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 identical or intact, 1 different, 2 not usable."""
        return EXIT_CODES[self.state]


def receipt_text(receipt: Receipt) -> str:
    """The receipt as a text to read, print and sign; it has no date, which those who sign it write."""
    return "\n".join(_lines(receipt)) + "\n"


def _lines(receipt: Receipt) -> Iterator[str]:
    yield "Receipt for a handover package"
    yield ""
    for label, value in _facts(receipt):
        if value:
            yield f"{label:<14}{one_line(str(value))}"
    yield ""
    yield _SAID[receipt.state]
    for note in receipt.notes:
        yield f"Note: {note}"
    listed = [_told(str(each)) for each in (*receipt.faults, *receipt.differences)]
    if listed:
        yield ""
        yield from (f"- {line}" for line in listed[:_LINES])
    if len(listed) > _LINES:
        yield f"- and {len(listed) - _LINES:,} more"
    if receipt.state != "unusable":
        yield ""
        for who in ("Handed over by", "Taken over by"):
            yield f"{who}: ________________________   Date: ____________   Signature: ________________________"


def _facts(receipt: Receipt) -> Iterator[tuple[str, object]]:
    about = receipt.about
    yield "package", receipt.file
    yield "SHA-256", receipt.sha256
    yield "alliance", about.get("name", "")
    yield "cycle", about.get("cycle", "")
    yield "reference", about.get("reference", "")
    yield "edition", about.get("edition", "")
    yield "demonstration", "all answers are made up" if about.get("demonstration") else ""
    yield "from", about.get("handed_over_by", "")
    yield "to", about.get("taken_over_by", "")
    yield "made with", receipt.made_with
    yield "checked with", receipt.checked_with
    if receipt.files:
        yield "checked", f"{receipt.files:,} files against the manifest, {receipt.tables} tables against their schemas"


def _told(text: str) -> str:
    """What is listed, on one line and without signs that cannot be seen."""
    return " ".join(clean_text(UNSEEN.sub(" ", text)).split())[:_LONGEST]
