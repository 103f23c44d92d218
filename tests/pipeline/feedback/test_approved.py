"""What staff may send when, by what the last run of a cycle left."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.alliance.load import load_alliance
from pipeline.feedback.approved import Choice, send_approved
from pipeline.feedback.refusals import SendingError
from pipeline.feedback.sending import Means
from pipeline.frames import frame, write_table
from pipeline.settings import PROJECT, Settings


def closing(folder: Path, now: datetime, *, dry_run: bool) -> str:
    """What is said when the thanks of 2014, of which there are none, are sent at a moment; '' where they can be."""
    settings = Settings(PROJECT / "alliance", folder / "inbox", PROJECT / "report_templates", folder)
    for name in ("closing_letters", "findings"):
        write_table(settings.table("2014", name), name, frame("letters" if "letters" in name else name, ()))
    choice = Choice("closing_letters", (), "" if dry_run else "0" * 12, "Desk A", dry_run)
    means = Means(settings.ledger, lambda: now, lambda _: None)
    try:
        send_approved(load_alliance(settings.alliance), "2014", settings, choice, means)
    except SendingError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("hour", "dry_run", "refused"), [(23, False, True), (24, False, False), (0, True, False)])
def test_thanks_are_not_sent_while_the_cycle_takes_answers(
    tmp_path: Path, hour: int, dry_run: bool, refused: bool
) -> None:
    moment = datetime(2014, 8, 15 + hour // 24, hour % 24, 59, tzinfo=UTC)
    said = closing(tmp_path, moment, dry_run=dry_run)
    assert ("takes answers until 2014-08-15 (cut_off in cycles.yaml)" in said) == refused, said
