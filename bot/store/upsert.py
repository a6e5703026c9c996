"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def insert(session: Connection, table: Table, **values: Any) -> Insert:
    """An insert into *table* that can be given a conflict clause."""
    make = sqlite.insert if session.dialect.name == "sqlite" else postgresql.insert
    return make(table).values(**values)


def insert_new(session: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless one with its key is there; say whether it was new.

    On PostgreSQL this waits for another transaction that is inserting the same key.
    """
    # Without this option SQLAlchemy does not ask psycopg how many rows an insert made.
    counted = {"preserve_rowcount": True}
    statement = insert(session, table, **values).on_conflict_do_nothing()
    return session.execute(statement, execution_options=counted).rowcount == 1
