"""The jobs that act on letters: nothing goes out that staff did not approve, and what is wrong is told with the mend."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.definitions import build_definitions
from assets.resources import Workplace
from pipeline.feedback.ledger import Ledger
from pipeline.feedback.letters_overview import overview_code
from pipeline.frames import frame, read_table, write_table
from pipeline.settings import PROJECT, Settings
from tests.pipeline.feedback import sending_cases
from tests.pipeline.feedback.smtp_peer import Peer, new_peer

MEMBERS = ["ALB", "FRA", "ESP"]
WAYS_OUT = "smtp:\n  host: 127.0.0.1\n  port: {port}\n  security: none\n  letters_per_minute: 6000\n"


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Generator[Peer]:
    running = new_peer(tmp_path_factory.mktemp("peer"))
    running.start()
    yield running
    running.stop()


class Office:
    """An installation with three prepared letters, its history of runs and its mail server."""

    def __init__(self, folder: Path, peer: Peer):
        alliance = shutil.copytree(PROJECT / "alliance", folder / "alliance")
        (alliance / "ways_out.yaml").write_text(WAYS_OUT.format(port=peer.port))
        self.settings = Settings(alliance, folder / "inbox", PROJECT / "report_templates", folder / "data")
        self.definitions = build_definitions(self.settings)
        self.instance = dg.DagsterInstance.ephemeral()
        self.peer, self.before = peer, len(peer.received())
        self.prepare()

    def prepare(self, text: str = "Dear colleague", kind: str = "corrections", which: str = "letters") -> None:
        folder = self.settings.output("2014") / which
        desk = sending_cases.Desk(folder, Workplace.of(self.settings).load(), self.settings.ledger)
        desk.prepare(MEMBERS, text=text, kind=kind)
        self.letters, self.code = desk.letters, overview_code(desk.letters)
        write_table(self.settings.table("2014", which), which, desk.letters)
        write_table(self.settings.table("2014", "findings"), "findings", frame("findings", []))

    def run(self, job: str, **config: Any) -> dg.ExecuteInProcessResult:
        op = {"send_letters": "send", "resolve_letter": "resolve"}[job]
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            partition_key="2014" if job == "send_letters" else None,
            run_config={"ops": {op: {"config": config}}} if config else None,
            raise_on_error=False,
        )

    def sent(self) -> list[str]:
        """The members that received something, by their focal point's address."""
        received = self.peer.received()[self.before :]
        return sorted(one["recipients"][0].split("@")[1][:3].upper() for one in received)

    def ledger(self) -> dict[str, str]:
        with Ledger.open(self.settings.ledger) as ledger:
            table = ledger.letters("2014")
        return dict(zip(table["member"], table["state"], strict=True))

    def message_id(self, member: str) -> str:
        return str(self.letters.set_index("member").loc[member, "message_id"])


@pytest.fixture
def office(tmp_path: Path, peer: Peer) -> Generator[Office]:
    yield Office(tmp_path, peer)
    peer.faults()


def refusal(result: dg.ExecuteInProcessResult) -> str:
    """What staff read about a run that was refused."""
    assert not result.success
    (event,) = [event for event in result.all_events if event.is_step_failure]
    told = event.step_failure_data.user_failure_data
    assert told is not None, event.step_failure_data.error
    return told.description or ""


def table(result: dg.ExecuteInProcessResult, name: str) -> list[dict[str, Any]]:
    (output,) = [event for event in result.all_events if event.is_successful_output]
    return [dict(record.data) for record in output.step_output_data.metadata[name].records]


def test_without_any_choice_it_only_says_what_would_be_sent(office: Office) -> None:
    result = office.run("send_letters")
    assert [(row["member"], row["state"]) for row in table(result, "letters")] == [
        (member, "would_be_sent") for member in MEMBERS
    ]
    assert all("@" in row["recipients"] for row in table(result, "letters"))
    assert office.sent() == []
    assert not (office.settings.data / "ledger.sqlite").exists()


def test_what_is_approved_is_sent_once_however_often_it_is_asked_for(office: Office) -> None:
    for _ in range(2):
        result = office.run("send_letters", overview=office.code, by="Desk A", dry_run=False)
        assert [row["state"] for row in table(result, "letters")] == ["sent"] * 3
        assert table(result, "to look at") == []
    assert office.sent() == sorted(MEMBERS)
    assert office.ledger() == dict.fromkeys(MEMBERS, "sent")


def test_the_ledger_is_shown_at_its_asset_right_after_sending(office: Office) -> None:
    office.run("send_letters", overview=office.code, by="Desk A", dry_run=False)
    event = office.instance.get_latest_materialization_event(dg.AssetKey("ledger"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.partition == "2014"
    stored = read_table(office.settings.table("2014", "ledger"), "ledger")
    assert set(stored["state"]) == {"sent"}


def test_only_the_members_that_were_chosen_are_written_to(office: Office) -> None:
    office.run("send_letters", overview=office.code, by="Desk A", dry_run=False, members=["fra"])
    assert office.sent() == ["FRA"]


def test_the_thanks_are_sent_by_their_own_code(office: Office) -> None:
    office.prepare(kind="thanks", which="closing_letters")
    result = office.run("send_letters", which="closing_letters", overview=office.code, by="Desk A", dry_run=False)
    assert {row["kind"] for row in table(result, "letters")} == {"thanks"}
    assert len(office.sent()) == 3


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"overview": "0123456789ab"}, "is not that of the letters as they are prepared now"),
        ({"overview": ""}, "Read their overview"),
        ({"by": " "}, "Say who approves: fill in by"),
        ({"members": ["XXX"]}, "There is no letter to XXX. Correct members"),
        ({"which": "closing_letters"}, "Run the job thanks for 2014"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_told_with_the_mend(
    office: Office, changed: dict[str, Any], told: str
) -> None:
    choice = {"overview": office.code, "by": "Desk A", "dry_run": False, **changed}
    assert told in refusal(office.run("send_letters", **choice))
    assert office.sent() == []


def test_without_a_mail_server_it_says_where_to_name_one(office: Office) -> None:
    (office.settings.alliance / "ways_out.yaml").unlink()
    assert "ways_out.yaml" in refusal(office.run("send_letters"))


def test_what_is_wrong_in_the_alliances_files_is_told_in_their_words(office: Office) -> None:
    path = office.settings.alliance / "goals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("policy_target", "policy_tarjet", 1), encoding="utf-8")
    assert "goals.csv" in refusal(office.run("send_letters"))


@pytest.mark.parametrize("fault", [{"at": "taken", "do": "drop"}, {"at": "end", "do": "drop"}])
def test_an_uncertain_letter_stands_first_with_what_to_do_and_is_not_sent_again(
    office: Office, fault: dict[str, str]
) -> None:
    office.peer.faults({**fault, "for": "fra"})
    result = office.run("send_letters", overview=office.code, by="Desk A", dry_run=False)
    assert result.success, "the others were sent"
    (row,) = table(result, "to look at")
    assert (row["member"], row["state"], row["message_id"]) == ("FRA", "uncertain", office.message_id("FRA"))
    assert "resolve_letter" in row["what_to_do"]
    assert table(result, "letters")[0] == {key: row[key] for key in row if key != "what_to_do"}
    received = office.sent().count("FRA")
    office.peer.faults()
    office.run("send_letters", overview=office.code, by="Desk A", dry_run=False)
    assert office.sent().count("FRA") == received


def test_staff_settle_an_uncertain_letter(office: Office) -> None:
    office.peer.faults({"at": "taken", "do": "drop", "for": "fra"})
    office.run("send_letters", overview=office.code, by="Desk A", dry_run=False)
    choice = {"message_id": office.message_id("FRA"), "by": "Desk A", "reason": "The ministry confirmed it."}
    assert "write sent or send_again" in refusal(office.run("resolve_letter", **choice)).lower()
    assert office.run("resolve_letter", **choice, outcome="sent").success
    assert office.ledger() == dict.fromkeys(MEMBERS, "sent")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"by": ""}, "Say who decided (by) and why (reason)"),
        ({"message_id": "<none@x>"}, "message_id from the ledger"),
        ({}, "waits for no such decision"),
    ],
)
def test_what_cannot_be_settled_is_told_with_the_mend(office: Office, changed: dict[str, str], told: str) -> None:
    office.run("send_letters", overview=office.code, by="Desk A", dry_run=False, members=["ALB"])
    choice = {"message_id": office.message_id("ALB"), "outcome": "sent", "by": "Desk A", "reason": "Asked."}
    assert told in refusal(office.run("resolve_letter", **{**choice, **changed}))


def test_sending_is_part_of_no_other_job(office: Office) -> None:
    repository = office.definitions.get_repository_def()
    for job in repository.get_all_jobs():
        steps = {node.name for node in job.graph.nodes}
        assert ("send" in steps) == (job.name == "send_letters")
        assert ("resolve" in steps) == (job.name == "resolve_letter")


def test_nothing_tries_to_send_again_by_itself(office: Office) -> None:
    job = office.definitions.resolve_job_def("send_letters")
    assert job.tags["dagster/max_retries"] == "0"
    assert all(node.definition.retry_policy is None for node in job.graph.nodes)
