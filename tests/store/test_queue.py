"""Taking notices out: what goes first, how fast, through which gates, and what comes of each."""

from datetime import timedelta
from typing import Any

from bot.store import outcomes, queue
from bot.store.queue import UPDATE_GATE, WORKSPACE_GATE
from tests.store.post_room import TWO, PostRoom, notice


def keys(order: list[tuple[str, float]]) -> list[str]:
    return [key for key, _ in order]


def close(room: PostRoom, name: str, seconds: float, error: str = "") -> None:
    with room.database.transaction() as session:
        until = room.in_seconds(seconds)
        queue.gate(session, name, until=until, error=error, now=room.clock.now())


def waiting(room: PostRoom) -> bool:
    with room.database.reading() as session:
        return bool(queue.heads(session, now=room.clock.now(), limit=1))


def test_an_empty_outbox_has_nothing_to_take(room: PostRoom) -> None:
    assert (waiting(room), room.take()) == (False, None)


def test_the_most_urgent_goes_first_and_then_the_oldest(room: PostRoom) -> None:
    for key, urgency in (("b", 12), ("a", 12), ("low", 13), ("alert", 0), ("high", 11)):
        room.owe(notice(key, urgency=urgency))
    assert keys(room.send_all()) == ["alert", "high", "b", "a", "low"]


def test_what_is_in_its_channel_already_is_updated_before_anything_new(room: PostRoom) -> None:
    room.owe(notice("old", urgency=13))
    room.sent(room.taken())
    room.clock.advance(seconds=1)
    room.owe(notice("old", urgency=13), notice("alert", urgency=0))
    assert room.taken().key == "old"


def test_a_channel_has_one_new_message_a_second_and_updates_in_between(room: PostRoom) -> None:
    room.owe(*(notice(key) for key in "abc"), notice("other", channel=TWO))
    assert room.send_all() == [("a", 0), ("other", 0), ("b", 1), ("c", 2)]
    room.owe(notice("new"))
    room.sent(room.taken())
    room.owe(notice("a"), notice("newer"))
    update = room.taken()
    assert (update.key, update.ts != "") == ("a", True)
    room.sent(update)
    assert room.take() is None
    room.clock.advance(seconds=1)
    assert room.taken().key == "newer"


AHEAD = timedelta(milliseconds=80)


def test_a_post_is_taken_a_little_before_its_channel_may_have_it(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"))
    room.sent(room.taken())
    room.clock.advance(milliseconds=900)
    assert room.take_all("A", 9, ahead=AHEAD) == []
    room.clock.advance(milliseconds=20)
    assert room.take_all("A", 9) == []
    (taken,) = room.take_all("A", 9, ahead=AHEAD)
    assert (taken.key, taken.not_before) == ("b", room.in_seconds(0.08))


def test_a_change_is_not_taken_before_its_time(room: PostRoom) -> None:
    room.owe(notice("shown"))
    room.sent(room.taken())
    room.owe(notice("shown"))
    close(room, UPDATE_GATE, 1)
    room.clock.advance(milliseconds=950)
    assert room.take_all("A", 9, ahead=AHEAD) == []
    room.clock.advance(milliseconds=50)
    assert [one.key for one in room.take_all("A", 9, ahead=AHEAD)] == ["shown"]


def test_a_post_in_doubt_is_not_overtaken_a_little_before_it_is_looked_for(room: PostRoom) -> None:
    room.owe(notice("first"), notice("second"))
    room.end(outcomes.unknown, room.taken(), "A", error="timeout", look_at=room.in_seconds(30))
    room.clock.advance(seconds=29.9)
    assert room.take_all("A", 9, ahead=AHEAD) == []
    room.clock.advance(milliseconds=50)
    (taken,) = room.take_all("A", 9, ahead=AHEAD)
    assert (taken.key, taken.not_before) == ("first", room.in_seconds(0.05))


def test_a_change_that_finds_its_channel_closed_lets_nothing_overtake_a_post_in_doubt(
    room: PostRoom,
) -> None:
    room.owe(notice("card"))
    room.shown("card")
    room.owe(notice("doubt"))
    in_doubt = room.in_seconds(30)
    room.end(outcomes.unknown, room.taken(), "A", error="no_answer", look_at=in_doubt)
    room.owe(notice("card"), notice("later"))
    closed = {"error": "is_archived", "now": room.clock.now(), "again_at": room.in_seconds(5)}
    room.end(outcomes.blocked, room.taken(), "A", **closed)
    room.clock.advance(seconds=6)
    assert room.lane()["next_at"] == in_doubt
    assert room.take() is None
    room.clock.advance(seconds=24)
    assert [room.taken().key] == ["card"]


def test_what_is_not_due_yet_waits(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"))
    failed = room.taken()
    room.end(outcomes.not_sent, failed, "A", error="internal_error", again_at=room.in_seconds(4))
    assert room.row("a")["last_error"] == "internal_error"
    assert room.send_all() == [("b", 0), ("a", 4)]
    row = room.row("a")
    assert (row["attempts"], row["last_error"], row["sending_since"]) == (0, "", None)


def test_each_try_is_counted_until_one_succeeds(room: PostRoom) -> None:
    room.owe(notice())
    for attempts in (1, 2, 3):
        taken = room.taken()
        assert (taken.attempts, room.row("a")["attempts"]) == (attempts - 1, attempts)
        room.end(outcomes.not_sent, taken, "A", error="oops", again_at=room.clock.now())
    room.sent(room.taken())
    assert room.row("a")["attempts"] == 0


def test_a_channel_waits_as_long_as_slack_asks_and_others_do_not(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"), notice("c", channel=TWO))
    until = room.in_seconds(7)
    room.end(outcomes.lane_waits, room.taken(), "A", error="ratelimited", until=until)
    assert room.send_all() == [("c", 0), ("a", 7), ("b", 8)]


def test_a_closed_workspace_lets_nothing_out(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b", channel=TWO))
    close(room, WORKSPACE_GATE, 60, "token_revoked")
    room.clock.advance(seconds=59)
    assert room.take() is None
    room.clock.advance(seconds=1)
    assert room.taken().key == "a"


def test_a_call_that_works_opens_the_workspace_at_once(room: PostRoom) -> None:
    room.owe(notice())
    close(room, WORKSPACE_GATE, 60, "token_revoked")
    with room.database.transaction() as session:
        queue.open_gate(session)
    assert (room.lane(WORKSPACE_GATE)["blocked"], room.taken().key) == ("", "a")


def test_a_workspace_that_was_only_too_fast_stays_closed(room: PostRoom) -> None:
    room.owe(notice())
    close(room, WORKSPACE_GATE, 60)
    with room.database.transaction() as session:
        queue.open_gate(session)
    assert room.take() is None


def test_closed_for_updates_lets_only_new_messages_out(room: PostRoom) -> None:
    room.owe(notice("shown"))
    room.shown("shown")
    room.owe(notice("shown"), notice("new", channel=TWO))
    close(room, UPDATE_GATE, 5)
    assert room.send_all() == [("new", 0), ("shown", 5)]


def test_a_gate_remembers_since_when_it_is_closed(room: PostRoom) -> None:
    began = room.clock.now()
    close(room, WORKSPACE_GATE, 60, "invalid_auth")
    room.clock.advance(seconds=60)
    close(room, WORKSPACE_GATE, 60, "invalid_auth")
    assert room.lane(WORKSPACE_GATE)["blocked_since"] == began


def test_a_blocked_channel_waits_loses_nothing_and_is_news_once(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"), notice("c", channel=TWO))
    began = room.clock.now()
    news = []
    for _ in range(2):
        named = {"error": "is_archived", "now": room.clock.now(), "again_at": room.in_seconds(300)}
        news.append(room.end(outcomes.blocked, room.taken(), "A", **named))
        assert (room.lane()["blocked"], room.lane()["blocked_since"]) == ("is_archived", began)
        if len(news) == 1:
            room.sent(room.taken())
        assert room.take() is None
        room.clock.advance(seconds=300)
    assert news == [True, False]
    assert keys(room.send_all()) in (["a", "b"], ["b", "a"])
    assert (room.lane()["blocked"], room.lane()["blocked_since"]) == ("", None)


def test_a_channel_that_closes_again_is_news_again(room: PostRoom) -> None:
    room.owe(notice("a"), notice("b"))
    named: dict[str, Any] = {"error": "is_archived", "again_at": room.clock.now()}
    assert room.end(outcomes.blocked, room.taken(), "A", now=room.clock.now(), **named)
    room.sent(room.taken())
    room.clock.advance(seconds=1)
    assert room.end(outcomes.blocked, room.taken(), "A", now=room.clock.now(), **named)


def test_a_message_that_somebody_deleted_is_posted_anew(room: PostRoom) -> None:
    room.owe(notice())
    room.shown("a", ts="5.5")
    room.owe(notice())
    room.end(outcomes.message_gone, room.taken(), "A", now=room.clock.now())
    again = room.taken()
    assert (again.ts, again.outcome_unknown) == ("", False)
    room.sent(again, ts="6.6")
    assert room.row("a")["ts"] == "6.6"
