"""Launching a job in this process, without a server, and telling how it goes."""

from __future__ import annotations

import os
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg

from assets.metadata import LEFT_OUT
from pipeline.errors import AllianceError
from pipeline.feedback.ledger_store import LedgerError
from pipeline.files import write_atomically
from pipeline.gather.intake import InboxError
from pipeline.settings import Settings, SettingsError

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


# Errors whose message tells staff what to mend in their own files or settings.
_TO_MEND = {error.__name__ for error in (AllianceError, InboxError, LedgerError, SettingsError)}


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    Attributes:
        stage: Stage in which it failed.
        reason: The words of the error.
        to_mend: Whether staff can mend it in their own files or settings; else it is a fault of ours.
    """

    stage: str
    reason: str
    to_mend: bool


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
        stages = {key: stage for asset in assets for key, stage in asset.group_names_by_key.items()}
        # A step that only checks an asset belongs to the asset's stage, which does not wait for it.
        self._stage_of = {
            asset.op.name: stages[next(iter(asset.keys or (check.asset_key for check in asset.check_specs)))]
            for asset in assets
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
            self.failure = _failure(stage, event)

    def _tell_left_out(self, table: dg.MetadataValue | None) -> None:
        for record in table.records if isinstance(table, dg.TableMetadataValue) else ():
            self._left_out(str(record.data["file"]), str(record.data["reason"]))


def _failure(stage: str, event: dg.DagsterEvent) -> Failure:
    error = event.step_failure_data.error
    if error is None:
        return Failure(stage, "No reason was recorded.", to_mend=False)
    cause = error.cause or error
    if cause.cls_name in _TO_MEND:
        return Failure(stage, cause.message.partition(": ")[2].strip(), to_mend=True)
    return Failure(stage, cause.message.strip(), to_mend=False)
