"""Rows that a transaction is going to write, kept back so that those of a kind go together.

A comment leaves rows in nine tables. Most of its time would go into making and sending a statement
for each row, so whoever needs no answer puts its row here: what many comments leave is then one
statement a table. Nobody can tell the difference. Before anything else is executed in the
transaction, and before it commits, all that waits is written; only a statement that is executed
`ASIDE` goes ahead of it, since it neither reads nor refers to what may wait.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Update, event
from sqlalchemy.exc import DBAPIError

from bot.store import tables as t

ASIDE = {"crosstalk_aside": True}
"""Execution options of a statement that has nothing to do with rows that may wait."""

Write = Insert | Update
_WAITING = "crosstalk_waiting"
# What a row refers to is written before it.
_PLACE = {table: place for place, table in enumerate(t.metadata.sorted_tables)}


def hold(session: Connection) -> None:
    """Keep rows back in this transaction from now on."""
    session.execution_options(**{_WAITING: defaultdict(list)})


def put(session: Connection, statement: Write, *rows: dict[str, Any]) -> None:
    """Have *statement* executed for each of *rows*, soon.

    It must be the same object each time, and name no values itself.
    """
    waiting = session.get_execution_options().get(_WAITING)
    if waiting is None:
        session.execute(statement, list(rows))
    else:
        waiting[statement] += rows


def write(session: Connection) -> None:
    """Write what waits."""
    waiting = session.get_execution_options().get(_WAITING)
    if not waiting:
        return
    ready = sorted(waiting.items(), key=lambda each: _PLACE[each[0].table])
    waiting.clear()
    with _one_journey(session):
        for statement, rows in ready:
            session.execute(_unanswered(statement), rows, execution_options=ASIDE)


@cache
def _unanswered(statement: Write) -> Write:
    """*statement*, of which not even the key of a new row is wanted to be known."""
    return statement.inline() if isinstance(statement, Insert) else statement


def _driver(session: Connection) -> Any:
    return session.connection.driver_connection


@contextmanager
def _one_journey(session: Connection) -> Iterator[None]:
    """Send what is executed without waiting for each answer, where there is a server to wait for."""
    if session.dialect.name != "postgresql":
        yield
        return
    dbapi, connection = session.dialect.loaded_dbapi, _driver(session)
    try:
        with connection.pipeline():
            yield
    except dbapi.Error as error:
        # The answers come when SQLAlchemy, which would name the fault, has turned to other things.
        lost = session.dialect.is_disconnect(error, connection, None)
        raise DBAPIError.instance(
            None, None, error, dbapi.Error, True, lost, session.dialect
        ) from error


def watch(engine: Engine) -> None:
    """Let no statement of *engine* miss what waits."""
    event.listen(engine, "before_execute", _first)
    event.listen(engine, "savepoint", lambda session, _name: write(session))


def _first(
    session: Connection, _statement: Any, _many: Any, _one: Any, options: dict[str, Any]
) -> None:
    if "crosstalk_aside" not in options:
        write(session)
