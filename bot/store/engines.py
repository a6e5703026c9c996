"""How connections to each database are opened, kept and checked."""

import sqlite3
from json import JSONEncoder, loads
from time import monotonic, sleep
from typing import Any

import psycopg
from pydantic_core import PydanticSerializationError, from_json, to_json, to_jsonable_python
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import Fault, Misconfigured
from bot.store.bounded import BoundedConnection

BUSY_MS = 5_000
# Rows that go as one have moments, which the quicker one writes by itself.
_ENCODER = JSONEncoder(default=to_jsonable_python)
# SQLite says no word of it, and goes on in a way in which readers and writers stop each other.
_NO_LOG = Fault(
    "DATABASE_URL",
    "is on a file system where SQLite can keep no log beside its file",
    "put the file on a disk of this machine, or use PostgreSQL",
)
# Longer than this nobody should wait for a connection: Slack gives an answer three seconds.
_POOL_SECONDS = 3
# A small server is back some fifty milliseconds after a crash.
_MOMENT_SECONDS = 0.01
# A machine that is gone without a word is noticed within some ten seconds.
_KEEPALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# PostgreSQL would start processes of its own for questions that are answered before they are there.
_OPTIONS = (
    "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000"
    " -c parallel_setup_cost=10000"
)


def opened(url: URL, most: int, *, patient: bool = False) -> Engine:
    """An engine that opens at most *most* connections, and keeps half of them.

    A *patient* one waits for PostgreSQL as long as it takes.
    """
    if url.drivername.startswith("sqlite"):
        engine = _pooled(url, most)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    named = {"connect_timeout": 3, **_KEEPALIVE, **_for_session(url)}
    direct = url.difference_update_query(["pooler"])
    engine = _pooled(direct, most, pool_use_lifo=True, connect_args=named)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _check_unless_used_just_now)
    if not patient:
        event.listen(engine, "do_connect", _connect_bounded)
    return engine


def _pooled(url: URL, most: int, **more: Any) -> Engine:
    kept = (most + 1) // 2
    return create_engine(
        url,
        pool_size=kept,
        max_overflow=most - kept,
        pool_timeout=_POOL_SECONDS,
        # Parameters stay out of errors, and so out of logs: customers' words are among them.
        hide_parameters=True,
        json_serializer=_in_json,
        json_deserializer=_of_json,
        **more,
    )


def _in_json(value: Any) -> str:
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        # Half a pair of surrogates, which only the slower one writes; the database may refuse it.
        return _ENCODER.encode(value)


def _of_json(text: str | bytes) -> Any:
    try:
        return from_json(text)
    except ValueError:
        return loads(text)


def _for_session(url: URL) -> dict[str, Any]:
    """What a connection keeps for all its transactions, where it is ours for so long."""
    if "pooler" in url.query:
        # The next transaction may be on another connection: nothing can be prepared on this one,
        # and the limits of time are the role's.
        return {"prepare_threshold": None}
    return {"options": _OPTIONS}


def _connect_bounded(_dialect: Any, _record: Any, given: Any, named: Any) -> BoundedConnection:
    return BoundedConnection.connect(*given, **named)


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


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What customers wanted gone must not stay in the file's free space.
    connection.execute("PRAGMA secure_delete=ON")


def _switch_to_wal(connection: Any) -> None:
    # While another process makes this very switch on a new file, SQLite says "locked" at once,
    # whatever the busy timeout.
    deadline = monotonic() + BUSY_MS / 1000
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            sleep(0.02)
        else:
            if mode != "wal":
                raise Misconfigured([_NO_LOG])
            return


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.info.get("crosstalk_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
