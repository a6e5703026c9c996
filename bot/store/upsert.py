"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells once for each."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store import pending

Insert = postgresql.Insert | sqlite.Insert


def insert(session: Connection, table: Table, **values: Any) -> Insert:
    """An insert into *table* that can be given a conflict clause."""
    make = sqlite.insert if session.dialect.name == "sqlite" else postgresql.insert
    return make(table).values(**values)


@cache
def prepared(dialect: str, table: Table) -> Insert:
    """An insert into *table* that takes its values later; always the same one, for `pending`."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


@cache
def unless_there(dialect: str, table: Table) -> Insert:
    """The same, for rows that may be there already."""
    return prepared(dialect, table).on_conflict_do_nothing()


def insert_new(session: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless one with its key is there; say whether it was new.

    On PostgreSQL this waits for another transaction that is inserting the same key.
    """
    statement = unless_there(session.dialect.name, table)
    return pending.count(session, statement, values) == 1
