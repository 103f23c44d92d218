"""One stage by itself, on the tables of an earlier run: ``python -m benchmarks.stages STAGE CYCLE``.

Prints the seconds of the work itself, after imports and after loading the tables that the stage takes in.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import read_table
from pipeline.settings import Settings, signing_key
from pipeline.tables import TABLES

Work = Callable[[], object]


def prepare(settings: Settings, _alliance: Alliance, _cycle: Cycle, _tables: Mapping[str, pd.DataFrame]) -> Work:
    """Read and check the alliance's files."""
    return lambda: load_alliance(settings.alliance)


def gather(settings: Settings, alliance: Alliance, cycle: Cycle, _tables: Mapping[str, pd.DataFrame]) -> Work:
    """Read every archived workbook of the cycle and of those before."""
    from pipeline.gather.archive import Archive
    from pipeline.gather.gather import gather as gather_cycle
    from pipeline.gather.gather import gather_earlier

    archive = Archive(settings.archive)

    def work() -> object:
        with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as cache:
            gathered = gather_cycle(alliance, cycle, archive, signing_key(cycle), Path(cache))
            return gathered, gather_earlier(alliance, cycle, archive, signing_key, Path(cache))

    return work


def validate(_settings: Settings, alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame]) -> Work:
    """Hold every answer to the rules."""
    import great_expectations.expectations  # noqa: F401 - its import is not the work

    from pipeline.validate.validate import validate as validate_cycle

    names = ("members", "commitments", "submissions", "answers", "places", "earlier_answers", "intake_notes")
    return lambda: validate_cycle(alliance, cycle, *(tables[name] for name in names))


def feedback(settings: Settings, alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame]) -> Work:
    """Prepare the letters with their workbooks."""
    from pipeline.feedback.letters import LetterTables, prepare_letters

    names = ("members", "submissions", "findings", "finding_history", "completeness")
    about = LetterTables(*(tables[name] for name in names))
    workbooks = [tables[name] for name in ("commitments", "answers", "earlier_answers")]
    return lambda: prepare_letters(alliance, cycle.name, about, *workbooks, settings.templates, signing_key(cycle))


def score(_settings: Settings, alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame]) -> Work:
    """Rate commitments of this cycle and of the last one, and bring ratings together."""
    from pipeline.score import score as stage

    names = ("members", "goals", "commitments", "submissions", "answers", "earlier_answers", "completeness")
    return lambda: stage.score(alliance, cycle, *(tables[name] for name in names))


def report(settings: Settings, alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame]) -> Work:
    """Render the Word report in its editions."""
    import docxtpl  # noqa: F401 - its import is not the work

    from pipeline.report.editions import edition_reports
    from pipeline.report.tables import STAGE_TABLES, Tables

    taken = Tables(**{name: tables[name] for name in STAGE_TABLES})
    return lambda: list(edition_reports(alliance, cycle, taken, settings.templates))


STAGES = {stage.__name__: stage for stage in (prepare, gather, validate, feedback, score, report)}


def main() -> None:
    """Run the stage that the command line names."""
    stage, name = sys.argv[1:]
    settings = Settings.from_environment()
    alliance = load_alliance(settings.alliance)
    folder: Path = settings.table(name, "members").parent
    # Some tables are made by jobs of their own, after a report or never.
    made = [table for table in TABLES if (folder / f"{table}.parquet").is_file()]
    tables = {table: read_table(folder / f"{table}.parquet", table) for table in made}
    work = STAGES[stage](settings, alliance, alliance.cycle(name), tables)
    started = time.perf_counter()
    work()
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
