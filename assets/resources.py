"""What assets need besides tables: the folders of this installation and what the alliance's files say."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance, Cycle
from pipeline.settings import Settings, signing_key


class Workplace(dg.ConfigurableResource[Any]):
    """The folders of this installation (see :class:`pipeline.settings.Settings`) and the alliance they describe."""

    alliance: str
    inbox: str
    templates: str
    data: str

    @classmethod
    def of(cls, settings: Settings) -> Workplace:
        """The workplace that uses the folders of ``settings``."""
        return cls(
            alliance=str(settings.alliance),
            inbox=str(settings.inbox),
            templates=str(settings.templates),
            data=str(settings.data),
        )

    @property
    def settings(self) -> Settings:
        """The folders as paths."""
        return Settings(Path(self.alliance), Path(self.inbox), Path(self.templates), Path(self.data))

    def load(self) -> Alliance:
        """The alliance as its files stand now, read and checked once per change of a file.

        Raises:
            AllianceError: The files have problems; all of them are listed.
        """
        folder = self.settings.alliance
        files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith((".", "~")))
        return _load(folder, tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))

    def key(self, cycle: Cycle) -> bytes:
        """The key that signs the workbooks of ``cycle``; from the environment, never from a configuration."""
        return signing_key(cycle)


@lru_cache(maxsize=1)
def _load(folder: Path, _state_of_files: tuple[tuple[Path, int, int], ...]) -> Alliance:
    return load_alliance(folder)
