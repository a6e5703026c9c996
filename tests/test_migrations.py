"""Migrations: from nothing to `tables` and back, on both databases, also several at once."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, inspect

from bot.errors import Misconfigured
from bot.store import migrations, tables
from bot.store.database import Database
from tests.databases import connect, new_database

ROOT = Path(__file__).parent.parent
WAIT_AND_UPGRADE = """
import sys
from bot.store import migrations
print("ready", flush=True)
sys.stdin.read()
migrations.upgrade(sys.argv[1])
"""

# Every state from this one on is reached from one that holds comments.
RELEASED = "0005"
STEP = re.compile(r"^-- Running upgrade (\S+) -> (\S+)$", re.MULTILINE)
INDEX = re.compile(r"^CREATE (?:UNIQUE )?INDEX (IF NOT EXISTS )?(\S+) ON (\S+)", re.MULTILINE)
BY_HAND = re.compile(r"^CREATE INDEX CONCURRENTLY .+;$", re.MULTILINE)


@pytest.fixture
def bare(bare_url: str) -> Iterator[Database]:
    database = Database(bare_url)
    yield database
    database.close()


def alembic(url: str) -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    return config


def tables_in(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_an_empty_database_gets_every_table(bare: Database) -> None:
    assert migrations.current(bare) is None
    migrations.upgrade(bare.url)
    assert tables_in(bare) == {*tables.metadata.tables, "alembic_version"}
    assert migrations.current(bare) == migrations.head()


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(tables.members), {"place": "C0ONE", "person": "U0ANN"})
    migrations.upgrade(database.url)
    with database.reading() as session:
        assert session.execute(tables.members.select()).all() == [("C0ONE", "U0ANN")]


def test_the_migrations_and_the_tables_say_the_same(bare_url: str) -> None:
    migrations.upgrade(bare_url)
    command.check(alembic(bare_url))


def test_a_table_that_differs_is_noticed(bare: Database) -> None:
    migrations.upgrade(bare.url)
    with bare.transaction() as session:
        session.exec_driver_sql("DROP INDEX ix_cases_opened_at")
    with pytest.raises(Exception, match="ix_cases_opened_at"):
        command.check(alembic(bare.url))


def test_a_downgrade_leaves_nothing_and_can_be_undone(bare: Database) -> None:
    migrations.upgrade(bare.url)
    command.downgrade(alembic(bare.url), "base")
    assert tables_in(bare) == {"alembic_version"}
    assert migrations.current(bare) is None
    migrations.upgrade(bare.url)
    assert tables_in(bare) == {*tables.metadata.tables, "alembic_version"}


def test_upgrades_at_the_same_moment_all_succeed(bare: Database) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WAIT_AND_UPGRADE, bare.url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    errors = [process.communicate(timeout=60)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, "\n".join(errors)
    assert migrations.current(bare) == migrations.head()


def test_migrations_are_found_from_any_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    migrations.upgrade("sqlite:///here.db")
    assert (tmp_path / "here.db").exists()


def test_missing_migrations_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "FOLDER", tmp_path / "alembic")
    with pytest.raises(Misconfigured, match=r"the migrations are not there — start Crosstalk from"):
        migrations.head()


def test_the_sql_can_be_printed_for_a_careful_operator(
    bare_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command.upgrade(alembic(bare_url), "head", sql=True)
    assert "CREATE TABLE cases" in capsys.readouterr().out


def held_up(sql: str) -> list[str]:
    """The indexes that are made while writers wait, whatever an operator did beforehand."""
    _, *steps = STEP.split(sql)
    return [
        name
        for step in steps[2::3]
        for there, name, table in INDEX.findall(step)
        if not there and f"CREATE TABLE {table} (" not in step
    ]


def test_an_index_on_a_table_that_is_there_may_have_been_made_beforehand(
    bare_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command.upgrade(alembic(bare_url), f"{RELEASED}:head", sql=True)
    sql = capsys.readouterr().out
    assert "ix_comments_campaign" in sql
    assert held_up(sql) == []


def test_an_index_that_nobody_can_make_beforehand_is_noticed() -> None:
    sql = """-- Running upgrade 0008 -> 0009

CREATE TABLE moods (
CREATE INDEX ix_moods ON moods (name);
CREATE UNIQUE INDEX ix_cases_mood ON cases (mood);
CREATE INDEX IF NOT EXISTS ix_cases_note ON cases (note);
-- Running upgrade 0009 -> 0010

CREATE INDEX ix_moods_at ON moods (at);
"""
    assert held_up(sql) == ["ix_cases_mood", "ix_moods_at"]


def indexes(url: str) -> list[tuple[str, ...]]:
    with connect(url) as connection:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'comments' ORDER BY 1"
        return connection.execute(query).fetchall()


def test_the_indexes_that_operators_make_beforehand_are_those_of_the_migrations(
    postgres_url: str,
) -> None:
    by_hand = BY_HAND.findall((ROOT / "docs" / "operating.md").read_text("utf-8"))
    with new_database(postgres_url, f"crosstalk_by_hand_{os.getpid()}") as url:
        command.upgrade(alembic(url), RELEASED)
        before = indexes(url)
        with connect(url) as connection:
            for line in by_hand:
                connection.execute(line)
        made = indexes(url)
        migrations.upgrade(url)
        assert indexes(url) == made
        command.downgrade(alembic(url), RELEASED)
        assert indexes(url) == before
        migrations.upgrade(url)
        assert indexes(url) == made
    assert len(made) == len(before) + 2


def test_the_command_line_of_alembic_uses_the_settings(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={"DATABASE_URL": f"sqlite:///{tmp_path / 'by-hand.db'}", "PATH": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "by-hand.db").exists()
