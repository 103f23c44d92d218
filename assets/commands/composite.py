"""``stocktake composite``: a composite indicator tried on any table of indicators, outside of a cycle."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assets.commands.command import AddParser, CommandError, read_whole, write_result

if TYPE_CHECKING:
    from pipeline.composite.settings import CompositeSettings

_DESCRIPTION = """\
Compute a composite indicator: indicators are put on one scale and brought together, level by level, by weighted means.
Without options: goalposts where META.csv has both for an indicator, else min-max over the units, from 0 to 100; the
arithmetic mean at every level, with weights scaled to what is there; no threshold. Nothing of a cycle is read or
changed."""
_EPILOG = """\
DATA.csv has the column unit and one column per indicator; an empty cell or NA is a missing value. META.csv has a row for
each indicator and aggregate: code, parent (empty for the top), weight (empty: 1), direction (1, or -1 where less is
better; empty: 1), level (1 for an indicator), goalpost_low, goalpost_high, target. The results are one row per unit, in
the order of DATA.csv, with a column per code from the top level down, unrounded, empty where missing. --details has why
a score is missing, the low and the high score that missing values could give, and how far other weights, methods and
values for what is missing would move it (p5, p50, p95). docs/composite.md explains every step. Exit code: 0 done, 2 a
file or the command must be mended."""


def add(add_parser: AddParser) -> None:
    """Add the command to the command line."""
    command = add_parser(
        "composite", help="compute a composite indicator from a table", description=_DESCRIPTION, epilog=_EPILOG
    )
    command.add_argument("data", type=Path, metavar="DATA.csv", help="the indicators, as CSV in UTF-8 with commas")
    command.add_argument("meta", type=Path, metavar="META.csv", help="what is made of what, with weights")
    command.add_argument("--out", type=Path, metavar="RESULTS.csv", required=True, help="where the scores are written")
    command.add_argument(
        "--details",
        type=Path,
        metavar="DETAILS.csv",
        help="where bounds, intervals, coverage and reasons are written (with --sensitivity: RESULTS_details.csv, if not "
        "named)",
    )
    command.add_argument(
        "--normalise", metavar="NAME", default="auto", help="auto, minmax, goalposts or target (default: auto)"
    )
    command.add_argument(
        "--range", nargs=2, metavar=("LOW", "HIGH"), default=("0", "100"), help="the normalised scale (default: 0 100)"
    )
    command.add_argument(
        "--capped", action="store_true", help="distance to target: what is beyond the target counts as at the target"
    )
    command.add_argument(
        "--mean",
        action="append",
        metavar="NAME",
        default=[],
        help="arithmetic, geometric or harmonic; for one level 2=geometric; may be given several times (default: "
        "arithmetic)",
    )
    command.add_argument(
        "--threshold",
        action="append",
        metavar="SHARE",
        default=[],
        help="least share of its own children with a value that an aggregate needs, 0 to 1; for one level 2=0.6; may be "
        "given several times (default: one child is enough)",
    )
    command.add_argument("--sensitivity", metavar="DRAWS", default="0", help="draw the composite so many times over")
    command.add_argument("--seed", metavar="N", default="0", help="seed of the draws (default: 0)")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pipeline.composite.choices import ChoiceError
    from pipeline.composite.files import META_LIMIT, composite_of_files, long_csv, wide_csv
    from pipeline.score.csv_file import SIZE_LIMIT, CsvFileError

    try:
        settings = _settings(options)
        details = _details(options, drawn=settings.draws > 0)
        data, meta = read_whole(options.data, SIZE_LIMIT), read_whole(options.meta, META_LIMIT)
        composite, notes = composite_of_files(data, options.data.name, meta, options.meta.name, settings)
    except (ChoiceError, CsvFileError) as error:
        raise CommandError(str(error)) from error
    for path in (options.out, details) if details else (options.out,):
        if path.exists() and path.samefile(options.meta):
            raise CommandError(f"The result would overwrite {options.meta}; name another file.")
    write_result(options.out, wide_csv(composite), source=options.data)
    if details:
        write_result(details, long_csv(composite), source=options.data)
    for note in notes:
        print(note, file=sys.stderr)
    return 0


def _settings(options: argparse.Namespace) -> CompositeSettings:
    from pipeline.composite.choices import (
        read_by_level,
        read_count,
        read_mean,
        read_normalisation,
        read_range,
        read_share,
    )
    from pipeline.composite.settings import MOST_SEED, CompositeSettings

    low, high = read_range(options.range)
    return CompositeSettings(
        normalise=read_normalisation(options.normalise),
        low=low,
        high=high,
        capped=options.capped,
        means=read_by_level(options.mean, read_mean),
        thresholds=read_by_level(options.threshold, read_share),
        draws=read_count(options.sensitivity),
        seed=read_count(options.seed, MOST_SEED),
    )


def _details(options: argparse.Namespace, *, drawn: bool) -> Path | None:
    """Where the details go; None where there are none."""
    path: Path | None = options.details
    if path is None and drawn:
        path = options.out.with_name(f"{options.out.stem}_details.csv")
    if path is not None and path.absolute() == options.out.absolute():
        raise CommandError("--out and --details are the same file; name another one.")
    return path
