"""The small HTTP face of a process that has no other: alive, ready, and what it has counted.

The worker and the clock show it where ``METRICS_PORT`` says; the web process shows it in its own
place while it waits for a database that fits.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import readiness
from bot.config import Settings
from bot.errors import Fault, Misconfigured
from bot.readiness import Trouble
from bot.store.database import Database

Ready = Callable[[], list[Trouble]]

_POLL_SECONDS = 0.1
_READ_SECONDS = 5.0
_BODY_CAP = 1024 * 1024
_JSON = "application/json"
_AGAIN_SECONDS = "5"


class Beacon:
    """What a process says of itself; ``ready`` is exchanged when it has become more than it was."""

    def __init__(self) -> None:
        self.ready: Ready = _starting

    @contextmanager
    def shining(self, host: str, port: int) -> Iterator[None]:
        """Answer on *port* until the block ends; 0 is for nobody.

        Raises:
            Misconfigured: something else has the port.
        """
        if not port:
            yield
            return
        server = _bound(host, port, self)
        serve = threading.Thread(
            target=server.serve_forever, args=(_POLL_SECONDS,), name="beacon", daemon=True
        )
        serve.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


def until_it_fits(
    settings: Settings, beacon: Beacon, stop: threading.Event, *, port: int = 0
) -> bool:
    """Wait for a database that this release can work on, and say so; False when asked to stop.

    Where there is something to wait for, *beacon* tells of it on *port* too.

    Raises:
        Misconfigured: settings are missing, for which nobody need wait.
        DatabaseAway: it does not answer at all; the address may be wrong.
    """
    database = Database(settings.database_url, most=1)
    try:
        database.ping()
        if faults := settings.missing():
            raise Misconfigured(faults)
        if not readiness.schema(database):
            return True
        beacon.ready = lambda: readiness.schema(database) or _starting()
        with beacon.shining(settings.host, port):
            return readiness.await_schema(database, stop)
    finally:
        beacon.ready = _starting
        database.close()


def _starting() -> list[Trouble]:
    return [Trouble("it is starting", "wait a moment", stops=True)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32

    def __init__(self, host: str, port: int, beacon: Beacon) -> None:
        self.beacon = beacon
        super().__init__((host, port), _Answer)

    def server_bind(self) -> None:
        # Without the library's reverse look-up of names, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]


def _bound(host: str, port: int, beacon: Beacon) -> _Server:
    try:
        return _Server(host, port, beacon)
    except OSError as error:
        problem = f"{host}:{port} cannot be listened on: {error.strerror}"
        raise Misconfigured([Fault("the port", problem, "choose a free one")]) from error


class _Answer(BaseHTTPRequestHandler):
    timeout = _READ_SECONDS
    server: _Server

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/health/live":
                self._say(200, json.dumps({"status": "ok"}))
            case "/health/ready":
                self._ready()
            case "/metrics":
                self._say(200, generate_latest(), CONTENT_TYPE_LATEST)
            case _:
                self._not_now()

    def do_POST(self) -> None:
        # Read, so that whoever sends it gets to read the answer.
        length = self.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and len(length) < 8 and int(length) <= _BODY_CAP:
            self.rfile.read(int(length))
        self._not_now()

    def _ready(self) -> None:
        faults = self.server.beacon.ready()
        stopped = any(fault.stops for fault in faults)
        told = {"ready": not stopped, "faults": [str(fault) for fault in faults]}
        self._say(503 if stopped else 200, json.dumps(told, ensure_ascii=False))

    def _not_now(self) -> None:
        # Senders, and Slack with its events, try again after this; 404 would have them give up.
        self._say(503, json.dumps({"status": "not ready"}))

    def _say(self, status: int, body: str | bytes, kind: str = _JSON) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        if status == 503:
            self.send_header("Retry-After", _AGAIN_SECONDS)
        self.end_headers()
        self.wfile.write(data)

    def version_string(self) -> str:
        return "crosstalk"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: probes ask every few seconds."""
