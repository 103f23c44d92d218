"""With the real daemon: staff switch the sensor on, a country's corrected workbook arrives, and its errors are gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.alliance.load import load_alliance
from pipeline.frames import read_table
from tests.end_to_end.other_alliance import (
    ANSWERS,
    CYCLE,
    KEY,
    blank_workbooks,
    fill_in,
    write_alliance,
    write_inbox,
    write_templates,
)
from tests.end_to_end.runs import environment
from tests.end_to_end.serving import ask, serving
from tests.pipeline.feedback.smtp_peer import Peer, new_peer

pytestmark = pytest.mark.slow

FILE = "MOZ-2030-1-pt.xlsx"
REPOSITORY = {"repositoryLocationName": "stocktake", "repositoryName": "__repository__"}
SWITCH_ON = """mutation On($sensor: SensorSelector!) {
  startSensor(sensorSelector: $sensor) {
    __typename ... on Sensor {sensorState {status}} ... on PythonError {message}
  }
}"""
RUNS = "{pipelineRunsOrError{... on Runs{results{jobName status tags{key value}}}}}"


class Office:
    """An installation of the small alliance, its inbox and its UI."""

    def __init__(self, folder: Path):
        self.alliance, self.templates = write_alliance(folder / "alliance"), write_templates(folder / "templates")
        self.inbox, self.data = write_inbox(folder / "inbox", self.alliance, self.templates) / CYCLE, folder / "data"
        self.port = 0

    @property
    def environment(self) -> dict[str, str]:
        return environment(
            self.data,
            STOCKTAKE_ALLIANCE=str(self.alliance),
            STOCKTAKE_TEMPLATES=str(self.templates),
            STOCKTAKE_INBOX=str(self.inbox.parent),
            STOCKTAKE_KEY=KEY,
            STOCKTAKE_INBOX_SECONDS="2",
        )

    def switch_on(self, sensor: str) -> str:
        return ask(self.port, SWITCH_ON, sensor={**REPOSITORY, "sensorName": sensor})["startSensor"]["sensorState"][
            "status"
        ]

    def runs(self) -> list[dict[str, Any]]:
        return ask(self.port, RUNS)["pipelineRunsOrError"]["results"]

    def wait_for_runs(self, number: int) -> list[dict[str, Any]]:
        """Wait until there are so many runs, all of them at their end."""
        for _ in range(240):
            runs = self.runs()
            if len(runs) >= number and all(run["status"] in ("SUCCESS", "FAILURE", "CANCELED") for run in runs):
                return runs
            time.sleep(1)
        return pytest.fail(f"There were not {number} runs within four minutes: {self.runs()}")

    def errors(self) -> dict[str, int]:
        found = read_table(self.data / "tables" / CYCLE / "findings.parquet", "findings")
        return {str(member): int(count) for member, count in found["member"].value_counts().items()}

    def correct(self) -> None:
        """Put Mozambique's corrected workbook over the first one, under the same name."""
        blank = blank_workbooks(load_alliance(self.alliance), self.templates)[FILE]
        corrected = {
            **ANSWERS["MOZ"],
            "cobertura": 45,
            "plano": "https://agua.example.org/moz",
            "afluente": "Rio Chire",
        }
        listed = (self.inbox / "received.csv").read_text(encoding="utf-8")
        (self.inbox / FILE).write_bytes(fill_in(blank, corrected))
        later = listed.replace("2030-08-22T10:00:00Z", "2030-08-28T10:00:00Z")
        assert later != listed
        (self.inbox / "received.csv").write_text(later, encoding="utf-8")


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    running = new_peer(tmp_path / "peer")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    desk = Office(tmp_path)
    with serving(desk.environment) as (port, _):
        desk.port = port
        yield desk


def test_a_corrected_workbook_in_the_inbox_is_gathered_by_itself_and_nothing_is_sent(office: Office) -> None:
    time.sleep(5)
    assert office.runs() == [], "nothing runs before staff switch it on"
    assert office.switch_on("new_answers") == "RUNNING"
    (first,) = office.wait_for_runs(1)
    assert (first["jobName"], first["status"]) == ("answers", "SUCCESS")
    assert {"key": "dagster/partition", "value": CYCLE} in first["tags"]
    assert office.errors() == {"MOZ": 3}

    office.correct()
    runs = office.wait_for_runs(2)
    assert [run["status"] for run in runs] == ["SUCCESS", "SUCCESS"]
    assert office.errors() == {}
    assert list((office.data / "output" / CYCLE / "letters").glob("MOZ-*.eml"))
    assert not (office.data / "ledger.sqlite").exists()
    time.sleep(10)
    assert len(office.runs()) == 2, "what does not change is not gathered again"


def test_when_a_run_fails_staff_are_written_to(office: Office, peer: Peer) -> None:
    server = f"smtp:\n  host: 127.0.0.1\n  port: {peer.port}\n  security: none\nstaff:\n  - desk@rios.example\n"
    (office.alliance / "ways_out.yaml").write_text(server)
    assert office.switch_on("failed_runs") == "RUNNING"
    # Dagster tells of runs that fail after the sensor looked for the first time.
    time.sleep(10)
    with (office.inbox / "received.csv").open("a", encoding="utf-8") as listed:
        listed.write("\nnone.xlsx,2030-08-29T10:00:00Z,\n")
    assert office.switch_on("new_answers") == "RUNNING"
    (failed,) = office.wait_for_runs(1)
    assert failed["status"] == "FAILURE"
    for _ in range(60):
        if peer.received():
            break
        time.sleep(1)
    (notice,) = peer.received()
    assert notice["recipients"] == ["desk@rios.example"]
