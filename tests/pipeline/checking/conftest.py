from __future__ import annotations

import pytest
from check_cases import Brazil, brazil


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Brazil:
    return brazil(tmp_path_factory.mktemp("check"))
