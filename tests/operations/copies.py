"""Copies of a database, made and put back as the documents say."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot import upkeep
from bot.config import Settings
from bot.store.database import Database
from tests import databases

Restore = Callable[[], Database]


def run(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs."""
    subprocess.run([str(word) for word in command], check=True, capture_output=True, timeout=60)


@pytest.fixture
def binaries(request: pytest.FixtureRequest, database: Database) -> Path:
    """Where PostgreSQL's programs are, for a database of that kind."""
    if database.is_sqlite:
        return Path()
    found: Path = request.getfixturevalue("postgres_binaries")
    if not (found / "pg_dump").is_file():
        pytest.skip("there is no pg_dump beside this PostgreSQL")
    return found


@pytest.fixture
def backup(database: Database, binaries: Path, tmp_path: Path) -> Iterator[Callable[[], Restore]]:
    """Makes a copy of the database, as the documents say, and hands over how to put it back."""
    opened: list[Database] = []

    def sqlite() -> Restore:
        copy = tmp_path / "backup.db"
        assert upkeep.backup(Settings(database_url=database.url), copy) == 0

        def restore() -> Database:
            shutil.copy(copy, tmp_path / "restored.db")
            opened.append(Database(f"sqlite:///{tmp_path / 'restored.db'}"))
            return opened[-1]

        return restore

    def postgresql() -> Restore:
        plain = make_url(database.url).set(drivername="postgresql")
        copy = tmp_path / "crosstalk.dump"
        address = plain.render_as_string(hide_password=False)
        run(binaries / "pg_dump", "--format=custom", f"--file={copy}", address)

        def restore() -> Database:
            name = f"crosstalk_restored_{os.getpid()}"
            with databases.connect(database.url) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
                connection.execute(f"CREATE DATABASE {name}".encode())
            to = plain.set(database=name).render_as_string(hide_password=False)
            run(binaries / "pg_restore", "--exit-on-error", f"--dbname={to}", copy)
            url = make_url(database.url).set(database=name)
            opened.append(Database(url.render_as_string(hide_password=False)))
            return opened[-1]

        return restore

    yield sqlite if database.is_sqlite else postgresql
    for each in opened:
        each.close()
        if not each.is_sqlite:
            with databases.connect(database.url) as connection:
                name = make_url(each.url).database
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
