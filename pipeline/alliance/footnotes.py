"""footnotes.csv: footnotes that a member's name carries in official texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.alliance.contacts import read_language
from pipeline.alliance.csv_table import read_csv
from pipeline.alliance.dated import note_overlaps, read_period
from pipeline.alliance.items import Read, read_items
from pipeline.alliance.model import Footnote
from pipeline.alliance.rows import Row
from pipeline.errors import Problem

FILE = "footnotes.csv"
_COLUMNS = ("member", "language", "text", "since", "until")


def read_footnotes(folder: Path, languages: Sequence[str], problems: list[Problem]) -> Read[Footnote]:
    """Read footnotes.csv.

    Args:
        folder: The alliance's folder.
        languages: The alliance's languages; none where they could not be read.
        problems: Where problems are noted.

    Returns:
        The footnotes in the order of the file; a member that has one has it in every language of the alliance.
    """

    def footnote(row: Row) -> Footnote:
        since, until = read_period(row)
        return Footnote(since, until, row.text("member"), read_language(row, languages), row.text("text"))

    read = read_items(read_csv(folder / FILE, _COLUMNS, problems), "member", footnote)
    note_overlaps(read, lambda footnote: (footnote.member, footnote.language))
    _check_languages(read, languages)
    return read


def _check_languages(read: Read[Footnote], languages: Sequence[str]) -> None:
    """Note a footnote that is missing in a language: a name would lose it there without a trace."""
    for placed in read.placed:
        of = [item for item in read.items if (item.member, item.since) == (placed.item.member, placed.item.since)]
        missing = [language for language in languages if language not in {item.language for item in of}]
        if missing and placed.item is of[0]:
            seen = f"The footnote of {placed.item.member} is missing in {', '.join(missing)}."
            placed.row.note("language", seen, "Add a row for each language, with the same first day.")
