"""The two jobs that act on letters: sending them, and settling one of which only staff can say whether it arrived.

Each is a job of its own that staff start by hand. No asset, sensor or schedule leads here, and nothing is tried again by
Dagster: what may have been sent is for staff to settle.

This module does without ``from __future__ import annotations``: Dagster reads the annotations of resources as classes.
"""

import contextlib
import datetime as dt
import os
import time
from collections.abc import Generator
from typing import Any, Final, Literal

import dagster as dg
import pandas as pd
from pydantic import Field

from assets.failures import TO_MEND
from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace

_NO_RETRIES: Final = {"dagster/max_retries": "0"}


class SendLetters(dg.Config):
    """What staff choose when they send letters."""

    which: Literal["letters", "closing_letters"] = Field(
        default="letters", description="letters, or closing_letters for the thanks at the close of the cycle."
    )
    members: list[str] = Field(default=[], description="Codes of the members to write to, e.g. [ALB, FRA]; [] for all.")
    overview: str = Field(
        default="",
        description="The overview code that the asset letters shows. It approves exactly the letters read there.",
    )
    by: str = Field(default="", description="Who approves: your name or desk. The ledger keeps it.")
    dry_run: bool = Field(default=True, description="true: only say what would be sent. false: send.")


class ResolveLetter(dg.Config):
    """What staff found out about a letter."""

    message_id: str = Field(default="", description="The letter's message_id, as the asset ledger shows it.")
    outcome: Literal["not_decided", "sent", "send_again"] = Field(
        default="not_decided",
        description="sent: it arrived. send_again: it did not, or shall go out again all the same.",
    )
    by: str = Field(default="", description="Who decides: your name or desk.")
    reason: str = Field(default="", description="Why, e.g. who confirmed by telephone that it arrived.")


@dg.op(out=dg.Out(dg.Nothing), description="Hands the approved letters to the mail server, each at most once.")
def send(context: dg.OpExecutionContext, config: SendLetters, workplace: Workplace) -> dg.Output[None]:
    """Send the letters of a cycle, or say what would be sent."""
    from pipeline.feedback.approved import Choice, send_approved
    from pipeline.feedback.sending import Means
    from pipeline.feedback.sending_overview import sending_overview

    cycle = context.partition_key
    with _in_words(context):
        choice = Choice(config.which, tuple(config.members), config.overview, config.by, dry_run=config.dry_run)
        password = os.environ.get("STOCKTAKE_SMTP_PASSWORD", "").rstrip("\r\n")
        means = Means(workplace.settings.ledger, lambda: dt.datetime.now(dt.UTC), time.sleep, password)
        sent = send_approved(workplace.load(), cycle, workplace.settings, choice, means)
        _show_ledger(context, workplace, cycle)
    shown = sending_overview(sent.sending, sent.letters)
    for line in shown.warnings:
        context.log.warning(line)
    context.log.info(shown.summary)
    return dg.Output(None, metadata={"summary": shown.summary, **_tables(shown.tables)})


@dg.op(out=dg.Out(dg.Nothing), description="Writes down what staff found out about a letter.")
def resolve(context: dg.OpExecutionContext, config: ResolveLetter, workplace: Workplace) -> dg.Output[None]:
    """Settle a letter that may have arrived, or let one go again that was refused."""
    from pipeline.feedback.ledger import Ledger

    with _in_words(context), Ledger.open(workplace.settings.ledger) as ledger:
        # The ledger refuses what is no decision, and says which there are.
        decision: Any = config.outcome
        message_id = config.message_id.strip()
        ledger.resolve(message_id, decision, config.by, config.reason, dt.datetime.now(dt.UTC))
        place = ledger.place_of(message_id)
    cycle = place.cycle if place else ""
    _show_ledger(context, workplace, cycle)
    return dg.Output(None, metadata={"letter": f"{place}", "outcome": config.outcome, "by": config.by})


@contextlib.contextmanager
def _in_words(context: dg.OpExecutionContext) -> Generator[None]:
    """Show staff what to mend first, instead of where in the program it was noticed."""
    try:
        yield
    except TO_MEND as error:
        context.log.error(str(error))
        raise dg.Failure(str(error), allow_retries=False) from None


def _show_ledger(context: dg.OpExecutionContext, workplace: Workplace, cycle: str) -> None:
    """Show the ledger as it stands now at its asset as well, where staff look for it."""
    from pipeline.feedback.ledger import Ledger
    from pipeline.feedback.ledger_overview import ledger_overview
    from pipeline.frames import write_table

    with Ledger.open(workplace.settings.ledger) as ledger:
        tables = {"ledger": ledger.letters(cycle), "told": ledger.told(cycle)}
    for name, table in tables.items():
        write_table(workplace.settings.table(cycle, name), name, table)
    shown = {"ledger": _tables(ledger_overview(tables["ledger"])), "told": {"findings": rows(tables["told"])}}
    for name, metadata in shown.items():
        context.log_event(dg.AssetMaterialization(name, partition=cycle, metadata=metadata))


def _tables(tables: dict[str, pd.DataFrame]) -> dict[str, dg.TableMetadataValue]:
    return {name: rows(table, most=max(len(table), 1)) for name, table in tables.items()}


@dg.job(
    name="send_letters",
    partitions_def=CYCLES,
    config=dg.RunConfig({"send": SendLetters()}),
    tags=_NO_RETRIES,
    description="Sends the letters that you have read at the asset letters. Fill in the overview code that stands there "
    "and who approves (by), leave members empty for all, try it with dry_run: true, then set dry_run: false. What was "
    "sent is never sent again; what may have been sent is shown, and waits for resolve_letter.",
)
def send_letters_job() -> None:
    """One step, so that nothing comes between approval and sending."""
    send()


@dg.job(
    name="resolve_letter",
    config=dg.RunConfig({"resolve": ResolveLetter()}),
    tags=_NO_RETRIES,
    description="Settles a letter that the ledger shows as uncertain: ask the member whether it arrived, then write down "
    "sent or send_again, who decided and why. It also lets a refused letter go again. Nothing is sent by this job.",
)
def resolve_letter_job() -> None:
    """One step."""
    resolve()


SENDING_JOBS: Final = (send_letters_job, resolve_letter_job)
