"""Machines whose clocks differ agree about the time by asking the database for it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import DatabaseAway
from bot.store.clock import SharedClock
from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.postgres import PostgresServer
from tests.waiting import eventually

CLOSE = timedelta(seconds=2)


def off_by(wrong: timedelta) -> Clock:
    """A clock that stands still, so far from the right time."""
    return Clock(datetime.now(UTC) + wrong)


@pytest.mark.parametrize("wrong", [timedelta(minutes=-7), timedelta(), timedelta(hours=3)], ids=str)
def test_a_wrong_clock_is_put_right(postgres_database: Database, wrong: timedelta) -> None:
    clock = SharedClock(postgres_database, off_by(wrong).now)
    assert abs(clock.now() - datetime.now(UTC)) < CLOSE


def test_between_two_comparisons_the_machines_own_clock_counts(
    postgres_database: Database,
) -> None:
    own = off_by(timedelta(minutes=-7))
    clock = SharedClock(postgres_database, own.now)
    before = clock.now()
    own.advance(seconds=30)
    assert clock.now() - before == timedelta(seconds=30)


def test_a_clock_that_is_moved_meanwhile_is_put_right_again(postgres_database: Database) -> None:
    own = off_by(timedelta())
    clock = SharedClock(postgres_database, own.now, every=0.01)
    own.advance(hours=-1)
    eventually(lambda: abs(clock.now() - datetime.now(UTC)) <= CLOSE, "the database's time")


def test_while_the_database_is_away_its_last_word_counts(
    postgres_database: Database, postgres_server: PostgresServer
) -> None:
    clock = SharedClock(postgres_database, off_by(timedelta(minutes=-7)).now)
    before = clock.now()
    postgres_server.stop("immediate")
    clock.compare()
    assert clock.now() == before
    postgres_server.start()


def test_who_cannot_ask_at_the_start_does_not_begin(
    postgres_database: Database, postgres_server: PostgresServer
) -> None:
    postgres_server.stop("immediate")
    with pytest.raises(DatabaseAway):
        SharedClock(postgres_database, off_by(timedelta()).now)
    postgres_server.start()


def test_a_process_that_froze_while_it_asked_asks_again(postgres_database: Database) -> None:
    own = off_by(timedelta())
    asked = iter([0.0, 0.9])

    def frozen_once() -> datetime:
        return own.advance(seconds=next(asked, 0.0))

    clock = SharedClock(postgres_database, frozen_once)
    assert next(asked, None) is None
    # What is left is what the test itself took.
    right = datetime.now(UTC)
    assert abs(clock.now() - right) < timedelta(seconds=0.4)


def test_an_answer_that_takes_long_says_nothing_of_the_time(postgres_database: Database) -> None:
    own = off_by(timedelta())

    def slow() -> datetime:
        return own.advance(seconds=2)

    with pytest.raises(DatabaseAway, match="too slow"):
        SharedClock(postgres_database, slow)


def test_beside_sqlite_the_machines_clock_is_the_right_one(sqlite_database: Database) -> None:
    own = off_by(timedelta(minutes=-7))
    assert SharedClock(sqlite_database, own.now, every=0).now() == own.now()
