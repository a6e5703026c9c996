"""Every answer of the intake, over both databases."""

import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot import web
from bot.errors import DatabaseAway, Unstorable
from bot.intake.connector import sign
from bot.services import Services
from bot.store import tables as t
from bot.store.database import Database
from bot.usecases import receiving
from tests.web.client import Client
from tests.web.conftest import INTAKE, NOW, OLDER, SECRET, Bolt, Sender, payload, services_over

CREATED = payload("comment__created")
EDITED = payload("comment__edited")
DELETED = payload("comment__deleted")


@pytest.fixture
def services(database: Database) -> Services:
    return services_over(database)


def counted(source: str, status: str) -> float:
    labels = {"source": source, "status": status}
    return REGISTRY.get_sample_value("crosstalk_intake_total", labels) or 0


def rows(services: Services, table: Any) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_new_comment_is_stored_before_it_is_answered(sender: Sender, services: Services) -> None:
    before = counted("instagram-hk", "202")
    status, answer = sender.send(CREATED)
    assert status == 202
    with services.database.reading() as session:
        row = session.execute(select(t.comments)).mappings().one()
    assert answer == {"case": row["case_number"]}
    assert row["external_id"] == "17900001"
    assert row["facts"]["text"] == "新手機好正，但客服等咗三日都冇人覆…"
    assert counted("instagram-hk", "202") == before + 1


def test_a_replay_is_answered_as_before_and_changes_nothing(
    sender: Sender, services: Services
) -> None:
    first = sender.send(CREATED)
    assert sender.send(CREATED) == first
    assert sender.send(CREATED, "msg_2") == (200, first[1])
    assert (rows(services, t.comments), rows(services, t.cases)) == (1, 1)


def test_sixteen_senders_of_one_comment_make_one_case(sender: Sender, services: Services) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: sender.send(CREATED, f"msg_{n}"), range(16)))
    assert sorted(status for status, _ in answers) == [200] * 15 + [202]
    assert len({answer["case"] for _, answer in answers}) == 1
    assert (rows(services, t.comments), rows(services, t.cases)) == (1, 1)


def test_an_edit_and_a_deletion_are_applied_to_their_case(sender: Sender) -> None:
    _, case = sender.send(CREATED)
    assert sender.send(EDITED, "msg_2") == (200, case)
    assert sender.send(DELETED, "msg_3") == (200, case)


def test_a_deletion_that_comes_first_has_no_case(sender: Sender) -> None:
    assert sender.send(DELETED) == (200, {"case": None})


def test_an_unknown_type_is_counted_apart(sender: Sender) -> None:
    before = counted("instagram-hk", "ignored")
    body = payload("review__flagged")
    assert sender.send(body) == (200, {"case": None})
    assert counted("instagram-hk", "ignored") == before + 1


def test_hostile_text_is_stored(sender: Sender) -> None:
    body = payload("comment__created__hostile")
    assert sender.send(body)[0] == 202


def test_the_older_secret_still_counts(client: Client) -> None:
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
def test_an_unknown_place_is_not_found(sender: Sender, to: str) -> None:
    before = counted("unknown", "404")
    assert sender.send(CREATED, to=to)[0] == 404
    assert counted("unknown", "404") == before + 1


def test_a_wrong_signature_says_which_header(sender: Sender, services: Services) -> None:
    bad = {"webhook-signature": "v1,AAAA"}
    status, problem = sender.send(CREATED, **bad)
    assert (status, problem["field"]) == (401, "webhook-signature")
    assert rows(services, t.changes) == 0


def test_headers_that_are_sent_twice_are_refused(client: Client) -> None:
    signed = sign(SECRET, "msg_1", int(NOW.timestamp()), CREATED)
    for name in ("webhook-id", "webhook-timestamp"):
        twice = [*signed.items(), (name, signed[name])]
        assert client.post(INTAKE, content=CREATED, headers=twice).status_code == 401


def test_a_wrong_field_is_named(sender: Sender) -> None:
    body = json.dumps({"type": "comment.created", "timestamp": "2026-03-02T06:02:00Z",
                       "data": {"platform": "x", "id": 5}}).encode()  # fmt: skip
    status, problem = sender.send(body)
    assert (status, problem["field"], problem["detail"]) == (422, "data.id", "Must be text.")


def test_a_timestamp_from_the_future_is_named(sender: Sender) -> None:
    body = CREATED.replace(b'"2026-03-02T06:02:00Z"', b'"2026-03-02T06:15:01Z"')
    status, problem = sender.send(body)
    assert (status, problem["field"]) == (422, "timestamp")


def test_a_body_up_to_the_cap_is_read_and_one_above_is_not(sender: Sender) -> None:
    room = web.INTAKE_CAP - len(CREATED)
    assert sender.send(CREATED + b" " * room)[0] == 202
    assert sender.send(CREATED + b" " * (room + 1), "msg_2")[0] == 413


@pytest.mark.parametrize(("path", "chunks"), [(INTAKE, 5), ("/slack/events", 17)])
def test_no_more_is_read_than_the_cap_allows(client: Client, path: str, chunks: int) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 1
            yield b" " * 65_536

    assert client.post(path, content=endless()).status_code == 413
    assert read == chunks


def test_when_the_database_is_away_the_sender_is_asked_to_wait(
    client: Client, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseAway("OperationalError")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "receive", away)
        headers = sign(SECRET, "msg_1", int(NOW.timestamp()), CREATED)
        answer = client.post(INTAKE, content=CREATED, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert sender.send(CREATED)[0] == 202


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"]
)
def test_a_database_that_cannot_be_reached_is_away(url: str, bolt: Bolt) -> None:
    database = Database(url)
    with Client.of(web.create_web(services_over(database), bolt, ready=list)) as client:
        assert Sender(client).send(CREATED)[0] == 503
    database.close()


def test_what_the_database_refuses_is_not_sent_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unstorable("DataError")

    monkeypatch.setattr(receiving, "receive", refuse)
    assert sender.send(CREATED)[0] == 422


def test_a_fault_of_ours_says_nothing_of_the_customer(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("新手機好正")

    monkeypatch.setattr(receiving, "receive", broken)
    with capture_logs() as logs:
        status, problem = sender.send(CREATED)
    assert status == 500
    assert "RuntimeError" in str(logs)
    assert "新手機" not in str(logs) + str(problem)


def test_nothing_that_a_customer_wrote_is_logged(sender: Sender) -> None:
    with capture_logs() as logs:
        sender.send(CREATED)
        sender.send(CREATED.replace(b'"17900001"', b'["17900001"]'), "msg_2")
    assert [log["status"] for log in logs if log["event"] == "intake.answered"] == [202, 422]
    for word in ("新手機", "阿明", "17900001", "ming"):
        assert word not in str(logs)
