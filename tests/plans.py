"""How a database goes about what it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.store.database import Database


@contextmanager
def plans(database: Database, about: str) -> Iterator[list[str]]:
    """How the database goes about each query that has *about* in it, as it is really asked."""
    found: list[str] = []
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "

    def ask(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if about in statement:
            cursor.execute(explain + statement, parameters)
            found.append(str(cursor.fetchall()))

    event.listen(database.engine, "before_cursor_execute", ask)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", ask)
