"""The guard in front of Bolt."""

import hashlib
import hmac

import pytest
from structlog.testing import capture_logs

from bot import web
from bot.services import Services
from bot.store.database import Database
from tests.web.client import Client
from tests.web.conftest import NOW, SLACK_SECRET, Bolt, services_over


def slack_headers(body: bytes, at: int = int(NOW.timestamp()), **more: str) -> dict[str, str]:
    digest = hmac.new(SLACK_SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "Content-Type": "application/x-www-form-urlencoded",
    } | more


def test_a_signed_request_from_slack_reaches_bolt_and_its_answer_comes_back(
    client: Client, bolt: Bolt
) -> None:
    body = "payload=%7B%7D&text=客".encode()
    answer = client.post("/slack/events?a=b", content=body, headers=slack_headers(body))
    assert (answer.status_code, answer.text) == (200, "ack ✓")
    assert answer.headers.get_list("x-one") == ["1", "2"]
    assert answer.headers["content-type"] == "text/plain;charset=utf-8"
    (asked,) = bolt.asked
    assert asked.raw_body == body.decode()
    assert asked.query == {"a": ["b"]}
    assert asked.headers["x-slack-signature"]


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "9" * 5_000},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1772431800 "},
    ],
)
def test_whatever_slack_did_not_sign_is_refused_without_a_word(
    client: Client, bolt: Bolt, change: dict[str, str]
) -> None:
    headers = slack_headers(b"{}") | change
    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    answer = client.post("/slack/events", content=b"{}", headers=raw)
    assert (answer.status_code, answer.content) == (401, b"")
    assert bolt.asked == []


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
def test_slack_s_clock_may_differ_by_five_minutes(
    client: Client, seconds: int, status: int
) -> None:
    headers = slack_headers(b"{}", int(NOW.timestamp()) + seconds)
    assert client.post("/slack/events", content=b"{}", headers=headers).status_code == status


def test_a_body_from_slack_that_is_not_utf_8_is_a_bad_request(client: Client) -> None:
    headers = slack_headers(b"\xff")
    assert client.post("/slack/events", content=b"\xff", headers=headers).status_code == 400


def test_a_body_from_slack_has_a_cap(client: Client) -> None:
    body = b" " * (web.SLACK_CAP + 1)
    answer = client.post("/slack/events", content=body, headers=slack_headers(body))
    assert (answer.status_code, answer.content) == (413, b"")


def test_a_failing_listener_makes_slack_send_again(client: Client) -> None:
    with capture_logs() as logs:
        body = b"explode"
        answer = client.post("/slack/events", content=body, headers=slack_headers(body))
    assert (answer.status_code, answer.content) == (500, b"")
    assert "RuntimeError" in str(logs)
    assert "customer" not in str(logs)


def test_without_a_signing_secret_nobody_is_slack(sqlite_database: Database, bolt: Bolt) -> None:
    services = services_over(sqlite_database, slack_signing_secret="")
    digest = hmac.new(b"", f"v0:{int(NOW.timestamp())}:".encode(), hashlib.sha256).hexdigest()
    headers = slack_headers(b"") | {"X-Slack-Signature": f"v0={digest}"}
    with Client.of(web.create_web(services, bolt, ready=list)) as client:
        assert client.post("/slack/events", headers=headers).status_code == 401


def test_in_socket_mode_slack_has_no_address(services: Services) -> None:
    with Client.of(web.create_web(services, None, ready=list)) as client:
        answer = client.post("/slack/events", content=b"{}", headers=slack_headers(b"{}"))
    assert answer.status_code == 404
