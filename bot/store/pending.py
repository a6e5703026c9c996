"""Rows that a transaction is going to write, kept back so that those of a kind go together.

A comment leaves rows in nine tables. Most of its time would go into making and sending a statement
for each row, so whoever needs no answer puts its row here: what many comments leave is then one
statement a table. Nobody can tell the difference. Before anything else is executed in the
transaction, and before it commits, all that waits is written; only a statement that is executed
`ASIDE` goes ahead of it, since it neither reads nor refers to what may wait. What was asked `ahead` is
not asked again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Select, Table, Update, event

from bot.errors import CrosstalkError
from bot.store import driver, tables as t

CHANGES_BY = "crosstalk_changes_by"
"""Execution option of an insert that changes a row which is there: the column that says which."""
ASIDE = {"crosstalk_aside": True}
"""Execution options of a statement that has nothing to do with rows that may wait."""

Write = Insert | Update
Key = tuple[Any, ...]
Known = dict[Key, list[dict[str, Any]]]
"""Answers that have come already, by the `key` of what was asked."""
_WAITING = "crosstalk_waiting"
# What a row refers to is written before it.
_PLACE = {table: place for place, table in enumerate(t.metadata.sorted_tables)}


@dataclass(slots=True)
class Waiting:
    """What a transaction, or one of several parts of it, is going to write, and what it knows.

    Attributes:
        known: what was asked ahead; each answer is good for once.
        later: what was asked ahead for those who come after it.
        first: has to be done before anything is sent for this part.
        shared: whether other parts come before the end, with which its rows may go.
        sure: what is wrong where a statement has changed less than it should.
    """

    known: Known = field(default_factory=dict)
    later: Known = field(default_factory=dict)
    first: Callable[[], None] | None = None
    shared: bool = False
    rows: dict[Write, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    sure: dict[Write, CrosstalkError] = field(default_factory=dict)


def hold(session: Connection, waiting: Waiting | None = None) -> None:
    """Keep rows back in this transaction from now on."""
    session.execution_options(**{_WAITING: waiting or Waiting()})


def _waiting(session: Connection) -> Waiting | None:
    found: Waiting | None = session.get_execution_options().get(_WAITING)
    return found


def key(statement: Select[Any], values: Iterable[Any]) -> Key:
    """By what the answer to *statement*, asked with *values* in their order, is known."""
    return (statement, *values)


def put(session: Connection, statement: Write, *rows: dict[str, Any]) -> None:
    """Have *statement* executed for each of *rows*, soon.

    It must be the same object each time, and name no values itself.
    """
    waiting = _waiting(session)
    if waiting is None:
        session.execute(statement, list(rows))
    else:
        waiting.rows[statement] += rows


def put_once(session: Connection, statement: Write, row: dict[str, Any]) -> None:
    """The same for a *row* that would change nothing a second time."""
    waiting = _waiting(session)
    if waiting is None or row not in waiting.rows[statement]:
        put(session, statement, row)


def put_sure(
    session: Connection, statement: Write, row: dict[str, Any], otherwise: CrosstalkError
) -> None:
    """The same for a *row* that has to change one; it changes one, or all fails with *otherwise*.

    That may come as late as with the end of the transaction.
    """
    waiting = _waiting(session)
    if waiting is None or not waiting.shared:
        if count(session, statement, row) != 1:
            raise otherwise
    else:
        waiting.sure[statement] = otherwise
        waiting.rows[statement].append(row)


def write(session: Connection, *, last: bool = False) -> None:
    """Write what waits; the *last* time with the commit, where that saves a journey."""
    waiting = _waiting(session)
    if waiting is None:
        return
    if waiting.first:
        waiting.first()
    if waiting.rows:
        ready = replace(waiting)
        waiting.rows, waiting.sure = defaultdict(list), {}
        write_all(session, [ready], last=last)


def write_all(
    session: Connection, parts: Sequence[Waiting], *, step: str = "", last: bool = False
) -> None:
    """Write what waits in all of *parts*, behind the place to come back to *step*, if it is named."""
    rows, sure = _together(parts)
    checked = []
    with one_journey(session) as is_one:
        if step:
            driver.send(session, f"SAVEPOINT {step}", ())
        for statement, some in rows:
            cursor = _send(session, statement, some)
            if statement in sure:
                checked.append((cursor, len(some), sure[statement]))
        if last and is_one and not checked:
            # SQLAlchemy, which commits afterwards, finds nothing left to be committed. After a
            # statement that failed, the server passes this one over.
            driver.send(session, "COMMIT", None)
    for cursor, many, otherwise in checked:
        if cursor.rowcount != many:
            raise otherwise


def _send(session: Connection, statement: Write, rows: list[dict[str, Any]]) -> Any:
    names, dialect = tuple(rows[0]), session.dialect
    if (
        dialect.name == "postgresql"
        and isinstance(statement, Insert)
        and _go_as_one(statement, rows)
    ):
        many = driver.made_for_many(statement, dialect, names)
        return driver.send(session, many.made.text, many.told(rows))
    made = driver.made(statement, dialect, names)
    return driver.send(session, made.text, made.told(rows), many=True)


def _go_as_one(statement: Insert, rows: list[dict[str, Any]]) -> bool:
    """Whether *rows* are several, of which no two change the same row: a server likes them as one."""
    key = statement.get_execution_options().get(CHANGES_BY)
    several = len(rows) > 1 and statement.select is None
    return several and (key is None or len({row[key] for row in rows}) == len(rows))


def _together(
    parts: Sequence[Waiting],
) -> tuple[list[tuple[Write, list[dict[str, Any]]]], dict[Write, CrosstalkError]]:
    """The rows of each statement, and what has to be sure."""
    # Any: SQLAlchemy does not say that what is written is a table.
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    sure: dict[Write, CrosstalkError] = {}
    for part in parts:
        for statement, some in part.rows.items():
            rows[statement] += some
        sure |= part.sure
    if len(parts) > 1:
        for statement, some in rows.items():
            _put_in_order(statement.table, some)
    ready = [(statement, some) for statement, some in rows.items() if some]
    return sorted(ready, key=lambda each: _PLACE[each[0].table]), sure


def _put_in_order(table: Table, rows: list[dict[str, Any]]) -> None:
    """By the key, where the rows have one: nobody has what another wants who wants what they have."""
    names = [column.name for column in table.primary_key]
    if rows and all(name in rows[0] for name in names):
        rows.sort(key=lambda row: [row[name] for name in names])


def rows(
    session: Connection, statement: Select[Any], values: Mapping[str, Any], *beside: Table
) -> list[dict[str, Any]]:
    """What *statement*, which is the same object each time, finds: rows by the names of columns.

    Where it concerns the tables *beside* only, it goes ahead of what waits for others.
    """
    told = known(session, statement, values)
    if told is not None:
        return told
    return fetched(session, *_asked(session, statement, values, beside))


def known(
    session: Connection, statement: Select[Any], values: Mapping[str, Any]
) -> list[dict[str, Any]] | None:
    """What *statement* found when it was asked ahead; None where it was not. It is good for once."""
    waiting = _waiting(session)
    if waiting is None or not (waiting.known or waiting.later):
        return None
    which = key(statement, values.values())
    # Whoever asks this may change it, also where they had not said that they would ask.
    waiting.later.pop(which, None)
    return waiting.known.pop(which, None)


def fetched(session: Connection, cursor: Any, made: driver.Made) -> list[dict[str, Any]]:
    """The rows of an answer."""
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
    waiting = _waiting(session)
    if waiting is not None and not (
        tables and not waiting.first and all(each.table not in tables for each in waiting.rows)
    ):
        write(session)
    made = driver.made(statement, session.dialect, tuple(values))
    return driver.send(session, made.text, made.told_once(values)), made


@contextmanager
def one_journey(session: Connection) -> Iterator[bool]:
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
    waiting = _waiting(session)
    if waiting is not None and (waiting.first or "crosstalk_aside" not in options):
        write(session)
