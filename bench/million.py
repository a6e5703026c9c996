"""A million comments of 400 days, made once and kept: the history that digests are measured on.

The rows are what the bot itself would have written (`lives`), made by several processes and put
into the migrated tables in bulk, with the indexes away while that lasts. What was made is kept and
used again while seed, size, schema and the rules that made it are the same.

Settings: ``BENCH_COMMENTS`` (1,000,000), ``BENCH_CACHE`` (a folder; some 4 GB for each million on
each database; by default ``crosstalk-bench`` in the system's folder for temporary files).
"""

import hashlib
import json
import multiprocessing
import os
import sqlite3
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from rich.progress import Progress
from sqlalchemy import make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from bench import rows
from bot.store import migrations
from tests.databases import connect

COMMENTS = 1_000_000
A_DAY = 2_463
"""How many come in on an ordinary day, however long the history is."""

_INDEX_MEMORY_MB = 512
# One that is ahead of the database by more only fills the memory.
_AHEAD = 2
_WORTH_A_POOL = 8
_INTO = {
    table: f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    for table, names in (
        (table, [f'"{n}"' for n in names]) for table, names in rows.COLUMNS.items()
    )
}
_SAMPLE = rows.Day(ago=100, first=1, comments=200)


def cache() -> Path:
    """The folder that histories are kept in."""
    given = os.environ.get("BENCH_CACHE")
    folder = Path(given) if given else Path(tempfile.gettempdir()) / "crosstalk-bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def wanted() -> int:
    """How many comments the long history has."""
    return int(os.environ.get("BENCH_COMMENTS", COMMENTS))


def name(comments: int) -> str:
    """What a history of that size is called: other tables, or other rules, another name."""
    made = hashlib.sha256(f"{rows.SEED} {A_DAY}".encode())
    for table in rows.TABLES:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made.update("".join(str(CreateIndex(index)) for index in indexes).encode())
        made.update(str(CreateTable(table)).encode())
    # Rules that make the same rows may be written otherwise.
    for text in rows.copy_day(_SAMPLE).values():
        made.update(text)
    return f"history_{comments}_{made.hexdigest()[:10]}"


def on_sqlite(comments: int, progress: Progress) -> str:
    """The URL of an SQLite file with that many comments."""
    file = cache() / f"{name(comments)}.db"
    if not file.exists():
        others = list(cache().glob(f"history_{comments}_*.db*"))
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        fill_sqlite(f"sqlite:///{new}", comments, progress)
        new.rename(file)
        for other in others:
            other.unlink(missing_ok=True)
    return _newest(f"sqlite:///{file}")


def on_postgres(server: str, comments: int, progress: Progress) -> str:
    """The URL of a database with that many comments on the server at the URL *server*."""
    called = name(comments)
    known = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    with connect(server) as connection:
        there = [row[0] for row in connection.execute(known, [f"history_{comments}_"])]
        if called not in there:
            new = f"{called}_new"
            connection.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", new))
            connection.execute(_named("CREATE DATABASE {}", new))
            fill_postgres(_at(server, new), comments, progress)
            connection.execute(_named("ALTER DATABASE {} RENAME TO {}", new, called))
            for other in set(there) - {new}:
                connection.execute(_named("DROP DATABASE {} WITH (FORCE)", other))
    return _newest(_at(server, called))


def _newest(url: str) -> str:
    """*url*, with the tables that are not ours to fill as this release has them."""
    migrations.upgrade(url)
    return url


def fill_sqlite(url: str, comments: int, progress: Progress) -> None:
    """Migrate an empty file, and make a history in it."""
    migrations.upgrade(url)
    with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as connection:
        _load_sqlite(connection, comments, progress)


def fill_postgres(url: str, comments: int, progress: Progress) -> None:
    """Migrate an empty database, and make a history in it."""
    migrations.upgrade(url)
    with connect(url) as connection:
        _load_postgres(connection, comments, progress)


def _at(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _named(statement: Any, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*(sql.Identifier(each) for each in names))


def _made(
    make: Callable[[rows.Day], dict[str, Any]], comments: int, progress: Progress, where: str
) -> Iterator[dict[str, Any]]:
    """What *make* makes of each day, oldest first, by as many processes as there are cores."""
    days = rows.days(comments, a_day=A_DAY)
    task = progress.add_task(
        f"{comments:,} comments of {len(days)} days for {where}", total=comments
    )
    each = map(make, days) if len(days) < _WORTH_A_POOL else _by_processes(make, days)
    for day, made in zip(days, each, strict=True):
        yield made
        progress.advance(task, day.comments)


def _by_processes(
    make: Callable[[rows.Day], dict[str, Any]], days: list[rows.Day]
) -> Iterator[dict[str, Any]]:
    workers = os.cpu_count() or 1
    coming: deque[Future[dict[str, Any]]] = deque()
    # Not by fork: other threads of this process (the progress bar's) may hold locks.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn) as pool:
        for day in days:
            if len(coming) == _AHEAD * workers:
                yield coming.popleft().result()
            coming.append(pool.submit(make, day))
        for future in coming:
            yield future.result()


def _load_sqlite(connection: sqlite3.Connection, comments: int, progress: Progress) -> None:
    for setting in (
        "journal_mode=OFF",
        "synchronous=OFF",
        "temp_store=MEMORY",
        f"cache_size=-{_INDEX_MEMORY_MB * 1024}",
        f"threads={os.cpu_count() or 1}",
    ):
        connection.execute(f"PRAGMA {setting}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN (SELECT value FROM json_each(?))",
        [json.dumps([table.name for table in rows.TABLES])],
    ).fetchall()
    for index, _ in indexes:
        connection.execute(f'DROP INDEX "{index}"')
    connection.execute("BEGIN")
    for made in _made(rows.sqlite_day, comments, progress, "SQLite"):
        for table, values in made.items():
            connection.executemany(_INTO[table], values)
    connection.execute("COMMIT")
    for _, statement in progress.track(indexes, description="indexes on SQLite"):
        connection.execute(statement)
    connection.execute("PRAGMA journal_mode=WAL")


def _load_postgres(connection: psycopg.Connection[Any], comments: int, progress: Progress) -> None:
    # The rows point to each other as they should; checking each would take as long as the rest.
    connection.execute("SET session_replication_role = replica")
    connection.execute(f"SET maintenance_work_mem = '{_INDEX_MEMORY_MB}MB'")
    connection.execute("SET lock_timeout = 0")
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [[table.name for table in rows.TABLES]],
    ).fetchall()
    for index, _ in indexes:
        connection.execute(_named("DROP INDEX {}", index))
    for made in _made(rows.copy_day, comments, progress, "PostgreSQL"):
        for table, text in made.items():
            columns = sql.SQL(", ").join(map(sql.Identifier, rows.COLUMNS[table]))
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
            with connection.cursor().copy(into) as copy:
                copy.write(text)
    for _, statement in progress.track(indexes, description="indexes on PostgreSQL"):
        connection.execute(statement)
    for table, column in (("cases", "number"), ("comments", "id")):
        counter = f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {comments})"
        connection.execute(counter.encode())
    # A server does it by itself within minutes; SQLite never does, so it is not done there.
    connection.execute("VACUUM ANALYZE")


def postgres_size(server: str, url: str) -> int:
    """How many bytes the database at *url* takes."""
    with connect(server) as connection:
        sizes = connection.execute("SELECT pg_database_size(%s)", [make_url(url).database])
        return sum(size for (size,) in sizes)
