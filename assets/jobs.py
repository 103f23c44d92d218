"""The jobs that staff run in the UI, and those that sensors and schedules start. None of them sends anything."""

from __future__ import annotations

from typing import Final

import dagster as dg

ANSWERS: Final = "answers"
"""Name of the job that sensors and schedules start."""

_ON_REQUEST: Final = dg.AssetSelection.assets("blank_workbooks", "closing_letters")

JOBS: Final = (
    dg.define_asset_job(
        "progress_report",
        dg.AssetSelection.all() - _ON_REQUEST - dg.AssetSelection.assets("data_docs", "handover_package"),
        description="From the inbox to the progress report: gather what countries sent, check it, prepare their "
        "letters, score, and write the Word report. Run it as often as you like; nothing is sent to anybody.",
    ),
    dg.define_asset_job(
        ANSWERS,
        dg.AssetSelection.groups("prepare", "gather", "validate", "feedback") - _ON_REQUEST,
        description="From the inbox to the letters: gather what countries sent, check it, write Data Docs and prepare "
        "letters, without the report. The sensor and the schedules run it; nothing is sent to anybody.",
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
    dg.define_asset_job(
        "handover",
        dg.AssetSelection.all() - _ON_REQUEST,
        description="Hand the cycle over: make everything as progress_report does, then the handover packages. Run it when "
        "the report is final; the successor takes the secretariat's package over with `stocktake accept`. Nothing is sent "
        "to anybody.",
    ),
)
