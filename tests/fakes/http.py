"""How the fake Web API reads requests and writes answers."""

import json
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.faults import (
    AcceptThen500,
    AcceptThenDrop,
    Drop,
    Fault,
    Garbage,
    Http429,
    Http500,
    Timeout,
)

# These come as JSON inside a form.
_JSON_FIELDS = {"blocks", "attachments", "view", "metadata", "files"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; status 0 stands for none at all."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Api(Protocol):
    """What a handler needs of the fake."""

    @property
    def released(self) -> Any:
        """An event: set when nobody is to be kept waiting any more."""

    def answer(self, method: str, token: str, args: dict[str, Any]) -> tuple[Fault | None, Answer]:
        """What to answer."""


def as_answer(
    fault: Fault | None, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    """*body* as it goes out, spoilt by *fault*."""
    match fault:
        case None:
            return Answer(200, body, headers or {})
        case str():
            return Answer(200, json.dumps({"ok": False, "error": fault}).encode())
        case Http429(retry_after=wait):
            refusal = json.dumps({"ok": False, "error": "ratelimited"}).encode()
            return Answer(429, refusal, {} if wait is None else {"Retry-After": str(wait)})
        case Http500(status=status) | AcceptThen500(status=status):
            return Answer(status, b"Internal Server Error", {"Content-Type": "text/plain"})
        case Garbage(body=garbage):
            return Answer(200, garbage, {"Content-Type": "text/html"})
        case Timeout() | Drop() | AcceptThenDrop():
            return Answer(0)


class Server(ThreadingHTTPServer):
    """A thread for each connection, which may bring one request after the other."""

    # With the usual five, a burst of connections waits a second for the kernel's next try.
    request_queue_size = 256

    def __init__(
        self, place: tuple[str, int], handler: type[BaseHTTPRequestHandler], bound: Any = None
    ) -> None:
        """At *place*, or with a socket that is *bound* there already."""
        self.opened = 0
        self.ended = False
        self.idle: set[socket.socket] = set()
        super().__init__(place, handler, bind_and_activate=bound is None)
        if bound is not None:
            self.socket.close()
            self.socket = bound
            self.server_address = place
            self.server_activate()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count the connection."""
        self.opened += 1
        super().process_request(request, client_address)

    def server_close(self) -> None:
        """End the connections too over which nothing is asked; the others end with their answer."""
        self.ended = True
        for connection in list(self.idle):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up needs no answer; anything else is a fault of the fake, and is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection, which is ended as soon as somebody was not answered over it."""

    protocol_version = "HTTP/1.1"
    slack: Api
    server: Server
    wbufsize = -1
    # A short answer goes at once, not when the one before it was heard of.
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Wait for a request, and answer it."""
        self.server.idle.add(self.connection)
        if self.server.ended:
            self.close_connection = True
            return
        try:
            super().handle_one_request()
        finally:
            self.server.idle.discard(self.connection)
        self.close_connection |= self.server.ended

    def parse_request(self) -> bool:
        """Begin with what has come."""
        self.server.idle.discard(self.connection)
        return super().parse_request()

    def do_POST(self) -> None:
        """Answer a call, or keep it waiting, or hang up."""
        url = urlsplit(self.path)
        args: dict[str, Any] = dict(parse_qsl(url.query, keep_blank_values=True))
        if url.path.startswith("/upload/"):
            self._upload(url.path.removeprefix("/upload/"), args)
            return
        args |= self._body()
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        token = token or str(args.pop("token", ""))
        method = url.path.removeprefix("/api/")
        if url.path.startswith("/response/"):
            _, _, channel, user = url.path.split("/")
            method, args = "response_url", args | {"channel": channel, "user": user}
        self._reply(method, token, args)

    def _upload(self, ticket: str, args: dict[str, Any]) -> None:
        content = self._whole()
        token = self.headers.get("Authorization", "")
        self._reply("upload_url", "", args | {"ticket": ticket, "content": content, "token": token})

    def _reply(self, method: str, token: str, args: dict[str, Any]) -> None:
        fault, answer = self.slack.answer(method, token, args)
        if isinstance(fault, Timeout):
            self.slack.released.wait()
        if answer.status:
            self._send(answer)
        else:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""

    def _body(self) -> dict[str, Any]:
        raw = self._whole()
        if self.headers.get("Content-Type", "").startswith("application/json"):
            return dict(json.loads(raw or b"{}"))
        form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        return {name: _field(name, value) for name, value in form.items()}

    def _whole(self) -> bytes:
        """The body; of half a call, whose sender died meanwhile, Slack makes nothing."""
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:
            raise ConnectionAbortedError("hung up before the end")
        return raw

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json; charset=utf-8"} | dict(answer.headers)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


def _field(name: str, value: str) -> Any:
    if name not in _JSON_FIELDS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
