"""Form servers on this machine that answer as the documentation of the real ones says, errors and tricks included.

Sources: ODK Central API, docs.getodk.org/central-api (authentication, submission management) and getodk/central-backend
docs/api.yaml; KoboToolbox API v2, kobotoolbox/kpi docs/api/v2/data/list.md and kpi/paginators.py.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from mail_servers import Certificate

Answer = tuple[int, Mapping[str, str], bytes]


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def as_json(content: Any, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(content).encode()


def problem(code: float, message: str) -> Answer:
    """An error as ODK Central gives it."""
    return as_json({"code": code, "message": message}, int(code))


class Server:
    """Serves what ``answer`` says on a port of this machine; to be used in a ``with`` statement."""

    def __init__(self, answer: Callable[[Request], Answer], certificate: Certificate | None = None):
        self.asked: list[Request] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Request(self.command, unquote(parts.path), query, dict(self.headers), body)
                asked.append(request)
                status, headers, content = answer(request)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = _answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                pass

            def date_time_string(self, timestamp: float | None = None) -> str:
                return "Sun, 01 Jun 2014 12:00:00 GMT"

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._origin = "http://127.0.0.1"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.certificate, certificate.key)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self._origin = "https://localhost"

    @property
    def url(self) -> str:
        return f"{self._origin}:{self._server.server_address[1]}"

    def __enter__(self) -> Server:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self, method: str = "GET") -> list[str]:
        return [request.path for request in self.asked if request.method == method]


@dataclass
class OdkCentral:
    """ODK Central with one form in project 3.

    Attributes:
        submissions: As the list gives them, the latest first.
        documents: XML by (submission, version).
        pages: Whether ``limit`` and ``offset`` are known; they are not documented.
    """

    submissions: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[tuple[str, str], bytes] = field(default_factory=dict)
    pages: bool = True
    password: str = "correct horse"
    open_sessions: set[str] = field(default_factory=set)

    def add(self, instance: str, content: bytes, when: str, version: str | None = None, **changes: Any) -> None:
        """Receive a submission, or a new version of one."""
        version = version or instance
        self.documents[instance, version] = content
        known = next((s for s in self.submissions if s["instanceId"] == instance), None)
        current = {"instanceId": version, "submitterId": 23, "createdAt": when, "current": True}
        if known:
            known.update(currentVersion=current, updatedAt=when, reviewState="edited", **changes)
            return
        submitter = {"id": 23, "type": "field_key", "displayName": "Ministry of Albania", "createdAt": when}
        entry = {
            "instanceId": instance,
            "submitterId": 23,
            "deviceId": None,
            "userAgent": "Enketo/7.4.0",
            "reviewState": None,
            "createdAt": when,
            "updatedAt": None,
            "currentVersion": current,
            "submitter": submitter,
            "formVersion": "2014-1",
        }
        self.submissions.insert(0, {**entry, **changes})

    def __call__(self, request: Request) -> Answer:
        base = "/v1/projects/3/forms/test-2014/submissions"
        if (request.method, request.path) == ("POST", "/v1/sessions"):
            return self._sign_in(json.loads(request.body))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.open_sessions:
            return problem(401.2, "Could not authenticate with the provided credentials.")
        if request.method == "DELETE" and request.path == "/v1/sessions/current":
            self.open_sessions.remove(token)
            return as_json({"success": True})
        if request.path == base:
            return self._list(request)
        instance, _, version = request.path.removeprefix(f"{base}/").removesuffix(".xml").partition("/versions/")
        if (instance, version) in self.documents:
            return 200, {"Content-Type": "application/xml; charset=utf-8"}, self.documents[instance, version]
        return problem(404.1, "Could not find the resource you were looking for.")

    def _sign_in(self, given: Mapping[str, str]) -> Answer:
        if given != {"email": "office@example.org", "password": self.password}:
            return problem(401.2, "Could not authenticate with the provided credentials.")
        self.open_sessions.add(f"token{len(self.open_sessions)}!")
        return as_json({"createdAt": "2014-06-01T12:00:00.000Z", "expiresAt": "2014-06-02T12:00:00.000Z", "token": f"token{len(self.open_sessions) - 1}!"})  # fmt: skip

    def _list(self, request: Request) -> Answer:
        listed = self.submissions
        if request.headers.get("X-Extended-Metadata") != "true":
            listed = [{k: v for k, v in item.items() if k not in ("submitter", "formVersion")} for item in listed]
        if self.pages:
            start = int(request.query.get("offset", 0))
            listed = listed[start : start + int(request.query.get("limit", len(listed)))]
        return as_json(listed)


@dataclass
class KoboToolbox:
    """KoboToolbox with one form, ``aXYZ``."""

    results: list[dict[str, Any]] = field(default_factory=list)
    token: str = "c0ffee"
    elsewhere: str = ""
    largest_page: int = 1000

    def __call__(self, request: Request) -> Answer:
        if request.headers.get("Authorization") != f"Token {self.token}":
            return as_json({"detail": "Invalid token."}, 401)
        if request.path != "/api/v2/assets/aXYZ/data/" or request.query.get("format") != "json":
            return as_json({"detail": "Not found."}, 404)
        start = int(request.query.get("start", 0))
        limit = min(int(request.query.get("limit", 100)), self.largest_page)
        page = self.results[start : start + limit]
        base = self.elsewhere or f"http://{request.headers['Host']}"
        following = f"{base}/api/v2/assets/aXYZ/data/?format=json&limit={limit}&start={start + limit}"
        return as_json(
            {
                "count": len(self.results),
                "next": following if start + limit < len(self.results) else None,
                "previous": None,
                "results": page,
            }
        )
