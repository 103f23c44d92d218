"""A real Dovecot with users of its own, and servers that answer whatever a test tells them to."""

from __future__ import annotations

import datetime as dt
import grp
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from imap_tools import MailBox

from pipeline.alliance.model import Mailbox

PASSWORD = 'correct horse "battery" \\staple'
USERS = [f"office{number:02}" for number in range(60)]

_CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/mail
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/homes/%u
}}
auth_failure_delay = 0
auth_mechanisms = plain login
disable_plaintext_auth = yes
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
"""


@dataclass(frozen=True)
class Certificate:
    """A certificate for localhost, and for no address, made for the test; with its key."""

    certificate: Path
    key: Path


def make_certificate(openssl: str, folder: Path) -> Certificate:
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    arguments = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-out", str(made.certificate), "-keyout", str(made.key)]
    subprocess.run([openssl, *arguments, *names, *files], check=True, capture_output=True)
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    """Dovecot as an ordinary user, in a temporary folder, on free ports of this machine."""

    def __init__(self, program: str, certificate: Certificate):
        self._program = program
        self._certificate = certificate
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))  # paths of sockets must be short
        self.tls, self.starttls = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._write()

    def _write(self) -> None:
        # Dovecot never reads mail as root.
        ordinary = (pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name)
        self._user, self._group = ("nobody", "nogroup") if os.getuid() == 0 else ordinary
        for name in ("certificate", "key"):
            shutil.copy(getattr(self._certificate, name), self._folder / name)
        (self._folder / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in USERS))
        text = _CONFIG.format(
            folder=self._folder,
            user=self._user,
            group=self._group,
            certificate=self._folder / "certificate",
            key=self._folder / "key",
            tls=self.tls,
            starttls=self.starttls,
        )
        (self._folder / "dovecot.conf").write_text(text)
        (self._folder / "homes").mkdir()
        if os.getuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                shutil.chown(path, self._user, self._group)

    def start(self) -> None:
        as_user = {"user": self._user, "group": self._group, "extra_groups": []} if os.getuid() == 0 else {}
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", str(self._folder / "dovecot.conf")],
            start_new_session=True,
            # A server far away, on whose calendar days begin half a day earlier.
            env={**os.environ, "TZ": "Pacific/Auckland"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **as_user,
        )
        deadline = time.monotonic() + 20
        while not _listens(self.tls):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self._process.stderr.read() if self._process.poll() is not None else b"no answer"
                log = self._folder / "log"
                raise RuntimeError(f"Dovecot did not start: {said!r} {log.read_text() if log.exists() else ''}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and everything that it started at once, as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._process = None

    def close(self) -> None:
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def mailbox(self, user: str) -> Mailbox:
        return Mailbox("localhost", self.tls, "tls", user, "INBOX")

    @contextmanager
    def signed_in(self, user: str) -> Iterator[MailBox]:
        context = ssl.create_default_context(cafile=str(self._certificate.certificate))
        with MailBox("localhost", self.tls, ssl_context=context).login(user, PASSWORD) as mailbox:
            yield mailbox


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Postbox:
    """The mailbox of one user of a Dovecot: messages are put in, and its state is looked at."""

    def __init__(self, dovecot: Dovecot, user: str):
        self._dovecot = dovecot
        self.user = user
        self.settings = dovecot.mailbox(user)

    def with_starttls(self) -> Mailbox:
        return replace(self.settings, port=self._dovecot.starttls, security="starttls")

    def put(self, message: bytes, received: dt.datetime, folder: str = "INBOX", flags: Sequence[str] = ()) -> None:
        with self._dovecot.signed_in(self.user) as mailbox:
            if folder != "INBOX" and not mailbox.folder.exists(folder):
                mailbox.folder.create(folder)
            mailbox.append(message, folder, dt=received, flag_set=list(flags))

    def flags(self) -> list[tuple[str, ...]]:
        """The flags of all messages, and whether any is gone."""
        with self._dovecot.signed_in(self.user) as mailbox:
            mailbox.folder.set("INBOX", readonly=True)
            return [tuple(sorted(m.flags)) for m in mailbox.fetch(mark_seen=False, headers_only=True)]


@contextmanager
def scripted(
    answer: Callable[[bytes], bytes | None], greeting: bytes, context: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """A server that gives to each line the answer of a function (None: it hangs up).

    Yields:
        Its port, and the list of the lines that it is sent.
    """
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, answer, greeting, context, heard), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], heard
        finally:
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert not thread.is_alive()


def _serve(
    listener: socket.socket,
    answer: Callable[[bytes], bytes | None],
    greeting: bytes,
    context: ssl.SSLContext | None,
    heard: list[bytes],
) -> None:
    try:
        plain, _ = listener.accept()
        connection = context.wrap_socket(plain, server_side=True) if context else plain
    except OSError:
        return
    with connection, connection.makefile("rwb") as file:
        try:
            file.write(greeting)
            file.flush()
            for line in file:
                heard.append(line)
                said = answer(line)
                if said is None:
                    return
                file.write(said)
                file.flush()
        except OSError:
            return
