"""Everything that Dagster loads: assets, jobs, resources and how runs are executed."""

from __future__ import annotations

import dagster as dg

from assets import feedback, gather, handover, prepare, report, score, validate
from assets.failures import stages_of
from assets.jobs import JOBS
from assets.resources import Workplace
from assets.schedules import SCHEDULES
from assets.sending import SENDING_JOBS
from assets.sensors import tell_of_failures, watch_inbox
from assets.storage import TableStore
from pipeline.settings import INBOX_SECONDS, Settings, inbox_seconds

STAGES = (prepare, gather, validate, feedback, score, report, handover)


def build_definitions(settings: Settings, seconds: int = INBOX_SECONDS) -> dg.Definitions:
    """The definitions of an installation.

    Args:
        settings: Its folders.
        seconds: Least time between two looks at the inbox.
    """
    workplace = Workplace.of(settings)
    assets = dg.load_assets_from_modules(STAGES)
    checks = dg.load_asset_checks_from_modules(STAGES)
    stages = stages_of([each for each in (*assets, *checks) if isinstance(each, dg.AssetsDefinition)])
    return dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=[*JOBS, *SENDING_JOBS],
        sensors=[watch_inbox(seconds), tell_of_failures(stages, seconds)],
        schedules=SCHEDULES,
        resources={"workplace": workplace, "io_manager": TableStore(workplace=workplace)},
        # A process per step would import pandas and great_expectations again each time.
        executor=dg.in_process_executor,
    )


defs = build_definitions(Settings.from_environment(), inbox_seconds())
