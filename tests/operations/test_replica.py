"""Digests that somebody asks for are read from a copy, as long as it keeps up."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import exports
from bot.config import Settings
from bot.domain.digest import Period
from bot.domain.scope import Scope
from bot.errors import DatabaseAway
from bot.exports import Form, Question
from bot.store import health, replica
from bot.store.database import Database
from bot.store.replica import BEHIND, Reports
from handlers.numbers import counted
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import Desk
from tests.operations.conftest import ORGANISATION

UNREACHABLE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def copy(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Database]:
    """Another database of the same kind, which nothing is copied to but what a test says."""
    file = tmp_path / "copy.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


def beat(database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        health.beat(session, "clock", now=clock.now())


def read_from(reports: Reports) -> str:
    with reports.reading() as session:
        return str(session.engine.url)


@pytest.fixture
def reports(sqlite_database: Database, copy: Database, clock: Clock) -> Reports:
    beat(copy, clock)
    return Reports(sqlite_database, copy, clock.now)


def test_the_copy_is_read_while_it_has_a_heartbeat_of_the_last_minute(
    reports: Reports, copy: Database, sqlite_database: Database, clock: Clock
) -> None:
    reports.look()
    assert read_from(reports) == copy.url
    clock.advance(BEHIND)
    reports.look()
    assert read_from(reports) == copy.url
    clock.advance(seconds=1)
    reports.look()
    assert read_from(reports) == sqlite_database.url
    beat(copy, clock)
    reports.look()
    assert read_from(reports) == copy.url


def test_a_copy_that_is_not_upgraded_yet_is_not_read(
    reports: Reports, copy: Database, sqlite_database: Database
) -> None:
    with copy.transaction() as session:
        session.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    reports.look()
    assert read_from(reports) == sqlite_database.url


def test_nobody_waits_for_a_copy_that_does_not_answer(
    sqlite_database: Database, clock: Clock
) -> None:
    reports = replica.opened(UNREACHABLE, sqlite_database, clock.now)
    assert reports is not None
    assert read_from(reports) == sqlite_database.url
    for thread in threading.enumerate():
        if thread.name == "replica":
            thread.join(20)
    assert read_from(reports) == sqlite_database.url


def test_a_copy_that_goes_away_is_left_after_one_failure(
    reports: Reports, sqlite_database: Database
) -> None:
    reports.look()

    def fail() -> None:
        with reports.reading():
            raise DatabaseAway("gone")

    with pytest.raises(DatabaseAway):
        fail()
    assert read_from(reports) == sqlite_database.url


def test_what_was_found_out_long_ago_is_not_gone_by(
    reports: Reports, copy: Database, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.look()
    assert read_from(reports) == copy.url
    monkeypatch.setattr(reports, "_looked", reports._looked + 3_600)
    monkeypatch.setattr(reports, "_found", reports._found - 31)
    assert read_from(reports) == sqlite_database.url


def test_without_a_copy_there_is_nothing_to_choose(sqlite_database: Database, clock: Clock) -> None:
    assert replica.opened("", sqlite_database, clock.now) is None
    assert read_from(Reports(sqlite_database)) == sqlite_database.url


def test_numbers_that_somebody_asks_for_come_from_the_copy(
    sqlite_database: Database,
    slack: FakeSlack,
    clock: Clock,
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The look that the first question starts beside it may be done before the question is.
    monkeypatch.setattr(reports, "_look_aside", lambda: None)
    desk = Desk(sqlite_database, slack, clock)
    desk.comment("a refund please")
    clock.advance(seconds=1)
    period = Period(since=clock.now() - timedelta(days=1), until=clock.now())
    services = replace(desk.services, replica=reports)
    told = []
    for look in (False, True):
        if look:
            reports.look()
        told.append(counted(services, Scope(), period).measures.received)
    assert told == [1, 0]


def test_the_command_reads_the_copy_too_while_it_keeps_up(
    sqlite_database: Database,
    copy: Database,
    slack: FakeSlack,
    clock: Clock,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Desk(sqlite_database, slack, clock).comment("a refund please")
    clock.advance(seconds=1)
    file = tmp_path / "organisation.toml"
    file.write_text(ORGANISATION)
    settings = Settings(
        database_url=sqlite_database.url,
        reports_database_url=copy.url,
        organisation_file=file,
    )

    def received() -> int:
        exports.show_digest(settings, Question(), Form.JSON, now=clock.now())
        return int(json.loads(capsys.readouterr().out)["measures"]["received"])

    assert received() == 1
    beat(copy, clock)
    assert received() == 0


def test_a_minute_is_what_a_copy_may_be_behind() -> None:
    assert timedelta(minutes=1) == BEHIND
