"""What watches and acts by itself, once staff switch it on: the inbox. Nothing is ever sent to a member by itself.

This module does without ``from __future__ import annotations``: Dagster reads the annotations of resources as classes.
"""

from collections.abc import Sequence

import dagster as dg

from assets.jobs import ANSWERS
from assets.partitions import CYCLES
from assets.resources import Workplace
from pipeline.gather.inbox_state import Watched, inbox_state, look, read_watched, write_watched


def watch_inbox(seconds: int) -> dg.SensorDefinition:
    """The sensor that starts the job ``answers`` when the inbox has changed.

    Args:
        seconds: Least time between two looks.
    """

    @dg.sensor(
        name="new_answers",
        job_name=ANSWERS,
        minimum_interval_seconds=seconds,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Looks into the inbox folder of every cycle. When files are new or have changed (answers, exports, "
        "received.csv, decisions.csv, waivers.csv) and nobody has been copying any more since the last look, it runs "
        "the job answers for that cycle: gather, check, prepare letters. Nothing is sent.",
    )
    def new_answers(context: dg.SensorEvaluationContext, workplace: Workplace) -> dg.SensorResult | dg.SkipReason:
        cycles = CYCLES.get_partition_keys()
        states = {cycle: inbox_state(workplace.settings.inbox, cycle) for cycle in cycles}
        before = read_watched(context.cursor)
        after = look(before, states, waiting(context.instance, cycles))
        requests = [
            dg.RunRequest(run_key=f"{cycle}-{of.gathered}", partition_key=cycle, tags={"stocktake/because": "inbox"})
            for cycle, of in after.items()
            if of.gathered != before.get(cycle, Watched()).gathered
        ]
        settling = [cycle for cycle, of in after.items() if of.seen != of.gathered]
        about = f"Files are changing in: {', '.join(settling)}." if settling else "Nothing has changed in the inbox."
        return dg.SensorResult(
            run_requests=requests, cursor=write_watched(after), skip_reason=None if requests else dg.SkipReason(about)
        )

    return new_answers


def waiting(instance: dg.DagsterInstance, cycles: Sequence[str]) -> list[str]:
    """The cycles for which a run of the job ``answers`` waits in the queue: it will see whatever is there by then.

    Args:
        instance: Dagster's own store.
        cycles: Names of cycles.
    """
    queued = instance.get_runs(dg.RunsFilter(job_name=ANSWERS, statuses=[dg.DagsterRunStatus.QUEUED]))
    named = {run.tags.get("dagster/partition") for run in queued}
    return [cycle for cycle in cycles if cycle in named]
