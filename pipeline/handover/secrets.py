"""What no package holds: the secrets of the installation that makes it."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.alliance.ways_in import SECRETS
from pipeline.alliance.ways_out import PASSWORD_VARIABLE
from pipeline.handover.container import Content
from pipeline.handover.refusals import SecretError
from pipeline.settings import KEY_VARIABLE, LEDGER_VARIABLE

_SHORTEST: Final = 6
"""Shorter ones would be found by chance."""
_PIECE: Final = 1 << 20


def key_check(key: bytes) -> str:
    """A text by which the holder of a key knows that it is the right one; like a signed workbook, it does not tell the key."""
    return hmac.new(key, b"stocktake handover", hashlib.sha256).hexdigest()[:16]


def refuse_secrets(files: Mapping[str, Content], environment: Mapping[str, str] = os.environ) -> None:
    """Look for the secrets of this installation in files that shall be handed over.

    Args:
        files: Contents by name.
        environment: Where the secrets stand.

    Raises:
        SecretError: One of them stands in a file.
    """
    secrets = dict(_secrets(environment))
    for name in sorted(files):
        for variable, secret in secrets.items():
            if _holds(files[name], secret):
                mend = "Take it out, and choose a new one: it may have been read already."
                raise SecretError(f"{name} holds what {variable} is set to, so nothing was handed over. {mend}")


def _secrets(environment: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for variable in (KEY_VARIABLE, PASSWORD_VARIABLE, *SECRETS.values()):
        secret = environment.get(variable, "").strip()
        if len(secret) >= _SHORTEST:
            yield variable, secret.encode()
    try:
        password = make_url(environment.get(LEDGER_VARIABLE, "")).password or ""
    except ArgumentError:
        return
    if len(password) >= _SHORTEST:
        yield LEDGER_VARIABLE, str(password).encode()


def _holds(content: Content, secret: bytes) -> bool:
    if isinstance(content, bytes):
        return secret in content
    with content.open("rb") as file:
        before = b""
        while piece := file.read(_PIECE):
            if secret in before + piece:
                return True
            before = (before + piece)[-len(secret) :]
    return False
