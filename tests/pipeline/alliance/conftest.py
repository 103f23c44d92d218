"""What the tests of the alliance share."""

from __future__ import annotations

from pathlib import Path

import pytest
from alliance_folder import Folder, make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The tiny alliance, without any fault, for the test to spoil."""
    return make_folder(tmp_path)
