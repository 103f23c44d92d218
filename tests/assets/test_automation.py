"""What runs by itself: switched off until staff switch it on, and never anything that sends."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from assets.definitions import build_definitions, defs
from assets.failures import stages_of
from assets.resources import Workplace
from assets.schedules import mail_and_web_forms, reminders
from assets.sensors import failed_run
from pipeline.feedback.notices import FailedRun
from pipeline.settings import PROJECT, Settings, SettingsError, inbox_seconds

REPOSITORY = defs.get_repository_def()
SENSORS = list(defs.sensors or [])
SCHEDULES = list(defs.schedules or [])


@pytest.mark.parametrize("each", [*SENSORS, *SCHEDULES], ids=lambda each: each.name)
def test_everything_that_runs_by_itself_is_off_and_explains_itself(each) -> None:
    assert each.default_status.value == "STOPPED"
    assert len(each.description) > 100


def test_whatever_runs_by_itself_runs_the_job_that_sends_nothing() -> None:
    automatic = [each.job_name for each in SCHEDULES] + [s.job_name for s in SENSORS if s.name != "failed_runs"]
    assert automatic == ["answers"] * 3


def test_the_job_answers_stops_at_the_letters() -> None:
    made = {key.to_user_string() for key in defs.resolve_job_def("answers").asset_layer.executable_asset_keys}
    assert {"submissions", "findings", "completeness", "letters", "ledger"} <= made
    assert not made & {"word_report", "commitment_scores", "blank_workbooks"}


# --- the inbox --------------------------------------------------------------------------------------------------------


class Desk:
    """An inbox, its sensor, and what the sensor remembers."""

    def __init__(self, folder: Path):
        self.inbox = folder / "inbox"
        (self.inbox / "2014").mkdir(parents=True)
        (folder / "dagster").mkdir()
        settings = Settings(PROJECT / "alliance", self.inbox, PROJECT / "report_templates", folder / "data")
        self.instance = dg.DagsterInstance.local_temp(str(folder / "dagster"))
        self.workplace = Workplace.of(settings)
        self.repository = REPOSITORY
        self.cursor: str | None = None

    def drop(self, name: str, content: bytes) -> None:
        (self.inbox / "2014" / name).write_bytes(content)

    def tick(self) -> tuple[list[dg.RunRequest], str | None]:
        given = {"repository_def": self.repository, "resources": {"workplace": self.workplace}}
        with dg.build_sensor_context(self.instance, cursor=self.cursor, **given) as context:
            data = self.repository.get_sensor_def("new_answers").evaluate_tick(context)
        self.cursor = data.cursor
        return list(data.run_requests or []), data.skip_message


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_new_file_starts_one_run_for_its_cycle_when_it_has_settled(desk: Desk) -> None:
    desk.drop("ALB.xlsx", b"first")
    started, said = desk.tick()
    assert started == []
    assert said == "Files are changing in: 2014."
    ((request,), _) = desk.tick()
    assert request.partition_key == "2014"
    assert desk.tick() == ([], "Nothing has changed in the inbox.")


def test_a_corrected_file_under_the_same_name_starts_a_run_with_another_key(desk: Desk) -> None:
    keys = []
    for content in (b"first", b"other", b"first"):
        desk.drop("ALB.xlsx", content)
        desk.tick()
        keys += [request.run_key for request in desk.tick()[0]]
    assert len(set(keys)) == 3


def test_while_a_run_waits_in_the_queue_no_second_one_joins_it(desk: Desk) -> None:
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("stocktake"), "x"), "answers")
    waits = dg.DagsterRun(
        "answers", status=dg.DagsterRunStatus.QUEUED, tags={"dagster/partition": "2014"}, remote_job_origin=origin
    )
    desk.instance.add_run(waits)
    desk.drop("ALB.xlsx", b"first")
    assert [desk.tick()[0] for _ in range(3)] == [[], [], []]
    desk.instance.delete_run(waits.run_id)
    assert len(desk.tick()[0]) == 1


def test_the_cursor_stays_small_however_many_files_there_are(desk: Desk) -> None:
    for number in range(300):
        desk.drop(f"{number}.xlsx", os.urandom(4))
    desk.tick()
    assert len(desk.cursor or "") < 200


# --- the clock --------------------------------------------------------------------------------------------------------


def tick(schedule: dg.ScheduleDefinition, desk: Desk, moment: dt.datetime, workplace: Workplace | None = None):
    given = {"repository_def": desk.repository, "resources": {"workplace": workplace or desk.workplace}}
    with dg.build_schedule_context(desk.instance, scheduled_execution_time=moment, **given) as context:
        return schedule.evaluate_tick(context)


def on(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T05:00:00+00:00")


@pytest.mark.parametrize("day", ["2014-07-01", "2014-07-02", "2014-07-15"])
def test_reminders_are_prepared_once_from_their_day_on(desk: Desk, day: str) -> None:
    (request,) = tick(reminders, desk, on(day)).run_requests
    # Dagster starts one run per key, whatever the day.
    assert (request.run_key, request.partition_key) == ("reminders-2014-2014-07-01", "2014")
    assert request.tags["stocktake/because"] == "reminders of 2014: deadline 2014-07-15"


@pytest.mark.parametrize("day", ["2014-06-30", "2014-07-16", "2026-01-01"])
def test_on_other_days_it_says_when_reminders_are_due(desk: Desk, day: str) -> None:
    ticked = tick(reminders, desk, on(day))
    assert not ticked.run_requests
    assert "2014: 2014-07-01" in ticked.skip_message


def test_every_hour_the_open_cycle_is_collected_where_there_is_a_mailbox(desk: Desk, tmp_path: Path) -> None:
    folder = shutil.copytree(PROJECT / "alliance", tmp_path / "alliance")
    (folder / "ways_in.yaml").write_text("mailbox:\n  host: imap.alliance.example\n  user: office@alliance.example\n")
    workplace = Workplace.of(dataclasses.replace(desk.workplace.settings, alliance=folder))
    assert [r.partition_key for r in tick(mail_and_web_forms, desk, on("2014-06-20"), workplace).run_requests] == [
        "2014"
    ]
    assert "No cycle is open" in tick(mail_and_web_forms, desk, on("2014-01-20"), workplace).skip_message


def test_without_a_mailbox_or_form_server_there_is_nobody_to_ask(desk: Desk) -> None:
    assert "ways_in.yaml" in tick(mail_and_web_forms, desk, on("2014-06-20")).skip_message


@pytest.mark.parametrize(("given", "expected"), [("", 30), ("5", 5)])
def test_how_often_the_inbox_is_looked_at_can_be_set(given: str, expected: int) -> None:
    assert inbox_seconds({"STOCKTAKE_INBOX_SECONDS": given}) == expected


@pytest.mark.parametrize("given", ["0", "-3", "often", "1.5", "³"])
def test_what_is_no_number_of_seconds_is_told(given: str) -> None:
    with pytest.raises(SettingsError, match="STOCKTAKE_INBOX_SECONDS"):
        inbox_seconds({"STOCKTAKE_INBOX_SECONDS": given})


# --- runs that fail ---------------------------------------------------------------------------------------------------


def failed(desk: Desk, job: str = "answers") -> FailedRun:
    """What staff are told of a run that was just executed and failed."""
    definitions = build_definitions(desk.workplace.settings)
    result = definitions.resolve_job_def(job).execute_in_process(
        instance=desk.instance, partition_key="2014", raise_on_error=False
    )
    assert not result.success
    event = result.get_run_failure_event()
    context = dg.build_run_status_sensor_context("failed_runs", event, desk.instance, result.dagster_run)
    stages = stages_of([each for each in definitions.assets or () if isinstance(each, dg.AssetsDefinition)])
    return failed_run(context.for_run_failure(), stages)


@pytest.mark.slow
def test_staff_are_told_what_to_mend_in_their_own_files(desk: Desk) -> None:
    (desk.inbox / "2014" / "received.csv").write_text("file,received\nnone.xlsx,2014-06-30T17:45:00+02:00\n")
    told = failed(desk)
    assert (told.job, told.cycle, told.stage, told.kind, told.to_mend) == (
        "answers",
        "2014",
        "gather",
        "InboxError",
        True,
    )
    assert told.reason.startswith("received.csv, line 2: there is no file 'none.xlsx' in the folder.")


def test_staff_are_told_what_was_wrong_with_their_choice(desk: Desk) -> None:
    told = failed(desk, "send_letters")
    assert (told.job, told.stage, told.to_mend) == ("send_letters", "send", True)
    assert "Run the job answers for 2014" in told.reason
    assert abs((dt.datetime.now(dt.UTC) - told.at).total_seconds()) < 600
