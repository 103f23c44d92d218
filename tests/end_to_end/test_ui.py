"""The UI comes up over the data of the command line, without pop-up, and goes down as a whole."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from pipeline.settings import PROJECT
from tests.end_to_end.runs import Run, environment

pytestmark = pytest.mark.slow


def ask(port: int, query: str) -> dict[str, Any]:
    """What the UI itself asks its server."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())["data"]


@pytest.fixture(scope="module")
def served(run_2014: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    data = tmp_path_factory.mktemp("ui") / "data"
    shutil.copytree(run_2014.data, data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assets.cli", "ui", "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment(data), stdout=subprocess.DEVNULL)
    try:
        _wait_until_up(port)
        yield port, process
    finally:
        for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
            child.kill()
        process.kill()
        process.wait()


def _wait_until_up(port: int) -> None:
    for _ in range(240):
        try:
            ask(port, "{version}")
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail("The UI did not come up within two minutes.")


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
