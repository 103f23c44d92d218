"""What a package was made with: stocktake and its code, Python, every pinned library, and the versions of all methods."""

from __future__ import annotations

import hashlib
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from pipeline.alliance.model import Alliance
from pipeline.score.method import methods
from pipeline.settings import PROJECT
from pipeline.validate.rule_book import all_rules

NAME: Final = "versions.json"
_LOCK: Final = PROJECT / "requirements.lock"
_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def versions(alliance: Alliance) -> dict[str, Any]:
    """All versions, as they go into ``versions.json``.

    Args:
        alliance: The alliance, with its questionnaire.
    """
    names = _PINNED.findall(_LOCK.read_text("utf-8")) if _LOCK.is_file() else []
    return {
        "stocktake": {"version": _installed("stocktake"), "code": code_fingerprint()},
        "python": platform.python_version(),
        "questionnaire": alliance.form.version,
        "methods": {name: method.version for name, method in sorted(methods().items())},
        "rules": {rule.name: rule.version for rule in all_rules()},
        "libraries": {name: found for name in sorted(names) if (found := _installed(name))},
    }


@cache
def code_fingerprint() -> str:
    """16 hexadecimal digits that change with every change of the code under ``pipeline``."""
    digest = hashlib.sha256()
    folder = PROJECT / "pipeline"
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def made_with() -> str:
    """stocktake, its code and Python on one line."""
    return f"stocktake {_installed('stocktake')} (code {code_fingerprint()}), Python {platform.python_version()}"
