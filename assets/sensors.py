"""What watches and acts by itself, once staff switch it on: the inbox, and failed runs. Members are never written to.

This module does without ``from __future__ import annotations``: Dagster reads the annotations of resources as classes.
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from assets.failures import Failure, failure_of
from assets.jobs import ANSWERS
from assets.partitions import CYCLES
from assets.resources import Workplace
from pipeline.gather.inbox_state import Watched, inbox_state, look, read_watched, write_watched

if TYPE_CHECKING:
    from pipeline.feedback.notices import FailedRun


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


def tell_of_failures(stages: Mapping[str, str], seconds: int) -> dg.SensorDefinition:
    """The sensor that writes to staff when a run failed.

    Args:
        stages: Stage by name of the step, see :func:`assets.failures.stages_of`.
        seconds: Least time between two looks.
    """

    @dg.run_failure_sensor(
        name="failed_runs",
        minimum_interval_seconds=seconds,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="When a run that was started here fails, writes an e-mail to the staff addresses of ways_out.yaml: "
        "which job and cycle, in which stage, why, and what to mend. It never holds answers of members or passwords.",
    )
    def failed_runs(context: dg.RunFailureSensorContext, workplace: Workplace) -> dg.SkipReason:
        from pipeline.errors import AllianceError
        from pipeline.feedback.notices import tell_staff
        from pipeline.feedback.refusals import SendingError
        from pipeline.feedback.smtp_failures import NotReachedError

        password = os.environ.get("STOCKTAKE_SMTP_PASSWORD", "").rstrip("\r\n")
        try:
            told = tell_staff(workplace.settings.alliance, failed_run(context, stages), password)
        except (AllianceError, NotReachedError, SendingError) as error:
            told = f"Nobody was written to. {error}"
        context.log.info(told)
        return dg.SkipReason(told)

    return failed_runs


def failed_run(context: dg.RunFailureSensorContext, stages: Mapping[str, str]) -> "FailedRun":
    """What staff are told about a failed run.

    Args:
        context: Of the sensor that noticed it.
        stages: Stage by name of the step.
    """
    from pipeline.feedback.notices import FailedRun

    run, steps = context.dagster_run, context.get_step_failure_events()
    found = failure_of(steps[0], stages) if steps else Failure("starting", context.failure_event.message or "", False)
    record = context.instance.get_run_record_by_id(run.run_id)
    ended = dt.datetime.fromtimestamp((record.end_time if record else None) or 0, dt.UTC)
    cycle = run.tags.get("dagster/partition", "")
    return FailedRun(run.job_name, cycle, found.stage, found.reason, found.to_mend, found.kind, run.run_id, ended)
