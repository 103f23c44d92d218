"""phrases.csv: texts that, standing alone, answer no question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.alliance.contacts import read_language
from pipeline.alliance.csv_table import read_csv
from pipeline.alliance.items import Read, read_items
from pipeline.alliance.model import Phrase
from pipeline.alliance.rows import Row
from pipeline.errors import Problem
from pipeline.text import bare

FILE: Final = "phrases.csv"
LONGEST: Final = 80
"""Characters of a phrase: a longer text is an answer of somebody's own."""

_KINDS: Final = ("empty", "elsewhere")
_COLUMNS: Final = ("language", "phrase", "kind")


def read_phrases(folder: Path, languages: Sequence[str], problems: list[Problem]) -> Read[Phrase]:
    """Read phrases.csv.

    Args:
        folder: The alliance's folder.
        languages: The alliance's languages; none where they could not be read.
        problems: Where problems are noted.

    Returns:
        The phrases in the order of the file; none where the alliance has no such file.
    """

    def phrase(row: Row) -> Phrase:
        said = row.text("phrase")
        if said and not bare(said):
            row.note("phrase", f"'{said}' has neither letters nor digits.", "Write words, or delete the row.")
        if len(said) > LONGEST:
            row.note("phrase", f"Has {len(said)} characters.", f"Write at most {LONGEST}, or delete the row.")
        return Phrase(read_language(row, languages), said, row.one_of("kind", _KINDS))

    rows = read_csv(folder / FILE, _COLUMNS, problems) if (folder / FILE).exists() else []
    read = read_items(rows, "phrase", phrase)
    _note_repetitions(read)
    return read


def _note_repetitions(read: Read[Phrase]) -> None:
    """Note a phrase that its language has already, or that is of another kind in another one: case and signs are nothing."""
    first: dict[tuple[str, str], int] = {}
    kinds: dict[str, tuple[str, int]] = {}
    for placed in read.placed:
        item, row = placed.item, placed.row
        said = bare(item.text)
        kind, number = kinds.setdefault(said, (item.kind, row.number))
        if (item.language, said) in first:
            seen = f"'{item.text}' is there already, in row {first[item.language, said]}."
            row.note("phrase", f"{seen} Case, accents and signs do not count.", "Keep one of the two.")
        elif kind != item.kind:
            seen = f"'{item.text}' is of the kind {kind} in row {number}."
            row.note("kind", seen, "Give it one kind in all languages: members mix them.")
        first.setdefault((item.language, said), row.number)
