"""The tables of other publishers in ``tests/vectors``, and the parts of a composite made from plain frames."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.composite.structure import Node, Structure, read_structure, structure_of
from pipeline.errors import Problem

VECTORS = Path(__file__).parents[2] / "vectors"


def table(name: str, index: str | None = None) -> pd.DataFrame:
    """A table by its path below ``tests/vectors``, numbers exactly as written."""
    return pd.read_csv(VECTORS / f"{name}.csv.gz", index_col=index)


def asem_meta() -> pd.DataFrame:
    """The structure of the ASEM example in the columns of stocktake; goalposts are left out, COINr has none there."""
    meta = table("coinr_asem/asem_iMeta")
    meta = meta[meta["Level"].notna()]
    columns = {"iCode": "code", "Parent": "parent", "Weight": "weight", "Direction": "direction", "Level": "level"}
    return meta.rename(columns={**columns, "Target": "target"})[[*columns.values(), "target"]].assign(
        goalpost_low="", goalpost_high=""
    )


def structure_from(meta: pd.DataFrame) -> Structure:
    problems: list[Problem] = []
    structure = read_structure(meta.to_csv(index=False).encode(), "META.csv", problems)
    assert structure is not None, problems
    return structure


def columns_of(frame: pd.DataFrame, codes: list[str]) -> dict[str, np.ndarray]:
    return {code: frame[code].to_numpy(dtype="float64") for code in codes}


def nodes(*made: Node) -> Structure:
    return structure_of(tuple(made))


def text_of(name: str) -> bytes:
    return gzip.decompress((VECTORS / f"{name}.csv.gz").read_bytes())
