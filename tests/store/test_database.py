"""The database itself: how it is opened, many at once on it, and when it is away."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from bot.errors import DatabaseAway, Misconfigured
from bot.store import engines, tables as t
from bot.store.database import Database
from bot.usecases import owning
from tests.domain.factories import ANNA
from tests.fakes.clock import START, Clock
from tests.postgres import PostgresServer
from tests.usecases.office import Office, at_once


def test_sqlite_keeps_what_it_said_it_would(sqlite_database: Database) -> None:
    # The one that tests are given spares the disk.
    database = Database(sqlite_database.url)
    with database.reading() as session:
        said = {
            name: session.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert said == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_a_file_beside_which_sqlite_can_keep_no_log_is_refused(tmp_path: Path) -> None:
    # Without shared memory, as on some file systems of other machines, SQLite silently goes without.
    database = Database(f"sqlite:///file:{tmp_path / 'a.db'}?vfs=unix-none&uri=true")
    with pytest.raises(Misconfigured, match="can keep no log beside its file — put the file on"):
        database.ping()
    database.close()


def put_place(database: Database, name: str) -> float:
    """Write a row; the seconds that it took."""
    began = monotonic()
    with database.transaction() as session:
        session.execute(insert(t.places).values(id=name, name=name, refreshed_at=START))
    return monotonic() - began


def test_to_empty_the_log_waits_for_readers_and_lets_writers_by(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Were writers to wait with it, the first would wait all of this.
    monkeypatch.setattr(engines, "BUSY_MS", 30_000)
    patience = engines.BUSY_MS / 1000
    put_place(sqlite_database, "C0ONE")
    with ThreadPoolExecutor(1) as other:
        with sqlite_database.reading() as session:
            session.execute(select(t.places)).all()
            put_place(sqlite_database, "C0TWO")
            swept = other.submit(sqlite_database.sweep, whole=False)
            assert max(put_place(sqlite_database, f"C0{n}") for n in range(40)) < patience / 2
            assert not swept.done()
        swept.result(timeout=patience)
    log = Path(sqlite_database.url.removeprefix("sqlite:///") + "-wal")
    assert log.stat().st_size == 0


def test_a_log_that_somebody_keeps_reading_is_left_for_later(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 300)
    put_place(sqlite_database, "C0ONE")
    with sqlite_database.reading() as session:
        session.execute(select(t.places)).all()
        put_place(sqlite_database, "C0TWO")
        with pytest.raises(DatabaseAway) as away:
            sqlite_database.sweep(whole=False)
    assert str(away.value.__cause__) == "the log is being read"
    sqlite_database.sweep(whole=False)


def test_every_connection_is_opened_alike(sqlite_database: Database) -> None:
    with (
        sqlite_database.reading() as one,
        sqlite_database.reading() as two,
        sqlite_database.reading() as three,
    ):
        for session in (one, two, three):
            assert session.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_readers_and_then_writers_never_meet_a_lock(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(t.places).values(id="C0ONE", name="0", refreshed_at=START))

    def add_one() -> None:
        for _ in range(20):
            with database.transaction() as session:
                query = select(t.places.c.name).with_for_update()
                count = int(session.execute(query).scalar_one())
                session.execute(update(t.places).values(name=str(count + 1)))

    assert at_once([add_one] * 8) == [None] * 8
    with database.reading() as session:
        assert session.execute(select(t.places.c.name)).scalar() == "160"


def test_who_only_reads_does_not_wait_for_who_writes(database: Database) -> None:
    with database.transaction() as writing:
        writing.execute(insert(t.members).values(place="C0ONE", person=ANNA))
        with database.reading() as session:
            assert session.execute(select(t.members)).all() == []
    with database.reading() as session:
        assert len(session.execute(select(t.members)).all()) == 1


def test_a_connection_that_has_only_read_takes_the_lock_when_it_is_to_write(
    sqlite_database: Database,
) -> None:
    begun: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        begun.append(statement)

    event.listen(sqlite_database.engine, "before_cursor_execute", note)
    sqlite_database.ping()
    with sqlite_database.transaction() as session:
        session.execute(insert(t.members).values(place="C0ONE", person=ANNA))
    assert [statement for statement in begun if "BEGIN" in statement] == [
        "BEGIN",
        "BEGIN IMMEDIATE",
    ]


def test_a_lock_that_is_held_for_too_long_is_a_database_that_is_away(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.engines.BUSY_MS", 50)
    impatient = Database(sqlite_database.url)
    with (
        sqlite_database.transaction(),
        pytest.raises(DatabaseAway, match=r"^OperationalError$"),
        impatient.transaction(),
    ):
        pass
    with impatient.transaction() as session:
        session.execute(insert(t.members).values(place="C0ONE", person=ANNA))
    impatient.close()


def test_what_went_wrong_leaves_nothing_behind(database: Database) -> None:
    def half_of_it() -> None:
        with database.transaction() as session:
            session.execute(insert(t.members).values(place="C0ONE", person=ANNA))
            raise LookupError

    with pytest.raises(LookupError):
        half_of_it()
    with database.reading() as session:
        assert session.execute(select(t.members)).all() == []


def test_a_database_that_is_nowhere_is_away() -> None:
    for url in ("sqlite:////nowhere/at/all.db", "postgresql+psycopg://x@127.0.0.1:1/x"):
        database = Database(url)
        with pytest.raises(DatabaseAway):
            database.ping()
        with pytest.raises(DatabaseAway), database.transaction():
            pass
        database.close()


def test_work_goes_on_with_the_same_pool_when_postgresql_comes_back(
    postgres_database: Database, postgres_server: PostgresServer, clock: Clock
) -> None:
    office = Office(database=postgres_database, clock=clock)
    number = office.take_in().number
    at_once([partial(office.case, number)] * 6)
    postgres_server.stop("immediate")
    for _ in range(2):
        with pytest.raises(DatabaseAway):
            office.act(owning.claim, number, "service-hk", by=ANNA)
    postgres_server.start()
    answers = at_once([partial(office.case, number)] * 6)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    office.act(owning.claim, number, "service-hk", by=ANNA)
    assert office.case(number).stakes["service-hk"].holder == ANNA


def test_a_restart_that_nobody_noticed_is_noticed_by_nobody(
    postgres_database: Database, postgres_server: PostgresServer
) -> None:
    assert at_once([postgres_database.ping] * 6) == [None] * 6
    postgres_server.restart("immediate")
    assert at_once([postgres_database.ping] * 6) == [None] * 6


def test_a_transaction_that_postgresql_dies_under_is_away_and_rolled_back(
    postgres_database: Database, postgres_server: PostgresServer
) -> None:
    begun, died = Event(), Event()

    def write() -> None:
        with postgres_database.transaction() as session:
            session.execute(insert(t.members).values(place="C0ONE", person=ANNA))
            begun.set()
            assert died.wait(30)
            session.execute(select(t.members))

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        assert begun.wait(30)
        postgres_server.restart("immediate")
        died.set()
        error = writing.exception(timeout=30)
    assert isinstance(error, DatabaseAway)
    with postgres_database.reading() as session:
        assert session.execute(select(t.members)).all() == []


def test_a_read_that_postgresql_dies_under_is_away_too(
    postgres_database: Database, postgres_server: PostgresServer
) -> None:
    def read() -> None:
        with postgres_database.reading() as session:
            session.execute(select(t.members))
            postgres_server.restart("immediate")
            session.execute(select(t.members))

    with pytest.raises(DatabaseAway):
        read()
    assert at_once([postgres_database.ping] * 6) == [None] * 6
