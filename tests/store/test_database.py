"""The database itself: how it is opened, many at once on it, and what its errors do not say."""

import logging
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import DatabaseAway, Unstorable
from bot.store import engines, tables as t
from bot.store.database import Database
from bot.usecases import owning
from tests.domain.factories import ANNA
from tests.fakes.clock import START, Clock
from tests.postgres import PostgresServer
from tests.usecases.office import Office, at_once

WORDS = "the customer's very own words"


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


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def keep(database: Database, facts: Mapping[str, Any], times: int = 1) -> None:
    row = {"source": "s", "external_id": "1", "facts": facts, "received_at": START}
    with database.transaction() as session:
        for _ in range(times):
            session.execute(insert(t.comments).values(row))


def test_what_is_kept_as_json_comes_back_as_it_was(database: Database) -> None:
    facts: dict[str, Any] = {
        "text": '電池壞了 é 😀 \u2028 "quoted" \\ \t',
        "ключ": [1, -0.5, 2.5, 10**30, None, True, {}, [], ""],
        "deep": {"er": {"est": ["x"]}},
    }
    keep(database, facts)
    with database.reading() as session:
        assert session.execute(select(t.comments.c.facts)).scalar_one() == facts


def test_sqlite_keeps_half_a_pair_of_surrogates(sqlite_database: Database) -> None:
    keep(sqlite_database, {"text": "half \ud83d"})
    with sqlite_database.reading() as session:
        assert session.execute(select(t.comments.c.facts)).scalar_one() == {"text": "half \ud83d"}


@pytest.mark.parametrize("bad", ["\0", "\ud800"], ids=["NUL", "half a pair"])
def test_a_refused_value_is_not_repeated_in_the_error(
    postgres_database: Database, bad: str
) -> None:
    with pytest.raises(Unstorable) as caught:
        keep(postgres_database, {"text": WORDS + bad})
    assert WORDS not in told(caught.value)


def test_a_value_that_is_too_long_for_an_index_is_refused_and_not_waited_for(
    postgres_database: Database,
) -> None:
    author = "".join(chr(0x4E00 + 17 * n) for n in range(1_000))
    row = {
        "source": "s",
        "external_id": "1",
        "author_id": author,
        "facts": {},
        "received_at": START,
    }
    with pytest.raises(Unstorable) as caught, postgres_database.transaction() as session:
        session.execute(insert(t.comments).values(row))
    assert author[:9] not in told(caught.value)


def test_a_broken_rule_of_the_database_does_not_repeat_the_words(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        keep(database, {"text": WORDS}, times=2)
    assert WORDS not in told(caught.value)


def test_a_statement_that_fails_does_not_repeat_the_words(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failed = pytest.raises((DBAPIError, DatabaseAway))
    with failed as caught, database.reading() as session:
        session.execute(text("SELECT * FROM no_such_table WHERE a = :words"), {"words": WORDS})
    assert WORDS not in told(caught.value)
    assert WORDS not in caplog.text


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


def test_an_instant_is_the_same_in_both_databases(database: Database) -> None:
    moment = START + timedelta(microseconds=123456)
    with database.transaction() as session:
        session.execute(insert(t.places).values(id="C0ONE", refreshed_at=moment))
        assert session.execute(select(t.places.c.refreshed_at)).scalar() == moment
