"""A web face over a real database, and signed senders for it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from slack_bolt import BoltRequest, BoltResponse

from bot import web
from bot.config import Settings
from bot.domain.organisation import Organisation, Source
from bot.intake.connector import sign
from bot.services import Directory, Services
from bot.store.database import Database
from tests.web.client import Client

NOW = datetime(2026, 3, 2, 6, 10, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
INTAKE = "/intake/webhook/instagram-hk"
PAYLOADS = Path(__file__).parent.parent / "payloads" / "webhook"
SOURCES = (
    Source(key="instagram-hk", platform="instagram", region="HK"),
    Source(key="elsewhere", connector="carrier-pigeon"),
)


def payload(name: str) -> bytes:
    """The body that stands in a file."""
    return (PAYLOADS / f"{name}.json").read_bytes()


def services_over(database: Database, **settings: Any) -> Services:
    """What a web face needs, with nobody in the organisation's teams."""
    known: dict[str, Any] = {
        "intake_secrets": (SECRET, OLDER),
        "slack_signing_secret": SLACK_SECRET,
    }
    return Services(
        settings=Settings(**known | settings),
        database=database,
        organisation=Organisation(zone=ZoneInfo("UTC"), triage_channel="C0TRIAGE", sources=SOURCES),
        directory=cast("Directory", object()),
        now=lambda: NOW,
    )


class Bolt:
    """Stands where Bolt stands, and keeps what reached it."""

    def __init__(self) -> None:
        self.asked: list[BoltRequest] = []

    def __call__(self, request: BoltRequest) -> BoltResponse:
        self.asked.append(request)
        if "explode" in request.raw_body:
            raise RuntimeError("a customer's words")
        return BoltResponse(
            status=200,
            body="ack ✓",
            headers={"x-one": ["1", "2"], "content-type": ["text/plain;charset=utf-8"]},
        )


@dataclass(frozen=True)
class Sender:
    """Sends signed deliveries to the intake."""

    client: Client

    def send(
        self, body: bytes, delivery_id: str = "msg_1", to: str = INTAKE, **headers: str
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer."""
        signed = sign(SECRET, delivery_id, int(NOW.timestamp()), body)
        answer = self.client.post(to, content=body, headers=signed | headers)
        if answer.status_code >= 300:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def services(sqlite_database: Database) -> Services:
    return services_over(sqlite_database)


@pytest.fixture
def bolt() -> Bolt:
    return Bolt()


@pytest.fixture
def client(services: Services, bolt: Callable[[BoltRequest], BoltResponse]) -> Iterator[Client]:
    with Client.of(web.create_web(services, bolt, ready=list)) as client:
        yield client


@pytest.fixture
def sender(client: Client) -> Sender:
    return Sender(client)
