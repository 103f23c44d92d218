"""Where things are and which key signs the workbooks: settings that differ from one installation to the next.

All of them come from environment variables; without any, everything lies in the folder of the project and the inbox is
the example's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.alliance.model import Cycle

PROJECT = Path(__file__).resolve().parent.parent

KEY_VARIABLE = "STOCKTAKE_KEY"
LEDGER_VARIABLE = "STOCKTAKE_LEDGER"
# Published, and therefore no secret: it lets everybody rebuild the demonstration from the repository alone.
DEMONSTRATION_KEY = b"stocktake demonstration cycles only"
_SHORTEST_KEY = 16

INBOX_SECONDS_VARIABLE = "STOCKTAKE_INBOX_SECONDS"
INBOX_SECONDS = 30
"""Seconds between two looks at the inbox, if nothing else is set."""


class SettingsError(Exception):
    """The environment does not hold what is needed; the message says what to set."""


@dataclass(frozen=True)
class Settings:
    """The folders of one installation.

    Attributes:
        alliance: What the secretariat decides (``STOCKTAKE_ALLIANCE``, default ``alliance/``).
        inbox: Where received workbooks are dropped, one folder per cycle (``STOCKTAKE_INBOX``, default
            ``examples/inbox/``).
        templates: Report shell, letters, translations (``STOCKTAKE_TEMPLATES``, default ``report_templates/``).
        data: Everything that stocktake writes (``STOCKTAKE_DATA``, default ``data/``).
    """

    alliance: Path
    inbox: Path
    templates: Path
    data: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from environment variables; relative paths start at the working directory."""

        def folder(variable: str, default: Path) -> Path:
            given = environment.get(variable)
            return Path(given).resolve() if given else default

        return cls(
            alliance=folder("STOCKTAKE_ALLIANCE", PROJECT / "alliance"),
            inbox=folder("STOCKTAKE_INBOX", PROJECT / "examples" / "inbox"),
            templates=folder("STOCKTAKE_TEMPLATES", PROJECT / "report_templates"),
            data=folder("STOCKTAKE_DATA", PROJECT / "data"),
        )

    @property
    def archive(self) -> Path:
        """Every received file, byte for byte; only ever added to."""
        return self.data / "archive"

    @property
    def cache(self) -> Path:
        """What was read out of archived files, so that it need not be read again; may be deleted at any time."""
        return self.data / "cache" / "readings"

    @property
    def ledger(self) -> str:
        """Address of the ledger of letters (``STOCKTAKE_LEDGER``, default a SQLite file in ``data``).

        It is looked up when it is needed: a password may stand in it, which no configuration of a run must show.
        """
        return os.environ.get(LEDGER_VARIABLE) or f"sqlite:///{self.data / 'ledger.sqlite'}"

    def table(self, cycle: str, name: str) -> Path:
        """The Parquet file of a table of a cycle."""
        return self.data / "tables" / cycle / f"{name}.parquet"

    def output(self, cycle: str) -> Path:
        """The folder of what people open: report, letters, workbooks."""
        return self.data / "output" / cycle


def signing_key(cycle: Cycle, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that signs and checks the workbooks of a cycle.

    Args:
        cycle: A demonstration cycle is signed with a published key, so that anybody can rebuild it.
        environment: Where ``STOCKTAKE_KEY`` is looked up for all other cycles.

    Raises:
        SettingsError: The cycle is real and there is no key, or one of fewer than 16 characters.
    """
    if cycle.demonstration:
        return DEMONSTRATION_KEY
    key = environment.get(KEY_VARIABLE, "")
    if len(key) < _SHORTEST_KEY:
        raise SettingsError(
            f"Cycle {cycle.name} is not a demonstration, so its workbooks are signed with a secret key. "
            f"Set the environment variable {KEY_VARIABLE} to a random text of at least {_SHORTEST_KEY} characters, "
            "the same for as long as workbooks of the cycle come back."
        )
    return key.encode()


def inbox_seconds(environment: Mapping[str, str] = os.environ) -> int:
    """Least time in seconds between two looks at the inbox.

    Args:
        environment: Where ``STOCKTAKE_INBOX_SECONDS`` is looked up.

    Raises:
        SettingsError: It is no whole number from 1 on.
    """
    given = environment.get(INBOX_SECONDS_VARIABLE) or str(INBOX_SECONDS)
    if not given.isascii() or not given.isdecimal() or int(given) < 1:
        raise SettingsError(f"{INBOX_SECONDS_VARIABLE} is {given!r}. Set it to whole seconds, e.g. {INBOX_SECONDS}.")
    return int(given)
