"""A database that fails while a comment is being stored: nothing is lost, and nothing is twice."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event, func, make_url, select

from bot import readiness, web
from bot.errors import DatabaseAway
from bot.store import bounded, tables as t
from bot.store.database import Database
from tests.domain import factories
from tests.fakes.clock import START
from tests.fakes.wire import Wire
from tests.waiting import eventually
from tests.web.client import Client
from tests.web.conftest import Bolt, Sender, payload, services_over

CREATED = payload("comment__created")
LONG = CREATED.replace(b"\xe6\x96\xb0", b"\xe6\x96\xb0" * 20_000)


def cases(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(t.cases)) or 0


@pytest.fixture
def wire(postgres_database: Database) -> Iterator[Wire]:
    with Wire(make_url(postgres_database.url).port or 0) as wire:
        yield wire


def test_a_commit_whose_answer_is_lost_is_asked_for_again_and_is_one_case(
    postgres_database: Database, wire: Wire, bolt: Bolt
) -> None:
    url = make_url(postgres_database.url).set(port=wire.port)
    database = Database(url.render_as_string(hide_password=False))
    with Client.of(web.create_web(services_over(database), bolt, ready=list)) as client:
        sender = Sender(client)
        wire.cut_at_commit = True
        assert sender.send(CREATED)[0] == 503
        wire.cut_at_commit = False
        # It was stored, so the sender who asks again hears what it should have heard before.
        assert cases(postgres_database) == 1
        assert sender.send(CREATED) == (202, {"case": 1})
        assert sender.send(CREATED, "msg_2") == (200, {"case": 1})
    assert cases(postgres_database) == 1
    database.close()


def _full(connection: Any, _: Any) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")


def _read_only(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA query_only=ON")


@pytest.mark.parametrize("fault", [_full, _read_only])
def test_a_disk_that_takes_nothing_more_is_a_database_that_is_away(
    sqlite_database: Database, bolt: Bolt, fault: Callable[[Any, Any], None]
) -> None:
    database = Database(sqlite_database.url)
    event.listen(database.engine, "connect", fault)
    with Client.of(web.create_web(services_over(database), bolt, ready=list)) as client:
        assert Sender(client).send(LONG)[0] == 503
        assert cases(sqlite_database) == 0
        event.remove(database.engine, "connect", fault)
        database.close()
        assert Sender(client).send(LONG)[0] == 202
    database.close()


def test_a_connection_that_swallows_everything_is_answered_503_within_three_seconds(
    postgres_database: Database, wire: Wire, bolt: Bolt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MOST_SECONDS", 4.0)
    url = make_url(postgres_database.url).set(port=wire.port)
    database = Database(url.render_as_string(hide_password=False))
    ready = readiness.checker(database, factories.organisation(), lambda: START)
    with Client.of(web.create_web(services_over(database), bolt, ready=ready)) as client:
        sender = Sender(client)
        assert sender.send(CREATED)[0] == 202
        wire.swallows = True
        began = monotonic()
        assert sender.send(CREATED, "msg_2")[0] == 503
        assert client.get("/health/ready").status_code == 503
        assert monotonic() - began < 7
        assert client.get("/health/live").status_code == 200
        wire.swallows = False
        # The threads that hang give up, and their connections are not used again.
        eventually(lambda: sender.send(CREATED, "msg_2")[0] == 200, "an answer")
    assert cases(postgres_database) == 1
    database.close()


def test_nobody_waits_for_ever_for_a_server_that_does_not_answer(
    postgres_database: Database, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MOST_SECONDS", 0.5)
    url = make_url(postgres_database.url).set(port=wire.port)
    database = Database(url.render_as_string(hide_password=False))
    database.ping()
    wire.swallows = True
    with pytest.raises(DatabaseAway):
        database.ping()
    wire.swallows = False
    database.ping()
    database.close()
