"""``stocktake check``: is there anything to correct in a filled workbook, before it is sent?"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assets.commands.command import AddParser, CommandError, read_whole, write_result
from pipeline.settings import KEY_VARIABLE, Settings, signing_key

if TYPE_CHECKING:
    from pipeline.alliance.model import Alliance, Cycle
    from pipeline.checking.check import CheckedFile

_DESCRIPTION = """\
Check a filled workbook before it is sent: whose it is, what can be read, what must be corrected, and how complete it
is. Nothing is sent, and nothing is written but the file that --out names."""
_EPILOG = """\
Exit code: 0 nothing to correct, 1 something to correct, 2 the file cannot be read or the command is not understood.
Workbooks are .xlsx, .xls or .ods; tables such as .csv files are checked when they arrive."""


def add(add_parser: AddParser) -> None:
    """Add the command to the command line."""
    command = add_parser(
        "check", help="check a filled workbook before it is sent", description=_DESCRIPTION, epilog=_EPILOG
    )
    command.add_argument("file", type=Path, metavar="FILE", help="the workbook (.xlsx, .xls, .ods)")
    command.add_argument("--cycle", metavar="NAME", help="cycle that it must be of (default: whichever it names)")
    command.add_argument("--language", metavar="CODE", help="en, fr or es (default: the language of the workbook)")
    command.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")
    command.add_argument("--out", type=Path, metavar="FILE", help="write the result there (default: show it)")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pipeline.alliance.load import load_alliance
    from pipeline.checking.check import check_file
    from pipeline.checking.earlier import earlier_answers_at_hand
    from pipeline.gather.guard import FILE_LIMIT

    settings = Settings.from_environment()
    content = read_whole(options.file, FILE_LIMIT)
    alliance = load_alliance(settings.alliance)
    _known("cycle", options.cycle, alliance.cycles, "cycles.yaml")
    _known("language", options.language, alliance.languages, "alliance.yaml")
    checked = check_file(
        alliance,
        options.file.name,
        content,
        cycle=options.cycle,
        key_of=_key_at_hand,
        earlier_of=lambda cycle: earlier_answers_at_hand(settings, alliance, cycle),
    )
    result = _told(checked, alliance, options.language, options.format, settings.templates, to_file=bool(options.out))
    if options.out:
        write_result(options.out, result.encode(), source=options.file)
    else:
        _show(result, options.format)
    return checked.exit_code


def _known(what: str, given: str | None, known: tuple[str, ...] | Mapping[str, object], file: str) -> None:
    if given is not None and given not in known:
        raise CommandError(f"There is no {what} {given}; {file} has {', '.join(known)}.")


def _key_at_hand(cycle: Cycle) -> bytes | None:
    """The key that signs the workbooks of a cycle; a country has none."""
    return signing_key(cycle) if cycle.demonstration or os.environ.get(KEY_VARIABLE) else None


def _told(
    checked: CheckedFile, alliance: Alliance, language: str | None, format: str, templates: Path, *, to_file: bool
) -> str:
    """The result in the language and format that are wanted."""
    from pipeline.checking.as_html import render_html
    from pipeline.checking.as_json import render_json
    from pipeline.checking.as_text import WIDEST, render_text
    from pipeline.checking.content import report_on
    from pipeline.feedback.rendering import LetterTemplates
    from pipeline.translations import load_catalogue

    spoken = checked.whose.token.language if checked.whose and checked.whose.token else ""
    language = language or (spoken if spoken in alliance.languages else alliance.languages[0])
    catalogue = load_catalogue(templates / "translations", language)
    letters = LetterTemplates(templates / "letters")
    report = report_on(checked, alliance, catalogue, letters)
    if format == "json":
        return render_json(report)
    if format == "html":
        return render_html(report, catalogue, templates)
    return render_text(report, catalogue, letters, WIDEST if to_file else shutil.get_terminal_size().columns)


def _show(result: str, format: str) -> None:
    if format == "text":
        # A terminal that cannot show a letter shows a question mark instead.
        print(result.encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding), end="")
    else:
        # Documents say themselves that they are in UTF-8, whatever the terminal speaks.
        sys.stdout.flush()
        sys.stdout.buffer.write(result.encode("utf-8"))
        sys.stdout.buffer.flush()
