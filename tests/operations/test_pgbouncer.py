"""Behind PgBouncer in transaction mode, where every transaction may be on another connection."""

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import sql
from sqlalchemy import func, make_url, select, text

from bot.errors import DatabaseAway, Refused
from bot.store import journal, migrations, tables as t
from bot.store.clock import SharedClock
from bot.store.database import Database
from bot.usecases import owning
from tests import databases
from tests.domain.factories import ANNA
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.operations.pgbouncer import BINARY, pooled
from tests.operations.schemas import ROOT
from tests.slack.office import HK, REFUND, Office, furnish, organisation
from tests.store.crowd import PATIENT, Act, Begun, Crowd

pytestmark = pytest.mark.skipif(BINARY is None, reason="there is no pgbouncer here")
# Fewer than there are threads, so that each of them is served by all.
SIZE, THREADS, COMMENTS = 2, 8, 12


@pytest.fixture
def direct(postgres_url: str) -> Iterator[str]:
    """A database with nothing in it, as migrations and people reach it."""
    with databases.new_database(postgres_url, f"crosstalk_pooled_{os.getpid()}") as url:
        yield url


@pytest.fixture
def address(direct: str) -> Iterator[str]:
    """The same behind a pooler, without our mark."""
    with pooled(direct, size=SIZE) as address:
        yield address


@pytest.fixture
def behind(address: str) -> Iterator[Database]:
    """The same, opened as the documents say, and upgraded through the pooler."""
    database = Database(f"{address}?pooler=transaction")
    migrations.upgrade(database.url)
    yield database
    database.close()


def unlike_any() -> str:
    """Words that no other customer writes: alike ones would be one case."""
    return " ".join(secrets.token_hex(4) for _ in range(12))


def test_without_the_mark_nobody_gets_through(address: str) -> None:
    database = Database(address)
    with pytest.raises(DatabaseAway):
        database.ping()
    database.close()


def test_two_upgrades_at_once_go_through_it_and_leave_no_lock_behind(address: str) -> None:
    url = f"{address}?pooler=transaction"
    # Alembic has one context a process.
    code = "import sys; from bot.store import migrations; migrations.upgrade(sys.argv[1])"
    running = [
        subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    errors = [process.communicate(timeout=60)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], errors
    database = Database(url)
    assert migrations.faults(database) == []
    with database.reading() as session:
        locks = session.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
        assert locks.scalar() == 0
    database.close()


def test_comments_claims_and_cards_from_many_threads_over_two_connections(
    behind: Database, slack: FakeSlack, clock: Clock
) -> None:
    org = organisation()
    furnish(slack, org)
    offices = [Office(slack, behind, clock, org) for _ in range(THREADS)]
    barrier = threading.Barrier(THREADS)
    won: list[str] = []

    def a_day(number: int) -> None:
        for _ in range(COMMENTS):
            # The same words of SQL far more often than a driver prepares them after.
            offices[number].comes_in(f"{REFUND} {unlike_any()}")
        barrier.wait()
        try:
            offices[number].claim(1, by=f"U{number}")
        except Refused:
            return
        won.append(f"U{number}")

    for number, office in enumerate(offices):
        office._numbers = iter(range(number * 1000, (number + 1) * 1000))  # type: ignore[assignment]
    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(a_day, number) for number in range(THREADS)]:
            done.result()
    with behind.reading() as session:
        assert session.scalar(select(func.count()).select_from(t.cases)) == THREADS * COMMENTS
        kept = journal.load(session, 1, lock=False)
        assert journal.replay(session, 1) == kept
        assert kept is not None
        assert [stake.holder for stake in kept.stakes.values() if stake.holder] == won
    assert len(won) == 1
    slack.pace = True
    offices[0].work()
    assert offices[0].posts(HK) == 1
    offices[0].claim(2, by=ANNA)
    offices[0].work_for(3)
    assert offices[0].posts(HK) >= 3
    assert slack.violations == []


def test_claims_at_the_same_moment_share_transactions_through_it(
    behind: Database, slack: FakeSlack, clock: Clock
) -> None:
    org = organisation()
    office, crowd = Office(slack, behind, clock, org), Crowd(behind)
    numbers = office.comes_in(*(f"{REFUND} {unlike_any()}" for _ in range(THREADS * COMMENTS)))

    def claim(number: int) -> Act:
        return lambda session: owning.claim(
            session, org, number, "service-hk", by=ANNA, now=clock.now()
        )

    for first in range(0, len(numbers), THREADS):
        begun: Begun = []
        with crowd.busy():
            for number in numbers[first : first + THREADS]:
                crowd.line_up(begun, claim(number), *owning.asked(number))
        for each in begun:
            each.result(PATIENT)
    crowd.crew.shutdown()
    with behind.reading() as session:
        for number in numbers:
            kept = journal.load(session, number, lock=False)
            assert kept is not None
            assert kept == journal.replay(session, number)
            assert kept.stakes["service-hk"].holder == ANNA


def test_the_time_can_be_asked_through_it(behind: Database) -> None:
    wrong = datetime(2020, 1, 1, tzinfo=UTC)
    assert SharedClock(behind, lambda: wrong).now() > wrong + timedelta(days=365)


def test_what_takes_too_long_is_ended_by_the_role_s_own_limit(direct: str, address: str) -> None:
    name = make_url(direct).database
    limit = sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {} SET statement_timeout = '200ms'")
    with databases.connect(direct) as connection:
        connection.execute(limit.format(sql.Identifier(name or "")))
    database = Database(f"{address}?pooler=transaction")
    with database.reading() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "200ms"
    with pytest.raises(DatabaseAway), database.reading() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    database.close()
