"""The server that the tests start: what a crash leaves, and that nothing leaks."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert

from bot.errors import DatabaseAway
from bot.store.database import Database
from bot.store.tables import members
from tests.postgres import NoPostgres, PostgresServer, find_binaries
from tests.waiting import eventually

ROOT = Path(__file__).parent.parent
START_AND_WAIT = """
import sys
from pathlib import Path
from tests.postgres import PostgresServer
with PostgresServer(Path(sys.argv[1])) as server:
    print(server.home, server.port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def own_server(postgres_binaries: Path) -> Iterator[PostgresServer]:
    with PostgresServer(postgres_binaries) as server:
        yield server


def test_what_was_committed_outlives_a_crash(own_server: PostgresServer) -> None:
    own_server.execute("CREATE TABLE kept AS SELECT 7 AS number")
    port = own_server.port
    own_server.restart("immediate")
    with own_server.connect() as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]
    assert own_server.port == port


def test_a_stopped_server_refuses_until_it_is_started(own_server: PostgresServer) -> None:
    own_server.stop()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        own_server.connect()
    own_server.ensure_running()
    assert own_server.running


def test_commits_are_never_reported_too_early(own_server: PostgresServer) -> None:
    with own_server.connect() as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_a_killed_test_run_leaves_no_server_and_no_files(postgres_binaries: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(postgres_binaries)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    home, port = run.stdout.readline().split()
    run.send_signal(signal.SIGKILL)
    run.communicate()
    eventually(lambda: not Path(home).exists(), "the server's folder is gone")
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(host="127.0.0.1", port=int(port), user="postgres")


def test_a_named_folder_without_a_server_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoPostgres, match="name one with PG_BIN or TEST_DATABASE_URL"):
        find_binaries({"PG_BIN": str(tmp_path)})


def test_each_test_gets_an_empty_database(database: Database) -> None:
    with database.transaction() as session:
        assert session.execute(members.select()).all() == []
        session.execute(insert(members), {"place": "C0ONE", "person": "left behind"})


def test_each_test_gets_an_empty_database_again(database: Database) -> None:
    test_each_test_gets_an_empty_database(database)


def test_a_crash_shows_as_a_database_that_is_away(
    postgres_database: Database, postgres_server: PostgresServer
) -> None:
    postgres_server.stop("immediate")
    with pytest.raises(DatabaseAway):
        postgres_database.ping()
    postgres_server.start()
    postgres_database.ping()
