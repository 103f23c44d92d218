"""Yearly growth beside what another program published of 51 countries; see tests/vectors/README.md."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from pipeline.score.series_file import score_series_file, series_methods

VECTORS = Path(__file__).parents[2] / "vectors" / "coinr_asem" / "trends_series.csv.gz"


def test_growth_of_every_series_is_the_published_one() -> None:
    content = gzip.decompress(VECTORS.read_bytes())
    results, _ = score_series_file(content, VECTORS.name, series_methods()["directional"])
    compared = 0
    for row in csv.DictReader(io.StringIO(results.decode())):
        start, end, published = (row[name] for name in ("baseline_value", "current_value", "cagr"))
        # A base of zero has no growth there, and counts as 0.001 here; nor has a change of sign.
        if float(start) * float(end) > 0:
            sign = -1 if float(start) < 0 else 1
            assert float(row["progress_value"]) == pytest.approx(sign * float(published), abs=1e-9), row["series"]
            compared += 1
    assert compared > 2000
