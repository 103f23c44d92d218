"""The command ``stocktake``: the same jobs as in the UI, without a server."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import AllianceError
from pipeline.settings import Settings, SettingsError, signing_key

_JOBS = {"report": "progress_report", "workbooks": "workbooks"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Words after ``stocktake``; those of the process where None.

    Returns:
        Exit code: 0 done, 1 the run failed, 2 the files of the alliance or the settings must be mended first.
    """
    parser = argparse.ArgumentParser(
        prog="stocktake", description="From country questionnaires to the progress report."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for command, job in _JOBS.items():
        run = commands.add_parser(command, help=f"run the job {job} for a cycle")
        run.add_argument("cycle", help="name of the cycle in cycles.yaml, e.g. 2014")
        run.add_argument("-v", "--verbose", action="store_true", help="show Dagster's own log as well")
    ui = commands.add_parser("ui", help="serve the Dagster UI on this machine")
    ui.add_argument("--port", type=int, default=3000, help="port on 127.0.0.1 (default 3000)")
    options = parser.parse_args(arguments)
    try:
        if options.command == "ui":
            from assets.ui import serve

            return serve(Settings.from_environment(), options.port)
        return _run(options.command, options.cycle, verbose=options.verbose)
    except (AllianceError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 2


def _run(command: str, cycle: str, *, verbose: bool) -> int:
    started = time.monotonic()
    settings = Settings.from_environment()
    _quieten(verbose=verbose)
    from assets.launch import launch, prepare_home
    from assets.resources import Workplace

    alliance = Workplace.of(settings).load()
    if cycle not in alliance.cycles:
        print(f"There is no cycle {cycle}; cycles.yaml has {', '.join(alliance.cycles)}.", file=sys.stderr)
        return 2
    known = alliance.cycle(cycle)
    signing_key(known)
    prepare_home(settings)
    mark = " (demonstration: all answers are made up)" if known.demonstration else ""
    print(f"{alliance.name['en']}, cycle {cycle}{mark}")
    failure = launch(_JOBS[command], cycle, settings, announce=_announce, verbose=verbose)
    if failure:
        print(f"\nThe run failed in the stage {failure.stage}.\n{failure.reason}", file=sys.stderr)
        return 2 if failure.to_mend else 1
    print()
    output = settings.output(cycle)
    if command == "report":
        _summarise(settings, cycle, time.monotonic() - started)
        _show_path("report", *output.glob("*.docx"))
        _show_path("letters", output / "letters")
    else:
        _show_path("workbooks", output / "workbooks")
    _show_path("tables", settings.table(cycle, "members").parent)
    return 0


def _quieten(*, verbose: bool) -> None:
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    if not verbose:
        warnings.filterwarnings("ignore", module="dagster")
        logging.getLogger("dagster").setLevel(logging.CRITICAL)


def _announce(stage: str, seconds: float) -> None:
    print(f"  {stage:<15} {seconds:5.1f} s", flush=True)


def _summarise(settings: Settings, cycle: str, seconds: float) -> None:
    from pipeline.frames import read_table
    from pipeline.overview import run_summary

    names = ("members", "submissions", "findings", "commitment_scores", "letters")
    tables = {name: read_table(settings.table(cycle, name), name) for name in names}
    for label, value in run_summary(**tables).items():
        print(f"{label:<13}{value}")
    print(f"{'seconds':<13}{seconds:.1f}\n")


def _show_path(label: str, *paths: Path) -> None:
    for path in paths:
        print(f"{label:<13}{os.path.relpath(path)}")


if __name__ == "__main__":
    sys.exit(main())
