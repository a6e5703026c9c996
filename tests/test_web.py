"""The HTTP face over a real database file: every answer of the intake, Slack's guard, health."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy import func, select
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot import web
from bot.config import Settings
from bot.domain.organisation import Organisation, Source
from bot.errors import DatabaseAway
from bot.intake.connector import sign
from bot.services import Directory, Services
from bot.store import tables as t
from bot.store.database import Database
from bot.usecases import receiving

NOW = datetime(2026, 3, 2, 6, 10, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PAYLOADS = Path(__file__).parent / "payloads" / "webhook"
CREATED = (PAYLOADS / "comment__created.json").read_bytes()
EDITED = (PAYLOADS / "comment__edited.json").read_bytes()
DELETED = (PAYLOADS / "comment__deleted.json").read_bytes()
INTAKE = "/intake/webhook/instagram-hk"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    database = Database(f"sqlite:///{tmp_path / 'crosstalk.db'}")
    t.metadata.create_all(database.engine)
    sources = (
        Source(key="instagram-hk", platform="instagram", region="HK"),
        Source(key="elsewhere", connector="carrier-pigeon"),
    )
    yield Services(
        settings=Settings(intake_secrets=(SECRET, OLDER), slack_signing_secret=SLACK_SECRET),
        database=database,
        organisation=Organisation(zone=ZoneInfo("UTC"), triage_channel="C0TRIAGE", sources=sources),
        directory=cast("Directory", object()),
        now=lambda: NOW,
    )
    database.close()


class Slack:
    """Stands where Bolt stands, and keeps what reached it."""

    def __init__(self) -> None:
        self.asked: list[BoltRequest] = []

    def __call__(self, request: BoltRequest) -> BoltResponse:
        self.asked.append(request)
        if "explode" in request.raw_body:
            raise RuntimeError("a customer's words")
        headers = {"x-one": ["1", "2"], "content-type": ["text/plain;charset=utf-8"]}
        return BoltResponse(status=200, body="ack ✓", headers=headers)


@pytest.fixture
def slack() -> Slack:
    return Slack()


@pytest.fixture
def app(services: Services, slack: Slack) -> FastAPI:
    return web.create_web(services, slack, ready=list)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=True) as client:
        yield client


def posted(
    client: TestClient, body: bytes, delivery_id: str = "msg_1", to: str = INTAKE, **headers: str
) -> tuple[int, Any]:
    signed = sign(SECRET, delivery_id, int(NOW.timestamp()), body)
    answer = client.post(to, content=body, headers=signed | headers)
    if answer.status_code >= 300:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()


def counted(source: str, status: str) -> float:
    labels = {"source": source, "status": status}
    return REGISTRY.get_sample_value("crosstalk_intake_total", labels) or 0


def rows(services: Services, table: Any) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_new_comment_is_stored_before_it_is_answered(
    client: TestClient, services: Services
) -> None:
    before = counted("instagram-hk", "202")
    status, answer = posted(client, CREATED)
    assert status == 202
    with services.database.reading() as session:
        row = session.execute(select(t.comments)).mappings().one()
    assert answer == {"case": row["case_number"]}
    assert row["external_id"] == "17900001"
    assert row["text"] == "新手機好正，但客服等咗三日都冇人覆…"
    assert counted("instagram-hk", "202") == before + 1


def test_a_replay_is_answered_as_before_and_changes_nothing(
    client: TestClient, services: Services
) -> None:
    first = posted(client, CREATED)
    assert posted(client, CREATED) == first
    assert posted(client, CREATED, "msg_2") == (200, first[1])
    assert (rows(services, t.comments), rows(services, t.cases)) == (1, 1)


def test_sixteen_senders_of_one_comment_make_one_case(
    client: TestClient, services: Services
) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: posted(client, CREATED, f"msg_{n}"), range(16)))
    assert sorted(status for status, _ in answers) == [200] * 15 + [202]
    assert len({answer["case"] for _, answer in answers}) == 1
    assert (rows(services, t.comments), rows(services, t.cases)) == (1, 1)


def test_an_edit_and_a_deletion_are_applied_to_their_case(client: TestClient) -> None:
    _, case = posted(client, CREATED)
    assert posted(client, EDITED, "msg_2") == (200, case)
    assert posted(client, DELETED, "msg_3") == (200, case)


def test_a_deletion_that_comes_first_has_no_case(client: TestClient) -> None:
    assert posted(client, DELETED) == (200, {"case": None})


def test_an_unknown_type_is_counted_apart(client: TestClient) -> None:
    before = counted("instagram-hk", "ignored")
    body = (PAYLOADS / "review__flagged.json").read_bytes()
    assert posted(client, body) == (200, {"case": None})
    assert counted("instagram-hk", "ignored") == before + 1


def test_hostile_text_is_stored(client: TestClient) -> None:
    body = (PAYLOADS / "comment__created__hostile.json").read_bytes()
    assert posted(client, body)[0] == 202


def test_the_older_secret_still_counts(client: TestClient) -> None:
    headers = sign(OLDER, "msg_1", int(NOW.timestamp()), CREATED)
    assert client.post(INTAKE, content=CREATED, headers=headers).status_code == 202


@pytest.mark.parametrize(
    "to",
    [
        "/intake/webhook/nowhere",
        "/intake/carrier-pigeon/instagram-hk",
        "/intake/webhook/elsewhere",
        "/intake/carrier-pigeon/elsewhere",
        "/intake/manual/by-hand",
        "/intake/webhook/%00%ff",
    ],
)
def test_an_unknown_place_is_not_found(client: TestClient, to: str) -> None:
    before = counted("unknown", "404")
    assert posted(client, CREATED, to=to)[0] == 404
    assert counted("unknown", "404") == before + 1


def test_a_wrong_signature_says_which_header(client: TestClient, services: Services) -> None:
    bad = {"webhook-signature": "v1,AAAA"}
    status, problem = posted(client, CREATED, **bad)
    assert (status, problem["field"]) == (401, "webhook-signature")
    assert rows(services, t.changes) == 0


def test_headers_that_are_sent_twice_are_refused(client: TestClient) -> None:
    signed = sign(SECRET, "msg_1", int(NOW.timestamp()), CREATED)
    for name in ("webhook-id", "webhook-timestamp"):
        twice = [*signed.items(), (name, signed[name])]
        assert client.post(INTAKE, content=CREATED, headers=twice).status_code == 401


def test_a_wrong_field_is_named(client: TestClient) -> None:
    body = json.dumps({"type": "comment.created", "timestamp": "2026-03-02T06:02:00Z",
                       "data": {"platform": "x", "id": 5}}).encode()  # fmt: skip
    status, problem = posted(client, body)
    assert (status, problem["field"], problem["detail"]) == (422, "data.id", "Must be text.")


def test_a_timestamp_from_the_future_is_named(client: TestClient) -> None:
    body = CREATED.replace(b'"2026-03-02T06:02:00Z"', b'"2026-03-02T06:15:01Z"')
    status, problem = posted(client, body)
    assert (status, problem["field"]) == (422, "timestamp")


def test_a_body_up_to_the_cap_is_read_and_one_above_is_not(client: TestClient) -> None:
    room = web.INTAKE_CAP - len(CREATED)
    assert posted(client, CREATED + b" " * room)[0] == 202
    assert posted(client, CREATED + b" " * (room + 1), "msg_2")[0] == 413


def test_a_body_without_length_is_capped_too(client: TestClient) -> None:
    chunks = (b" " * 65_536 for _ in range(5))
    assert client.post(INTAKE, content=chunks).status_code == 413


def test_when_the_database_is_away_the_sender_is_asked_to_wait(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseAway("OperationalError")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "receive", away)
        headers = sign(SECRET, "msg_1", int(NOW.timestamp()), CREATED)
        answer = client.post(INTAKE, content=CREATED, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert posted(client, CREATED)[0] == 202


def test_a_locked_database_is_away(
    client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    t.metadata.drop_all(services.database.engine)
    assert posted(client, CREATED)[0] == 503
    monkeypatch.undo()
    t.metadata.create_all(services.database.engine)
    assert posted(client, CREATED)[0] == 202


def test_a_fault_of_ours_says_nothing_of_the_customer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("新手機好正")

    monkeypatch.setattr(receiving, "receive", broken)
    with capture_logs() as logs:
        status, problem = posted(client, CREATED)
    assert status == 500
    assert "RuntimeError" in str(logs)
    assert "新手機" not in str(logs) + str(problem)


def test_nothing_that_a_customer_wrote_is_logged(client: TestClient) -> None:
    with capture_logs() as logs:
        posted(client, CREATED)
        posted(client, CREATED.replace(b'"17900001"', b'["17900001"]'), "msg_2")
    assert [log["status"] for log in logs if log["event"] == "intake.answered"] == [202, 422]
    for word in ("新手機", "阿明", "17900001", "ming"):
        assert word not in str(logs)


def slack_headers(body: bytes, at: int = int(NOW.timestamp()), **more: str) -> dict[str, str]:
    digest = hmac.new(SLACK_SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "Content-Type": "application/x-www-form-urlencoded",
    } | more


def test_a_signed_request_from_slack_reaches_bolt_and_its_answer_comes_back(
    client: TestClient, slack: Slack
) -> None:
    body = "payload=%7B%7D&text=客".encode()
    answer = client.post("/slack/events?a=b", content=body, headers=slack_headers(body))
    assert (answer.status_code, answer.text) == (200, "ack ✓")
    assert answer.headers.get_list("x-one") == ["1", "2"]
    assert answer.headers["content-type"] == "text/plain;charset=utf-8"
    (asked,) = slack.asked
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
    client: TestClient, slack: Slack, change: dict[str, str]
) -> None:
    headers = slack_headers(b"{}") | change
    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    answer = client.post("/slack/events", content=b"{}", headers=raw)
    assert (answer.status_code, answer.content) == (401, b"")
    assert slack.asked == []


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
def test_slack_s_clock_may_differ_by_five_minutes(
    client: TestClient, seconds: int, status: int
) -> None:
    headers = slack_headers(b"{}", int(NOW.timestamp()) + seconds)
    assert client.post("/slack/events", content=b"{}", headers=headers).status_code == status


def test_a_body_from_slack_that_is_not_utf_8_is_a_bad_request(client: TestClient) -> None:
    headers = slack_headers(b"\xff")
    assert client.post("/slack/events", content=b"\xff", headers=headers).status_code == 400


def test_a_body_from_slack_has_a_cap(client: TestClient) -> None:
    body = b" " * (web.SLACK_CAP + 1)
    answer = client.post("/slack/events", content=body, headers=slack_headers(body))
    assert (answer.status_code, answer.content) == (413, b"")


def test_a_failing_listener_makes_slack_send_again(client: TestClient) -> None:
    with capture_logs() as logs:
        body = b"explode"
        answer = client.post("/slack/events", content=body, headers=slack_headers(body))
    assert (answer.status_code, answer.content) == (500, b"")
    assert "RuntimeError" in str(logs)
    assert "customer" not in str(logs)


def test_without_a_signing_secret_nobody_is_slack(services: Services, slack: Slack) -> None:
    services = Services(**{**vars(services), "settings": Settings()})
    digest = hmac.new(b"", f"v0:{int(NOW.timestamp())}:".encode(), hashlib.sha256).hexdigest()
    headers = slack_headers(b"") | {"X-Slack-Signature": f"v0={digest}"}
    with TestClient(web.create_web(services, slack, ready=list)) as client:
        assert client.post("/slack/events", headers=headers).status_code == 401


def test_in_socket_mode_slack_has_no_address(services: Services) -> None:
    with TestClient(web.create_web(services, None, ready=list)) as client:
        answer = client.post("/slack/events", content=b"{}", headers=slack_headers(b"{}"))
    assert answer.status_code == 404


def _away() -> list[str]:
    raise DatabaseAway("OperationalError")


@pytest.mark.parametrize(
    ("ready", "status", "faults"),
    [
        (list, 200, []),
        (lambda: ["The token was revoked."], 503, ["The token was revoked."]),
        (_away, 503, ["The database does not answer."]),
    ],
)
def test_health_tells_what_keeps_the_bot_from_its_work(
    services: Services, ready: Callable[[], list[str]], status: int, faults: list[str]
) -> None:
    with TestClient(web.create_web(services, None, ready=ready)) as client:
        answer = client.get("/health/ready")
        assert client.get("/health/live").json() == {"status": "ok"}
    assert answer.status_code == status
    assert answer.json() == {"ready": not faults, "faults": faults}


def test_metrics_are_text_for_prometheus(client: TestClient) -> None:
    posted(client, CREATED)
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'crosstalk_intake_total{source="instagram-hk",status="202"}' in answer.text


def test_the_page_describes_the_intake_and_nothing_else(client: TestClient) -> None:
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
