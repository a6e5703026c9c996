"""Rows that a transaction is going to write, kept back so that those of a kind go together.

A comment leaves rows in nine tables. Most of its time would go into making and sending a statement
for each row, so whoever needs no answer puts its row here: what many comments leave is then one
statement a table. Nobody can tell the difference. Before anything else is executed in the
transaction, and before it commits, all that waits is written; only a statement that is executed
`ASIDE` goes ahead of it, since it neither reads nor refers to what may wait.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Insert, Table, Update, event
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


def beside(session: Connection, *tables: Table) -> dict[str, Any]:
    """Execution options of a statement that concerns these *tables* only.

    It goes ahead of what waits, unless something waits for one of them.
    """
    waiting = session.get_execution_options().get(_WAITING) or ()
    return {} if any(statement.table in tables for statement in waiting) else ASIDE


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
            made = _made(statement, session.dialect, tuple(rows[0]))
            session.exec_driver_sql(made.text, made.told(rows))
        if last and is_one:
            # SQLAlchemy, which commits afterwards, finds nothing left to be committed. After a
            # statement that failed, the server passes this one over.
            session.exec_driver_sql("COMMIT")


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement as the driver takes it.

    SQLAlchemy makes and remembers it too, but goes through every value of every row in steps of
    its own: most of the time that such rows take.

    Attributes:
        names: of the values, in order, each with what makes the driver's own of it.
        own: values of the statement's own, which no row brings.
        ordered: whether the driver takes them by their order.
    """

    text: str
    names: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    own: Mapping[str, Any]
    ordered: bool

    def told(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """*rows*, as the driver takes them."""
        whole = [{**self.own, **row} for row in rows] if self.own else rows
        # Column by column, what need not be shaped is gone over in one quick step.
        columns = [
            [shaped(row[name]) for row in whole] if shaped else [row[name] for row in whole]
            for name, shaped in self.names
        ]
        values = zip(*columns, strict=True)
        if self.ordered:
            return list(values)
        names = [name for name, _ in self.names]
        return [dict(zip(names, each, strict=True)) for each in values]


@lru_cache(maxsize=256)
def _made(statement: Write, dialect: Dialect, columns: tuple[str, ...]) -> _Made:
    """*statement* for rows of *columns*; not even the key of a new row is wanted to be known."""
    unanswered = statement.inline() if isinstance(statement, Insert) else statement
    compiled: Any = unanswered.compile(dialect=dialect, column_keys=columns)
    binds = compiled.binds
    shapes = {name: bind.type.dialect_impl(dialect) for name, bind in binds.items()}
    names = compiled.positiontup or list(binds)
    return _Made(
        text=str(compiled),
        names=tuple((name, shapes[name].bind_processor(dialect)) for name in names),
        own={name: binds[name].value for name in binds if name not in columns},
        ordered=bool(compiled.positiontup),
    )


def _driver(session: Connection) -> Any:
    return session.connection.driver_connection


@contextmanager
def _one_journey(session: Connection) -> Iterator[bool]:
    """Send what is executed without waiting for each answer, where there is a server to wait for.

    Says whether there is.
    """
    if session.dialect.name != "postgresql":
        yield False
        return
    dbapi, connection = session.dialect.loaded_dbapi, _driver(session)
    try:
        with connection.pipeline():
            yield True
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
