"""What was odd about the accepted workbooks of earlier cycles, seen with the questionnaire of today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.gather.archive import Archive
from pipeline.gather.gather import gather


def earlier_notes(
    alliance: Alliance, cycle: Cycle, archive: Archive, key: Callable[[Cycle], bytes], cache: Path
) -> pd.DataFrame:
    """The notes on the workbooks of every cycle before a cycle, from the archive.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        archive: Everything received.
        key: Gives the key that signed the workbooks of a cycle.
        cache: See :func:`pipeline.gather.gather.gather`.

    Returns:
        The columns of the table ``intake_notes`` and ``cycle``, the oldest cycle first. An answer to a code that is gone
        from the questionnaire is a note ``unknown_code``.
    """
    frames = [
        gather(alliance, earlier, archive, key(earlier), cache).intake_notes.assign(cycle=earlier.name)
        for earlier in alliance.earlier_cycles(cycle.name)
    ]
    return pd.concat(frames) if frames else pd.DataFrame(columns=pd.Index(["member", "note", "seen", "cycle"]))
