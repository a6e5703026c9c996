"""Opening the database, and transactions on it."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, make_url, select, text
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
    TimeoutError as PoolTimeout,
)

from bot.errors import DatabaseAway, Unstorable
from bot.store import driver, engines, pending
from bot.store.ahead import Asked
from bot.store.columns import metadata
from bot.store.together import Act, Together
from bot.store.turns import Turns

T = TypeVar("T")
MOST_CONNECTIONS = 40
_LOOK_MS = 100
# A process computes one thing at a time. Of more transactions at once than keep it busy while the
# others wait for PostgreSQL, each takes longer, and all of them together do too.
_AT_ONCE, _AT_ONCE_PATIENCE = 2, 0.5


class Database:
    """One engine, and short transactions on it.

    SQLite runs in WAL mode with full synchronisation, and every transaction that may write takes
    the write lock when it begins: a read that turns into a write would fail at once under load.

    At most *most* connections are open at once; half of them stay open. With ``pooler=transaction``
    in the address there is a pooler behind it that gives each transaction any connection.

    A *patient* one waits for PostgreSQL as long as a migration takes.
    """

    def __init__(self, url: str, *, most: int = MOST_CONNECTIONS, patient: bool = False) -> None:
        self.url = url
        self.engine = engines.opened(make_url(url), most, patient=patient)
        # A statement that only reads is a transaction of its own in PostgreSQL; to begin and end
        # one around it would be asked for in two more journeys.
        self._glancing = self.engine
        if not self.is_sqlite:
            self._glancing = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        pending.watch(self.engine)
        self._turns = _turns(is_sqlite=self.is_sqlite)
        self._together = Together(self._begun)

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
        with _naming(), self._alone() as session:
            yield session

    def act(self, act: Act[T], *asked: Asked) -> T:
        """What *act* returns, done in a transaction that those share who act at the same moment.

        It is done at once, or not at all, and perhaps by another thread. Say what it is going to ask:
        it is asked for all of them together.

        Raises:
            DatabaseAway, Unstorable: as for `transaction`.
        """
        with _naming():
            return self._together.do(act, asked, alone=partial(self._act_alone, act))

    def _act_alone(self, act: Act[T]) -> T:
        with self._alone() as session:
            return act(session)

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with self._begun() as session:
            pending.hold(session)
            yield session
            driver.require_whole(session)
            pending.write(session, last=True)

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self._turns.one(), self.engine.begin() as session:
            yield session

    def once(self, first: Callable[[Connection], None], *asked: Asked) -> "Database":
        """This database, but with *first*, which asks so, in the first transaction that commits."""
        return _Once(self, first, asked)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; on SQLite it does not wait for writers."""
        with self._connected(self.engine) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For statements that read, each as if it were alone: the shortest way to one row."""
        # Threads change places whenever one waits for the database, and for SQLite at every row. One
        # more beside those whose turn it is makes all of them slower.
        with self._turns.one(), self._connected(self._glancing) as session:
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

    def sweep(self, *, whole: bool) -> None:
        """Let nothing that was deleted linger in the database's files, as far as we can reach.

        On SQLite its log is emptied: what is deleted in the file itself is written over at once.
        The *whole* of it is written anew, which keeps all writers out for as long as that takes.
        On PostgreSQL the space is given back for reuse, as autovacuum does.

        Raises:
            DatabaseAway: somebody else kept it busy for too long.
        """
        raw = self.engine.raw_connection()
        dbapi = self.engine.dialect.loaded_dbapi
        try:
            if self.is_sqlite:
                _sweep_sqlite(raw.driver_connection, whole=whole)
            else:
                _sweep_postgres(raw.driver_connection)
        except dbapi.OperationalError as error:
            raise DatabaseAway(type(error).__name__) from error
        finally:
            raw.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


class _Once(Database):
    """A database on which something is done together with whatever is done first."""

    def __init__(
        self, whole: Database, first: Callable[[Connection], None], asked: Sequence[Asked]
    ) -> None:
        vars(self).update(vars(whole))
        self._first: Callable[[Connection], None] | None = first
        self._first_asked = asked

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with super().transaction() as session:
            self._do_first(session)
            yield session
        self._first = None

    def act(self, act: Act[T], *asked: Asked) -> T:
        def both(session: Connection) -> T:
            self._do_first(session)
            return act(session)

        done = super().act(both, *self._first_asked, *asked)
        # Only now it is surely written: what was rolled back is done with the next one.
        self._first = None
        return done

    def _do_first(self, session: Connection) -> None:
        if self._first:
            self._first(session)


@contextmanager
def _naming() -> Iterator[None]:
    """What goes wrong, by the names of `Database.transaction`."""
    try:
        yield
    except (PoolTimeout, PendingRollbackError) as error:
        # The latter is told to whoever goes on with a connection that was lost under them.
        raise DatabaseAway(_named(error)) from error
    except OperationalError as error:
        if _beyond_a_limit(error):
            raise Unstorable(_named(error)) from None
        raise DatabaseAway(_named(error)) from error
    except DataError as error:
        # PostgreSQL quotes the value that it refuses, so its own error goes no further.
        raise Unstorable(type(error.orig).__name__) from None
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseAway(_named(error)) from error
        raise


def _turns(*, is_sqlite: bool) -> Turns:
    # SQLite has one writer at a time anyway, but whoever finds it busy looks again after a while, and
    # longer each time; of thirty who wait like that, the last waits for seconds.
    if is_sqlite:
        return Turns(1, patience=engines.BUSY_MS / 1000, needed=True)
    return Turns(_AT_ONCE, patience=_AT_ONCE_PATIENCE, needed=False)


def _beyond_a_limit(error: OperationalError) -> bool:
    """Whether PostgreSQL can never do it (class 54), such as an entry too long for its index."""
    return str(getattr(error.orig, "sqlstate", "")).startswith("54")


def _named(error: SQLAlchemyError) -> str:
    """What kind of trouble it is, without the driver's own words: those may quote a value."""
    return type(getattr(error, "orig", None) or error).__name__


def _sweep_sqlite(connection: Any, *, whole: bool) -> None:
    if whole:
        connection.execute("VACUUM")
    # Until then the log has what the file no longer has. Writers wait while it waits for readers,
    # so it looks often instead of waiting long.
    connection.execute(f"PRAGMA busy_timeout={_LOOK_MS}")
    try:
        deadline = monotonic() + engines.BUSY_MS / 1000
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if monotonic() > deadline:
                raise sqlite3.OperationalError("the log is being read")
            sleep(_LOOK_MS / 1000)
    finally:
        connection.execute(f"PRAGMA busy_timeout={engines.BUSY_MS}")


def _sweep_postgres(connection: Any) -> None:
    connection.autocommit = True
    try:
        connection.execute("SET statement_timeout = 0")
        connection.execute(f"VACUUM {', '.join(metadata.tables)}")
    finally:
        connection.execute("RESET statement_timeout")
        connection.autocommit = False
