"""Where Dagster keeps the tables: one Parquet file per table and cycle."""

import dagster as dg
import pandas as pd

from assets.resources import Workplace
from pipeline.frames import read_table, write_table


class TableStore(dg.ConfigurableIOManager):
    """Stores each table of :mod:`pipeline.tables` as ``tables/<cycle>/<table>.parquet``, replaced in one step."""

    workplace: dg.ResourceDependency[Workplace]

    def handle_output(self, context: dg.OutputContext, obj: pd.DataFrame) -> None:
        """Write the table; the asset's key is the table's name."""
        name = context.asset_key.path[-1]
        path = self.workplace.settings.table(context.partition_key, name)
        write_table(path, name, obj)
        context.add_output_metadata({"dagster/row_count": len(obj), "file": dg.MetadataValue.path(str(path))})

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """Read the table of the cycle; of a large one only the ``columns`` that the input's metadata name, and its key.

        Raises:
            FileNotFoundError: The stage that makes it has not run for the cycle; the message names both.
        """
        name = context.asset_key.path[-1]
        path = self.workplace.settings.table(context.partition_key, name)
        if not path.is_file():
            raise FileNotFoundError(
                f"The table {name} of cycle {context.partition_key} has not been made yet. Materialise the asset {name} "
                "for that cycle first, or run the job progress_report, which makes everything it needs."
            )
        return read_table(path, name, context.definition_metadata.get("columns"))
