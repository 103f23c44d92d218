"""One alliance with its blank workbooks, and one cycle for each way of filling them, shared by all tests here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.planted.planted_cycle import Planted, plant_cycle
from tests.planted.whole_cycle import WholeCycle


@pytest.fixture(scope="session")
def whole_cycle(tmp_path_factory: pytest.TempPathFactory) -> WholeCycle:
    return WholeCycle(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="session")
def planted(whole_cycle: WholeCycle) -> Callable[[int], Planted]:
    """The cycle with the errors of a seed."""
    return cache(lambda seed: plant_cycle(whole_cycle, seed))
