"""What one row of a table says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.gather.found import Note
from pipeline.gather.responses.headings import Meaning
from pipeline.gather.responses.said import NOTES_LIMIT, Said
from pipeline.gather.responses.table_values import is_picked, meant_by
from pipeline.gather.responses.tables import Record, System, Table
from pipeline.gather.values import raw_text
from pipeline.questionnaire.form import Form


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of a table.

    Attributes:
        table: The table.
        system: Who wrote it.
        form: The questionnaire.
        keys: Key per label that its headings give an item.
        asked: The columns that hold answers, by their place: those of a repeat only where it is known of which item.
        unknown: The places of the columns of which nobody knows what they mean.
    """

    table: Table
    system: System
    form: Form
    keys: Mapping[str, str]
    asked: Mapping[int, Meaning]
    unknown: frozenset[int]

    def said(self, record: Record, key: str = "") -> Iterator[Said]:
        """What a row says.

        Args:
            record: The row.
            key: Key of the item, in a table of items.

        Yields:
            Its pieces from left to right, then what was picked choice by choice.
        """
        picks: dict[str, list[int]] = {}
        for place, cell in record.cells.items():
            meaning = self.asked.get(place)
            if meaning is None:
                continue
            if meaning.choice is not None:
                picks.setdefault(meaning.question.code, []).append(place)
                continue
            meant = meant_by(cell, meaning, self.system, self.form)
            at = self.table.place(record, place)
            yield Said(self._row(meaning, key), meaning.question, cell, meaning.subject, *at, meant)
        for places in picks.values():
            yield from self._picked(record, places, key)

    def notes(self, record: Record) -> Iterator[Note]:
        """A note for each filled column of a row of which nobody knows what it means, as far as a person can read them."""
        places = [place for place in record.cells if place in self.unknown]
        for place in places[:NOTES_LIMIT]:
            yield Note("unknown_field", *self.table.place(record, place), seen=self.table.columns[place].name)
        if len(places) > NOTES_LIMIT:
            yield Note("unknown_field", seen=f"… (+ {len(places) - NOTES_LIMIT})")

    def places(self, record: Record) -> Mapping[tuple[str, str], tuple[str, str]]:
        """Where each question stands or would stand in a row."""
        places: dict[tuple[str, str], tuple[str, str]] = {}
        for place, meaning in self.asked.items():
            if meaning.subject == "answer":
                key = (self._row(meaning, ""), meaning.question.code)
                if key not in places:
                    places[key] = self.table.place(record, place)
        return places

    def _row(self, meaning: Meaning, key: str) -> str:
        return self.keys[meaning.row] if meaning.row else key

    def _picked(self, record: Record, places: Sequence[int], key: str) -> Iterator[Said]:
        """What was picked in the columns of single choices, unless the whole answer beside them says the same."""
        question = self.asked[places[0]].question
        picked: dict[str, int] = {}
        for place in places:
            choice = self.asked[place].choice or ""
            state = is_picked(record.cells[place], choice, question, self.form)
            if state is None:
                yield Said(key, question, record.cells[place], "answer", *self.table.place(record, place))
            elif state:
                picked[choice] = place
        if picked and set(self._whole(record, question.code).split()) != set(picked):
            first = next(iter(picked.values()))
            yield Said(key, question, " ".join(picked), "answer", *self.table.place(record, first))

    def _whole(self, record: Record, code: str) -> str:
        for place, cell in record.cells.items():
            meaning = self.asked.get(place)
            if meaning and meaning.question.code == code and (meaning.subject, meaning.choice) == ("answer", None):
                return raw_text(cell)
        return ""


def row_reader(table: Table, system: System, form: Form, keys: Mapping[str, str], member: int | None) -> RowReader:
    """Prepare the reading of a table's rows.

    Args:
        table: The table.
        system: Who wrote it.
        form: The questionnaire.
        keys: Key per label that its headings give an item.
        member: Place of the column that names the member, where it has one.
    """
    asked: dict[int, Meaning] = {}
    unknown: set[int] = set()
    for place, column in enumerate(table.columns):
        meaning = column.meaning
        if meaning and (not meaning.question.repeat or table.is_of_items or meaning.row):
            asked[place] = meaning
        # EUSurvey gives every question its code; what has none is its own, in the language of whoever exported it.
        elif system == "eusurvey" and column.heading and not column.heading.endswith(")"):
            continue
        elif not column.kept and place != member:
            unknown.add(place)
    return RowReader(table, system, form, keys, asked, frozenset(unknown))
