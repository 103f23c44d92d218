"""What each edition of the package may hold: the one list of tables and columns that leave the secretariat.

A table or column that is not named here is in the secretariat's edition alone, so that whatever is added to the tables
stays inside until somebody writes it down here. Contacts, what members typed, comments, letters and findings are in no
other edition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.tables import GOAL_POSTS, RATINGS, TABLES

SECRETARIAT: Final = "secretariat"
EDITIONS: Final = (SECRETARIAT, "members", "public")

_ON_REQUEST: Final = ("closing_letters", "sending")
"""Tables that belong to a run on request; what became of letters stands in the table ``ledger``."""

_NAMES: Final = ("member", "position", "name_en", "name_fr", "name_es", "footnote", "groups", "since")
_SCORED: Final = (
    *("commitment", "member", "goal", "kind", "method", "method_version", "baseline_value", "baseline_year"),
    *("current_value", "current_year", "target_value", "target_upper", "target_year", "direction", "sign"),
    *("natural_limit", "growth_rate", "growth_reading", "series", "required_value", "meets_each_year"),
    *(
        "meets_on_average",
        "status",
        "previous_status",
        "start_date",
        "due_date",
        "cut_off",
        "overdue",
        "elements_in_place",
        "elements_total",
        "elements_missing",
    ),
    *("unit", "progress_value", "score", "rating", "reason", "flags", "explanation", "explanation_fr"),
    *("explanation_es", "rating_growth_ratio", "rating_projection", "rating_linear_gap", "rating_each_year"),
    *("rating_on_average", "weight"),
)
_COUNTED: Final = (
    *("level", "member", "goal", "commitments", "rated", *RATINGS, "coverage", "accounted_share", "sufficient"),
    *("reason", "rating", "mean_score", "low_score", "high_score"),
)
_SHARED: Final[Mapping[str, Collection[str]]] = {
    "members": _NAMES,
    "goals": ("goal", "position", "kind", "parent", "text_en", "wording"),
    "questions": (
        *("question", "position", "section", "repeat", "type", "choices", "goal", "indicator", "role", "unit"),
        *("severity", "label_en"),
    ),
    "commitments": (
        *("commitment", "member", "goal", "title", "description", "kind", "method", "action", "lead_body"),
        *("indicator", "unit", "figures", "direction", "sign", "baseline_value", "baseline_year", "target_value"),
        *("target_upper", "target_year", "growth_rate", "growth_reading", "natural_limit", "start_date", "due_date"),
        *("since_cycle", "predecessor", "weight"),
    ),
    "completeness": (
        *("member", "scope_kind", "scope", "asked", "answered", "accounted", "answered_share", "accounted_share"),
    ),
    "commitment_scores": _SCORED,
    "aggregate_scores": _COUNTED,
    "score_changes": (
        *("commitment", "member", "goal", "kind", "cycle_before", "compared_with", "change", "reason"),
        *("rating_before", "rating_now", "score_before", "score_now", "goal_posts_moved", "rating_with_posts_before"),
        *(f"{post}_{when}" for post in GOAL_POSTS for when in ("before", "now")),
    ),
    "change_counts": (
        *("level", "member", "goal", "commitments", "better", "same", "worse", "new", "ended", "not_comparable"),
    ),
    "composite_scores": (
        *("member", "code", "parent", "level", "weight", "method", "value", "score", "low", "high", "p5", "p50", "p95"),
        *("coverage", "reason"),
    ),
    "figures": ("figure", "value", "shown", "unit", "denominator", "table", "selection"),
}
ALLOWED: Final[Mapping[str, Mapping[str, Collection[str]]]] = {
    SECRETARIAT: {name: table.names for name, table in TABLES.items() if name not in _ON_REQUEST},
    "members": _SHARED,
    "public": _SHARED,
}
"""Edition -> table -> the columns that it may hold."""

_OPEN: Final = ("members", "goals", "questions")
"""Tables without anything that a member would have to agree to."""
_WITHOUT_FIGURES: Final = ("findings", "letters")
"""Tables of which not even a figure leaves the secretariat."""
_INSIDE: Final = ("alliance/", "archive/", "data_docs/", "ledger/", "letters/", "templates/")
"""Folders of a package that only the secretariat's edition has."""
_LONGEST_HEADING: Final = 10_000


def tables_for(edition: str, tables: Mapping[str, pd.DataFrame], agreed: Collection[str]) -> dict[str, pd.DataFrame]:
    """The tables as an edition has them.

    Args:
        edition: One of :data:`EDITIONS`.
        tables: All tables of the cycle.
        agreed: The members that agreed to the publication of their own results.

    Returns:
        The tables that the edition may hold, with the columns that it may hold; beside the secretariat's edition, only
        rows of members that agreed. Totals are among them where every member agreed: else those of one that did not
        could be found by subtracting.
    """
    totals = set(tables["members"]["member"]) <= set(agreed)
    return {
        name: _shown(edition, name, tables[name], agreed, totals=totals) for name in ALLOWED[edition] if name in tables
    }


def columns_of(edition: str, table: str) -> list[str]:
    """The columns of a table that an edition has, in their order."""
    return [name for name in TABLES[table].names if name in ALLOWED[edition][table]]


def restricted(edition: str, files: Iterable[str], folder: Path) -> list[str]:
    """What a package for others than the secretariat holds and must not hold, a sentence each.

    Args:
        edition: Whom it says that it is for.
        files: Names of the files in it.
        folder: Where they are.
    """
    found: list[str] = []
    for name in files:
        table = name.removeprefix("data/").removesuffix(".csv")
        if name.startswith(_INSIDE):
            found.append(f"{name}: the edition {edition} must not hold it.")
        elif name.startswith("data/") and table in TABLES:
            with (folder / name).open(encoding="utf-8", errors="replace") as file:
                columns = file.readline(_LONGEST_HEADING).strip().split(",")
            beside = [column for column in columns if column not in ALLOWED[edition].get(table, ())]
            if beside:
                found.append(f"{name}: the edition {edition} must not hold its column {beside[0]}.")
    return found


def _shown(edition: str, name: str, table: pd.DataFrame, agreed: Collection[str], *, totals: bool) -> pd.DataFrame:
    kept = table[columns_of(edition, name)]
    if edition == SECRETARIAT or name in _OPEN:
        return kept
    if name == "figures":
        return kept[~kept["table"].isin(_WITHOUT_FIGURES)] if totals else kept.head(0)
    return kept[kept["member"].isin([*agreed, *([""] if totals else [])])]
