"""What can be made to go wrong with the fake Web API, as the real SDK meets it."""

import threading
from socket import SHUT_WR, create_connection
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.client import client_of, refusal
from tests.fakes.clock import Clock
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
from tests.fakes.slack_api import FakeSlack

ONE = "C0ONE"


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    slack.channel(ONE, "one", members=["U0ANN"])
    return client_of(slack)


@pytest.mark.parametrize(
    ("fault", "error", "arrived"),
    [
        ("is_archived", SlackApiError, False),
        (Http429(retry_after=7), SlackApiError, False),
        (Http500(status=503), SlackApiError, False),
        (Garbage(), SlackApiError, False),
        (Garbage(accepted=True), SlackApiError, True),
        (Drop(), ConnectionError, False),
        (AcceptThenDrop(), ConnectionError, True),
        (AcceptThen500(), SlackApiError, True),
        (Timeout(), TimeoutError, False),
        (Timeout(accepted=True), TimeoutError, True),
    ],
    ids=str,
)
def test_a_fault_happens_once_and_says_whether_the_message_arrived(
    slack: FakeSlack, fault: Fault, error: type[Exception], *, arrived: bool
) -> None:
    slack.channel(ONE)
    client = client_of(slack)
    client.timeout = 0.2  # type: ignore[assignment]  # seconds; the SDK hands it on as it is
    slack.fail("chat.postMessage", fault)
    with pytest.raises(error):
        client.chat_postMessage(channel=ONE, text="first")
    assert [m.text for m in slack.messages(ONE)] == ["first"] * arrived
    client.timeout = 5
    client.chat_postMessage(channel=ONE, text="second")
    assert [m.text for m in slack.messages(ONE)] == ["first"] * arrived + ["second"]
    assert len(slack.called("chat.postMessage")) == 2


def test_a_rate_limit_says_how_long_to_wait(slack: FakeSlack, client: WebClient) -> None:
    slack.fail("chat.postMessage", Http429(retry_after=30))
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=ONE, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "30"


def test_a_fault_may_concern_one_channel_until_it_is_mended(
    slack: FakeSlack, client: WebClient
) -> None:
    slack.channel("C0TWO")
    slack.fail("chat.postMessage", "is_archived", times=None, channel="C0TWO")
    for _ in range(2):
        assert refusal(client.chat_postMessage, channel="C0TWO", text="x") == "is_archived"
    client.chat_postMessage(channel=ONE, text="x")
    slack.mend("chat.postMessage")
    assert client.chat_postMessage(channel="C0TWO", text="x")["ok"]


def test_connections_are_refused_while_slack_is_away(slack: FakeSlack, client: WebClient) -> None:
    with slack.away(), pytest.raises(URLError, match="refused"):
        client.auth_test()
    assert client.auth_test()["ok"]


def test_one_message_a_second_and_channel(
    slack: FakeSlack, client: WebClient, clock: Clock
) -> None:
    slack.channel("C0TWO")
    slack.pace = True
    client.chat_postMessage(channel=ONE, text="x")
    client.chat_postMessage(channel="C0TWO", text="x")
    clock.advance(seconds=0.25)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=ONE, text="too soon")
    assert caught.value.response.headers["Retry-After"] == "1"
    assert [(v.channel, v.after) for v in slack.violations] == [(ONE, 0.25)]
    clock.advance(seconds=0.75)
    assert client.chat_postMessage(channel=ONE, text="x")["ok"]


def test_many_threads_lose_nothing(slack: FakeSlack, client: WebClient) -> None:
    def post() -> None:
        for _ in range(10):
            client.chat_postMessage(channel=ONE, text="x")

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({message.ts for message in slack.messages(ONE)}) == 80


def test_half_a_call_is_none(slack: FakeSlack) -> None:
    """Its sender was killed while sending: Slack makes nothing of what came before."""
    there = urlsplit(slack.client_url)
    head = "POST /api/chat.postMessage HTTP/1.1\r\nHost: slack\r\nContent-Length: 400\r\n\r\n"
    with create_connection((str(there.hostname), int(there.port or 0)), timeout=10) as half:
        half.sendall(f"{head}channel=C0HALF&text=Half".encode())
        half.shutdown(SHUT_WR)
        assert half.recv(100) == b""
    assert not slack.calls
