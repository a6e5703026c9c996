"""Rows that a transaction is going to write, kept back so that those of a kind go together.

A comment leaves rows in nine tables. Most of its time would go into making and sending a statement
for each row, so whoever needs no answer puts its row here: what many comments leave is then one
statement a table. Nobody can tell the difference. Before anything else is executed in the
transaction, and before it commits, all that waits is written; only a statement that is executed
`ASIDE` goes ahead of it, since it neither reads nor refers to what may wait.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Select, Table, Update, event

from bot.store import driver, tables as t

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


def put_once(session: Connection, statement: Write, row: dict[str, Any]) -> None:
    """The same for a *row* that would change nothing a second time."""
    waiting = session.get_execution_options().get(_WAITING)
    if waiting is None or row not in waiting[statement]:
        put(session, statement, row)


def write(session: Connection, *, last: bool = False) -> None:
    """Write what waits; the *last* time with the commit, where that saves a journey."""
    waiting = session.get_execution_options().get(_WAITING)
    if not waiting:
        return
    ready = sorted(waiting.items(), key=lambda each: _PLACE[each[0].table])
    waiting.clear()
    with _one_journey(session) as is_one:
        for statement, rows in ready:
            made = driver.made(statement, session.dialect, tuple(rows[0]))
            driver.send(session, made.text, made.told(rows), many=True)
        if last and is_one:
            # SQLAlchemy, which commits afterwards, finds nothing left to be committed. After a
            # statement that failed, the server passes this one over.
            driver.send(session, "COMMIT", None)


def rows(
    session: Connection, statement: Select[Any], values: Mapping[str, Any], *beside: Table
) -> list[dict[str, Any]]:
    """What *statement*, which is the same object each time, finds: rows by the names of columns.

    Where it concerns the tables *beside* only, it goes ahead of what waits for others.
    """
    cursor, made = _asked(session, statement, values, beside)
    try:
        return [made.heard(row) for row in cursor.fetchall()]
    except session.dialect.loaded_dbapi.Error as error:
        raise driver.named(session, error) from error


def count(session: Connection, statement: Write, values: Mapping[str, Any], *beside: Table) -> int:
    """How many rows *statement*, which is the same object each time, has written."""
    cursor, _ = _asked(session, statement, values, beside)
    written: int = cursor.rowcount
    return written


def _asked(
    session: Connection,
    statement: driver.Statement,
    values: Mapping[str, Any],
    tables: tuple[Table, ...],
) -> tuple[Any, driver.Made]:
    waiting = session.get_execution_options().get(_WAITING)
    if waiting and not (tables and all(each.table not in tables for each in waiting)):
        write(session)
    made = driver.made(statement, session.dialect, tuple(values))
    return driver.send(session, made.text, made.told_once(values)), made


@contextmanager
def _one_journey(session: Connection) -> Iterator[bool]:
    """Send what is executed without waiting for each answer, where there is a server to wait for.

    Says whether there is.
    """
    if session.dialect.name != "postgresql":
        yield False
        return
    try:
        with driver.connection(session).pipeline():
            yield True
    except session.dialect.loaded_dbapi.Error as error:
        raise driver.named(session, error) from error


def watch(engine: Engine) -> None:
    """Let no statement of *engine* miss what waits."""
    event.listen(engine, "before_execute", _first)
    event.listen(engine, "savepoint", lambda session, _name: write(session))


def _first(
    session: Connection, _statement: Any, _many: Any, _one: Any, options: dict[str, Any]
) -> None:
    if "crosstalk_aside" not in options:
        write(session)
