"""``stocktake report``, ``stocktake workbooks`` and ``stocktake package``: the same jobs as in the UI, without a server."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from collections.abc import Mapping

import pandas as pd

from assets.commands.command import AddParser, CommandError, show_path
from pipeline.settings import Settings, signing_key

_JOBS = {
    "report": ("progress_report", "make the progress report of a cycle, from the inbox to Word"),
    "workbooks": ("workbooks", "make the pre-filled workbook of every member for a cycle"),
    "package": ("handover", "make the handover packages of a cycle, after its report, one zip per edition"),
}
_MOST_FILES = 8


def add(add_parser: AddParser) -> None:
    """Add the commands to the command line."""
    for name, (_, summary) in _JOBS.items():
        command = add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        command.add_argument("cycle", help="name of the cycle in cycles.yaml, e.g. 2014")
        command.add_argument("-v", "--verbose", action="store_true", help="show Dagster's own log as well")
        command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    settings = Settings.from_environment()
    _quieten(verbose=options.verbose)
    from assets.launch import launch, prepare_home
    from assets.resources import Workplace

    alliance = Workplace.of(settings).load()
    if options.cycle not in alliance.cycles:
        raise CommandError(f"There is no cycle {options.cycle}; cycles.yaml has {', '.join(alliance.cycles)}.")
    cycle = alliance.cycle(options.cycle)
    signing_key(cycle)
    prepare_home(settings)
    mark = " (demonstration: all answers are made up)" if cycle.demonstration else ""
    print(f"{alliance.name['en']}, cycle {cycle.name}{mark}")
    job, _ = _JOBS[options.command]
    left_out: dict[str, str] = {}
    failure = launch(
        job, cycle.name, settings, announce=_announce, left_out=left_out.__setitem__, verbose=options.verbose
    )
    if failure:
        print(f"\nThe run failed in the stage {failure.stage}.\n{failure.reason}", file=sys.stderr)
        return 2 if failure.to_mend else 1
    _conclude(options.command, settings, cycle.name, time.monotonic() - started, left_out)
    return 0


def _conclude(command: str, settings: Settings, cycle: str, seconds: float, left_out: Mapping[str, str]) -> None:
    from pipeline.handover.contents import sha256

    print()
    output = settings.output(cycle)
    if command == "package":
        for path in sorted((output / "handover").glob("*.zip")):
            show_path("package", path)
            print(f"{'SHA-256':<13}{sha256(path)}")
    elif command == "report":
        _summarise(settings, cycle, seconds, left_out)
        show_path("report", *sorted(output.glob("*.docx"), key=lambda path: path.stem))
        show_path("letters", output / "letters")
    else:
        show_path("workbooks", output / "workbooks")
    show_path("tables", settings.table(cycle, "members").parent)


def _quieten(*, verbose: bool) -> None:
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    if not verbose:
        warnings.filterwarnings("ignore", module="dagster")
        logging.getLogger("dagster").setLevel(logging.CRITICAL)


def _announce(stage: str, seconds: float) -> None:
    print(f"  {stage:<15} {seconds:5.1f} s", flush=True)


def _summarise(settings: Settings, cycle: str, seconds: float, left_out: Mapping[str, str]) -> None:
    from pipeline.frames import read_table
    from pipeline.overview import run_summary

    names = ("members", "submissions", "findings", "commitment_scores", "letters")
    tables = {name: read_table(settings.table(cycle, name), name) for name in names}
    for label, value in run_summary(**tables).items():
        print(f"{label:<13}{value}")
    print(f"{'seconds':<13}{seconds:.1f}\n")
    _list_turned_away(tables["submissions"], left_out)


def _list_turned_away(submissions: pd.DataFrame, left_out: Mapping[str, str]) -> None:
    """Name the files that do not count, and why: those that wait for a decision of staff first, by their id."""
    from pipeline.feedback.wording import one_line, shorten

    turned_away = submissions[submissions["status"].isin(["quarantined", "rejected"])].sort_values(
        "status", kind="stable"
    )
    for row in turned_away.head(_MOST_FILES).to_dict("records"):
        print(f"{row['status']:<13}{row['submission']}  {one_line(shorten(str(row['file']), 80))}: {row['reason']}")
    if len(turned_away) > _MOST_FILES:
        print(f"{'':<13}and {len(turned_away) - _MOST_FILES} more; the table submissions has all of them")
    for file, reason in list(left_out.items())[:_MOST_FILES]:
        print(f"{'left out':<13}{one_line(shorten(file, 80))}: {reason}")
    if len(left_out) > _MOST_FILES:
        print(f"{'':<13}and {len(left_out) - _MOST_FILES} more; the asset submissions has all of them in the UI")
    if left_out or not turned_away.empty:
        print()
