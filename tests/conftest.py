"""What the tests share: databases, a clock, and a Slack workspace."""

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import event
from structlog.dev import ConsoleRenderer, plain_traceback

from bot.store import engines, migrations
from bot.store.database import Database
from tests import databases
from tests.fakes.clock import Clock
from tests.fakes.requests import Incoming
from tests.fakes.slack_api import FakeSlack
from tests.postgres import NoPostgres, PostgresServer, find_binaries
from tests.statements import remembering_engine

DATABASES = ("sqlite", "postgresql")

# Where Python is told to keep nothing that it has compiled, each worker would compile all tests, and
# each of a hundred processes that they start all of the bot.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A slow machine is no reason to fail; in CI the same examples come every time.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# A traceback that is drawn with every variable in it takes a hundred times as long as its test.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        ConsoleRenderer(exception_formatter=plain_traceback),
    ]
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One worker more than there are processors for it: some test always waits for something."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    allowed = os.sched_getaffinity(0) if sys.platform == "linux" else range(os.cpu_count() or 1)
    return len(allowed) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests stay until the end: nobody looks through them for garbage meanwhile."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _compile_once() -> Iterator[None]:
    """Engines share what they compile, as one that lives for weeks would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "create_engine", remembering_engine)
        yield


@pytest.fixture
def clock() -> Clock:
    """Monday 2026-11-23, 10:00 UTC, until the test moves it."""
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Iterator[FakeSlack]:
    """A Slack workspace with the bot in it, living by the test's clock."""
    with FakeSlack(clock.now) as fake:
        yield fake


@pytest.fixture
def incoming(slack: FakeSlack) -> Incoming:
    """What people in that workspace do, as signed requests."""
    return Incoming(slack)


@pytest.fixture(scope="session")
def postgres_binaries() -> Path:
    """PostgreSQL's programs, for servers of our own."""
    if os.environ.get("SKIP_PG") == "1":
        pytest.skip("SKIP_PG=1: nothing is tested on PostgreSQL")
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("TEST_DATABASE_URL names a server that is not ours to stop")
    try:
        return find_binaries()
    except NoPostgres as error:
        missing = str(error)
    pytest.fail(missing, pytrace=False)


@pytest.fixture(scope="session")
def postgres_server(postgres_binaries: Path) -> Iterator[PostgresServer]:
    """The server itself, for tests that stop it; each process of the test run has its own."""
    with PostgresServer(postgres_binaries) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """A server on which databases can be made: the one given, or one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given and os.environ.get("SKIP_PG") != "1":
        return given
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.url()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[str]:
    """One migrated database for all tests of this process."""
    with databases.new_database(postgres_url, f"crosstalk_test_{os.getpid()}") as url:
        migrations.upgrade(url)
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrations.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite file."""
    file = tmp_path / "crosstalk.db"
    shutil.copy(migrated_sqlite, file)
    database = Database(f"sqlite:///{file}")
    event.listen(database.engine, "connect", _spare_the_disk)
    yield database
    database.close()
    file.unlink()


def _spare_the_disk(connection: Any, _record: Any) -> None:
    # What is written is there for other processes, and after a kill; only a power cut would lose it.
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database."""
    url: str = request.getfixturevalue("migrated_postgres")
    if not os.environ.get("TEST_DATABASE_URL"):
        request.getfixturevalue("postgres_server").ensure_running()
    databases.empty(url)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database, of each kind in turn."""
    name = {"sqlite": "sqlite_database", "postgresql": "postgres_database"}[request.param]
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture(params=DATABASES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    with databases.new_database(server, f"crosstalk_bare_{os.getpid()}") as url:
        yield url
