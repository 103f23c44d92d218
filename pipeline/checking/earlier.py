"""The answers of earlier cycles, where a run of this installation has left them."""

from __future__ import annotations

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import TableError, conform, read_table
from pipeline.settings import Settings, SettingsError


def earlier_answers_at_hand(settings: Settings, alliance: Alliance, cycle: Cycle) -> pd.DataFrame | None:
    """Read what members answered in earlier cycles from the tables of the last run.

    Args:
        settings: The folders of the installation.
        alliance: The alliance.
        cycle: The cycle.

    Returns:
        The table ``earlier_answers`` of a run of the cycle or, without one, the table ``answers`` of each earlier
        cycle that was run, the oldest first; None where there is neither, as on the computer of a country.

    Raises:
        SettingsError: A table is damaged, or was written by another version of stocktake.
    """
    ready = _read(settings, cycle.name, "earlier_answers")
    if ready is not None:
        return ready
    answers = {
        earlier.name: _read(settings, earlier.name, "answers") for earlier in alliance.earlier_cycles(cycle.name)
    }
    found = [table.assign(cycle=name) for name, table in answers.items() if table is not None]
    return conform("earlier_answers", pd.concat(found)) if found else None


def _read(settings: Settings, cycle: str, name: str) -> pd.DataFrame | None:
    path = settings.table(cycle, name)
    try:
        return read_table(path, name)
    except FileNotFoundError:
        return None
    except (TableError, ValueError, OSError) as error:
        raise SettingsError(
            f"The table {path} cannot be used. Run `stocktake report {cycle}` again, or remove the file: {error}"
        ) from error
