"""The rows that comments have left, written again by a plain driver: SQL and nothing else.

What Crosstalk wrote for some comments is read from its tables, and written again under new keys:
the same tables, indexes and values, one INSERT a table, in a transaction for each comment.
"""

import json
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any, cast

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Table, create_engine, select

from bench.callers import Answered
from bot.store import tables as t

# What points to a case or a comment is written after it.
_IN_ORDER = (
    t.deliveries, t.cases, t.comments, t.changes, t.stakes, t.journal, t.rounds, t.notices,
    t.wave_bands,
)  # fmt: skip
_MADE_BY_THE_DATABASE = {("changes", "id"), ("journal", "id"), ("notices", "id")}


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of one table that one comment has left, in the driver's own types."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def left_by_comments(url: str, most: int) -> list[list[Written]]:
    """The rows of each of the newest comments that have a case."""
    engine = create_engine(url)
    with engine.connect() as session:
        newest = select(t.comments).where(t.comments.c.case_number.is_not(None))
        comments = session.execute(newest.order_by(t.comments.c.id.desc()).limit(most)).mappings()
        found = []
        for comment in comments.all():
            parts = []
            for table in _IN_ORDER:
                rows = session.execute(select(table).where(_belongs(table, comment))).mappings()
                parts.append(_written(table, rows.all(), engine.dialect.name))
            found.append([part for part in parts if part.rows])
    engine.dispose()
    return found


def _belongs(table: Table, comment: t.Row) -> Any:
    c = table.c
    match table.name:
        case "cases":
            return c.number == comment["case_number"]
        case "comments":
            return c.id == comment["id"]
        case "changes":
            return c.external_id == comment["external_id"]
        case "wave_bands":
            return c.comment_id == comment["id"]
        case _:
            return c.case_number == comment["case_number"]


def _written(table: Table, rows: Sequence[t.Row], dialect: str) -> Written:
    columns = tuple(
        c.name for c in table.columns if (table.name, c.name) not in _MADE_BY_THE_DATABASE
    )
    kinds = {name: _encoder(table, name, dialect) for name in columns}
    return Written(
        table.name, columns, tuple(tuple(kinds[n](row[n]) for n in columns) for row in rows)
    )


def _encoder(table: Table, name: str, dialect: str) -> Callable[[Any], Any]:
    column = table.c[name]
    if isinstance(column.type, type(t.cases.c.units.type)):
        return json.dumps if dialect == "sqlite" else partial(Jsonb)
    if dialect == "sqlite" and isinstance(column.type, t.Instant):
        return lambda value: value and value.isoformat(" ", "microseconds")[:26]
    return lambda value: value


def write(
    url: str, patterns: Sequence[Sequence[Written]], names: Iterable[str], *, threads: int,
    at_once: int = 1,
) -> Answered:  # fmt: skip
    """A comment for each of *names* by so many threads, *at_once* in a transaction."""
    waiting: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    listed = list(names)
    for start in range(0, len(listed), at_once):
        waiting.put(listed[start : start + at_once])
    waits: list[float] = []
    ready = threading.Barrier(threads + 1)
    crew = [
        threading.Thread(target=_work, args=(url, patterns, waiting, waits, ready))
        for _ in range(threads)
    ]
    for each in crew:
        each.start()
    ready.wait()
    began = perf_counter()
    for each in crew:
        each.join()
    return Answered(perf_counter() - began, tuple(waits))


def _work(
    url: str,
    patterns: Sequence[Sequence[Written]],
    waiting: queue.SimpleQueue[list[str]],
    waits: list[float],
    ready: threading.Barrier,
) -> None:
    writer = _Sqlite(url) if url.startswith("sqlite") else _Postgres(url)
    ready.wait()
    while True:
        try:
            names = waiting.get_nowait()
        except queue.Empty:
            break
        began = perf_counter()
        writer.begin()
        for name in names:
            _write(writer, patterns[hash(name) % len(patterns)], name)
        writer.commit()
        waits += [(perf_counter() - began) / len(names)] * len(names)
    writer.close()


def _write(writer: "_Writer", pattern: Sequence[Written], name: str) -> None:
    number = comment = 0
    for part in pattern:
        rows = [list(row) for row in part.rows]
        for place, column in enumerate(part.columns):
            for count, row in enumerate(rows):
                if column in {"external_id", "delivery_id"}:
                    row[place] = name
                elif column == "key":
                    row[place] = f"card:{name}:{count}"
                elif column == "band":
                    # As far apart as of texts that nobody has said before.
                    row[place] = hash((name, count))
                elif column == "author_id" and row[place]:
                    row[place] = f"author-{name}"
                elif column == "case_number":
                    row[place] = number
                elif column == "comment_id":
                    row[place] = comment
        if part.table == "cases":
            number = writer.one(part, rows[0], "number")
        elif part.table == "comments":
            comment = writer.one(part, rows[0], "id")
        else:
            writer.many(part, rows)


class _Writer:
    """A connection, and the statements of each table."""

    mark = "?"

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        self._known: dict[str, str] = {}

    def _insert(self, part: Written, rows: int = 1, without: str = "") -> str:
        columns = [name for name in part.columns if name != without]
        marks = f"({', '.join([self.mark] * len(columns))})"
        values = ", ".join([marks] * rows)
        return f"INSERT INTO {part.table} ({', '.join(columns)}) VALUES {values}"  # noqa: S608 - our own names

    def one(self, part: Written, row: list[Any], key: str) -> int:
        """Write a row whose *key* the database makes; the key."""
        statement = self._known.get(part.table)
        if statement is None:
            statement = self._insert(part, without=key) + f" RETURNING {key}"
            self._known[part.table] = statement
        place = part.columns.index(key)
        self._cursor.execute(statement, row[:place] + row[place + 1 :])
        return cast("int", self._cursor.fetchone()[0])

    def many(self, part: Written, rows: list[list[Any]]) -> None:
        """Write rows, in one statement."""
        name = f"{part.table} {len(rows)}"
        statement = self._known.get(name)
        if statement is None:
            statement = self._known[name] = self._insert(part, len(rows))
        self._cursor.execute(statement, [value for row in rows for value in row])

    def begin(self) -> None:
        """Begin a transaction that writes."""

    def commit(self) -> None:
        """Have it last."""
        self._connection.commit()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


class _Sqlite(_Writer):
    """SQLite as `bot.store.database` opens it."""

    def __init__(self, url: str) -> None:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        super().__init__(connection)

    def begin(self) -> None:
        """Take the write lock."""
        self._connection.execute("BEGIN IMMEDIATE")


class _Postgres(_Writer):
    """psycopg, which begins by itself."""

    mark = "%s"

    def __init__(self, url: str) -> None:
        super().__init__(psycopg.connect(url.replace("+psycopg", "")))
