"""The UI comes up over the data of the command line, without pop-up, and goes down as a whole."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator

import psutil
import pytest

from tests.end_to_end.runs import Run, environment
from tests.end_to_end.serving import ask, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(run_2014: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    data = tmp_path_factory.mktemp("ui") / "data"
    shutil.copytree(run_2014.data, data)
    with serving(environment(data)) as (port, process):
        yield port, process


def test_staff_find_the_job_the_cycles_and_the_run_of_the_command_line(
    served: tuple[int, subprocess.Popen[bytes]],
) -> None:
    told = ask(
        served[0],
        "{pipelineRunsOrError{... on Runs{results{jobName status tags{key value}}}} shouldShowNux "
        'assetNodes(assetKeys: [{path: ["findings"]}]){partitionKeys groupName '
        "assetMaterializations(limit: 1){metadataEntries{label}}}}",
    )
    (run,) = told["pipelineRunsOrError"]["results"]
    assert (run["jobName"], run["status"]) == ("progress_report", "SUCCESS")
    assert {"key": "dagster/partition", "value": "2014"} in run["tags"]
    assert told["shouldShowNux"] is False
    (findings,) = told["assetNodes"]
    assert findings["partitionKeys"] == ["2013", "2014"]
    labels = [entry["label"] for entry in findings["assetMaterializations"][0]["metadataEntries"]]
    assert {"error", "warning", "query", "members", "findings"} <= set(labels)


@pytest.mark.parametrize(
    ("asset", "label", "says"),
    [
        ("commitment_scores", "ratings per goal", "★ achieved"),
        ("aggregate_scores", "heat map", "Albania"),
        ("change_counts", "changes per goal", "↑ better"),
    ],
)
def test_staff_find_the_pictures_of_the_scores(
    served: tuple[int, subprocess.Popen[bytes]], asset: str, label: str, says: str
) -> None:
    told = ask(
        served[0],
        "query($keys: [AssetKeyInput!]!){assetNodes(assetKeys: $keys){assetMaterializations(limit: 1){"
        "metadataEntries{label ... on MarkdownMetadataEntry{mdStr}}}}}",
        keys=[{"path": [asset]}],
    )
    entries = told["assetNodes"][0]["assetMaterializations"][0]["metadataEntries"]
    (markdown,) = [entry["mdStr"] for entry in entries if entry["label"] == label]
    kind, _, content = markdown.partition("](data:image/svg+xml;base64,")
    assert kind.startswith("![")
    assert says in base64.b64decode(content.removesuffix(")")).decode()


def test_it_listens_on_this_machine_only(served: tuple[int, subprocess.Popen[bytes]]) -> None:
    listening = [
        connection.laddr.ip
        for process in psutil.Process(served[1].pid).children(recursive=True)
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == served[0]
    ]
    assert listening == ["127.0.0.1"]


def test_ending_it_ends_everything(served: tuple[int, subprocess.Popen[bytes]]) -> None:
    children = psutil.Process(served[1].pid).children(recursive=True)
    assert len(children) >= 3
    served[1].terminate()
    assert served[1].wait(timeout=60) == 0
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []
