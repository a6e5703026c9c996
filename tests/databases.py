"""Databases on a PostgreSQL server: making, emptying and dropping them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from bot.config import normalised_database_url
from bot.store.tables import metadata

# A process that a test has left behind must show as an error here, not as a test that hangs.
_LOCK_TIMEOUT = "-c lock_timeout=5000"


@contextmanager
def new_database(server: str, name: str) -> Iterator[str]:
    """The URL of a new, empty database called *name* on the server at the URL *server*."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with connect(server) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_url(normalised_database_url(server)).set(database=name)
    yield url.render_as_string(hide_password=False)
    with connect(server) as connection:
        connection.execute(drop)


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection of its own to the database at an SQLAlchemy *url*, in autocommit."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, options=_LOCK_TIMEOUT)


def empty(url: str) -> None:
    """Take every row out of our tables, and let their numbers begin at 1 again."""
    with connect(url) as connection:
        connection.execute(_EMPTY)


def _empty() -> bytes:
    deletes = [f"{table.delete()};" for table in reversed(metadata.sorted_tables)]
    counters = [
        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), 1, false);"
        for table in metadata.sorted_tables
        if (column := table.autoincrement_column) is not None
    ]
    return " ".join(deletes + counters).encode()


_EMPTY = _empty()
