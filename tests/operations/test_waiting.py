"""A process that finds an older or a newer schema says so, waits, and goes on by itself."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.store import migrations
from bot.store.database import Database
from tests.operations.conftest import Platform, free_port, until
from tests.operations.schemas import names, upgrade_to

OLD = names()[-2]
WAITS = "waiting_for_the_database"
# Each process is tried on one of them, and what they have in common on both.
ON_SQLITE = pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)


@pytest.fixture
def bare(bare_url: str) -> Iterator[Database]:
    database = Database(bare_url)
    yield database
    database.close()


def rename(database: Database, name: str) -> None:
    """Let *database* say that it is in the state called *name*."""
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": name})


@pytest.mark.parametrize(
    ("bare_url", "process"),
    [("sqlite", "web"), ("postgresql", "web"), ("sqlite", "clock"), ("postgresql", "worker")],
    indirect=["bare_url"],
)
def test_on_an_older_schema_it_is_alive_and_not_ready_until_somebody_upgrades(
    platform: Platform, bare: Database, process: str
) -> None:
    upgrade_to(bare.url, OLD)
    port = free_port()
    running = platform.start(process, DATABASE_URL=bare.url, PORT=str(port), METRICS_PORT=str(port))
    until(lambda: platform.ask(port, "/health/live")[0] == 200)
    until(lambda: "is at" in "".join(platform.faults(port)))
    why = f"the database is at {OLD}, and this release needs {migrations.head()}"
    assert platform.faults(port) == [f"{why} — run: crosstalk db upgrade"]
    assert platform.ask(port, "/health/ready")[0] == 503
    assert platform.ask(port, "/intake/webhook/shop", b"{}")[0] == 503
    assert "python_info" in platform.ask(port, "/metrics")[1]
    migrations.upgrade(bare.url)
    until(lambda: platform.ready(port))
    assert [line["why"] for line in platform.lines(WAITS)] == [f"{why} — run: crosstalk db upgrade"]
    if process == "web":
        assert platform.ask(port, "/intake/webhook/shop", b"{}")[0] == 401
    assert platform.end(running) < 10


@pytest.mark.parametrize(
    ("bare_url", "process"), [("postgresql", "web"), ("sqlite", "worker")], indirect=["bare_url"]
)
def test_a_sigterm_ends_the_waiting(platform: Platform, bare: Database, process: str) -> None:
    upgrade_to(bare.url, OLD)
    running = platform.start(process, DATABASE_URL=bare.url)
    until(lambda: platform.log.exists() and platform.lines(WAITS))
    assert platform.end(running) < 10


@ON_SQLITE
def test_a_newer_schema_that_only_adds_is_worked_with(platform: Platform, bare: Database) -> None:
    migrations.upgrade(bare.url)
    rename(bare, "0098")
    running = platform.start("web", DATABASE_URL=bare.url)
    port = int(platform.environment["PORT"])
    until(lambda: platform.ready(port))
    assert platform.lines(WAITS) == []
    assert not any("newer" in fault for fault in platform.faults(port))
    assert platform.end(running) < 10


@ON_POSTGRESQL
def test_a_newer_schema_that_has_taken_something_away_is_waited_for(
    platform: Platform, bare: Database
) -> None:
    migrations.upgrade(bare.url)
    rename(bare, "0098_0097")
    running = platform.start("web", DATABASE_URL=bare.url)
    port = int(platform.environment["PORT"])
    until(lambda: "is at" in "".join(platform.faults(port)))
    (told,) = platform.faults(port)
    assert told == (
        "the database is at 0098_0097, newer than this release, which was written for"
        f" {migrations.head()} — start a release written for 0097 or later"
    )
    rename(bare, migrations.head())
    until(lambda: platform.ready(port))
    assert platform.end(running) < 10


@ON_SQLITE
def test_a_web_process_at_work_says_that_its_schema_was_taken_away(
    platform: Platform, bare: Database
) -> None:
    migrations.upgrade(bare.url)
    running = platform.start("web", DATABASE_URL=bare.url)
    port = int(platform.environment["PORT"])
    until(lambda: platform.ready(port))
    rename(bare, "0098_0097")
    assert platform.ask(port, "/health/ready")[0] == 503
    rename(bare, migrations.head())
    assert platform.ready(port)
    assert platform.end(running) < 10


@ON_SQLITE
def test_a_taken_port_is_told_in_one_line(platform: Platform, bare: Database) -> None:
    migrations.upgrade(bare.url)
    port = str(free_port())
    first = platform.start("worker", DATABASE_URL=bare.url, METRICS_PORT=port)
    until(lambda: platform.ready(int(port)))
    second = platform.start("clock", DATABASE_URL=bare.url, METRICS_PORT=port)
    assert second.wait(20) == 2
    line = platform.log.read_text().splitlines()[-1]
    assert line == (
        f"the port: 127.0.0.1:{port} cannot be listened on: {os.strerror(98)} — choose a free one"
    )
    assert platform.end(first) < 10
