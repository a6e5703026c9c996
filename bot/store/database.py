"""Opening the database, and transactions on it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import DatabaseAway, Unstorable
from bot.store.bounded import BoundedConnection

_BUSY_MS = 5_000
# Longer than this nobody should wait for a connection: Slack gives an answer three seconds.
_POOL_SECONDS = 3
# A machine that is gone without a word is noticed within some ten seconds.
_KEEPALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# PostgreSQL would start helpers for questions that are answered sooner than those are there.
_OPTIONS = (
    "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000"
    " -c parallel_setup_cost=10000"
)


class Database:
    """One engine, and short transactions on it.

    SQLite runs in WAL mode with full synchronisation, and every transaction that may write takes
    the write lock when it begins: a read that turns into a write would fail at once under load.

    A *patient* one waits for PostgreSQL as long as a migration takes.
    """

    def __init__(self, url: str, *, pool_size: int = 20, patient: bool = False) -> None:
        self.url = url
        self.engine = _engine(url, pool_size)
        if not self.is_sqlite and not patient:
            event.listen(self.engine, "do_connect", _connect_bounded)

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
            with self.engine.begin() as session:
                yield session
        except (OperationalError, PoolTimeout) as error:
            raise DatabaseAway(_named(error)) from error
        except DataError as error:
            # PostgreSQL quotes the value that it refuses, so its own error goes no further.
            raise Unstorable(type(error.orig).__name__) from None
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseAway(_named(error)) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; on SQLite it does not wait for writers."""
        try:
            with self.engine.connect() as session:
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

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _named(error: SQLAlchemyError) -> str:
    """What kind of trouble it is, without the driver's own words: those may quote a value."""
    return type(getattr(error, "orig", None) or error).__name__


def _engine(url: str, pool_size: int) -> Engine:
    # Parameters are hidden from errors, and so from logs: customers' words are among them.
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=20,
            pool_timeout=_POOL_SECONDS,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20,
        pool_timeout=_POOL_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 3,
            "options": _OPTIONS,
            **_KEEPALIVE,
        },
    )


def _connect_bounded(_dialect: Any, _record: Any, given: Any, named: Any) -> BoundedConnection:
    return BoundedConnection.connect(*given, **named)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


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
