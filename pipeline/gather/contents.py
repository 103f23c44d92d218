"""What the contents of the archive say: each is parsed once, by the reader of the way by which it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType

from pipeline.alliance.model import Alliance
from pipeline.gather import intakes
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.cache import ReadingCache, fingerprint, forget_others
from pipeline.gather.cells import CellReader
from pipeline.gather.guard import FILE_LIMIT, inspect
from pipeline.gather.intake import Intake
from pipeline.gather.outcome import Outcome
from pipeline.gather.reading import Reading, read_workbook
from pipeline.gather.refusal import Refusal, refuse
from pipeline.questionnaire.form import Form
from pipeline.registry import discover

_FOLDER = Intake("folder", lambda _: ())


def ways() -> Mapping[str, Intake]:
    """Every way in by its name."""
    return {intake.name: intake for intake in discover(intakes, "INTAKE", Intake)}


class Contents:
    """Reads contents of an archive for an alliance; to be used in a ``with`` statement, by one thread.

    Attributes:
        alliance: The alliance, with its questionnaire.
        archive: Where the contents are.
        folder: Folder of the caches.
        ways: Every way in by its name.
    """

    def __init__(self, alliance: Alliance, archive: Archive, folder: Path):
        self.alliance, self.archive, self.folder = alliance, archive, folder
        self.ways = ways()
        self._cells = CellReader()
        self._caches: dict[str, ReadingCache] = {}
        self._last: tuple[str, str, Outcome] = ("", "", ())
        self._workbooks = fingerprint(repr(alliance.form))

    def __enter__(self) -> Contents:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cells.__exit__(kind, error, trace)

    def reader_of(self, way: str) -> str:
        """By what the contents of a way are read: ``workbook``, or the way itself. The same content may come by several."""
        return "workbook" if self.ways.get(way, _FOLDER).kind == "workbook" else way

    def is_parsed(self, receipt: Receipt) -> bool:
        """Whether the content need not be parsed."""
        return receipt.size > FILE_LIMIT or self._cache(receipt.way).has(receipt.sha256)

    def heading(self, receipt: Receipt) -> Outcome:
        """What a content says about itself: its readings without answers, notes, items and places, or its refusal.

        Args:
            receipt: Of the content.

        Raises:
            ArchiveError: The content is missing or was changed.
        """
        if receipt.size > FILE_LIMIT:
            self.archive.check_size(receipt)
            return refuse("too_large")
        content = self.archive.read(receipt.sha256)
        kept = self._cache(receipt.way).heading(receipt.sha256)
        return self._parse(receipt.sha256, receipt.way, content) if kept is None else kept

    def reading(self, receipt: Receipt, part: str) -> Reading:
        """All that one part of a content says.

        Args:
            receipt: Of a content that is not refused.
            part: See :class:`Reading`.

        Raises:
            ArchiveError: The content is missing or was changed.
            KeyError: There is no such part.
        """
        outcome = self._whole(receipt)
        for reading in () if isinstance(outcome, Refusal) else outcome:
            if reading.part == part:
                return reading
        raise KeyError(f"{receipt.file} has no part {part!r}.")

    def parse(self, sha256: str, way: str) -> None:
        """Parse a content, and keep what it says.

        Raises:
            ArchiveError: The content is missing or was changed.
        """
        self._parse(sha256, way, self.archive.read(sha256))

    def forget_old(self) -> None:
        """Remove what was kept of an earlier questionnaire or by an earlier stocktake."""
        forget_others(self.folder, [self._fingerprint(name) for name in self.ways])

    def _whole(self, receipt: Receipt) -> Outcome:
        reader = self.reader_of(receipt.way)
        if self._last[:2] == (reader, receipt.sha256):
            return self._last[2]
        outcome = self._cache(receipt.way).load(receipt.sha256)
        if outcome is None:
            outcome = self._parse(receipt.sha256, receipt.way, self.archive.read(receipt.sha256))
        if not isinstance(outcome, Refusal) and len(outcome) > 1:
            # The parts of an export are asked for one after the other, with workbooks in between.
            self._last = (reader, receipt.sha256, outcome)
        return outcome

    def _cache(self, way: str) -> ReadingCache:
        reader = self.reader_of(way)
        if reader not in self._caches:
            self._caches[reader] = ReadingCache(self.folder, self._fingerprint(way))
        return self._caches[reader]

    def _fingerprint(self, way: str) -> str:
        reader = self.reader_of(way)
        return self._workbooks if reader == "workbook" else fingerprint(reader, self._settings)

    @cached_property
    def _settings(self) -> str:
        """All of the alliance that the readers of responses may look at."""
        names = [field.name for field in fields(self.alliance) if field.name not in ("register", "folder")]
        return repr([getattr(self.alliance, name) for name in names])

    def _parse(self, sha256: str, way: str, content: bytes) -> Outcome:
        if self.reader_of(way) == "workbook":
            outcome = read_content(content, self.alliance.form, self._cells)
        else:
            from pipeline.gather.responses.read import read_responses

            outcome = read_responses(content, way, self.alliance)
        self._cache(way).keep(sha256, outcome)
        return outcome


def read_content(content: bytes, form: Form, cells: CellReader) -> Outcome:
    """Read a file that should be a workbook.

    Args:
        content: All its bytes.
        form: The questionnaire.
        cells: Reads its cells.

    Returns:
        Its one reading, which names the member that the question of the role ``member`` was answered with; or its
        refusal.
    """
    format = inspect(content)
    if isinstance(format, Refusal):
        return format
    sheets = cells.read(content, format)
    if isinstance(sheets, Refusal):
        return sheets
    reading = read_workbook(sheets, form)
    asked = {question.code for question in form.with_role("member")}
    named = next((answer.value for answer in reading.answers if answer.question in asked and answer.value), None)
    return (replace(reading, member=named),)
