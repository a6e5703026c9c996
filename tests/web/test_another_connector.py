"""A connector that was added as the guide says: its sources may be written, and are heard."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot import organisation, web
from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Source
from bot.intake import connector, signatures
from bot.intake.connector import Request, sign
from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import INTAKE_SECRET, Desk
from tests.organisation.samples import GOOD
from tests.web.client import Client


class Forum:
    """A platform that signs as Standard Webhooks does, and tells less."""

    name = "forum"

    def verify(self, request: Request, secrets: Sequence[str], now: datetime) -> str:
        return signatures.verify(request, secrets, now)

    def parse(self, body: bytes, source: Source) -> tuple[Change, ...]:
        told = json.loads(body)
        created = Change(
            kind=ChangeKind.CREATED, source=source.key, external_id=told["thread"],
            at=datetime.fromisoformat(told["at"]), facts={"text": told["said"]}, raw=told,
        )  # fmt: skip
        return (created,)


def test_a_comment_comes_in_through_a_connector_that_was_added_as_the_guide_says(
    sqlite_database: Database,
    slack: FakeSlack,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(connector.CONNECTORS, "forum", Forum())
    file = tmp_path / "organisation.toml"
    file.write_text(GOOD.replace('connector = "webhook"', 'connector = "forum"'), "utf-8")
    org = organisation.load(file)
    assert org.sources[0].connector == "forum"
    desk = Desk(sqlite_database, slack, clock)
    services = replace(desk.services, organisation=replace(desk.organisation, sources=org.sources))
    now = clock.now()
    told = {"thread": "t1", "at": now.isoformat(), "said": "my phone is broken, refund!"}
    body = json.dumps(told).encode()
    signed = sign(INTAKE_SECRET, "msg_1", int(now.timestamp()), body)
    with Client.of(web.create_web(services, desk.app, ready=list)) as client:
        answer = client.post("/intake/forum/facebook-hk", content=body, headers=signed)
    assert (answer.status_code, answer.json()) == (202, {"case": 1})
    assert desk.case().number == 1
