"""What runs by the clock, once staff switch it on. Nothing is ever sent to a member by itself.

This module does without ``from __future__ import annotations``: Dagster reads the annotations of resources as classes.
"""

from collections.abc import Iterator

import dagster as dg

from assets.jobs import ANSWERS
from assets.resources import Workplace
from assets.sensors import waiting
from pipeline.alliance.calendar import no_cycle, open_cycles, reminder_cycles


@dg.schedule(
    name="mail_and_web_forms",
    job_name=ANSWERS,
    cron_schedule="0 * * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every hour, collects what came by e-mail and through web forms for the cycle that is open, and what mail "
    "servers answered to letters (not delivered, somebody is away); then it checks and prepares letters. Nothing is "
    "sent. It needs a mailbox or a form server in ways_in.yaml.",
)
def mail_and_web_forms(
    context: dg.ScheduleEvaluationContext, workplace: Workplace
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask the servers of all ways in, by running the job ``answers`` for each cycle that is open."""
    alliance, day = workplace.load(), context.scheduled_execution_time.date()
    ways = alliance.ways_in
    if not (ways.mailbox or ways.odk_central or ways.kobotoolbox):
        yield dg.SkipReason("ways_in.yaml names neither a mailbox nor a form server: there is nobody to ask.")
        return
    cycles = [cycle.name for cycle in open_cycles(alliance, day)]
    if not cycles:
        yield dg.SkipReason(no_cycle(alliance, day))
        return
    queued = waiting(context.instance, cycles)
    for cycle in [cycle for cycle in cycles if cycle not in queued]:
        yield dg.RunRequest(partition_key=cycle, tags={"stocktake/because": "every hour"})
    if len(queued) == len(cycles):
        yield dg.SkipReason(f"A run waits already for {', '.join(queued)}; it will collect everything.")


@dg.schedule(
    name="reminders",
    job_name=ANSWERS,
    cron_schedule="0 5 * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Looks every morning (5:00 UTC) whether the day of reminders of a cycle has come (reminder in "
    "cycles.yaml) and the deadline has not passed. Then, once, it prepares the letters anew, with a reminder for every "
    "member that has not answered. Nothing is sent: read them at the asset letters, then run send_letters.",
)
def reminders(context: dg.ScheduleEvaluationContext, workplace: Workplace) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Prepare reminders once per cycle, also where nobody's machine ran on the very day."""
    alliance, day = workplace.load(), context.scheduled_execution_time.date()
    cycles = reminder_cycles(alliance, day)
    for cycle in cycles:
        because = f"reminders of {cycle.name}: deadline {cycle.deadline}"
        context.log.info(f"Prepares {because}. Nothing is sent.")
        yield dg.RunRequest(
            run_key=f"reminders-{cycle.name}-{cycle.reminder}",
            partition_key=cycle.name,
            tags={"stocktake/because": because},
        )
    if not cycles:
        days = ", ".join(f"{cycle.name}: {cycle.reminder}" for cycle in alliance.cycles.values())
        yield dg.SkipReason(f"Reminders are not due on {day}. Days of reminders: {days}.")


SCHEDULES = (mail_and_web_forms, reminders)
