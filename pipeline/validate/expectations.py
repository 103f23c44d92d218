"""All rules on all members' answers at once, by Great Expectations over the long table ``assessment``.

One expectation per rule, for all questions and members at once: the cost grows with the rows that rules are about, not
with the number of questions or members. Nothing is written, nothing is sent, nothing is logged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.validate.derived_columns import checked_columns
from pipeline.validate.rule import QUESTION, Rule
from pipeline.validate.selection import Selection, shared_conditions

KEY: Final = ["member", "subject", "row", "question"]
_PLACE: Final = "place"


class ExpectationError(RuntimeError):
    """An expectation did not run to its end: a fault of ours, which must never look like one of a member's answers."""


@dataclass(frozen=True)
class Outcome:
    """What one rule found.

    Attributes:
        definition: The rule.
        checked: How many rows it could assess.
        rows: One row per row of ``assessment`` that breaks it: rule (for checks of the form: the check's name),
            member, subject, row, question; in the order of ``assessment``, the index being the place there, from 0.
    """

    definition: Rule
    checked: int
    rows: pd.DataFrame

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return self.definition.name

    @property
    def failing(self) -> int:
        """How many rows break it."""
        return len(self.rows)

    @property
    def members(self) -> tuple[str, ...]:
        """The members with such rows, in the order of ``assessment``."""
        return tuple(str(member) for member in self.rows["member"].unique())


@dataclass(frozen=True)
class Checked:
    """What all rules found, in the order of the rules."""

    outcomes: tuple[Outcome, ...]

    @property
    def rows(self) -> pd.DataFrame:
        """The failing rows of all rules; columns as in :class:`Outcome`."""
        return pd.concat([_no_rows(), *(outcome.rows for outcome in self.outcomes)], ignore_index=True)


def check(assessment: pd.DataFrame, rules: Sequence[Rule]) -> Checked:
    """Hold all rows against all rules.

    Args:
        assessment: Table ``assessment``.
        rules: The rules; see :func:`pipeline.validate.rule_book.all_rules`.

    Returns:
        One outcome per rule, in their order.

    Raises:
        ExpectationError: An expectation raised, whose traceback Great Expectations would hide in an empty result.
        ValueError: A row stands twice, so that it could not be said which one fails.
    """
    outcomes, _ = assess_rules(assessment, rules)
    return Checked(outcomes)


def assess_rules(assessment: pd.DataFrame, rules: Sequence[Rule]) -> tuple[tuple[Outcome, ...], Mapping[str, Any]]:
    """Like :func:`check`, with what Great Expectations itself reported by the name of each rule.

    Args:
        assessment: Table ``assessment``; where it is empty nothing is reported.
        rules: The rules.

    Raises:
        ExpectationError: See :func:`check`.
        ValueError: See :func:`check`.
    """
    twice = assessment.duplicated(KEY)
    if twice.any():
        where = assessment.loc[twice, KEY].head(3).to_dict("records")
        raise ValueError(f"The assessment has rows that stand more than once: {where}.")
    if assessment.empty:
        return tuple(Outcome(rule, 0, _no_rows()) for rule in rules), {}
    table = assessment.reset_index(drop=True)
    validate = _validator()
    reports = {rule.name: validate(rule, shown) for rule, shown in _shown_to(rules, table)}
    keys = table[KEY]
    return tuple(_outcome(rule, reports[rule.name], keys) for rule in rules), reports


def _shown_to(rules: Sequence[Rule], table: pd.DataFrame) -> Iterator[tuple[Rule, pd.DataFrame]]:
    """What Great Expectations is shown for each rule: the rule's own rows and columns only, and their places.

    Told to select rows from the whole table, it does so six times a rule, with all columns. One rule's rows are gone
    before the next rule's are selected.
    """
    data = checked_columns(table)
    selection = Selection(data, shared_conditions(rules))
    for rule in rules:
        columns = _columns(rule)
        if absent := {*columns, *(condition.column for condition in rule.where)} - {*data.columns}:
            raise ExpectationError(f"The rule {rule.name} looks at {', '.join(sorted(absent))}, which is no column.")
        places = np.flatnonzero(selection.rows(rule.where))
        shown = data[columns].take(places)
        shown[_PLACE] = places
        yield rule, shown


def _validator() -> Callable[[Rule, pd.DataFrame], Any]:
    """Great Expectations, ready to hold rows to a rule and to report."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    settings = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=settings)
    source = context.data_sources.add_pandas("stocktake").add_dataframe_asset("assessment")
    whole = source.add_batch_definition_whole_dataframe("rule")
    result = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [_PLACE],
        "exclude_unexpected_values": True,
    }

    def validate(rule: Rule, rows: pd.DataFrame) -> Any:
        return whole.get_batch({"dataframe": rows}).validate(_expectation(rule), result_format=result)

    return validate


def _expectation(rule: Rule) -> Any:
    import great_expectations.expectations as gxe

    return getattr(gxe, rule.expectation)(**rule.arguments)


def _columns(rule: Rule) -> list[str]:
    """The columns that a rule's expectation is told to look at."""
    named = (value for name, value in rule.arguments.items() if name.startswith("column"))
    return list(dict.fromkeys(name for value in named for name in ([value] if isinstance(value, str) else value)))


def _outcome(rule: Rule, report: Any, keys: pd.DataFrame) -> Outcome:
    raised = _raised(report.exception_info)
    if raised:
        raise ExpectationError(f"The rule {rule.name} ({rule.expectation}) could not be assessed: {raised}")
    found = report.result
    # Only expectations about missing values count no missing ones.
    checked = int(found["element_count"]) - int(found.get("missing_count") or 0)
    places = [place for part in found.get("unexpected_index_list") or [] for place in part[_PLACE]]
    if len(places) != int(found["unexpected_count"]):
        raise ExpectationError(f"The rule {rule.name} found {found['unexpected_count']} rows and named {len(places)}.")
    rows = keys.take(sorted(places))
    rows.insert(0, "rule", rows["subject"].where(rows["subject"] != QUESTION, rule.name))
    return Outcome(rule, checked, rows)


def _raised(info: Mapping[str, Any]) -> str:
    """What an expectation raised: one report, or one per metric that it is made of; '' where nothing was raised."""
    reports = [info] if "raised_exception" in info else list(info.values())
    return "; ".join(str(report["exception_message"]) for report in reports if report["raised_exception"])


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in ("rule", *KEY)})
