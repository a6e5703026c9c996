"""A thousand comments for one channel: what matters goes first, the rest is announced together."""

from functools import partial
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.organisation import Priority
from bot.store import floods, outbox, queries
from bot.store.outbox import Urgency
from bot.usecases import escalating, owning
from tests.domain.factories import ANNA
from tests.store.post_room import ONE, TWO, PostRoom, notice
from tests.usecases.office import Office, at_once

OVER = 20
ORDINARY = Urgency.CARD + Priority.NORMAL.rank
HIGH = Urgency.CARD + Priority.HIGH.rank


def look(room: PostRoom, over: int = OVER) -> list[str]:
    """What each worker does once a second: look for floods and hold them back."""
    with room.database.reading() as session:
        channels = floods.flooded(session, over=over)
    for channel in channels:
        with room.database.transaction() as session:
            floods.hold_back(session, channel, over=over, now=room.clock.now())
    return channels


def send(room: PostRoom, *, seconds: int) -> list[tuple[str, int]]:
    """What goes out meanwhile, with the second of each."""
    order = []
    for second in range(seconds):
        look(room)
        while taken := room.take():
            room.sent(taken, ts=f"{taken.id}.0")
            order.append((taken.key, second))
        room.clock.advance(seconds=1)
    return order


def flood(room: PostRoom, count: int, channel: str = ONE, start: int = 0) -> None:
    room.owe(*(notice(f"{channel}:{n:04}", channel=channel) for n in range(start, start + count)))


def roundups(room: PostRoom) -> list[str]:
    with room.database.reading() as session:
        rows = session.exec_driver_sql("SELECT key FROM notices WHERE kind = 'roundup' ORDER BY id")
        return list(rows.scalars())


def test_as_many_as_the_limit_are_no_flood(room: PostRoom) -> None:
    flood(room, OVER)
    assert (look(room), roundups(room)) == ([], [])


def test_of_a_thousand_the_one_that_matters_goes_first_and_the_rest_is_spread_out(
    room: PostRoom,
) -> None:
    flood(room, 1000)
    room.owe(notice("the one", urgency=HIGH))
    order = send(room, seconds=60)
    (roundup,) = roundups(room)
    first = ["the one", roundup, *(f"{ONE}:{n:04}" for n in range(OVER))]
    assert [key for key, _ in order[: OVER + 2]] == first
    assert [second for _, second in order[: OVER + 2]] == list(range(OVER + 2))
    # Of those held back, each follows ten seconds after the one before, from when they were held.
    assert order[OVER + 2 :] == [
        *((f"{ONE}:0020", 22), (f"{ONE}:0021", 23)),
        *((f"{ONE}:0022", 30), (f"{ONE}:0023", 40), (f"{ONE}:0024", 50)),
    ]


def test_what_is_high_or_urgent_is_never_held_back(room: PostRoom) -> None:
    room.owe(*(notice(f"{n}", urgency=HIGH - n % 2) for n in range(50)))
    assert look(room) == []


def test_what_is_no_new_card_is_never_held_back(room: PostRoom) -> None:
    room.owe(*(notice(f"shown {n}") for n in range(30)))
    for n in range(30):
        room.shown(f"shown {n}")
    room.owe(*(notice(f"shown {n}") for n in range(30)))
    flood(room, OVER)
    assert look(room) == []


def test_the_flood_of_one_channel_does_not_touch_another(room: PostRoom) -> None:
    flood(room, 40)
    flood(room, 5, channel=TWO)
    assert look(room) == [ONE]
    assert room.row(f"{TWO}:0004")["urgency"] == ORDINARY


def test_ten_thousand_in_one_channel_keep_another_waiting_for_no_two_seconds(
    room: PostRoom,
) -> None:
    flood(room, 10_000)
    asked: list[str] = []

    def note(*said: Any) -> None:
        asked.append(said[2])

    event.listen(room.database.engine, "before_cursor_execute", note)
    began = monotonic()
    assert look(room) == [ONE]
    room.owe(notice("the other", channel=TWO))
    taken = room.take_all("A", 2)
    event.remove(room.database.engine, "before_cursor_execute", note)
    assert {one.channel for one in taken} == {ONE, TWO}
    room.sent_all(taken, "A")
    assert monotonic() - began < 2
    # Where the database is a millisecond away, one for each of them would take ten seconds.
    assert len(asked) < 50


def test_a_flood_that_goes_on_is_announced_once_an_hour(room: PostRoom) -> None:
    for minute in range(0, 125, 5):
        flood(room, 50, start=minute * 50)
        look(room)
        assert len(roundups(room)) == 1 + minute // 60
        room.shown(roundups(room)[-1])
        room.clock.advance(minutes=5)
    assert room.row(roundups(room)[0])["wanted"] == 12


def test_a_roundup_is_brought_up_to_date_while_the_flood_goes_on(room: PostRoom) -> None:
    flood(room, 30)
    look(room)
    (key,) = roundups(room)
    room.shown(key)
    flood(room, 30, start=30)
    look(room)
    assert roundups(room) == [key]
    assert (room.row(key)["next_at"] - room.clock.now()).total_seconds() == 15
    room.clock.advance(seconds=15)
    assert room.taken().key == key


def test_later_ones_queue_behind_those_held_already(room: PostRoom) -> None:
    flood(room, OVER + 3)
    look(room)
    flood(room, 2, start=OVER + 3)
    room.clock.advance(seconds=1)
    look(room)
    held = [room.row(f"{ONE}:{n:04}") for n in range(OVER, OVER + 5)]
    began = held[0]["created_at"]
    assert {row["urgency"] for row in held} == {Urgency.HELD}
    waits = [(row["next_at"] - began).total_seconds() for row in held]
    assert waits == [10, 20, 30, 40, 50]


def test_a_look_that_finds_nothing_new_changes_nothing(room: PostRoom) -> None:
    flood(room, 40)
    look(room)
    before = [room.row(f"{ONE}:{n:04}") for n in range(40)]
    room.clock.advance(seconds=5)
    assert look(room) == []
    assert [room.row(f"{ONE}:{n:04}") for n in range(40)] == before


def test_workers_that_look_at_once_hold_each_card_once_and_announce_once(room: PostRoom) -> None:
    flood(room, 60)
    flood(room, 60, channel=TWO)
    found = at_once([partial(look, room)] * 4)
    assert [answer for answer in found if isinstance(answer, Exception)] == []
    assert len(roundups(room)) == 2
    for channel in (ONE, TWO):
        held = [room.row(f"{channel}:{n:04}") for n in range(OVER, 60)]
        assert [row["urgency"] for row in held] == [Urgency.HELD] * 40
        assert len({row["next_at"] for row in held}) == 40


@pytest.fixture
def flooded_office(office: Office, room: PostRoom) -> Office:
    """Twenty-five comments for Service HK, of which five are held back."""
    for _ in range(OVER + 5):
        office.take_in("refund")
    assert look(room) == ["C0SERVICEHK"]
    return office


def test_an_act_on_a_case_that_is_held_back_brings_its_card_forward(
    flooded_office: Office, room: PostRoom
) -> None:
    card = outbox.card_key(OVER + 4, "C0SERVICEHK")
    assert room.row(card)["urgency"] == Urgency.HELD
    flooded_office.act(owning.claim, OVER + 4, "service-hk", by=ANNA)
    look(room)
    assert room.taken().key in {card, *roundups(room)}
    assert room.row(card)["urgency"] == HIGH


def test_a_target_that_passes_does_not_bring_a_held_card_forward(
    flooded_office: Office, room: PostRoom
) -> None:
    room.clock.advance(days=1)
    for number in range(1, OVER + 6):
        with flooded_office.database.transaction() as session:
            escalating.tick(session, flooded_office.organisation, number, now=room.clock.now())
    assert look(room) == ["C0SERVICEHK"]
    held = [
        room.row(outbox.card_key(number, "C0SERVICEHK")) for number in range(OVER + 1, OVER + 6)
    ]
    assert {row["urgency"] for row in held} == {Urgency.HELD}


def test_what_is_held_back_is_listed_in_the_order_in_which_it_follows(
    flooded_office: Office, room: PostRoom
) -> None:
    with flooded_office.database.reading() as session:
        lines, total = queries.held_back(session, "C0SERVICEHK", limit=3)
        assert queries.held_back(session, "C0TRIAGE", limit=3) == ([], 0)
    assert ([line.number for line in lines], total) == ([21, 22, 23], 5)
    room.clock.advance(minutes=5)
    while taken := room.take():
        room.sent(taken)
        room.clock.advance(seconds=1)
    with flooded_office.database.reading() as session:
        assert queries.held_back(session, "C0SERVICEHK", limit=3) == ([], 0)
