"""Why a run failed, in words: what staff can mend in their own files and settings, and what is a fault of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import dagster as dg

from pipeline.errors import AllianceError
from pipeline.feedback.refusals import LedgerError, SendingError
from pipeline.gather.intake import InboxError
from pipeline.handover.refusals import ContainerError, SecretError
from pipeline.settings import SettingsError

TO_MEND: Final = (AllianceError, ContainerError, InboxError, LedgerError, SecretError, SendingError, SettingsError)
"""Errors whose message tells staff what to mend in their own files or settings."""

_NAMES: Final = {error.__name__ for error in TO_MEND}


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    Attributes:
        stage: Stage in which it failed, or the step where it belongs to none.
        reason: The words of the error.
        to_mend: Whether staff can mend it in their own files or settings; else it is a fault of ours.
        kind: Name of the error.
    """

    stage: str
    reason: str
    to_mend: bool
    kind: str = ""


def failure_of(event: dg.DagsterEvent, stages: Mapping[str, str]) -> Failure:
    """Read why a step failed.

    Args:
        event: The event that says so.
        stages: Stage by name of the step.
    """
    stage = stages.get(event.step_key or "", event.step_key or "")
    told = event.step_failure_data
    if told.user_failure_data is not None and told.user_failure_data.description:
        return Failure(stage, told.user_failure_data.description, to_mend=True, kind="Failure")
    if told.error is None:
        return Failure(stage, "No reason was recorded.", to_mend=False)
    cause = told.error.cause or told.error
    kind = cause.cls_name or ""
    if kind in _NAMES:
        return Failure(stage, cause.message.partition(": ")[2].strip(), to_mend=True, kind=kind)
    return Failure(stage, cause.message.strip(), to_mend=False, kind=kind)


def stages_of(assets: Sequence[dg.AssetsDefinition]) -> dict[str, str]:
    """The stage that each step belongs to.

    Args:
        assets: All definitions of assets and of their checks.
    """
    stages = {key: stage for asset in assets for key, stage in asset.group_names_by_key.items()}
    # A step that only checks an asset belongs to the asset's stage, which does not wait for it.
    return {
        asset.op.name: stages[next(iter(asset.keys or (check.asset_key for check in asset.check_specs)))]
        for asset in assets
    }
