"""How an asset that is a table is declared: description, columns, owner and partitions come from one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import dagster as dg

from assets.partitions import CYCLES
from pipeline.tables import TABLES, Table


class _Declaration(TypedDict):
    description: str
    group_name: str
    owners: list[str]
    kinds: set[str]
    metadata: dict[str, Any]


def table_asset(
    name: str, *, stage: str, description: str, deps: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Declare the asset that is the table ``name``: the decorator of its function.

    Args:
        name: Name of the table in :mod:`pipeline.tables`.
        stage: Group in the UI.
        description: What staff should know; the grain is added.
        deps: Assets that must be made and sound before, beside those that it reads.
    """
    return dg.asset(**_declaration(name, stage, description), name=name, partitions_def=CYCLES, deps=list(deps))


def table_out(name: str, *, stage: str, description: str) -> dg.AssetOut:
    """Declare the same for a table that is made together with others: one output of ``dg.multi_asset``."""
    return dg.AssetOut(**_declaration(name, stage, description))


def column_schema(table: Table) -> dg.TableSchema:
    """The declared columns of a table with types, units and meaning, as the UI shows them."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                type=column.kind,
                description=f"{column.meaning} [{column.unit}]" if column.unit else column.meaning,
                constraints=dg.TableColumnConstraints(nullable=not column.required),
            )
            for column in table.columns
        ]
    )


def _declaration(name: str, stage: str, description: str) -> _Declaration:
    table = TABLES[name]
    return {
        "description": f"{description} One table: {table.grain}.",
        "group_name": stage,
        "owners": ["team:data-staff"],
        "kinds": {"pandas", "parquet"},
        "metadata": {"dagster/column_schema": column_schema(table), "grain": table.grain},
    }
