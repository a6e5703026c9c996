"""Statements that are made once, and given to the driver as it takes them.

SQLAlchemy remembers a statement that it has made, but goes through steps of its own each time it is
executed: forty microseconds, of which a click's dozen statements have a quarter of all that the click
takes. What every click asks goes this way, and so do rows that are written together; what is asked
seldom, or asked differently each time, is SQLAlchemy's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import JSON, Connection, Delete, Dialect, Insert, Select, Update, select
from sqlalchemy.exc import DBAPIError

from bot.store.given import given

Statement = Insert | Update | Delete | Select[Any]
_Shape = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A statement as the driver takes it.

    Attributes:
        names: of the values, in order, each with what makes the driver's own of it.
        own: values of the statement's own, which no row brings.
        ordered: whether the driver takes them by their order.
        columns: of the answer, in order.
        shapes: what makes our own of a value of the answer, where the driver's is another.
    """

    text: str
    names: tuple[tuple[str, _Shape | None], ...]
    own: Mapping[str, Any]
    ordered: bool
    columns: tuple[str, ...]
    shapes: tuple[tuple[str, _Shape], ...]

    def told_once(self, row: Mapping[str, Any]) -> Any:
        """One *row*, as the driver takes it."""
        whole = {**self.own, **row} if self.own else row
        if self.ordered:
            return [shaped(whole[name]) if shaped else whole[name] for name, shaped in self.names]
        return {name: shaped(whole[name]) if shaped else whole[name] for name, shaped in self.names}

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

    def heard(self, row: Sequence[Any]) -> dict[str, Any]:
        """A row of the answer, by the names of its columns."""
        named = dict(zip(self.columns, row, strict=True))
        for name, shaped in self.shapes:
            named[name] = shaped(named[name])
        return named


@dataclass(frozen=True, slots=True)
class Many:
    """A statement that takes many rows as one value, and what has to be shaped in them."""

    made: Made
    shapes: tuple[tuple[str, _Shape], ...]

    def told(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """*rows*, as the driver takes them."""
        shaped = [
            {**row, **{name: shape(row[name]) for name, shape in self.shapes}} for row in rows
        ]
        return self.made.told_once({"rows": shaped})


@lru_cache(maxsize=256)
def made(statement: Statement, dialect: Dialect, names: tuple[str, ...]) -> Made:
    """*statement* for values of these *names*; not even the key of a new row is wanted to be known."""
    unanswered = statement.inline() if isinstance(statement, Insert) else statement
    compiled: Any = unanswered.compile(dialect=dialect, column_keys=names)
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    answer = {
        # How else, without executing it?
        each.keyname: each.type.dialect_impl(dialect).result_processor(dialect, None)
        for each in compiled._result_columns  # noqa: SLF001
    }
    return Made(
        text=str(compiled),
        names=tuple(
            (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or binds
        ),
        own={name: bind.value for name, bind in binds.items() if name not in names},
        ordered=bool(compiled.positiontup),
        columns=tuple(answer),
        shapes=tuple((name, shaped) for name, shaped in answer.items() if shaped),
    )


@lru_cache(maxsize=256)
def made_for_many(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> "Many":
    """The same for any number of rows at once, which come as one value.

    A JSON null for a whole column would be no value at all then; every column of JSON refuses that.
    """
    types = {name: statement.table.c[name].type for name in names}
    told = given(dialect.name, "rows", **types)
    from_told = statement.from_select(names, select(*(told.c[name] for name in names)))
    shapes = {
        # JSON is written within JSON as it is.
        name: None if isinstance(kind, JSON) else kind.dialect_impl(dialect).bind_processor(dialect)
        for name, kind in types.items()
    }
    shaped = tuple((name, shape) for name, shape in shapes.items() if shape)
    return Many(made(from_told, dialect, ("rows",)), shaped)


def send(session: Connection, text: str, values: Any, *, many: bool = False) -> Any:
    """Execute *text* with *values* as the driver takes them; the cursor that has the answer.

    Whoever listens to what is executed hears of it, as of everything that SQLAlchemy executes.
    """
    if not session.in_transaction():
        session.begin()
    dispatch, cursor = session.dispatch, connection(session).cursor()
    for hear in dispatch.before_cursor_execute:
        text, values = hear(session, cursor, text, values, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(text, values)
    except session.dialect.loaded_dbapi.Error as error:
        raise named(session, error) from error
    for hear in dispatch.after_cursor_execute:
        hear(session, cursor, text, values, None, many)
    return cursor


def require_whole(session: Connection) -> None:
    """Let nobody take a transaction for done of which a statement has failed, and been passed over.

    PostgreSQL answers to its COMMIT that it was undone, and no driver says so.

    Raises:
        RuntimeError: there was such a statement.
    """
    if session.dialect.name != "postgresql" or session.invalidated:
        return
    if connection(session).info.transaction_status is TransactionStatus.INERROR:
        raise RuntimeError("a statement has failed, and the transaction went on")


def connection(session: Connection) -> Any:
    """The driver's own connection."""
    return session.connection.driver_connection


def named(session: Connection, error: Any) -> BaseException:
    """*error* of the driver by SQLAlchemy's name for it; a connection that is lost is given up."""
    dialect = session.dialect
    dbapi: Any = dialect.loaded_dbapi
    lost = not session.invalidated and dialect.is_disconnect(error, connection(session), None)
    if lost:
        session.invalidate(error)
    found: BaseException = DBAPIError.instance(
        None, None, error, dbapi.Error, True, connection_invalidated=lost, dialect=dialect
    )
    return found
