"""What rules hold answers to beside the form: the last cycle, the register, the cycle's days, the alliance's own words.

What belongs here: columns of the table ``assessment`` that need more than the form and the answers. What does not: what
follows from the columns of that table alone (``derived_columns.py``), and which rows are findings (the rules).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pandas as pd

from pipeline.questionnaire.form import Form
from pipeline.text import bare
from pipeline.validate.rule import QUESTION

_ITEM: Final = ["member", "section", "row"]
# A text that is longer is no phrase; nothing longer is looked at.
_LONGEST_PHRASE: Final = 120


@dataclass(frozen=True)
class Standards:
    """What an alliance decides that rules hold answers to; what is left out is not assessed.

    Attributes:
        period_start: First day that the cycle reports on.
        cut_off: Last day on which data are taken into its report.
        threshold: Least share of accounted-for questions of a goal at which its score is shown (0..1).
        phrases: ``empty`` or ``elsewhere`` by phrase as :func:`pipeline.text.bare` gives it; see ``phrases.csv``.
    """

    period_start: date | None = None
    cut_off: date | None = None
    threshold: float = 0.0
    phrases: Mapping[str, str] = field(default_factory=dict[str, str])


NONE: Final = Standards()


def with_standards(table: pd.DataFrame, form: Form, standards: Standards, commitments: pd.DataFrame) -> pd.DataFrame:
    """Add the columns present, previous_date, in_time, phrase and enough.

    Args:
        table: The assessment so far, with the goals of rows and ``previous_text``.
        form: The questionnaire.
        standards: What the alliance decides.
        commitments: Table ``commitments`` of the cycle.

    Returns:
        The same rows with these columns; see the table ``assessment`` in ``pipeline/tables.py``.
    """
    table = table.assign(present=_present(table, form, commitments))
    return table.assign(
        previous_date=_previous_date(table, commitments),
        in_time=_in_time(table, standards),
        phrase=_phrase(table, standards.phrases),
        enough=_enough(table, form, standards.threshold),
    )


def _present(table: pd.DataFrame, form: Form, commitments: pd.DataFrame) -> pd.Series[Any]:
    """Whether the row of a commitment of the register is in the workbook; missing for any other row."""
    repeat = form.commitments_repeat
    codes = [question.code for question in form.in_repeat(repeat)] if repeat else []
    here = table.loc[table["question"].isin(codes), ["member", "row", "cell"]]
    rows = pd.MultiIndex.from_frame(here[["member", "row"]])
    placed = pd.MultiIndex.from_frame(here.loc[here["cell"].notna(), ["member", "row"]])
    registered = pd.MultiIndex.from_frame(commitments[["member", "commitment"]])
    found = pd.Series(rows.isin(placed), index=here.index, dtype="boolean")
    return found.where(rows.isin(registered)).reindex(table.index)


def _previous_date(table: pd.DataFrame, commitments: pd.DataFrame) -> pd.Series[Any]:
    """The last cycle's date of each question of type date; of a due date without one, what the register says."""
    dates = table.loc[table["type"] == "date", ["member", "row", "role", "previous_text", "present"]]
    said = pd.to_datetime(dates["previous_text"], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    due = commitments.set_index(["member", "commitment"])["due_date"].astype("datetime64[s]")
    agreed = due.reindex(pd.MultiIndex.from_frame(dates[["member", "row"]])).set_axis(dates.index)
    return said.fillna(agreed.where((dates["role"] == "due") & dates["present"].notna())).reindex(table.index)


def _in_time(table: pd.DataFrame, standards: Standards) -> pd.Series[Any]:
    """Whether a commitment that is complete can have been completed on the day of completion; missing elsewhere."""
    asked = table.loc[(table["subject"] == QUESTION) & (table["row"] != "")]
    days = asked.loc[(asked["role"] == "completed_on") & asked["date"].notna(), [*_ITEM, "date"]]
    status = asked.loc[asked["role"] == "status", [*_ITEM, "value", "previous_text"]]
    starts = asked.loc[(asked["role"] == "start") & asked["holds"].fillna(value=True), [*_ITEM, "date"]]
    around = days[_ITEM].merge(status.drop_duplicates(_ITEM), on=_ITEM, how="left")
    around = around.merge(starts.drop_duplicates(_ITEM), on=_ITEM, how="left").set_axis(days.index)
    complete, before = around["value"] == "complete", around["previous_text"]
    # Where nothing is known of the last cycle, it may have been complete then.
    is_new = before.notna() & (before != "complete")
    opening = pd.Series(standards.period_start, index=days.index, dtype="datetime64[s]").where(is_new)
    first = pd.concat([around["date"].astype("datetime64[s]"), opening], axis=1).max(axis=1)
    last = pd.Series(standards.cut_off, index=days.index, dtype="datetime64[s]")
    outside = (days["date"] < first) | (days["date"] > last)
    known = complete & (first.notna() | last.notna())
    return (~outside).astype("boolean").where(known).reindex(table.index)


def _phrase(table: pd.DataFrame, phrases: Mapping[str, str]) -> pd.Series[Any]:
    """The kind of the phrase that is the whole of a text: where nothing is said, or something else is referred to."""
    texts = table.loc[(table["subject"] == QUESTION) & (table["type"] == "text"), "value"].dropna()
    texts = texts.loc[texts.str.len() <= _LONGEST_PHRASE]
    kinds = {text: _kind(bare(text), phrases) for text in texts.unique()}
    return texts.map(kinds).astype("str").reindex(table.index)


def _kind(said: str, phrases: Mapping[str, str]) -> str | None:
    if said in phrases:
        return phrases[said]
    # "See the report of 2013" is no answer either.
    without_number = phrases.get(said.rstrip("0123456789"))
    return without_number if without_number == "elsewhere" else None


def _enough(table: pd.DataFrame, form: Form, threshold: float) -> pd.Series[Any]:
    """Whether enough of a goal's questions are accounted for, at the first of them that stands outside of repeats."""
    asked = table.loc[(table["subject"] == QUESTION) & table["relevant"], ["member", "row", "question", "goal"]]
    asked = asked.assign(accounted=table["accounted"].astype("float64"))
    shares = asked.groupby(["member", "goal"])["accounted"].mean()
    outside = [question.code for question in form.in_repeat(None) if question.goal]
    first = asked.loc[asked["question"].isin(outside)].drop_duplicates(["member", "goal"])
    of_first = shares.reindex(pd.MultiIndex.from_frame(first[["member", "goal"]])).set_axis(first.index)
    return (of_first >= threshold).astype("boolean").reindex(table.index)
