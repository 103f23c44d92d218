"""``stocktake score``: a scoring method tried on any table of series, outside of a cycle."""

from __future__ import annotations

import argparse
from pathlib import Path

from assets.commands.command import AddParser, CommandError, read_whole, write_result

_DESCRIPTION = """\
Rate every series of a CSV file by a published method: each row a baseline, a latest value and a target. A row without
target_value is rated by the directional method, whatever --method says. Nothing of a cycle is read or changed."""
_EPILOG = """\
Columns: series, baseline_year, baseline_value, current_year, current_value, direction (1: higher is better, -1: lower),
and where there is use for them target_year, target_value, target_upper (direction 0: a range from target_value to
target_upper), natural_limit (100 for a percentage), sign (-1 for negative values). An empty cell is a missing value; further columns are passed through. The results are the same rows with
progress_value (the ratio, share or growth that the method rates, unrounded), rating, score (-5 to 5) and flags; why a
row is not available stands first among its flags. Exit code: 0 done, 2 the file or the command must be mended."""


def add(add_parser: AddParser) -> None:
    """Add the command to the command line."""
    command = add_parser(
        "score", help="rate a table of series by a scoring method", description=_DESCRIPTION, epilog=_EPILOG
    )
    command.add_argument("file", type=Path, metavar="SERIES.csv", help="the series, as CSV in UTF-8 with commas")
    command.add_argument(
        "--method",
        default="growth_ratio",
        metavar="NAME",
        help="how rows with a target are rated (default: growth_ratio)",
    )
    command.add_argument("--out", type=Path, metavar="RESULTS.csv", required=True, help="where the results are written")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pipeline.score.csv_file import SIZE_LIMIT, CsvFileError
    from pipeline.score.series_file import score_series_file, series_methods

    known = series_methods()
    if options.method not in known:
        raise CommandError(f"There is no method {options.method}; there is {', '.join(known)}.")
    content = read_whole(options.file, SIZE_LIMIT)
    try:
        results, counts = score_series_file(content, options.file.name, known[options.method])
    except CsvFileError as error:
        raise CommandError(str(error)) from error
    write_result(options.out, results, source=options.file)
    print(
        "ratings      "
        + (" · ".join(f"{n:,} {rating.replace('_', ' ')}" for rating, n in counts.items() if n) or "none")
    )
    return 0
