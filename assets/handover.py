"""Stage 6, report: the handover packages, with everything that the next secretariat needs."""

from typing import Any

import dagster as dg
import pandas as pd

from assets.metadata import rows
from assets.partitions import CYCLES
from assets.resources import Workplace
from pipeline.handover.editions import ALLOWED, SECRETARIAT

STAGE = "report"


@dg.asset(
    ins={name: dg.AssetIn(name) for name in ALLOWED[SECRETARIAT]},
    deps=["word_report", "data_docs"],
    partitions_def=CYCLES,
    group_name=STAGE,
    owners=["team:secretariat"],
    kinds={"zip"},
    description="The handover packages, one zip per edition. The secretariat's holds everything that its successor needs; "
    "those for members and for the public hold no contacts, letters, findings or answers. Note the SHA-256 in the "
    "protocol; the successor runs `stocktake accept PACKAGE.zip`.",
)
def handover_package(
    context: dg.AssetExecutionContext, workplace: Workplace, **tables: pd.DataFrame
) -> dg.MaterializeResult[Any]:
    """Write the packages to ``output/<cycle>/handover``."""
    from pipeline.handover.package import write_packages

    alliance = workplace.load()
    packages = write_packages(alliance, alliance.cycle(context.partition_key), tables, workplace.settings)
    listing = [
        {"edition": one.edition, "file": one.path.name, "SHA-256": one.sha256, "files": one.files, "bytes": one.size}
        for one in packages
    ]
    folder = str(packages[0].path.parent)
    return dg.MaterializeResult(
        metadata={"packages": rows(pd.DataFrame(listing)), "folder": dg.MetadataValue.path(folder)}
    )
