"""The command ``stocktake``: what it offers, and how it says that something must be mended first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from assets.commands import accept, check, composite, form, jobs, letters, score, ui
from assets.commands.command import CommandError
from pipeline.errors import AllianceError
from pipeline.feedback.refusals import LedgerError, SendingError
from pipeline.gather.intake import InboxError
from pipeline.handover.refusals import HandoverError
from pipeline.settings import SettingsError

_EPILOG = "`stocktake COMMAND --help` says more about a command. Settings come from the environment; see README.md."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Words after ``stocktake``; those of the process where None.

    Returns:
        Exit code: 0 done; 1 the run failed, ``check`` found something to correct, ``accept`` found differences, or not every letter was sent; 2 the command, the files of the
        alliance, the inbox or the settings must be mended first.
    """
    parser = argparse.ArgumentParser(
        prog="stocktake", description="From country questionnaires to the progress report.", epilog=_EPILOG
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for command in (jobs, letters, check, score, composite, form, accept, ui):
        command.add(commands.add_parser)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except (AllianceError, CommandError, HandoverError, InboxError, LedgerError, SendingError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
