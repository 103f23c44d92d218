"""Problems in files that the alliance keeps itself, collected and shown together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file of the alliance, and how to mend it.

    Attributes:
        file: Name of the file, relative to its folder.
        seen: What was found there.
        mend: What the editor of the file should do.
        sheet: Sheet of a workbook, empty for other files.
        row: Row or line as the editor's program counts it (the first is 1), None where the whole file is meant.
        column: Heading of the column or key, empty where the whole row is meant.
    """

    file: str
    seen: str
    mend: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.file]
        place += [f"sheet {self.sheet}"] if self.sheet else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.seen} {self.mend}"


class AllianceError(Exception):
    """The files of the alliance cannot be used as they are; carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"{count} problem{'s' if count != 1 else ''} in the alliance's files:"
        super().__init__("\n".join([heading, *(f"- {problem}" for problem in self.problems)]))
