"""Groups that have something in common lock it in one order, so that none waits for the other."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic

import pytest

from bot.store import comments, deliveries, likeness, outbox, outcomes, pending
from bot.store.database import Database
from bot.store.session import Session
from tests.fakes.clock import Clock
from tests.store.post_room import PostRoom, notice

Take = Callable[[Session, Iterable[int], datetime], object]


def _comments(session: Session, keys: Iterable[int], now: datetime) -> object:
    return comments.lock(session, [("meta", str(key)) for key in keys], now=now)


def _deliveries(session: Session, keys: Iterable[int], now: datetime) -> object:
    return deliveries.open_all(session, [("meta", str(key)) for key in keys], now=now)


def _texts(session: Session, keys: Iterable[int], _now: datetime) -> None:
    likeness.wait_for_same(session, [(key,) for key in keys])


@pytest.mark.parametrize(
    ("take", "before"),
    [(_comments, ()), (_comments, (1, 2, 3)), (_deliveries, ()), (_texts, ())],
    ids=["new comments", "known comments", "deliveries", "texts"],
)
def test_a_group_waits_for_its_first_before_it_has_any_other(
    postgres_database: Database, clock: Clock, take: Take, before: tuple[int, ...]
) -> None:
    database, now = postgres_database, clock.now()
    with database.transaction() as session:
        take(session, before, now)

    def another_group() -> None:
        with database.transaction() as session:
            take(session, (3, 2, 1), now)

    with ThreadPoolExecutor(1) as threads:
        with database.transaction() as session:
            take(session, [1], now)
            late = threads.submit(another_group)
            _until_somebody_waits(database)
            # Were these locked over there, PostgreSQL would have to end one of the two.
            take(session, [2, 3], now)
        late.result(timeout=30)


def test_a_worker_that_gives_a_notice_back_has_no_channel_while_it_waits_for_it(
    postgres_database: Database, clock: Clock
) -> None:
    """Whoever owes something looks whether its channel is there, and waits for who changes that."""
    database, room = postgres_database, PostRoom(postgres_database, clock)
    room.owe(notice("a"))
    taken = room.taken()
    with ThreadPoolExecutor(1) as threads:
        with database.transaction() as session:
            outbox.owe(session, [notice("a")], now=clock.now())
            pending.write(session)
            late = threads.submit(
                room.end, outcomes.not_sent, taken, "A", error="x", again_at=clock.now()
            )
            _until_somebody_waits(database)
            # Were it changed over there, PostgreSQL would have to end one of the two.
            outbox.owe(session, [notice("b")], now=clock.now())
        late.result(timeout=30)
    assert (room.row("a")["wanted"], room.row("b")["wanted"], room.lane()["worker"]) == (2, 1, "")


def _until_somebody_waits(database: Database) -> None:
    deadline = monotonic() + 30
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    while monotonic() < deadline:
        with database.reading() as session:
            if session.exec_driver_sql(waiting).scalar():
                return
    raise AssertionError("nobody waited for what the first group has")
