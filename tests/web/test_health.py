"""Health, metrics, and the page that describes the intake."""

import json

import pytest

from bot import web
from bot.readiness import Trouble
from bot.services import Services
from tests.web.client import Client
from tests.web.conftest import Sender, payload


@pytest.mark.parametrize(
    ("troubles", "status"),
    [
        ([], 200),
        ([Trouble("C0 is archived", "unarchive it")], 200),
        (
            [Trouble("C0 is archived", "unarchive it"), Trouble("no database", "start it", True)],
            503,
        ),
    ],
)
def test_health_tells_everything_and_is_red_when_nothing_can_be_taken_in(
    services: Services, troubles: list[Trouble], status: int
) -> None:
    with Client.of(web.create_web(services, None, ready=lambda: troubles)) as client:
        answer = client.get("/health/ready")
        assert client.get("/health/live").json() == {"status": "ok"}
    assert answer.status_code == status
    faults = [f"{trouble.what} — {trouble.mend}" for trouble in troubles]
    assert answer.json() == {"ready": status == 200, "faults": faults}


def test_metrics_are_text_for_prometheus(client: Client, sender: Sender) -> None:
    sender.send(payload("comment__created"))
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'crosstalk_intake_total{source="instagram-hk",status="202"}' in answer.text


def test_the_page_describes_the_intake_and_nothing_else(client: Client) -> None:
    assert client.get("/docs").status_code == 200
    described = client.get("/openapi.json").json()
    assert list(described["paths"]) == ["/intake/{connector}/{source}"]
    operation = described["paths"]["/intake/{connector}/{source}"]["post"]
    assert set(operation["responses"]) >= {"200", "202", "401", "404", "413", "422", "503"}
    named = {parameter["name"] for parameter in operation["parameters"]}
    assert named >= {"connector", "source", "webhook-id", "webhook-timestamp", "webhook-signature"}
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["data"]["required"] == ["platform", "id"]
    assert "$ref" not in json.dumps(body)


def test_asking_for_metrics_looks_at_how_things_stand(services: Services) -> None:
    looks: list[None] = []

    def look() -> list[Trouble]:
        looks.append(None)
        return []

    with Client.of(web.create_web(services, None, ready=look)) as client:
        assert client.get("/metrics").status_code == 200
    assert len(looks) == 1
