"""What an operator sees: who is at work, what piles up, what is blocked; and what is forgotten."""

from datetime import date, timedelta
from functools import partial

from bot.store import deliveries, health, outcomes, queue, runs
from bot.store.database import Database
from bot.store.health import Blocked, Outbox
from bot.store.outbox import Urgency
from tests.fakes.clock import START, Clock
from tests.store.post_room import ONE, TWO, PostRoom, notice
from tests.usecases.office import at_once

CALM = Outbox(owed=0, held_back=0, overdue_since=None, failing=0, blocked=())


def look(room: PostRoom) -> Outbox:
    with room.database.reading() as session:
        return health.outbox(session, now=room.clock.now())


def block(room: PostRoom, error: str) -> None:
    named = {"now": room.clock.now(), "again_at": room.in_seconds(300)}
    room.end(outcomes.blocked, room.taken(), "A", error=error, **named)


def test_an_empty_outbox_is_calm(room: PostRoom) -> None:
    assert look(room) == CALM


def test_what_is_sent_is_not_owed_any_more(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b", channel=TWO))
    began = room.clock.now()
    assert (look(room).owed, look(room).overdue_since) == (2, began)
    room.sent(room.taken())
    room.sent(room.taken())
    assert look(room) == CALM


def test_what_may_not_be_sent_yet_is_not_overdue(room: PostRoom) -> None:
    room.owe(notice())
    later = room.in_seconds(30)
    room.end(outcomes.not_sent, room.taken(), "A", error="internal_error", again_at=later)
    assert (look(room).owed, look(room).overdue_since, look(room).failing) == (1, None, 1)
    room.clock.advance(seconds=30)
    assert look(room).overdue_since == later


def test_the_oldest_that_could_have_been_sent_counts(room: PostRoom) -> None:
    room.owe(notice("a"))
    began = room.clock.now()
    room.clock.advance(minutes=9)
    room.owe(notice("b"))
    assert look(room).overdue_since == began


def test_what_is_held_back_is_counted_apart(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b", urgency=Urgency.HELD))
    assert (look(room).owed, look(room).held_back) == (2, 1)


def test_a_blocked_channel_is_shown_with_what_waits_and_is_not_overdue(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"))
    began = room.clock.now()
    block(room, "is_archived")
    room.clock.advance(minutes=10)
    found = look(room)
    assert found.blocked == (Blocked(channel=ONE, error="is_archived", since=began, notices=2),)
    assert found.overdue_since is None
    room.sent(room.taken())
    assert look(room).blocked == ()


def test_a_closed_workspace_is_shown_and_a_slow_one_is_not(room: PostRoom) -> None:
    with room.database.transaction() as session:
        now = room.clock.now()
        closed = partial(queue.gate, session, until=room.in_seconds(60), now=now)
        closed(queue.WORKSPACE_GATE, error="token_revoked")
        closed(queue.UPDATE_GATE, error="ratelimited")
    (blocked,) = look(room).blocked
    assert (blocked.channel, blocked.error, blocked.notices) == ("*", "token_revoked", 0)


def test_each_kind_of_process_is_seen_at_work(database: Database) -> None:
    with database.transaction() as session:
        assert health.heartbeats(session) == {}
        for minutes in (0, 5):
            health.beat(session, "clock", now=START + timedelta(minutes=minutes))
        health.beat(session, "worker", now=START)
        assert health.heartbeats(session) == {
            "clock": START + timedelta(minutes=5),
            "worker": START,
        }
        assert health.first_seen(session, "clock", now=START + timedelta(days=1)) == START


def test_the_first_to_ask_when_a_clock_began_is_told_now_and_all_others_the_same(
    database: Database,
) -> None:
    def ask(days: int) -> object:
        with database.transaction() as session:
            return health.first_seen(session, "clock", now=START + timedelta(days=days))

    assert ask(0) == START
    assert at_once([partial(ask, days) for days in range(4)]) == [START] * 4


def test_a_digest_of_a_day_is_begun_by_exactly_one(database: Database, clock: Clock) -> None:
    def begin(digest: str = "service-hk", day: date = date(2026, 11, 24)) -> bool:
        with database.transaction() as session:
            return runs.begin(session, digest, day, now=clock.now())

    found = at_once([begin] * 8)
    assert sorted(found, key=bool) == [False] * 7 + [True]
    assert begin(day=date(2026, 11, 25))
    assert begin(digest="service-uk")


def test_deliveries_are_forgotten_only_when_they_are_old(database: Database) -> None:
    def opened(name: str, days: int) -> bool:
        with database.transaction() as session:
            now = START + timedelta(days=days)
            return bool(deliveries.open_all(session, [("facebook-hk", name)], now=now))

    assert opened("old", 0)
    assert opened("young", 10)
    with database.transaction() as session:
        deliveries.forget(session, before=START + timedelta(days=5))
    assert opened("old", 11)
    assert not opened("young", 11)
