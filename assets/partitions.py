"""The partitions: one per reporting cycle, named as in ``cycles.yaml``."""

from __future__ import annotations

import dagster as dg
import yaml

from pipeline.settings import Settings


def _cycle_names(settings: Settings) -> list[str]:
    # The only file that is read while the definitions load; it is checked in full by load_alliance.
    entries = yaml.safe_load((settings.alliance / "cycles.yaml").read_text(encoding="utf-8"))
    return [str(entry["name"]) for entry in entries]


CYCLES = dg.StaticPartitionsDefinition(_cycle_names(Settings.from_environment()))
