"""Whatever Slack's signature is on: what is no request of Slack's is a bad one, never our fault."""

import json
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from slack_bolt import BoltRequest

from bot import web
from bot.ui import ids
from tests.domain.factories import ANNA
from tests.fakes.requests import SECRET, raw, signature
from tests.handlers.desk import LOBBY, SERVICE_CHANNEL, Desk
from tests.web.client import Client

Path = tuple[str | int, ...]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
KINDS = (FORM, JSON, "application/json; charset=utf-16", "text/plain", "multipart/form-data", "")
OTHER: tuple[Any, ...] = (None, "", 5, 1.5, True, [], {}, [5], {"value": None})
LEFT_OUT = object()


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    desk.comment("I want a refund")
    services = replace(desk.services, now=lambda: datetime.now(UTC))
    with Client.of(web.create_web(services, desk.app, ready=list)) as client:
        yield client


def status(client: Client, body: bytes, kind: str) -> int:
    """What *body* is answered, signed by Slack just now."""
    at = str(int(time.time()))
    signed = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature(SECRET, at, body)}
    answer = client.post("/slack/events", content=body, headers=signed | {"Content-Type": kind})
    return answer.status_code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b'"claim"',
        b"{",
        b'{"a":' * 5_000,
        b"payload=",
        b"payload=%7B",
        b"payload=[]",
        b"payload=5",
        b"payload=" + b"[" * 5_000,
        b'payload={"type":[]}',
        b'payload={"type":"block_actions"}',
        b'payload={"type":"block_actions","actions":[]}',
        b'payload={"type":"view_submission","view":{}}',
        b'{"type":"event_callback"}',
        b'{"type":"event_callback","event":[]}',
        b'{"type":"event_callback","event":{"type":"reaction_added"}}',
        b'{"authorizations":[5]}',
    ],
    ids=lambda body: body[:60].decode(),
)
def test_what_slack_never_sends_is_a_bad_request(client: Client, body: bytes, kind: str) -> None:
    # What is neither a form nor JSON may come to nothing that anybody listens for.
    assert status(client, body, kind) in {400, 404}


def requests(desk: Desk) -> dict[str, BoltRequest]:
    """One of each kind of request."""
    card, asks = desk.card(), desk.incoming
    desk.press(card, ids.CLAIM, by=ANNA)
    desk.deliver()
    desk.press(desk.card(), ids.RESOLVE, by=ANNA)
    in_channel: dict[str, Any] = {
        "channel": SERVICE_CHANNEL,
        "user": ANNA,
        "ts": "1.2",
        "thread_ts": card.ts,
    }
    away = {"status_emoji": ":palm_tree:", "status_text": "away", "status_expiration": 0}
    return {
        "click": asks.click(desk.card(), ids.RELEASE, by=ANNA),
        "form": asks.submit(desk.slack.modal(ANNA), {}, by=ANNA),
        "command": asks.command("/crosstalk", "back", by=ANNA, channel=LOBBY),
        "suggestion": asks.suggestion(ids.TEAM_OPTIONS, "a", by=ANNA),
        "shortcut": asks.message_shortcut(ids.FIND_OWNERS, card, by=ANNA),
        "home": asks.home_opened(by=ANNA),
        "joined": asks.joined(ANNA, SERVICE_CHANNEL),
        "left": asks.left("U0NOBODY", SERVICE_CHANNEL),
        "emoji": asks.reacted(card, "eyes", by=ANNA),
        "message": asks.event("message", text="hello", **in_channel),
        "profile": asks.event("user_change", user={"id": "U0NOBODY", "profile": away}),
    }


def read(request: BoltRequest) -> tuple[dict[str, Any], str]:
    """What a request says, and in which form."""
    _, body = raw(request)
    if body.startswith(b"{"):
        return json.loads(body), JSON
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return (json.loads(fields["payload"]), "payload") if "payload" in fields else (fields, FORM)


def written(told: Any, form: str) -> bytes:
    if form == FORM:
        return urlencode(told).encode()
    text = json.dumps(told)
    return text.encode() if form == JSON else urlencode({"payload": text}).encode()


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every part of *value*, not deeper than anybody looks before it is known what is asked."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        yield (*path, name)
        if isinstance(part, dict | list) and len(path) < 2:
            yield from places(part, (*path, name))


def spoilt(told: Any, path: Path, other: Any) -> Any:
    """*told* with *other* in the place of one part."""
    made = deepcopy(told)
    inner = made
    for name in path[:-1]:
        inner = inner[name]
    if other is LEFT_OUT:
        del inner[path[-1]]
    else:
        inner[path[-1]] = other
    return made


def test_one_part_that_is_missing_or_something_else_is_nobodys_fault_but_the_sender_s(
    desk: Desk, client: Client
) -> None:
    for name, request in requests(desk).items():
        told, form = read(request)
        for number, path in enumerate(places(told)):
            for other in (LEFT_OUT, OTHER[number % len(OTHER)], OTHER[(number + 5) % len(OTHER)]):
                body = written(spoilt(told, path, other), form)
                found = status(client, body, JSON if form == JSON else FORM)
                assert found < 500, (name, path, other)
