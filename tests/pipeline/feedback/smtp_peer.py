"""A real mail server in a process of its own, which can be told to refuse, to stall, to hang up and to die.

It writes down every letter that it accepts, on the disk, before it says so: what stands in its record was received.
Faults are rules ``{"at": stage, "do": what, "for": text in the envelope or content, "times": how often}`` in a file that is
read anew for each use:

* stages: ``connect``, ``ehlo``, ``mail``, ``rcpt``, ``data`` (the command), ``content`` (after 354), ``end`` (the letter is
  there, not yet written down), ``taken`` (it is written down, not yet answered);
* what: an answer such as ``451 later``, ``drop``, ``die``, or ``wait <seconds>``.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import random
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

ROOT = Path(__file__).parents[3]


class Faults:
    """The rules in force, and how often each was used; random ones by the seed."""

    def __init__(self, path: Path):
        self._path = path
        self._random = random.Random(path.name)
        self._used: Counter[str] = Counter()

    def at(self, stage: str, text: str = "") -> str | None:
        for number, rule in enumerate(json.loads(self._path.read_text() or "[]")):
            key = f"{number}{rule}"
            spent = self._used[key] >= rule.get("times", 1_000_000_000)
            if rule["at"] == stage and rule.get("for", "") in text and not spent:
                if self._random.random() >= rule.get("chance", 1):
                    continue
                self._used[key] += 1
                return rule["do"]
        return None


class PeerProtocol(SMTP):
    """aiosmtpd with faults at every stage."""

    faults: Faults
    record: Path
    open_connections = 0

    async def fault(self, stage: str, text: str = "") -> str | None:
        """The answer to give instead of the usual one, if any; does not come back where the connection is dropped."""
        what = self.faults.at(stage, text)
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "drop":
            assert self.transport is not None
            self.transport.abort()
            await asyncio.sleep(3600)
        if what and what.startswith("wait"):
            await asyncio.sleep(float(what.split()[1]))
            return None
        return what

    def connection_made(self, transport: Any) -> None:
        type(self).open_connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        type(self).open_connections -= 1
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        answer = await self.fault("connect")
        if answer:
            await self.push(answer)
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        answer = await self.fault("ehlo")
        await (self.push(answer) if answer else super().smtp_EHLO(hostname))

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        answer = await self.fault("mail", arg or "")
        await (self.push(answer) if answer else super().smtp_MAIL(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        answer = await self.fault("rcpt", arg or "")
        await (self.push(answer) if answer else super().smtp_RCPT(arg))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        answer = await self.fault("data", self._to())
        if answer:
            await self.push(answer)
            return
        await self.during_content()
        await super().smtp_DATA(arg)

    async def during_content(self) -> None:
        """Hang up while the content comes: after the answer 354, before its end could be read."""
        what = self.faults.at("content", self._to())
        if what:
            await self.push("354 go ahead")
            if what == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            assert self.transport is not None
            self.transport.abort()
            await asyncio.sleep(3600)

    async def smtp_XOPEN(self, arg: str | None) -> None:  # noqa: N802
        """How many connections are open: a test waits for what killed senders left."""
        await self.push(f"250 {type(self).open_connections}")

    def _to(self) -> str:
        return " ".join(self.envelope.rcpt_tos) if self.envelope else ""


class PeerHandler:
    """Writes accepted letters down."""

    def __init__(self, record: Path):
        self._record = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle_DATA(self, server: PeerProtocol, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await server.fault("end", " ".join(envelope.rcpt_tos))
        if answer:
            return answer
        received = {
            "sha256": hashlib.sha256(envelope.content).hexdigest(),
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "tls": server.transport is not None and server.transport.get_extra_info("ssl_object") is not None,
            "user": session.authenticated,
        }
        os.write(self._record, json.dumps(received).encode() + b"\n")
        os.fsync(self._record)
        return await server.fault("taken", " ".join(envelope.rcpt_tos)) or "250 taken"


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"office", PASSWORD.encode())
    return AuthResult(success=good, handled=False)


PASSWORD = "pässword 'quoted' \\ \"twice\""


async def _serve(options: Mapping[str, Any]) -> None:
    folder = Path(options["folder"])
    PeerProtocol.faults = Faults(folder / "faults.json")
    context = None
    if options["certificate"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"], options["key"])
    handler = PeerHandler(folder / "record.jsonl")
    starttls = context if options["security"] == "starttls" else None

    def protocol() -> PeerProtocol:
        return PeerProtocol(
            handler,
            tls_context=starttls,
            hostname="peer.example",
            data_size_limit=options["size"],
            authenticator=authenticate if options["auth"] else None,
            auth_require_tls=options["security"] == "starttls",
            auth_required=options["auth"],
        )

    wrap = context if options["security"] == "tls" else None
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", options["port"], ssl=wrap)
    async with server:
        await server.serve_forever()


@dataclass
class Peer:
    """The mail server as a test sees it."""

    folder: Path
    port: int
    security: str = "none"
    certificate: str = ""
    key: str = ""
    auth: bool = False
    size: int = 33554432
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {name: value for name, value in vars(self).items() if name != "process"}
        words = json.dumps({**options, "folder": str(self.folder)})
        command = [sys.executable, "-m", "tests.pipeline.feedback.smtp_peer", words]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        for _ in range(400):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            assert self.process.poll() is None, "the peer did not start"
            time.sleep(0.025)
        raise AssertionError("the peer did not start")

    def is_dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def faults(self, *rules: Mapping[str, Any]) -> None:
        new = self.folder / "faults.new"
        new.write_text(json.dumps(rules))
        new.replace(self.folder / "faults.json")

    def received(self) -> Sequence[Mapping[str, Any]]:
        path = self.folder / "record.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def settle(self) -> None:
        """Wait until the server has done with all connections but this one."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20, local_hostname="test.example") as own:
            while own.docmd("XOPEN")[1] != b"1":
                time.sleep(0.01)


def new_peer(folder: Path, **options: Any) -> Peer:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "faults.json").write_text("[]")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Peer(folder, port, **options)


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
