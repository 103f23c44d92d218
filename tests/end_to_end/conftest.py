"""One whole run of the demonstration cycle 2014, from the command line, that the tests of this folder look at."""

from __future__ import annotations

import pytest

from tests.end_to_end.runs import Run, run_cycle


@pytest.fixture(scope="session")
def run_2014(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that most tests look at; nothing may write into it."""
    return run_cycle(tmp_path_factory.mktemp("run") / "data")
