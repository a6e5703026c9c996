"""Connections to Slack that stay open, and what becomes of them when they do not."""

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.errors import DeliveryFailed, Scope
from bot.slack.gateway import Gateway, web_client
from bot.ui.kit import Message
from tests.fakes.faults import AcceptThenDrop, Drop, Fault, Garbage, Http429, Http500
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import settings

ONE = "C0ONE"
_AT_ONCE = 8


@pytest.fixture
def gateway(slack: FakeSlack) -> Gateway:
    slack.channel(ONE, "one")
    return Gateway(web_client(settings(slack)))


def post(gateway: Gateway, marker: str = "1") -> str:
    return gateway.post(ONE, Message("A case"), marker=marker)


def test_one_call_after_the_other_goes_over_one_connection(
    slack: FakeSlack, gateway: Gateway
) -> None:
    first = post(gateway)
    gateway.update(ONE, first, Message("Done"), marker="1")
    gateway.delete(ONE, first)
    assert len(slack.calls) == 3
    assert slack.connections == 1


def test_calls_at_once_have_a_connection_each_and_no_more(
    slack: FakeSlack, gateway: Gateway
) -> None:
    together = threading.Barrier(_AT_ONCE)

    def several(hand: int) -> None:
        together.wait()
        for call in range(5):
            post(gateway, f"{hand}.{call}")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(several, range(_AT_ONCE)))
    assert len(slack.messages(ONE)) == 5 * _AT_ONCE
    assert 1 <= slack.connections <= _AT_ONCE


@pytest.mark.parametrize("fault", [Drop(), AcceptThenDrop()], ids=repr)
def test_what_was_sent_over_a_connection_that_ended_is_not_sent_again(
    slack: FakeSlack, gateway: Gateway, fault: Fault
) -> None:
    post(gateway)
    slack.fail("chat.postMessage", fault)
    with pytest.raises(DeliveryFailed) as caught:
        post(gateway)
    assert (caught.value.code, caught.value.unknown) == ("no_answer", True)
    assert len(slack.calls) == 2
    post(gateway)
    assert (len(slack.calls), slack.connections) == (3, 2)


@pytest.mark.parametrize("fault", [Http429(1), Http500(), Garbage(), "internal_error"], ids=repr)
def test_a_connection_that_brought_bad_news_is_used_again(
    slack: FakeSlack, gateway: Gateway, fault: Fault
) -> None:
    slack.fail("chat.postMessage", fault)
    with pytest.raises(DeliveryFailed):
        post(gateway)
    post(gateway)
    assert (len(slack.calls), slack.connections) == (2, 1)


def test_a_connection_that_slack_has_ended_is_no_fault(slack: FakeSlack, gateway: Gateway) -> None:
    post(gateway)
    with slack.away():
        pass
    post(gateway, "2")
    assert (len(slack.calls), slack.connections) == (2, 1)


def test_a_connection_from_before_slack_went_away_does_not_hide_that_it_has(
    slack: FakeSlack, gateway: Gateway
) -> None:
    post(gateway)
    with slack.away(), pytest.raises(DeliveryFailed) as caught:
        post(gateway, "2")
    assert (caught.value.code, caught.value.scope) == ("unreachable", Scope.CHANNEL)
    assert not caught.value.unknown


def pool_of(gateway: Gateway) -> Any:
    """Where the only connection of *gateway* waits to be used again."""
    post(gateway)
    pools: Any = vars(gateway.client)["_pools"]
    return pools.connection_from_url(gateway.client.base_url)


def test_a_silent_connection_gives_signs_of_life(gateway: Gateway) -> None:
    (line,) = [each for each in pool_of(gateway).pool.queue if each]
    assert line.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1


def test_whom_to_trust_is_read_once_and_a_stranger_is_not_trusted(slack: FakeSlack) -> None:
    address = "https://slack.example/api/"
    found = [web_client(settings(slack, slack_api_url=address)) for _ in "ab"]
    lines = [vars(client)["_pools"].connection_from_url(address)._new_conn() for client in found]
    for line in lines:
        assert line.ssl_context is lines[0].ssl_context
        assert (line.ssl_context.verify_mode, line.ssl_context.check_hostname) == (
            ssl.CERT_REQUIRED,
            True,
        )
        assert (line.cert_reqs, line.assert_hostname) == (ssl.CERT_REQUIRED, None)


class _Asked(BaseHTTPRequestHandler):
    """What a proxy is asked for."""

    seen: list[tuple[str, str]]

    def do_POST(self) -> None:
        """Write down for whom, and in whose name; answer as Slack would."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers.get("Proxy-Authorization", "")))
        body = b'{"ok": true, "ts": "1700000000.000001"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Where it is, without the kind of it, and what it was asked."""
    seen: list[tuple[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Asked,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}", seen
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("http://{}", ""),
        ("{}", ""),
        # Its kind is often written as that of what goes through it.
        ("https://{}/", ""),
        ("http://bot:p%40ss@{}", "Basic Ym90OnBAc3M="),
        ("http://bot:5€ #@{}", "Basic Ym90OjXigqwgIw=="),
    ],
)
def test_calls_go_through_the_proxy_of_the_environment(
    proxy: tuple[str, list[tuple[str, str]]],
    slack: FakeSlack,
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    name: str,
) -> None:
    place, seen = proxy
    address = "http://slack.example/api/"
    monkeypatch.setenv("HTTPS_PROXY", written.format(place))
    monkeypatch.setenv("NO_PROXY", "somewhere.example")
    gateway = Gateway(web_client(settings(slack, slack_api_url=address)))
    post(gateway)
    assert seen == [(f"{address}chat.postMessage", name)]


def test_what_the_environment_excepts_goes_past_the_proxy(
    proxy: tuple[str, list[tuple[str, str]]], slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, seen = proxy
    monkeypatch.setenv("HTTPS_PROXY", f"http://{place}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    slack.channel(ONE, "one")
    post(Gateway(web_client(settings(slack))))
    assert (seen, len(slack.messages(ONE))) == ([], 1)
