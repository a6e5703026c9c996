"""A process opens as many connections as it may, and no more."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from bot.errors import DatabaseAway
from bot.store import engines
from bot.store.database import Database
from tests import databases


def test_no_more_connections_are_open_than_a_process_may_have(
    migrated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_POOL_SECONDS", 0.2)
    database = Database(f"{migrated_postgres}?application_name=counted", most=3)
    full, seen = threading.Barrier(4), threading.Event()

    def hold() -> None:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
            full.wait(20)
            seen.wait(20)

    with ThreadPoolExecutor(3) as threads:
        held = [threads.submit(hold) for _ in range(3)]
        full.wait(20)
        with pytest.raises(DatabaseAway):
            database.ping()
        with databases.connect(migrated_postgres) as connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'counted'"
            assert connection.execute(query).fetchone() == (3,)
        seen.set()
        for each in held:
            each.result()
    database.ping()
    database.close()
