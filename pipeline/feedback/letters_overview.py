"""What staff read before letters are sent: all letters at a glance, and the code by which they approve exactly these."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.feedback.letters import Prepared
from pipeline.feedback.member_rows import records
from pipeline.feedback.rendering import fill_template, letter_environment

COLUMNS: Final = (
    *("member", "kind", "round", "language", "recipients", "subject", "errors", "warnings", "queries"),
    *("attachment", "file"),
)
TEMPLATE: Final = "overview.html.j2"
_CODE_DIGITS: Final = 12
_LONGEST_PREVIEW: Final = 400_000


def overview_code(letters: pd.DataFrame) -> str:
    """The code of all prepared letters; another letter, or one more or less, gives another code.

    It is the first 12 hexadecimal digits of the SHA-256 over a line ``member kind round sha256`` per letter, sorted,
    each with a line feed at its end, in UTF-8.

    Args:
        letters: Table ``letters`` or ``closing_letters``.
    """
    columns = (letters[name].astype(str) for name in ("member", "kind", "round", "sha256"))
    lines = sorted(" ".join(parts) for parts in zip(*columns, strict=True))
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode("utf-8")).hexdigest()[:_CODE_DIGITS]


def overview_files(alliance: Alliance, cycle: Cycle, prepared: Prepared, templates: Path) -> Mapping[str, bytes]:
    """The overview as files that lie beside the letters: a page with all texts, and a table for Excel.

    Args:
        alliance: The alliance that writes.
        cycle: The cycle.
        prepared: Its letters.
        templates: Folder with ``letters``.

    Returns:
        ``overview.html`` and ``overview.csv`` with their bytes.

    Raises:
        AllianceError: The template has a mistake.
    """
    rows = records(prepared.letters)
    folder = templates / "letters"
    words = {
        "alliance": next(iter(alliance.name.values())),
        "cycle": cycle.name,
        "demonstration": cycle.demonstration,
        "code": overview_code(prepared.letters),
        "kinds": prepared.letters["kind"].value_counts().sort_index().to_dict(),
        "letters": [{**row, "text": prepared.texts[str(row["file"])]} for row in rows],
    }
    page = fill_template(letter_environment(folder, html=True), folder, TEMPLATE, words)
    return {"overview.html": page.encode("utf-8"), "overview.csv": _csv(rows)}


def previews(prepared: Prepared) -> Mapping[str, str]:
    """The texts of the letters as Markdown, by kind, for the UI.

    Every line of a letter is indented and so part of a block of code: nothing in it is a link, an image or mark-up. What
    would be longer than 400,000 characters ends with a word that the rest stands in ``overview.html``.
    """
    by_kind: dict[str, list[str]] = {}
    for row in records(prepared.letters):
        lines = prepared.texts[str(row["file"])].splitlines()
        block = "\n".join(f"    {line}" for line in lines)
        by_kind.setdefault(str(row["kind"]), []).append(f"### {row['member']}, {row['kind']}\n\n{block}\n")
    return {kind: _cut(blocks) for kind, blocks in sorted(by_kind.items())}


def _cut(blocks: Sequence[str]) -> str:
    shown: list[str] = []
    length = 0
    for block in blocks:
        length += len(block)
        if length > _LONGEST_PREVIEW:
            left = len(blocks) - len(shown)
            return "\n".join([*shown, f"{left} more letters of this kind stand in overview.html.\n"])
        shown.append(block)
    return "\n".join(shown)


def _csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    # Codes, addresses and the product's own words only: none of them begins like a formula.
    output = StringIO()
    writer = csv.DictWriter(output, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue().encode("utf-8-sig")
