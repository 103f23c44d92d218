"""Whose workbook it is: the token that every workbook carries, and the signature that makes it credible."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Token:
    """What a workbook says about itself.

    Attributes:
        alliance: Code of the alliance.
        cycle: Name of the cycle.
        member: Code of the member.
        form_version: Version of the questionnaire.
        language: Language of the workbook.
    """

    alliance: str
    cycle: str
    member: str
    form_version: str
    language: str


_FIELDS = tuple(field.name for field in fields(Token))


def write_token(token: Token) -> str:
    """The token as canonical JSON (sorted keys, ASCII), as it stands in the workbook and as it is signed."""
    return json.dumps(asdict(token), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def read_token(text: str) -> Token | None:
    """The token that ``write_token`` wrote, or None where the text is anything else.

    Args:
        text: What stands in the token's cell; may be anything, for anybody may have written it.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or set(content) != set(_FIELDS):
        return None
    if not all(isinstance(value, str) for value in content.values()):
        return None
    return Token(**content)


def sign(token: Token, key: bytes) -> str:
    """The signature of a token: HMAC-SHA256 (RFC 2104) over its canonical JSON.

    JSON keeps the fields apart, so that no two tokens have the same text.

    Args:
        token: The token.
        key: The alliance's secret key.

    Returns:
        64 hexadecimal digits.
    """
    return hmac.new(key, write_token(token).encode("ascii"), hashlib.sha256).hexdigest()


def is_genuine(token: Token, signature: str, key: bytes) -> bool:
    """Whether ``signature`` was made for ``token`` with ``key``, compared in constant time.

    Args:
        token: The token as read.
        signature: The signature as read; may be any text.
        key: The alliance's secret key.
    """
    given = signature.strip().lower().encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, sign(token, key).encode("ascii"))
