"""Everything that Dagster loads: assets, jobs, resources and how runs are executed."""

from __future__ import annotations

import dagster as dg

from assets import feedback, gather, prepare, report, score, validate
from assets.resources import Workplace
from assets.storage import TableStore
from pipeline.settings import Settings

STAGES = (prepare, gather, validate, feedback, score, report)

JOBS = (
    dg.define_asset_job(
        "progress_report",
        dg.AssetSelection.all() - dg.AssetSelection.assets("blank_workbooks", "data_docs", "closing_letters"),
        description="From the inbox to the progress report: gather what countries sent, check it, prepare their "
        "letters, score, and write the Word report. Run it as often as you like; nothing is sent to anybody.",
    ),
    dg.define_asset_job(
        "workbooks",
        dg.AssetSelection.groups("prepare", "gather"),
        description="Write the pre-filled workbook of every member, when the questionnaire of a cycle goes out.",
    ),
    dg.define_asset_job(
        "thanks",
        dg.AssetSelection.assets("closing_letters"),
        description="Thank each member whose workbook counts, once the data of a cycle are closed: run progress_report "
        "before, so that the letters say what it says. Nothing is sent to anybody.",
    ),
)


def build_definitions(settings: Settings) -> dg.Definitions:
    """The definitions of an installation.

    Args:
        settings: Its folders.
    """
    workplace = Workplace.of(settings)
    return dg.Definitions(
        assets=dg.load_assets_from_modules(STAGES),
        asset_checks=dg.load_asset_checks_from_modules(STAGES),
        jobs=JOBS,
        resources={"workplace": workplace, "io_manager": TableStore(workplace=workplace)},
        # A process per step would import pandas and great_expectations again each time.
        executor=dg.in_process_executor,
    )


defs = build_definitions(Settings.from_environment())
