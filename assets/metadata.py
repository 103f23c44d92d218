"""Into Dagster's metadata: the one place where values become plain int, float, bool and str.

numpy's own scalars break Dagster's metadata and check results.
"""

from __future__ import annotations

import base64
from typing import Any

import dagster as dg
import pandas as pd

LEFT_OUT = "left out"
"""Name of the metadata that lists what was passed over in the inbox, with its reason."""


def plain(value: Any) -> int | float | bool | str:
    """A value of a frame as Dagster takes it; missing becomes an empty text."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value.tzinfo is None else value.isoformat(" ", "minutes")
    if hasattr(value, "item"):
        return value.item()
    return value if isinstance(value, (int, float, bool, str)) else str(value)


def preview(data: pd.DataFrame) -> dg.TableMetadataValue:
    """The first rows of a long table, to see what it is like."""
    return rows(data, most=20)


def rows(data: pd.DataFrame, columns: list[str] | None = None, most: int = 250) -> dg.TableMetadataValue:
    """A frame, or some columns of it, as a table in the UI: at most its first ``most`` rows."""
    shown = data[columns] if columns else data
    records = [
        dg.TableRecord({str(name): plain(value) for name, value in record.items()})
        for record in shown.head(most).to_dict("records")
    ]
    schema = dg.TableSchema([dg.TableColumn(str(name)) for name in shown.columns])
    return dg.MetadataValue.table(records, schema)


def picture(svg: str, says: str) -> dg.MarkdownMetadataValue:
    """A picture in the UI, within the metadata itself.

    Args:
        svg: The picture, drawn by us.
        says: What it shows in a few plain words, for those who cannot see it.
    """
    return dg.MetadataValue.md(f"![{says}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})")
