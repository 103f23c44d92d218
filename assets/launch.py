"""Launching a job in this process, without a server, and telling how it goes."""

from __future__ import annotations

import os
import time
import uuid
from collections import defaultdict
from collections.abc import Callable

import dagster as dg

from pipeline.files import write_atomically
from pipeline.settings import Settings

_DAGSTER_YAML = b"""\
# Written by stocktake when there is none; edit it to keep runs elsewhere (see docs).
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""


def prepare_home(settings: Settings) -> None:
    """Make the folder in which Dagster keeps its runs, with its set-up, unless ``DAGSTER_HOME`` names another one.

    Args:
        settings: The folders of the installation; Dagster's is ``dagster`` in the data folder.
    """
    home = settings.data / "dagster"
    os.environ.setdefault("DAGSTER_HOME", str(home))
    if os.environ["DAGSTER_HOME"] == str(home) and not (home / "dagster.yaml").exists():
        write_atomically(home / "dagster.yaml", _DAGSTER_YAML)


def launch(
    job: str, cycle: str, settings: Settings, *, announce: Callable[[str, float], None], verbose: bool = False
) -> str:
    """Run a job for a cycle; the run is kept in Dagster's history, where the UI shows it.

    Args:
        job: Name of the job.
        cycle: Name of the cycle.
        settings: The folders of the installation.
        announce: Called with a stage and its seconds when all steps of that stage are done.
        verbose: Let Dagster log to the console.

    Returns:
        '' when the run succeeded, else why it failed, in the words of the error.
    """
    from assets.definitions import build_definitions

    definitions = build_definitions(settings)
    progress = _Progress(definitions, announce)
    run_id = str(uuid.uuid4())
    quiet = {"loggers": {"console": {"config": {"log_level": "DEBUG" if verbose else "CRITICAL"}}}}
    with dg.DagsterInstance.get() as instance:
        instance.add_event_listener(run_id, progress.hear)
        definitions.resolve_job_def(job).execute_in_process(
            instance=instance, run_id=run_id, partition_key=cycle, run_config=quiet, raise_on_error=False
        )
    return progress.problem


class _Progress:
    """Follows the events of a run and knows which stage each step belongs to."""

    def __init__(self, definitions: dg.Definitions, announce: Callable[[str, float], None]):
        self.problem = ""
        self._announce = announce
        self._stage_of = {
            asset.op.name: next(iter(asset.group_names_by_key.values()))
            for asset in definitions.resolve_asset_graph().assets_defs
        }
        self._waiting: defaultdict[str, set[str]] = defaultdict(set)
        self._started: dict[str, float] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def hear(self, entry: dg.EventLogEntry) -> None:
        """Take in one event of the run."""
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        step, stage = event.step_key, self._stage_of[event.step_key]
        if event.is_asset_materialization_planned:
            self._waiting[stage].add(step)
        elif event.is_step_start:
            self._started[step] = time.monotonic()
        elif event.is_step_success:
            self._seconds[stage] += time.monotonic() - self._started[step]
            self._waiting[stage].discard(step)
            if not self._waiting[stage]:
                self._announce(stage, self._seconds[stage])
        elif event.is_step_failure and not self.problem:
            self.problem = f"{stage}: {_reason(event)}"


def _reason(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    if error is None:
        return "no reason was recorded."
    return (error.cause or error).message.strip()
