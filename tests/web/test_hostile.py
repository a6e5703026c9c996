"""A real server on a real socket: whatever is sent, the answer is a refusal, never a 500."""

import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from time import sleep

import pytest
import uvicorn

from bot import lingering, web
from bot.intake.connector import sign
from bot.services import Services
from bot.serving import over_http
from tests.web.conftest import INTAKE, NOW, SECRET, SLACK_SECRET, Bolt, payload

Address = tuple[str, int]
CREATED = payload("comment__created")
NOW_SECONDS = str(int(NOW.timestamp()))


@pytest.fixture
def address(services: Services, bolt: Bolt, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    monkeypatch.setattr(web, "READ_SECONDS", 0.3)
    monkeypatch.setattr(lingering, "HEAD_SECONDS", 0.3)
    app = web.create_web(services, bolt, ready=list)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(over_http(app))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join(10)
        assert not thread.is_alive()


def answered(address: Address, sent: bytes, *, hang_up: bool = False) -> int:
    """The status of the answer to *sent*; 0 when the connection closes without one."""
    with socket.create_connection(address, timeout=10) as connection:
        # It may have answered, and closed, before everything was sent.
        with suppress(ConnectionError):
            connection.sendall(sent)
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as file:
            line = file.readline()
    return int(line.split()[1]) if line else 0


def post(path: str, headers: dict[bytes, bytes], body: bytes = b"", **length: int) -> bytes:
    length_header = {b"Content-Length": str(length.get("length", len(body))).encode()}
    if b"Transfer-Encoding" in headers:
        length_header = {}
    lines = [f"POST {path} HTTP/1.1".encode(), b"Host: crosstalk"]
    lines += [name + b": " + value for name, value in (length_header | headers).items()]
    return b"\r\n".join([*lines, b"", body])


def signed(body: bytes) -> dict[bytes, bytes]:
    made = sign(SECRET, "msg_1", int(NOW.timestamp()), body)
    return {name.encode(): value.encode() for name, value in made.items()}


def from_slack(body: bytes) -> dict[bytes, bytes]:
    content = f"v0:{NOW_SECONDS}:".encode() + body
    digest = hmac.new(SLACK_SECRET.encode(), content, hashlib.sha256).hexdigest()
    return {
        b"X-Slack-Request-Timestamp": NOW_SECONDS.encode(),
        b"X-Slack-Signature": f"v0={digest}".encode(),
    }


def chunked(body: bytes, size: int = 1_000) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


CHUNKED = {b"Transfer-Encoding": b"chunked"}
DEEP = b'{"a":' * 40_000


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        pytest.param(post(INTAKE, signed(CREATED), CREATED), {202}, id="good"),
        pytest.param(post(INTAKE, signed(CREATED) | CHUNKED, chunked(CREATED)), {202}, id="chunks"),
        pytest.param(post(INTAKE, {}, b""), {401}, id="nothing"),
        pytest.param(post(INTAKE, {}, b"", length=200_000_000), {413}, id="200 MB claimed"),
        pytest.param(post(INTAKE, {}, b"", length=10**30), {400, 413}, id="endless claimed"),
        pytest.param(
            post(INTAKE, CHUNKED, chunked(b" " * 300_000)), {413}, id="300 kB without length"
        ),
        pytest.param(post(INTAKE, {b"Content-Length": b"-1"}), {400}, id="negative length"),
        pytest.param(post(INTAKE, {b"Content-Length": b"\xff"}), {400}, id="binary length"),
        pytest.param(post(INTAKE, CHUNKED, b"zz\r\n"), {400}, id="broken chunk"),
        pytest.param(post(INTAKE, signed(DEEP), DEEP), {422}, id="deep"),
        pytest.param(post(INTAKE, signed(b"\xff"), b"\xff"), {422}, id="not UTF-8"),
        pytest.param(
            post(INTAKE, signed(b"") | {b"webhook-id": b"\xff\xfe\x80"}), {401}, id="binary id"
        ),
        pytest.param(
            post(INTAKE, signed(b"") | {b"webhook-signature": b"v1,\xf0\x9f"}),
            {401},
            id="binary signature",
        ),
        pytest.param(
            post(INTAKE, signed(b"") | {b"webhook-timestamp": b"9" * 4_000}),
            {401},
            id="long timestamp",
        ),
        pytest.param(post(INTAKE, {b"x": b"y" * 200_000}), {400, 431}, id="huge header"),
        pytest.param(post("/intake/webhook/%00%ff%F0", {}), {404}, id="binary path"),
        pytest.param(post("/intake/webhook/../../etc/passwd", {}), {404}, id="path upwards"),
        pytest.param(post("/slack/events", from_slack(b"{}"), b"{}"), {200}, id="Slack"),
        pytest.param(post("/slack/events", {}, b"", length=200_000_000), {413}, id="Slack, 200 MB"),
        pytest.param(
            post("/slack/events", CHUNKED, chunked(b" " * 1_100_000, 60_000)),
            {413},
            id="Slack, without length",
        ),
        pytest.param(post("/slack/events", {}, b"{}"), {401}, id="Slack, unsigned"),
        pytest.param(
            post("/slack/events", from_slack(b"{}") | {b"X-Slack-Signature": b"v0=\xff"}, b"{}"),
            {401},
            id="Slack, binary signature",
        ),
        pytest.param(
            post("/slack/events", from_slack(b"") | {b"X-Slack-Request-Timestamp": b"\xd9\xa3"}),
            {401},
            id="Slack, binary timestamp",
        ),
        pytest.param(
            post("/slack/events", from_slack(b"payload=\xff"), b"payload=\xff"),
            {400},
            id="Slack, not UTF-8",
        ),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\xff\r\n\r\n", {400}, id="TLS to a plain port"),
        pytest.param(b"GET /health/live HTTP/9.9\r\n\r\n", {200, 400, 505}, id="HTTP/9.9"),
    ],
)
def test_a_hostile_request_is_refused(address: Address, sent: bytes, statuses: set[int]) -> None:
    assert answered(address, sent) in statuses
    assert answered(address, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n") == 200


@pytest.mark.parametrize("path", [INTAKE, "/slack/events"])
def test_a_sender_that_stops_halfway_is_let_go(address: Address, path: str) -> None:
    assert answered(address, post(path, signed(CREATED), CREATED[:50], length=len(CREATED))) == 408


def test_a_sender_that_drips_is_let_go(address: Address) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(post(INTAKE, CHUNKED))
        connection.settimeout(0.05)
        line = b""
        for _ in range(100):
            connection.sendall(b"1\r\n \r\n")
            try:
                line = connection.recv(4_096)
                break
            except TimeoutError:
                continue
    assert line.startswith(b"HTTP/1.1 408 ")


ANSWERED = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "first", [b"", b"GET /health/live HTTP/1.1\r\nHost", ANSWERED, ANSWERED + b"G"]
)
def test_who_never_asks_for_anything_or_anything_more_is_let_go(
    address: Address, first: bytes
) -> None:
    with socket.create_connection(address, timeout=4) as connection:
        connection.sendall(first)
        with connection.makefile("rb") as file:
            # It ends, while the server's own patience between two requests is five seconds.
            assert len(file.read()) < 1_000


def test_a_head_that_drips_is_let_go(address: Address) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\n")
        connection.settimeout(0.05)
        for _ in range(100):
            with suppress(TimeoutError, ConnectionError):
                connection.sendall(b"x: y\r\n")
                if connection.recv(4_096) == b"":
                    return
    raise AssertionError("it listened all the time")


def test_who_asks_several_times_is_answered_each_time(address: Address) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        for _ in range(3):
            connection.sendall(ANSWERED * 2)
            for _ in range(2):
                told = b""
                while not told.endswith(b"}"):
                    told += connection.recv(1)
                assert told.startswith(b"HTTP/1.1 200 ")
            sleep(0.2)


@pytest.mark.parametrize("path", [INTAKE, "/slack/events"])
def test_a_body_without_end_is_cut_off_and_not_swallowed(address: Address, path: str) -> None:
    sent, piece = 0, b"10000\r\n" + b" " * 65_536 + b"\r\n"
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(post(path, CHUNKED))
        with suppress(ConnectionError):
            while sent < 100_000_000:
                connection.sendall(piece)
                sent += len(piece)
    # Beside what the cap lets through there is only what waits in the sockets of both ends.
    assert sent < 20_000_000


def test_a_sender_that_hangs_up_does_no_harm(address: Address, bolt: Bolt) -> None:
    half = post("/slack/events", from_slack(CREATED), CREATED[:50], length=len(CREATED))
    assert answered(address, half, hang_up=True) in {0, 400, 408}
    assert bolt.asked == []
    assert answered(address, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n") == 200
