"""``stocktake accept``: a handover package is checked and made again, and an installation set up from it."""

from __future__ import annotations

import argparse
from pathlib import Path

from assets.commands.command import AddParser, CommandError, show_path

_ABOUT = """\
Check a handover package: every file against its checksum, every table against its schema, and, for the secretariat's
edition, tables and report against what making them again from the archive in the package gives. Writes a receipt to be
signed. Nothing is asked of the network. Exit code: 0 identical, 1 differences, 2 the package cannot be used."""


def add(add_parser: AddParser) -> None:
    """Add the command to the command line."""
    command = add_parser("accept", help="take over a handover package of another secretariat", description=_ABOUT)
    command.add_argument("package", type=Path, metavar="PACKAGE.zip", help="the package as it was handed over")
    command.add_argument(
        "--into",
        type=Path,
        metavar="FOLDER",
        help="set up a new installation in this folder, which is empty or not there",
    )
    command.add_argument(
        "--receipt",
        type=Path,
        metavar="FILE",
        help="where the receipt is written; else beside the package, as PACKAGE.receipt.txt",
    )
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pipeline.files import write_atomically
    from pipeline.handover.accept import accept
    from pipeline.handover.receipt import receipt_text

    package: Path = options.package
    if not package.is_file():
        raise CommandError(f"There is no file {package}.")
    path: Path = options.receipt or package.with_name(f"{package.stem}.receipt.txt")
    if path.exists() and path.samefile(package):
        raise CommandError(f"The receipt would overwrite {package}; name another file with --receipt.")
    try:
        receipt = accept(package, options.into)
        text = receipt_text(receipt)
        write_atomically(path, text.encode("utf-8"))
    except OSError as error:
        raise CommandError(f"{error.filename or package}: {error.strerror}.") from error
    print(text)
    show_path("receipt", path)
    if options.into is not None and receipt.state in ("identical", "different"):
        show_path("installation", options.into)
        print(f"{'next':<13}see docs/handover.md; settings for the shell are in settings.env there")
    return receipt.exit_code
