"""No secret of an installation leaves it in a package, wherever in the files it may have got."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.handover.refusals import SecretError
from pipeline.handover.secrets import key_check, refuse_secrets

SECRETS = {
    "STOCKTAKE_KEY": "canary-of-the-key-42",
    "STOCKTAKE_SMTP_PASSWORD": "canary of smtp",
    "STOCKTAKE_MAILBOX_PASSWORD": "canary of the mailbox\n",
    "STOCKTAKE_ODK_PASSWORD": "canary-odk",
    "STOCKTAKE_KOBO_TOKEN": "canary-kobo",
    "STOCKTAKE_LEDGER": "postgresql+psycopg2://desk:canary-ledger@db.example/ledger",
}


@pytest.mark.parametrize("variable", SECRETS)
def test_a_secret_in_a_file_stops_the_package_and_is_not_told(variable: str) -> None:
    secret = SECRETS[variable].strip()
    secret = "canary-ledger" if variable == "STOCKTAKE_LEDGER" else secret
    files = {"README.md": b"nothing", "alliance/README.md": f"The password is {secret}.".encode()}
    with pytest.raises(SecretError) as caught:
        refuse_secrets(files, SECRETS)
    assert "alliance/README.md" in str(caught.value)
    assert variable in str(caught.value)
    assert secret not in str(caught.value)


def test_a_secret_across_two_pieces_of_a_large_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * ((1 << 20) - 7) + b"canary-of-the-key-42" + b"x" * 100)
    with pytest.raises(SecretError, match="archive/objects"):
        refuse_secrets({"archive/objects/ab/abc": path}, SECRETS)


def test_without_secrets_everything_may_leave() -> None:
    refuse_secrets({"a": b"canary"}, SECRETS)
    refuse_secrets({"a": b"short"}, {"STOCKTAKE_KEY": "short"})
    refuse_secrets({"a": b"anything"}, {"STOCKTAKE_LEDGER": "sqlite:////srv/ledger.sqlite"})
    refuse_secrets({"a": b"anything"}, {"STOCKTAKE_LEDGER": "no address"})


def test_a_key_is_told_by_its_check_alone() -> None:
    assert key_check(b"one key of a cycle") != key_check(b"another key of it")
    assert len(key_check(b"one key of a cycle")) == 16
