"""Many workers at one outbox: leases, what is left by one that vanished, and no clashes."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event

from bot.store import outcomes
from bot.store.database import Database
from bot.store.queue import LEASE, Taken
from tests.fakes.clock import Clock
from tests.store import post_room
from tests.store.post_room import ONE, TWO, PostRoom, notice
from tests.usecases.office import at_once


def test_a_channel_is_in_one_workers_hands_at_a_time(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"), notice("c", channel=TWO))
    first = room.taken("A")
    assert room.taken("B").key == "c"
    assert room.take("C") is None
    room.sent(first, "A")
    room.clock.advance(seconds=1)
    assert room.taken("C").key == "b"


def test_a_worker_that_vanished_hands_its_channel_over_when_its_lease_ends(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"))
    began = room.clock.now()
    room.taken("A")
    room.clock.advance(LEASE - timedelta(seconds=1))
    assert room.take("B") is None
    room.clock.advance(seconds=1)
    taken = room.taken("B")
    assert (taken.key, taken.outcome_unknown, taken.sending_since) == ("a", True, began)


def test_an_update_of_a_worker_that_vanished_is_simply_done_again(room: PostRoom) -> None:
    room.owe(notice())
    room.shown("a")
    room.owe(notice())
    room.taken("A")
    room.clock.advance(LEASE)
    assert not room.taken("B").outcome_unknown


OUTCOMES: dict[str, tuple[Any, dict[str, Any]]] = {
    "sent": (post_room.sent, {"ts": "9.9", "pace": timedelta(seconds=1)}),
    "not_sent": (outcomes.not_sent, {"error": "late"}),
    "lane_waits": (outcomes.lane_waits, {"error": "late"}),
    "unknown": (outcomes.unknown, {"error": "late"}),
    "blocked": (outcomes.blocked, {"error": "late"}),
    "message_gone": (outcomes.message_gone, {}),
}
_WHEN = {
    "not_sent": ("again_at",),
    "lane_waits": ("until",),
    "unknown": ("look_at",),
    "blocked": ("now", "again_at"),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_worker_that_lost_its_lease_changes_nothing(room: PostRoom, name: str) -> None:
    room.owe(notice())
    lost = room.taken("A")
    room.clock.advance(LEASE)
    room.taken("B")
    before = room.row("a"), room.lane()
    outcome, named = OUTCOMES[name]
    when = dict.fromkeys(_WHEN.get(name, ("now",)), room.clock.now())
    room.end(outcome, lost, "A", **named, **when)
    assert (room.row("a"), room.lane()) == before


def test_a_worker_that_is_late_with_a_lease_that_nobody_took_still_counts(room: PostRoom) -> None:
    room.owe(notice())
    taken = room.taken("A")
    room.clock.advance(LEASE * 2)
    room.sent(taken, "A", ts="8.8")
    assert (room.row("a")["ts"], room.lane()["worker"]) == ("8.8", "")


def test_workers_in_threads_never_have_one_channel_twice_and_lose_nothing(room: PostRoom) -> None:
    channels = [f"C0{n}" for n in range(6)]
    every = Counter(f"{channel}:{n}" for channel in channels for n in range(25))
    room.owe(*(notice(key, channel=key.partition(":")[0]) for key in every))
    in_hand: Counter[str] = Counter()
    sent: list[str] = []
    clashes: list[str] = []
    guard = Lock()

    def carry(worker: str, taken: Taken) -> None:
        with guard:
            in_hand[taken.channel] += 1
        row = room.row(taken.key)
        with guard:
            if in_hand[taken.channel] > 1 or row["ts"] or taken.outcome_unknown:
                clashes.append(taken.key)
            in_hand[taken.channel] -= 1
            sent.append(taken.key)
        # Without a pace the next worker may follow in the same instant, which is the hardest case.
        done = {"ts": "1.1", "now": room.clock.now(), "pace": timedelta()}
        room.end(post_room.sent, taken, worker, **done)

    def work(worker: str) -> None:
        turns = 0
        while len(sent) < every.total() and turns < 5000:
            turns += 1
            if taken := room.take(worker):
                carry(worker, taken)

    assert at_once([partial(work, name) for name in "ABCD"]) == [None] * 4
    assert clashes == []
    assert Counter(sent) == every


def test_a_worker_that_looked_before_another_had_sent_it_does_not_take_it_again(
    postgres_database: Database, clock: Clock
) -> None:
    room = PostRoom(postgres_database, clock)
    room.owe(notice())
    slow = Database(postgres_database.url)
    event.listen(slow.engine, "before_cursor_execute", _wait_while_reading, retval=True)
    with ThreadPoolExecutor(1) as threads, postgres_database.engine.connect() as holding:
        holding.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_GATE})")
        late = threads.submit(PostRoom(slow, clock).take, "B")
        _until_somebody_waits(postgres_database)
        taken = room.taken("A")
        done = {"ts": "1.1", "now": clock.now(), "pace": timedelta()}
        room.end(post_room.sent, taken, "A", **done)
        holding.rollback()
        assert late.result(timeout=30) is None
    slow.close()


_GATE = 4711


def _wait_while_reading(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any
) -> tuple[str, Any]:
    """Make the query that locks stop in the middle, when it has seen what there is."""
    if "SKIP LOCKED" in statement:
        stop = f"AND pg_advisory_xact_lock({_GATE}) IS NOT NULL FOR UPDATE"
        statement = statement.replace("FOR UPDATE", stop)
    return statement, parameters


def _until_somebody_waits(database: Database) -> None:
    deadline = monotonic() + 30
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    while monotonic() < deadline:
        with database.reading() as session:
            if session.exec_driver_sql(waiting).scalar():
                return
    raise AssertionError("the query for notices never stopped")


def test_a_worker_passes_by_a_channel_that_another_is_just_taking(
    postgres_database: Database, clock: Clock
) -> None:
    room = PostRoom(postgres_database, clock)
    room.owe(notice("a"), notice("b", channel=TWO))
    now = clock.now()
    with room.database.transaction() as one, room.database.transaction() as other:
        first = post_room.take(one, worker="A", now=now)
        second = post_room.take(other, worker="B", now=now)
        assert room.take("C") is None
    assert first is not None
    assert second is not None
    assert {first.channel, second.channel} == {ONE, TWO}


def test_many_channels_cost_no_more_statements_than_two(database: Database, clock: Clock) -> None:
    room = PostRoom(database, clock)
    costs = []
    for channels in (2, 40):
        room.owe(*(notice(f"{channels}:{n}", channel=f"C0{channels}N{n}") for n in range(channels)))
        with _counted(database) as statements:
            taken = room.take_all("A", channels)
            room.sent_all(taken, "A")
        costs.append(len(statements))
        assert len(taken) == channels
        assert {room.row(one.key)["shown"] for one in taken} == {1}
        assert {room.lane(one.channel)["worker"] for one in taken} == {""}
    assert costs[0] == costs[1]


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """What is executed meanwhile."""
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    event.remove(database.engine, "before_cursor_execute", count)
