"""Frames and files of the declared tables: made, held to the declaration, written, read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.files import write_atomically
from pipeline.tables import TABLES


class TableError(Exception):
    """A frame does not fit the declaration of its table: a fault of ours, never of a country's file."""


def frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Make the frame of a declared table from rows.

    Args:
        name: Name of the table.
        rows: One mapping per row; a key that is left out is a missing value.

    Returns:
        A frame with exactly the declared columns, order and types.

    Raises:
        TableError: A row has a key that is no column, or see :func:`conform`.
    """
    table = TABLES[name]
    listed = list(rows)
    unknown = {key for row in listed for key in row} - set(table.names)
    if unknown:
        raise TableError(f"Table {name} has no column {', '.join(sorted(unknown))}.")
    return frame_of_columns(name, {column: [row.get(column) for row in listed] for column in table.names})


def frame_of_columns(name: str, columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Make the frame of a declared table from its columns, which for very many rows is far quicker than :func:`frame`.

    Args:
        name: Name of the table.
        columns: The values of each declared column, all of the same length; None is a missing value.

    Returns:
        A frame with exactly the declared columns, order and types.

    Raises:
        TableError: There is another column, or see :func:`conform`.
    """
    table = TABLES[name]
    unknown = set(columns) - set(table.names)
    if unknown:
        raise TableError(f"Table {name} has no column {', '.join(sorted(unknown))}.")
    return conform(name, pd.DataFrame(dict(columns), dtype=object))


def conform(name: str, data: pd.DataFrame, columns: Collection[str] | None = None) -> pd.DataFrame:
    """Bring a frame to the declared columns and types of table ``name``.

    Args:
        name: Name of the table.
        data: Frame with at least the declared columns, in any order.
        columns: The columns that are wanted beside those of the key; None for all.

    Returns:
        A new frame with exactly these of the declared columns in order, typed, with a fresh index.

    Raises:
        TableError: A column is missing or does not fit its type, a required value is missing, or a key stands twice.
    """
    table = TABLES[name]
    wanted = [column for column in table.columns if columns is None or column.name in {*table.key, *columns}]
    absent = [column.name for column in wanted if column.name not in data.columns]
    if absent:
        raise TableError(f"Table {name} lacks the column {', '.join(absent)}.")
    typed: dict[str, pd.Series] = {}
    for column in wanted:
        try:
            typed[column.name] = _typed(data[column.name], column.kind)
        except (TypeError, ValueError) as error:
            raise TableError(f"Table {name}, column {column.name} ({column.kind}): {error}") from error
    result = pd.DataFrame(typed).reset_index(drop=True)
    for column in wanted:
        if column.required and result[column.name].isna().any():
            where = result.loc[result[column.name].isna(), list(table.key)].head(3).to_dict("records")
            raise TableError(f"Table {name}: {column.name} is missing in {where}.")
    twice = result.duplicated(list(table.key))
    if twice.any():
        where = result.loc[twice, list(table.key)].head(3).to_dict("records")
        raise TableError(f"Table {name}: {where} stands more than once.")
    return result


def _typed(values: pd.Series, kind: str) -> pd.Series:
    # Missing is NaN, NaT or NA in every type: never 0 and never "".
    match kind:
        case "text":
            return values.astype("str")
        case "integer":
            return pd.to_numeric(values).astype("Int64")
        case "number":
            return pd.to_numeric(values).astype("float64")
        case "boolean":
            return values.astype("boolean")
        case "date":
            return pd.to_datetime(values).dt.tz_localize(None).astype("datetime64[s]")
        case "time":
            return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]")
        case _:
            raise ValueError(f"no such type of column: {kind}")


def write_table(path: Path, name: str, data: pd.DataFrame) -> None:
    """Write a frame as the Parquet file of table ``name``, replacing the file in one step.

    The file carries the declared meaning and unit of every column. Same frame, same bytes.

    Args:
        path: Where the file shall be.
        name: Name of the table.
        data: Frame of that table; see :func:`conform`.

    Raises:
        TableError: The frame does not fit the declaration.
    """
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow_types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    fields = [
        pa.field(column.name, arrow_types[column.kind], metadata={"meaning": column.meaning, "unit": column.unit})
        for column in TABLES[name].columns
    ]
    schema = pa.schema(fields, metadata={"table": name, "grain": TABLES[name].grain})
    arrow = pa.Table.from_pandas(conform(name, data), schema=schema, preserve_index=False)
    buffer = io.BytesIO()
    pq.write_table(arrow.replace_schema_metadata(schema.metadata), buffer, compression="zstd")
    write_atomically(path, buffer.getvalue())


def read_table(path: Path, name: str, columns: Collection[str] | None = None) -> pd.DataFrame:
    """Read the Parquet file of table ``name``.

    Args:
        path: The file.
        name: Name of the table.
        columns: The columns that are wanted beside those of the key, where a large table is looked at in part only; None
            for all.

    Returns:
        A frame with exactly these of the declared columns and their types.

    Raises:
        FileNotFoundError: There is no such file; the stage that makes the table has not run for the cycle.
        TableError: The file does not fit the declaration, e.g. because another version of stocktake wrote it.
    """
    import pyarrow.parquet as pq

    wanted = None if columns is None else list({*TABLES[name].key, *columns})
    return conform(name, pq.read_table(path, columns=wanted).to_pandas(), columns)
