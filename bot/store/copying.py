"""A copy of an SQLite database while others write to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import DatabaseAway
from bot.store.database import Database


def copy(database: Database, file: Path) -> int:
    """Write all of *database*, as it is at one instant, to a new *file*; how many bytes it takes.

    The file has its name only once it is whole and on the disk.

    Raises:
        OSError: the file is there already, or cannot be written.
        DatabaseAway: the database cannot be read.
    """
    if file.exists():
        raise FileExistsError(17, "it is there already", str(file))
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.touch(mode=0o600)
    try:
        _fill(database, unfinished)
        with unfinished.open("rb+") as opened:
            os.fsync(opened.fileno())
        # Fails where a file of that name has come meanwhile.
        os.link(unfinished, file)
    finally:
        unfinished.unlink()
    return file.stat().st_size


def _fill(database: Database, file: Path) -> None:
    with database.engine.connect() as connection:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError("only SQLite is copied like this")
        try:
            with closing(sqlite3.connect(file)) as target:
                source.backup(target)
                # One file, without a log beside it.
                target.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise DatabaseAway(type(error).__name__) from error
