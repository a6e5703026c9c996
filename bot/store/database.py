"""Opening the database, and transactions on it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from time import monotonic, sleep
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import DatabaseAway, Unstorable
from bot.store import pending
from bot.store.columns import metadata

_BUSY_MS = 5_000
# Longer than this nobody should wait for a connection: Slack gives an answer three seconds.
_POOL_SECONDS = 3
_MOMENT_SECONDS = 0.05
MOST_CONNECTIONS = 40
# PostgreSQL would start helpers for questions that are answered sooner than those are there.
_OPTIONS = (
    "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000"
    " -c parallel_setup_cost=10000"
)


class Database:
    """One engine, and short transactions on it.

    SQLite runs in WAL mode with full synchronisation, and every transaction that may write takes
    the write lock when it begins: a read that turns into a write would fail at once under load.

    At most *most* connections are open at once; half of them stay open. With ``pooler=transaction``
    in the address there is a pooler behind it that gives each transaction any connection.
    """

    def __init__(self, url: str, *, most: int = MOST_CONNECTIONS) -> None:
        self.url = url
        self.engine = _engine(make_url(url), most)
        # PostgreSQL is asked in two more journeys to begin a transaction and to end it.
        self.glancing = self.engine
        if not self.is_sqlite:
            self.glancing = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        pending.watch(self.engine)
        self.turn = _Turn() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, which has one writer at a time."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that commits when the block ends and rolls back when it raises.

        Raises:
            DatabaseAway: the database cannot be reached, or is locked for too long.
            Unstorable: it refuses a value.
        """
        try:
            with self.turn, self.engine.begin() as session:
                pending.hold(session)
                yield session
                pending.write(session)
        except (OperationalError, PoolTimeout) as error:
            raise DatabaseAway(_named(error)) from error
        except DataError as error:
            # PostgreSQL quotes the value that it refuses, so its own error goes no further.
            raise Unstorable(type(error.orig).__name__) from None
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseAway(_named(error)) from error
            raise

    def once(self, first: Callable[[Connection], None]) -> "Database":
        """This database, but with *first* as part of the first transaction that commits."""
        return _Once(self, first)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; on SQLite it does not wait for writers."""
        with self._connected(self.engine) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For statements that read, each as if it were alone: the shortest way to one row."""
        with self._connected(self.glancing) as session:
            yield session

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.connect() as session:
                # Kept by name: a connection that was lost does not give it out any more.
                info = session.info
                info["crosstalk_reading"] = True
                try:
                    yield session
                finally:
                    info.pop("crosstalk_reading", None)
        except (OperationalError, PoolTimeout) as error:
            raise DatabaseAway(_named(error)) from error

    def ping(self) -> None:
        """Ask the database for one row.

        Raises:
            DatabaseAway: it did not answer.
        """
        with self.reading() as session:
            session.execute(select(text("1")))

    def sweep(self) -> None:
        """Let nothing that was deleted linger in the database's files, as far as we can reach.

        On SQLite the file is written anew, and its log emptied, while nobody else writes; on
        PostgreSQL the space is given back for reuse, as autovacuum does.

        Raises:
            DatabaseAway: somebody else kept it busy for too long.
        """
        raw = self.engine.raw_connection()
        dbapi = self.engine.dialect.loaded_dbapi
        try:
            if self.is_sqlite:
                _sweep_sqlite(raw.driver_connection)
            else:
                _sweep_postgres(raw.driver_connection)
        except dbapi.OperationalError as error:
            raise DatabaseAway(type(error).__name__) from error
        finally:
            raw.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


class _Turn:
    """One writer of this process after the other, for SQLite.

    SQLite has one writer at a time anyway, but whoever finds it busy looks again after a while, and
    longer each time; of thirty who wait like that, the last waits for seconds.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=_BUSY_MS / 1000):
            raise DatabaseAway("Locked")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class _Once(Database):
    """A database on which something is done together with whatever is done first."""

    def __init__(self, whole: Database, first: Callable[[Connection], None]) -> None:
        self.url, self.engine = whole.url, whole.engine
        self.glancing, self.turn = whole.glancing, whole.turn
        self._first: Callable[[Connection], None] | None = first

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with super().transaction() as session:
            if self._first:
                self._first(session)
            yield session
        # Only now it is surely written: what was rolled back is done with the next one.
        self._first = None


def _named(error: SQLAlchemyError) -> str:
    """What kind of trouble it is, without the driver's own words: those may quote a value."""
    return type(getattr(error, "orig", None) or error).__name__


def _engine(url: URL, most: int) -> Engine:
    kept = (most + 1) // 2
    # Parameters are hidden from errors, and so from logs: customers' words are among them.
    if url.drivername.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=kept,
            max_overflow=most - kept,
            pool_timeout=_POOL_SECONDS,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url.difference_update_query(["pooler"]),
        pool_size=kept,
        max_overflow=most - kept,
        pool_timeout=_POOL_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 3, **_for_session(url)},
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _check_unless_used_just_now)
    return engine


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["crosstalk_used"] = monotonic()


def _check_unless_used_just_now(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask whether a connection still works, unless it did a moment ago.

    No server restarts within that moment, so that a connection from before its restart is always
    found out; SQLAlchemy then opens a new one.
    """
    used = record.info.get("crosstalk_used")
    if used is None or monotonic() - used < _MOMENT_SECONDS:
        return
    try:
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = False
    except psycopg.Error as error:
        raise DisconnectionError from error


def _for_session(url: URL) -> dict[str, Any]:
    """What a connection keeps for all its transactions, where it is ours for so long."""
    if "pooler" in url.query:
        # The next transaction may be on another connection: nothing can be prepared on this one,
        # and the limits of time are the role's.
        return {"prepare_threshold": None}
    return {"options": _OPTIONS}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What customers wanted gone must not stay in the file's free space.
    connection.execute("PRAGMA secure_delete=ON")


def _switch_to_wal(connection: Any) -> None:
    # While another process makes this very switch on a new file, SQLite says "locked" at once,
    # whatever the busy timeout.
    deadline = monotonic() + _BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.info.get("crosstalk_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _sweep_sqlite(connection: Any) -> None:
    connection.execute("VACUUM")
    # Until then the log has what the file no longer has.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sweep_postgres(connection: Any) -> None:
    connection.autocommit = True
    try:
        connection.execute("SET statement_timeout = 0")
        connection.execute(f"VACUUM {', '.join(metadata.tables)}")
    finally:
        connection.execute("RESET statement_timeout")
        connection.autocommit = False
