"""Calls to Slack over TLS, as they really go: one handshake for many, and none with a stranger."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from bot.errors import DeliveryFailed, Scope
from bot.slack import connections
from bot.slack.gateway import Gateway, web_client
from bot.ui.kit import Message
from tests.slack.office import settings_at

pytestmark = pytest.mark.skipif(which("openssl") is None, reason="there is no openssl here")
_ANSWER = b'{"ok": true, "ts": "1700000000.000001"}'


class _Slack(BaseHTTPRequestHandler):
    """Answers every call, and counts them and the connections that they come over."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(_ANSWER)))
        self.end_headers()
        self.wfile.write(_ANSWER)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent."""


class Server(ThreadingHTTPServer):
    """A Slack behind TLS."""

    daemon_threads = True
    calls = connections = 0

    def __init__(self, certificate: Path, key: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Slack)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about whoever hangs up."""


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """One that nobody trusts yet, and its key."""
    made, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=slack.example"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-out", str(made), "-keyout", str(key)),
        ],
        check=True,
        capture_output=True,
    )
    return made, key


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[Server]:
    server = Server(*certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def gateway_to(server: Server, host: str = "127.0.0.1") -> Gateway:
    address = f"https://{host}:{server.server_address[1]}/api/"
    return Gateway(web_client(settings_at(address, "sqlite://")))


@pytest.fixture
def trusting(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that trusts that certificate."""
    context = ssl.create_default_context(cafile=str(certificate[0]))
    monkeypatch.setattr(connections, "trusted", lambda: context)


@pytest.mark.usefixtures("trusting")
def test_many_calls_go_over_one_connection(server: Server) -> None:
    gateway = gateway_to(server)
    assert gateway.post("C0ONE", Message("A case"), marker="1") == "1700000000.000001"
    gateway.update("C0ONE", "1700000000.000001", Message("Done"), marker="1")
    gateway.delete("C0ONE", "1700000000.000001")
    assert (server.calls, server.connections) == (3, 1)


def test_a_stranger_is_told_nothing_and_the_channel_waits(server: Server) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        gateway_to(server).post("C0ONE", Message("A case"), marker="1")
    failure = caught.value
    assert (failure.code, failure.unknown, failure.scope) == ("untrusted", False, Scope.CHANNEL)
    assert server.calls == 0


@pytest.mark.usefixtures("trusting")
def test_whoever_has_another_s_certificate_is_a_stranger(server: Server) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        gateway_to(server, "localhost").post("C0ONE", Message("A case"), marker="1")
    assert (caught.value.code, server.calls) == ("untrusted", 0)
