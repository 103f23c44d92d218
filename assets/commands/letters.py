"""``stocktake send``, ``stocktake ledger`` and ``stocktake resolve``: letters leave, and what became of them."""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assets.commands.command import AddParser, CommandError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.alliance.model import Alliance

_SEND = """\
Send the prepared letters of a cycle, each once. The code approves exactly the letters whose overview shows it; a letter
that changed since then is not sent. Safe to start again at any time."""
_RESOLVE = """\
Settle a letter of which the ledger cannot tell whether it arrived (sent, or send_again), or let one go out again that
the mail server refused (send_again)."""


def add(add_parser: AddParser) -> None:
    """Add the commands to the command line."""
    send = add_parser("send", help="send the prepared letters of a cycle", description=_SEND)
    send.add_argument("cycle", help="name of the cycle in cycles.yaml, e.g. 2014")
    send.add_argument(
        "--overview", required=True, metavar="CODE", help="the code that the overview of the letters shows"
    )
    send.add_argument("--by", default="", metavar="NAME", help="who approves; needed unless it is a dry run")
    send.add_argument("--closing", action="store_true", help="send the letters of thanks instead")
    send.add_argument("--members", nargs="+", default=(), metavar="CODE", help="to these members only")
    send.add_argument(
        "--dry-run", action="store_true", help="send nothing; say what would be sent and what is held back"
    )
    send.set_defaults(run=_send)
    ledger = add_parser("ledger", help="list which letters of a cycle were sent", description="List the ledger.")
    ledger.add_argument("cycle", help="name of the cycle in cycles.yaml, e.g. 2014")
    ledger.set_defaults(run=_ledger)
    resolve = add_parser("resolve", help="settle a letter that may have arrived", description=_RESOLVE)
    resolve.add_argument("message_id", metavar="MESSAGE_ID", help="as `stocktake ledger` shows it")
    resolve.add_argument("decision", choices=("sent", "send_again"))
    resolve.add_argument("--by", required=True, metavar="NAME", help="who decided")
    resolve.add_argument("--reason", required=True, metavar="TEXT", help="why, e.g. who confirmed that it arrived")
    resolve.set_defaults(run=_resolve)


def _send(options: argparse.Namespace) -> int:
    from pipeline.alliance.ways_out import PASSWORD_VARIABLE
    from pipeline.feedback.approved import Choice, send_approved
    from pipeline.feedback.sending import Means

    settings = Settings.from_environment()
    choice = Choice(
        which="closing_letters" if options.closing else "letters",
        members=tuple(options.members),
        overview=options.overview,
        by=options.by,
        dry_run=options.dry_run,
    )
    password = os.environ.get(PASSWORD_VARIABLE, "").rstrip("\r\n")
    means = Means(settings.ledger, _now, time.sleep, password)
    sending = send_approved(_alliance(settings, options.cycle), options.cycle, settings, choice, means).sending
    for row in sending.fillna("").to_dict("records"):
        print(f"{row['member']:<5}{row['kind']:<13}{row['state']:<15}{row['detail']}".rstrip())
    print(
        "\n" + " · ".join(f"{count} {state}" for state, count in sending["state"].value_counts().sort_index().items())
    )
    return 0 if set(sending["state"]) <= {"sent", "would_be_sent"} else 1


def _ledger(options: argparse.Namespace) -> int:
    from pipeline.feedback.ledger import Ledger

    settings = Settings.from_environment()
    _alliance(settings, options.cycle)
    with Ledger.open(settings.ledger) as ledger:
        letters = ledger.letters(options.cycle)
    for row in letters.to_dict("records"):
        print(f"{row['member']:<5}{row['kind']:<13}{row['round']:>2}  {row['state']:<11}{row['message_id']}")
        told = [row["detail"], None if _missing(row["bounced"]) else f"Returned: {row['bounced']}"]
        told += [None if _missing(row["auto_replied"]) else f"Answered automatically {row['auto_replied']:%Y-%m-%d}"]
        for line in [line for line in told if not _missing(line)]:
            print(f"{'':<22}{line}")
    if letters.empty:
        print(f"No letter of {options.cycle} was ever approved.")
    return 0


def _resolve(options: argparse.Namespace) -> int:
    from pipeline.feedback.ledger import Ledger

    with Ledger.open(Settings.from_environment().ledger) as ledger:
        ledger.resolve(options.message_id, options.decision, options.by, options.reason, _now())
    after = {"sent": "stands as sent now", "send_again": "goes out with the next `stocktake send`"}
    print(f"{options.message_id} {after[options.decision]}.")
    return 0


def _alliance(settings: Settings, cycle: str) -> Alliance:
    from pipeline.alliance.load import load_alliance

    alliance = load_alliance(settings.alliance)
    if cycle not in alliance.cycles:
        raise CommandError(f"There is no cycle {cycle}; cycles.yaml has {', '.join(alliance.cycles)}.")
    return alliance


def _missing(value: object) -> bool:
    return value is None or value != value or str(value) == "NaT"


def _now() -> datetime:
    return datetime.now(UTC)
