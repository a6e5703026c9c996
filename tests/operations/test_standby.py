"""Digests from a real streaming copy: read there while it follows, and from the original when not."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import DatabaseAway
from bot.main import utc_now
from bot.store import health, migrations
from bot.store.database import Database
from bot.store.replica import BEHIND, Reports
from tests.operations.conftest import until
from tests.operations.standby import Original, Standby


@pytest.fixture
def pair(postgres_binaries: Path) -> Iterator[tuple[Original, Standby]]:
    if not (postgres_binaries / "pg_basebackup").is_file():
        pytest.skip("there is no pg_basebackup beside this PostgreSQL")
    with Original(postgres_binaries) as original:
        migrations.upgrade(original.url())
        with Standby(postgres_binaries, original) as standby:
            yield original, standby


def is_copy(reports: Reports) -> bool:
    with reports.reading() as session:
        return bool(session.scalar(text("SELECT pg_is_in_recovery()")))


def has_received(standby: Database, written: str) -> bool:
    query = text("SELECT pg_last_wal_receive_lsn() >= cast(:written AS pg_lsn)")
    with standby.glance() as session:
        return bool(session.execute(query, {"written": written}).scalar())


def seen(database: Database) -> datetime | None:
    with database.reading() as session:
        return health.heartbeats(session).get("clock")


def later(by: timedelta) -> Callable[[], datetime]:
    return lambda: utc_now() + by


def test_a_copy_that_follows_is_read_and_one_that_stands_still_is_not(
    pair: tuple[Original, Standby],
) -> None:
    original, standby = (Database(server.url()) for server in pair)
    now = utc_now()
    with original.transaction() as session:
        health.beat(session, "clock", now=now)
    until(lambda: seen(standby) == now)
    reports = Reports(original, standby, utc_now)
    reports.look()
    assert is_copy(reports)
    with pytest.raises(Exception, match="read-only"), standby.transaction() as session:
        health.beat(session, "clock", now=now)
    # It goes on answering when its log has stopped; only the heartbeat tells.
    with standby.engine.connect() as session:
        session.execute(text("SELECT pg_wal_replay_pause()"))
    with original.transaction() as session:
        health.beat(session, "clock", now=now + BEHIND)
    with original.glance() as session:
        written = session.execute(text("SELECT pg_current_wal_lsn()::text")).scalar_one()
    # It has the beat, and does not show it.
    until(lambda: has_received(standby, written))
    assert seen(standby) == now
    late = Reports(original, standby, later(BEHIND + timedelta(seconds=1)))
    late.look()
    assert not is_copy(late)
    with standby.engine.connect() as session:
        session.execute(text("SELECT pg_wal_replay_resume()"))
    until(lambda: seen(standby) == now + BEHIND)
    late.look()
    assert is_copy(late)
    original.close()
    standby.close()


def test_a_copy_that_dies_costs_one_answer_at_most(pair: tuple[Original, Standby]) -> None:
    original, standby = (Database(server.url()) for server in pair)
    now = utc_now()
    with original.transaction() as session:
        health.beat(session, "clock", now=now)
    until(lambda: seen(standby) == now)
    reports = Reports(original, standby, utc_now)
    reports.look()
    assert is_copy(reports)
    pair[1].stop("immediate")
    with pytest.raises(DatabaseAway):
        is_copy(reports)
    assert not is_copy(reports)
    reports.look()
    assert not is_copy(reports)
    original.close()
    standby.close()
