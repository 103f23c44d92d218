"""Launching a job in this process, without a server, and telling how it goes."""

from __future__ import annotations

import os
import time
import uuid
from collections import defaultdict
from collections.abc import Callable

import dagster as dg

from assets.failures import Failure, failure_of, stages_of
from assets.metadata import LEFT_OUT
from pipeline.files import write_atomically
from pipeline.settings import Settings

_DAGSTER_YAML = b"""\
# Written by stocktake when there is none; edit it to keep runs elsewhere.
telemetry:
  enabled: false
nux:
  enabled: false
# Nothing is printed that is not in the run's events, and capturing starts a process per step that outlives a kill.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
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
    job: str,
    cycle: str,
    settings: Settings,
    *,
    announce: Callable[[str, float], None],
    left_out: Callable[[str, str], None] = lambda _file, _reason: None,
    verbose: bool = False,
) -> Failure | None:
    """Run a job for a cycle; the run is kept in Dagster's history, where the UI shows it.

    Args:
        job: Name of the job.
        cycle: Name of the cycle.
        settings: The folders of the installation.
        announce: Called with a stage (as "2/6  gather") and its seconds when all steps of that stage are done.
        left_out: Called with each thing in the inbox that was passed over, and why.
        verbose: Let Dagster log to the console.

    Returns:
        None when the run succeeded, else where and why it failed.
    """
    from assets.definitions import build_definitions

    definitions = build_definitions(settings)
    progress = _Progress(definitions, announce, left_out)
    run_id = str(uuid.uuid4())
    quiet = {"loggers": {"console": {"config": {"log_level": "DEBUG" if verbose else "CRITICAL"}}}}
    with dg.DagsterInstance.get() as instance:
        instance.add_event_listener(run_id, progress.hear)
        definitions.resolve_job_def(job).execute_in_process(
            instance=instance, run_id=run_id, partition_key=cycle, run_config=quiet, raise_on_error=False
        )
    return progress.failure


class _Progress:
    """Follows the events of a run and knows which stage each step belongs to."""

    def __init__(
        self,
        definitions: dg.Definitions,
        announce: Callable[[str, float], None],
        left_out: Callable[[str, str], None],
    ):
        self.failure: Failure | None = None
        self._announce = announce
        self._left_out = left_out
        assets = definitions.resolve_asset_graph().assets_defs
        self._stage_of = stages_of(assets)
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
        elif event.is_step_materialization:
            self._tell_left_out(event.step_materialization_data.materialization.metadata.get(LEFT_OUT))
        elif event.is_step_start:
            self._started[step] = time.monotonic()
        elif event.is_step_success and step in self._waiting[stage]:
            self._seconds[stage] += time.monotonic() - self._started[step]
            self._waiting[stage].discard(step)
            if not self._waiting[stage]:
                done = sum(not steps for steps in self._waiting.values())
                self._announce(f"{done}/{len(self._waiting)}  {stage}", self._seconds[stage])
        elif event.is_step_failure and self.failure is None:
            self.failure = failure_of(event, self._stage_of)

    def _tell_left_out(self, table: dg.MetadataValue | None) -> None:
        for record in table.records if isinstance(table, dg.TableMetadataValue) else ():
            self._left_out(str(record.data["file"]), str(record.data["reason"]))
