"""The way to the mail server: encrypted, to the server that its certificate names, and never a word of the password."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from pipeline.alliance.model import SmtpServer
from pipeline.feedback.refusals import SendingError
from pipeline.feedback.smtp import Outcome, Outgoing, Postbox
from pipeline.feedback.smtp_failures import NotReachedError
from tests.pipeline.feedback.sending_cases import Desk, alliance
from tests.pipeline.feedback.smtp_peer import PASSWORD, Peer, new_peer
from tests.pipeline.gather.mail_servers import Certificate, make_certificate, scripted

LETTER = Outgoing("office@alliance.example", ("deputy@fra.example",), b"Subject: x\r\n\r\nx\r\n")


@pytest.fixture(scope="module")
def certificate(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tool("openssl"), tmp_path_factory.mktemp("certificate"))


@pytest.fixture(params=["tls", "starttls"])
def peer(request: pytest.FixtureRequest, certificate: Certificate, tmp_path: Path) -> Generator[Peer]:
    files = {"certificate": str(certificate.certificate), "key": str(certificate.key)}
    made = new_peer(tmp_path / "peer", security=request.param, auth=True, **files)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))


def server(peer: Peer, **values: Any) -> SmtpServer:
    options = {"host": "localhost", "port": peer.port, "security": peer.security, "user": "office"}
    return SmtpServer(**{**options, "letters_per_minute": 6000, "bounce_address": "", **values})


def deliver(settings: SmtpServer, password: str = PASSWORD) -> Outcome | None:
    with Postbox(settings, password, timeout=5) as postbox:
        return postbox.deliver(LETTER, lambda: True, wait_for_all=False)


@pytest.mark.usefixtures("trusted")
class TestTrusted:
    def test_letters_go_encrypted_after_signing_in_with_any_password(self, peer: Peer) -> None:
        outcome = deliver(server(peer))
        assert outcome is not None
        assert outcome.event == "sent"
        (letter,) = peer.received()
        assert letter["tls"]

    def test_a_certificate_of_another_name_is_refused_and_nothing_is_sent(self, peer: Peer) -> None:
        with pytest.raises(SendingError, match="certificate is not accepted"):
            deliver(server(peer, host="127.0.0.1"))
        assert peer.received() == []

    @pytest.mark.parametrize("wrong", ["hunter2", "pässword", "\u2028'\"\\"])
    def test_a_wrong_password_is_told_with_the_variable_and_never_shown(self, peer: Peer, wrong: str) -> None:
        with pytest.raises(SendingError, match="STOCKTAKE_SMTP_PASSWORD") as caught:
            deliver(server(peer), wrong)
        error: BaseException | None = caught.value
        while error is not None:
            assert wrong not in f"{error!r} {error}"
            error = None if error.__suppress_context__ else error.__context__
        assert peer.received() == []


def test_a_certificate_of_an_unknown_authority_is_refused_and_nothing_is_sent(peer: Peer) -> None:
    with pytest.raises(SendingError, match="SSL_CERT_FILE"):
        deliver(server(peer))
    assert peer.received() == []


def test_a_server_that_offers_no_encryption_gets_neither_password_nor_letter() -> None:
    def answer(line: bytes) -> bytes:
        return b"250-plain.example\r\n250 AUTH PLAIN LOGIN\r\n" if line.upper().startswith(b"EHLO") else b"250 ok\r\n"

    with scripted(answer, b"220 plain.example\r\n") as (port, heard):
        settings = SmtpServer("localhost", port, "starttls", "office", 60, "")
        with pytest.raises(SendingError, match="STARTTLS"):
            deliver(settings)
    assert not [line for line in heard if line.upper().startswith((b"AUTH", b"MAIL", b"DATA"))]


@pytest.mark.parametrize("said", [b"535 no: %s\r\n", b"454 later: %s\r\n", b"535-%s\r\n535 no\r\n"])
def test_a_server_that_repeats_the_password_does_not_make_us_repeat_it(said: bytes) -> None:
    secret = "hunter2-and-more"
    repeated = b" ".join((secret.encode(), b"AG9mZmljZQBodW50ZXIyLWFuZC1tb3Jl"))

    def answer(line: bytes) -> bytes:
        return b"250-x.example\r\n250 AUTH PLAIN\r\n" if line.upper().startswith(b"EHLO") else said % repeated

    refused = pytest.raises((SendingError, NotReachedError))
    with scripted(answer, b"220 x.example\r\n") as (port, _), refused as caught:
        deliver(SmtpServer("127.0.0.1", port, "none", "office", 60, ""), secret)
    assert "hunter2" not in str(caught.value)
    assert "AG9m" not in str(caught.value)


def test_the_password_of_a_server_that_wants_a_login_in_two_lines_is_given_in_two_lines() -> None:
    answers = {b"EHLO": b"250-x.example\r\n250 AUTH LOGIN\r\n", b"AUTH": b"334 VXNlcm5hbWU6\r\n"}
    rest = iter([b"334 UGFzc3dvcmQ6\r\n", b"235 in\r\n"])

    def answer(line: bytes) -> bytes:
        known = answers.get(line[:4].upper())
        if known:
            return known
        return next(rest, b"550 enough\r\n")

    with scripted(answer, b"220 x.example\r\n") as (port, heard):
        deliver(SmtpServer("127.0.0.1", port, "none", "office", 60, ""), "secret")
    assert heard[1:4] == [b"AUTH LOGIN\r\n", b"b2ZmaWNl\r\n", b"c2VjcmV0\r\n"]


def test_a_server_without_sign_in_gets_no_password() -> None:
    def answer(line: bytes) -> bytes:
        return b"250 x.example\r\n"

    refused = pytest.raises(SendingError, match="PLAIN nor LOGIN")
    with scripted(answer, b"220 x.example\r\n") as (port, heard), refused:
        deliver(SmtpServer("127.0.0.1", port, "none", "office", 60, ""), "secret")
    assert len(heard) <= 2


def test_without_a_password_in_the_environment_nothing_is_tried(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = SmtpServer("127.0.0.1", listener.getsockname()[1], "none", "office", 60, "")
        desk = Desk(tmp_path / "letters", alliance(["ALB"], settings), f"sqlite:///{tmp_path / 'l.sqlite'}")
        desk.prepare(["ALB"])
        with pytest.raises(SendingError, match="Set STOCKTAKE_SMTP_PASSWORD"):
            desk.send()
    assert desk.states() == {}


def test_without_a_server_nothing_is_sent(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "letters", alliance(["ALB"], None), f"sqlite:///{tmp_path / 'l.sqlite'}")
    desk.prepare(["ALB"])
    with pytest.raises(SendingError, match=r"ways_out\.yaml"):
        desk.send()
