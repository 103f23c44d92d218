"""``stocktake form``: the questionnaire as a plain XForm, for ODK Central, KoboToolbox and their like."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from assets.commands.command import AddParser, CommandError, show_path
from pipeline.settings import Settings


def add(add_parser: AddParser) -> None:
    """Add the command to the command line."""
    summary = "write the questionnaire as an XForm, to run it in ODK Central or KoboToolbox"
    command = add_parser("form", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write it (default: <form id>.xml among the outputs)"
    )
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pipeline.alliance.load import load_alliance
    from pipeline.files import write_atomically
    from pipeline.questionnaire.xform import write_xform

    settings = Settings.from_environment()
    # All of the alliance first: a form that does not fit its goals and commitments must not go out.
    form = load_alliance(settings.alliance).form
    name = re.sub(r"[^\w.-]", "_", form.id)
    path: Path = options.out or settings.data / "output" / f"{name}.xml"
    try:
        write_atomically(path, write_xform(settings.alliance / form.file))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
    print(f"{form.id}, version {form.version}")
    show_path("form", path)
    return 0
