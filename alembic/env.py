"""How alembic reaches the database: one connection, one transaction, one process at a time.

The URL is the one handed over in ``config.attributes["url"]``, otherwise the settings' own.
"""

import warnings
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, BigInteger, Connection, text
from sqlalchemy.dialects import sqlite

from bot import config
from bot.store import tables
from bot.store.database import Database

# Any number that no other program uses for an advisory lock in the same database.
_LOCK = 4_067_881_402
_SQLITE = sqlite.dialect()
_SQLITE_WAIT_MS = 60_000
# On SQLite nobody can read how an index of an expression was made, nor compare it.
_UNREADABLE = ".*expression-based index '?ix_comments_campaign"


def _plain_type(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Name the column types that script.py.mako defines: a migration outlives our own classes."""
    if kind == "type" and isinstance(item, tables.Instant):
        return "INSTANT"
    if kind == "type" and isinstance(item, JSON):
        return "JSON"
    if kind == "type" and isinstance(item, BigInteger) and item.compile(_SQLITE) == "INTEGER":
        return "ID"
    return False


def _default_differs(*compared: Any) -> bool | None:
    """Whether a default is another than in `tables`; None leaves the comparing to alembic."""
    _context, _column, _wanted_column, there, _default, wanted = compared
    # SQLite answers the empty text as ('') and alembic looks for something between the quotes.
    both_empty = wanted == "" and str(there).strip("()") == "''"
    return False if both_empty else None


def _options() -> dict[str, Any]:
    return {
        "target_metadata": tables.metadata,
        "compare_type": True,
        "compare_server_default": _default_differs,
        # SQLite changes a table by building it anew; the first migration only creates tables.
        "render_as_batch": bool(context.script.get_heads()),
        "render_item": _plain_type,
    }


def _url() -> str:
    return str(context.config.attributes.get("url") or config.load().database_url)


def _print_sql() -> None:
    context.configure(url=_url(), literal_binds=True, **_options())
    with context.begin_transaction():
        context.run_migrations()


def _migrate() -> None:
    warnings.filterwarnings("ignore", _UNREADABLE)
    database = Database(_url(), patient=True)
    try:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                _prepare_sqlite(connection)
            with connection.begin():
                if not database.is_sqlite:
                    _lock_postgresql(connection)
                context.configure(connection=connection, **_options())
                context.run_migrations()
                if database.is_sqlite:
                    _check_references(connection)
    finally:
        database.close()


def _prepare_sqlite(connection: Connection) -> None:
    # A batch rebuilds a table by dropping the old one, which must not count as deleting its rows;
    # the pragma has no effect once the transaction has begun.
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute(f"PRAGMA busy_timeout={_SQLITE_WAIT_MS}")


def _lock_postgresql(connection: Connection) -> None:
    # The lock ends with the transaction, so a killed upgrade never keeps the next one waiting.
    for command in (
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        f"SELECT pg_advisory_xact_lock({_LOCK})",
    ):
        connection.execute(text(command))


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"{len(broken)} rows would refer to nothing; the upgrade is undone")


if context.is_offline_mode():
    _print_sql()
else:
    _migrate()
